"""Fixtures shared by the tests of the activated-sludge twin."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from clearbay.twins.activated_sludge import bsm1
from clearbay.twins.activated_sludge.simulate import steady_state


@pytest.fixture(scope="session")
def plant():
    return bsm1.bsm1_plant()


@pytest.fixture(scope="session")
def at_rest(plant):
    return steady_state(plant, bsm1.CONSTANT_INFLUENT, bsm1.bsm1_start(plant))

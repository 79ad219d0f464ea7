"""The short form of every fault test, against a real process; `python tools/gateway_faults.py all` is the long one."""

import subprocess
import sys
from pathlib import Path

import pytest

DRIVER = Path(__file__).parents[2] / "tools" / "gateway_faults.py"


@pytest.mark.parametrize("fault", ["kill", "full", "storm", "halfopen", "liar", "clock", "day"])
def test_what_is_acknowledged_is_kept(fault: str):
    done = subprocess.run(
        [sys.executable, DRIVER, fault, "--short"], capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]


def test_fuzzing_for_a_few_seconds():
    fuzz = DRIVER.with_name("fuzz_hj212.py")
    done = subprocess.run(
        [sys.executable, fuzz, "--minutes", "0.05", "--seed", "7"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]

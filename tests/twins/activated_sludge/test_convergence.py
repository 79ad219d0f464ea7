"""The tolerance means something: errors fall with it, and at the default they lie within what is promised."""

from itertools import pairwise

import numpy as np
import pytest
from activated_sludge_reference import influent

from clearbay.twins.activated_sludge.simulate import simulate

TOLERANCES = (1e-2, 1e-3, 1e-4, 1e-5)
WATCHED = ("S_NH_1", "S_NO_1", "S_ALK_1", "TSS_1")  # at the settler's top: the effluent


@pytest.fixture(scope="module", params=[False, True], ids=["held", "linear"])
def errors(request, plant, at_rest):
    """Largest error of each effluent value over 14 dry days by tolerance, of its maximum, against 1e-7."""
    given, times = influent("dry", request.param), np.arange(1345) / 96.0
    places = [plant.place("settler", state) for state in WATCHED]
    tight = simulate(plant, given, times, at_rest, 1e-7).states[:, places]
    return {
        tolerance: np.abs(simulate(plant, given, times, at_rest, tolerance).states[:, places] - tight).max(axis=0)
        / tight.max(axis=0)
        for tolerance in TOLERANCES
    }


@pytest.mark.reference_data
def test_every_tenth_of_the_tolerance_brings_dry_weather_closer(errors):
    # Of order two with errors per step of order three: 4.6 times closer where it is smooth.
    for coarse, fine in pairwise(TOLERANCES):
        closer = errors[coarse] / errors[fine]
        assert (closer > 2.0).all(), (coarse, fine, dict(zip(WATCHED, closer, strict=True)))


@pytest.mark.reference_data
def test_the_default_tolerance_keeps_every_effluent_value_within_a_thousandth(errors):
    assert (errors[1e-3] < 1e-3).all(), dict(zip(WATCHED, errors[1e-3], strict=True))


@pytest.mark.reference_data
@pytest.mark.parametrize("weather", ["dry", "storm", "rain"])
def test_no_run_near_the_default_loses_the_way_of_the_settlers_layers(weather, plant, at_rest):
    # The layers amplify what is off; runs that differ a little in their steps must not differ in what leaves.
    given, times = influent(weather, False), np.arange(1345) / 96.0
    solids = plant.place("settler", "TSS_1")
    tight = simulate(plant, given, times, at_rest, 1e-7).states[:, solids]
    for tolerance in np.linspace(0.4e-3, 1.2e-3, 33):
        off = np.abs(simulate(plant, given, times, at_rest, float(tolerance)).states[:, solids] - tight).max()
        assert off < 1e-3 * tight.max(), tolerance

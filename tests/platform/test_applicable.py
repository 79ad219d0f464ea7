"""What is assumed to apply to a file without permits follows from what was measured."""

import pyarrow as pa
import pytest

from clearbay.assess.permits import PermitError, Point
from clearbay.platform.applicable import CHOICES, guess, permits_for
from tests.assess.measurements import at, table


def measured(*codes: str, unit: str = "mg/L") -> pa.Table:
    return table([("P", code, at("2026-03-01T00:00"), 1.0) for code in codes], unit=unit)


@pytest.mark.parametrize(
    ("codes", "unit", "way"),
    [
        (("a34004", "a21005"), "ug/m3", "air"),
        (("a05024",), "ppm", "us-air"),
        (("w01019", "w21003"), "mg/L", "surface-water"),
        (("w01018", "w21003"), "mg/L", "effluent"),
    ],
)
def test_what_was_measured_says_what_applies(codes: tuple[str, ...], unit: str, way: str) -> None:
    assert guess(measured(*codes, unit=unit), ()) == way


def test_a_stated_land_use_makes_it_soil() -> None:
    assert guess(measured("w01018"), (Point("T1", facts={"land_use": "paddy"}),)) == "soil"


def test_what_cannot_be_told_is_asked() -> None:
    with pytest.raises(PermitError, match="say it with --as or --permit"):
        guess(measured("a01001", unit="Cel"), ())
    with pytest.raises(PermitError, match="none"):
        guess(measured(), ())
    with pytest.raises(PermitError, match="needs its level"):
        permits_for("effluent")


def test_each_way_names_permits_that_can_be_read() -> None:
    assert all(permits_for(name) for name in CHOICES)

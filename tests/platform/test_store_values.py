"""Units of what a store holds come from the district's channels."""

from pathlib import Path

from clearbay.district import read_district
from clearbay.platform.store_values import units_of

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "district"


def test_a_converted_value_stands_in_the_unit_of_its_channel() -> None:
    # ammonia would fall back to HJ 212's own ng/m3 (Table B.2), a millionth of what a stack reports
    units = units_of(read_district(EXAMPLE))
    assert units["wte-1", "a21001", "raw"] == "mg/m3"
    assert units["wte-1", "a21001", "reference_o2"] == "mg/m3"

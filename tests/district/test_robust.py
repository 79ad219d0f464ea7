"""Whatever stands in a file, reading it gives a district or a list of problems, never a traceback."""

import contextlib
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearbay.district import DistrictError, read_district
from clearbay.district.columns import FILES
from clearbay.district.starter import starter_files
from tests.district.folders import district_folder

PIECES = st.sampled_from(
    ['"', ",", "\n", ";", "=", ":", "{", "[", "]", "-", "#", "\t", "&a", "*a", "!!x", "٣", "１２", "1e999", "nan", "-0",
     "9999999999999999999", "2026-02-30", "T25:00", "+99:99", "0000-00-00", "\\u0000", "é", "𠮷", "null", "~", "'"]
)  # fmt: skip
"""What breaks readers: quotes, signs of YAML and JSON, digits of other scripts, numbers and times out of range."""
TAG = "T1,0,station-1-out,furnace,停炉,2026-03-05T04:00,2026-03-05T09:00,2026-03-05T03:30,值长,\n"


def survives(files: dict[str, str | bytes | None]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        district_folder(Path(folder), files)
        with contextlib.suppress(DistrictError):
            read_district(Path(folder))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(FILES), st.binary(max_size=200))
def test_any_bytes(name: str, content: bytes) -> None:
    survives({name: content})


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(FILES), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), PIECES), max_size=4))
def test_any_slip_of_the_pen(name: str, slips: list[tuple[float, int, str]]) -> None:
    text = starter_files()[name] + (TAG if name == "tags.csv" else "")
    body = text.find("\n", text.rfind("\n#") + 1)
    for share, length, piece in slips:
        at = body + round(share * (len(text) - body))
        text = text[:at] + piece + text[at + length :]
    survives({name: text})

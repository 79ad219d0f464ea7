"""The example data are what the generator writes, say so on their first line, and are read without a reject."""

import subprocess
import sys
from pathlib import Path

import pytest

from clearbay.files import read

ROOT = Path(__file__).parents[2]
DATA = ("air-hourly.csv", "effluent-hourly.csv", "surface-water-monthly.csv", "soil-samples.csv")


def test_the_generator_writes_the_same_bytes_again(tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "tools" / "make_example.py", tmp_path], check=True)
    for name in (*DATA, "permits.csv"):
        assert (tmp_path / name).read_bytes() == (ROOT / "examples" / name).read_bytes(), name


@pytest.mark.parametrize("name", [*DATA, "permits.csv"])
def test_every_file_says_on_its_first_line_that_it_is_made_up(name: str) -> None:
    first = (ROOT / "examples" / name).read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("#")
    assert "虚构数据" in first
    assert "Made-up data" in first
    assert "20260301" in first


@pytest.mark.parametrize("name", DATA)
def test_every_file_is_read_to_its_last_row(name: str) -> None:
    reading = read(ROOT / "examples" / name)
    assert reading.rejects.num_rows == 0
    assert reading.ignored_columns == []
    lines = (ROOT / "examples" / name).read_text(encoding="utf-8").splitlines()
    assert reading.counts.rows_read == reading.counts.rows_used == len(lines) - 2
    assert "虚构数据" in reading.comments[0]


def test_the_air_crosses_the_change_of_standards() -> None:
    days = [t.date().isoformat() for t in read(ROOT / "examples" / "air-hourly.csv").table["time"].to_pylist()]
    assert min(days) < "2026-02-28"
    assert max(days) > "2026-03-02"


def test_the_examples_stay_small() -> None:
    assert sum(f.stat().st_size for f in (ROOT / "examples").glob("*.csv")) < 1_500_000

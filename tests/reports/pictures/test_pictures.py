"""Pictures from small frames: what is drawn, and that Chinese is."""

import re
import shutil
import subprocess
from datetime import date, datetime, timedelta

import polars as pl
import pytest

from clearbay.reports.pictures import (
    Level,
    SeriesWords,
    days_by_month,
    days_by_year,
    ranking,
    row_map,
    stacked_rows,
    time_series,
    to_png,
    to_spec,
    to_svg,
)
from clearbay.reports.pictures.theme import EXCEEDED, NOT_EVALUABLE

LEVELS = [Level("一级", "优", "#00e400"), Level("二级", "良", "#ffff00")]
WORDS = SeriesWords("COD (mg/L)", "时间", "数值", "限值", "无法评价", "原因")


def days(n: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "p": [0] * n,
            "d": [date(2026, 1, 1) + timedelta(days=k) for k in range(n)],
            "level": [LEVELS[k % 2].key for k in range(n)],
            "value": [str(k) for k in range(n)],
        }
    )


def test_a_calendar_has_a_cell_a_day_in_its_levels_colour():
    svg = to_svg(days_by_month(days(59), LEVELS, ("日期", "级别", "AQI")))
    # 30 and 29 cells, and one of each in the legend.
    assert len(re.findall('fill="#00e400"', svg)) == 31
    assert len(re.findall('fill="#ffff00"', svg)) == 30
    assert "2026-02" in svg


def test_many_years_are_a_row_a_year():
    svg = to_svg(days_by_year(days(800), LEVELS, ("日期", "级别", "AQI")))
    assert [year for year in ("2026", "2027", "2028") if f">{year}<" in svg] == ["2026", "2027", "2028"]


def test_a_missing_day_breaks_the_line_is_shaded_and_an_exceedance_is_marked():
    start = datetime(2026, 3, 1)
    at = [start + timedelta(days=k) for k in range(6)]
    values = pl.DataFrame(
        {"p": [0] * 6, "t": at, "v": [30.0, 31.0, None, 70.0, 32.0, 33.0], "over": [0, 0, 0, 1, 0, 0]}
    )
    limits = pl.DataFrame({"p": [0, 0], "t": [at[0], at[-1]], "least": [None, None], "most": [50.0, 50.0]}).cast(
        {"least": pl.Float64}
    )
    gaps = pl.DataFrame({"p": [0], "t": [at[2]], "t2": [at[3]], "n": [1], "why": ["缺失"]})
    svg = to_svg(time_series(values, limits, gaps, WORDS))
    line = next(
        path for path in re.findall(r"<path[^>]*aria-roledescription=\"line mark\"[^>]*>", svg) if "dash" not in path
    )
    assert re.search(r' d="([^"]*)"', line)[1].count("M") == 2
    assert len(re.findall(f'fill="{NOT_EVALUABLE}"', svg)) == 1
    assert len(re.findall(f'fill="{EXCEEDED}"', svg)) == 1


def test_a_picture_carries_no_address_and_takes_the_width_it_is_given():
    frame = pl.DataFrame({"row": ["a"], "level": ["一级"], "n": [3]})
    spec = to_spec(stacked_rows(frame, LEVELS, ("x", "y", "n"), order=["a"]))
    assert "http" not in str(spec)
    assert spec["width"] == "container"
    assert 'width="320"' not in to_svg(ranking(pl.DataFrame({"row": ["a"], "n": [3], "text": ["3"]}), ("x", "n")))


def test_a_cell_says_its_class_in_letters_as_well_as_in_colour():
    frame = pl.DataFrame({"row": ["S1"], "x": ["2026-01"], "level": ["一级"], "value": ["TP"], "letter": ["Ⅲ"]})
    assert ">Ⅲ</text>" in to_svg(row_map(frame, LEVELS, ("a", "b", "c", "d"), order=["S1"]))


def test_chinese_is_drawn_as_letters_not_as_boxes():
    listed = shutil.which("fc-list")
    if listed is None or not subprocess.run([listed, ":lang=zh"], capture_output=True, check=True).stdout:
        pytest.skip("no Chinese font on this machine (apt-get install fonts-noto-cjk)")

    def drawn(text: str) -> bytes:
        return to_png(ranking(pl.DataFrame({"row": [text], "n": [1], "text": ["1"]}), ("x", "n")), width=200)

    # Missing letters would all be the same box.
    assert drawn("臭氧") != drawn("汞镉")

"""Hours of a year made of minutes where none came, by the rule that days are judged by."""

from datetime import datetime, timedelta

import polars as pl
import pytest

from clearbay.platform.judging import Judging
from clearbay.platform.store_values import HOUR_S
from clearbay.platform.year_values import TEN_MINUTES_S, base_s, on_base
from clearbay.vocabulary.flags import FLAGS
from tests.platform.judged_district import AIR_POINT, example

START = datetime(2026, 3, 15, 16)
DUST, SO2 = "a34013", "a21026"


@pytest.fixture(scope="module")
def judging() -> Judging:
    district, standards = example()
    return Judging(district, standards, ())


def rows(
    values: list[float], flags: str = "N", period: int = 300, code: str = DUST, point: str = "wte-1"
) -> pl.DataFrame:
    """Means that follow one another from `START`; `flags` are of the last of them, the others are N."""
    letters = "N" * (len(values) - len(flags)) + flags
    return pl.DataFrame(
        {
            "point_id": [point] * len(values),
            "code": [code] * len(values),
            "basis": ["raw"] * len(values),
            "time": [START + k * timedelta(seconds=period) for k in range(len(values))],
            "period_s": pl.Series([period] * len(values), dtype=pl.Int32),
            "value": values,
            "text": [f"{value:g}" for value in values],
            "flag": list(letters),
            "quality": pl.Series([int(FLAGS[letter].quality) for letter in letters], dtype=pl.UInt8),
            "packet": list(range(len(values))),
            "statistic": ["avg"] * len(values),
        }
    ).with_columns(pl.col("time").cast(pl.Datetime("us")))


def only(frame: pl.DataFrame) -> dict[str, object]:
    [row] = frame.to_dicts()
    return row


def test_an_hour_is_the_mean_of_its_minutes(judging: Judging):
    row = only(on_base(rows([1.0] * 6 + [2.0] * 6), judging, HOUR_S))
    assert (row["value"], row["flag"], row["period_s"], row["time"]) == (1.5, "N", HOUR_S, START)


def test_it_needs_45_minutes(judging: Judging):
    assert only(on_base(rows([1.0] * 9 + [9.0] * 3, flags="DDD"), judging, HOUR_S))["value"] == 1.0
    short = only(on_base(rows([1.0] * 8 + [9.0] * 4, flags="DDDD"), judging, HOUR_S))
    assert (short["value"], short["flag"]) == (None, "D")
    assert only(on_base(rows([1.0] * 8), judging, HOUR_S))["value"] is None


def test_why_an_hour_has_no_number_stays_known(judging: Judging):
    """A furnace that stood still is no monitor that failed."""
    assert only(on_base(rows([0.0] * 12, flags="F" * 12), judging, HOUR_S))["flag"] == "F"


def test_negative_minutes_of_a_flue_gas_do_not_count_others_do(judging: Judging):
    values = [-1.0] * 4 + [1.0] * 8
    assert only(on_base(rows(values), judging, HOUR_S))["value"] is None
    pressure = only(on_base(rows([-1.0] * 12, code="a01013"), judging, HOUR_S))
    air = only(on_base(rows([-1.0] * 12, code=SO2, point=AIR_POINT), judging, HOUR_S))
    assert (pressure["value"], air["value"]) == (-1.0, -1.0)


def test_an_hour_that_came_itself_is_taken_and_not_made(judging: Judging):
    both = pl.concat([rows([7.0], period=HOUR_S), rows([1.0] * 24)])
    made = on_base(both, judging, HOUR_S).sort("time")
    assert made["value"].to_list() == [7.0, 1.0]
    assert made["period_s"].to_list() == [HOUR_S, HOUR_S]


def test_where_half_hours_have_limits_a_year_is_of_ten_minutes(judging: Judging):
    assert base_s(judging, AIR_POINT) == HOUR_S
    made = on_base(rows([1.0, 2.0] * 6), judging, TEN_MINUTES_S)
    assert made["period_s"].unique().to_list() == [TEN_MINUTES_S]
    assert made["value"].to_list() == [1.5] * 6

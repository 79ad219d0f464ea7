"""Valid hourly and daily means: 45 minutes, 20 hours, slots from the calendar. GB 3095 Table 4; HJ 212-2017 Annex D."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest

from clearbay.assess.averaging import countable, daily_means, hourly_means
from clearbay.assess.frames import collect
from clearbay.assess.slots import offsets
from tests.assess.measurements import at, relation, table

SHANGHAI = offsets(date(2026, 3, 1), date(2026, 3, 3), "Asia/Shanghai")


def minutes(n: int, *, step: int = 5, value: float = 10.0, flag: str = "N") -> list[tuple[Any, ...]]:
    start = at("2026-03-01T08:00")
    return [("P1", "a34004", start + timedelta(minutes=step * k), value, flag) for k in range(n)]


def hours_of(rows: list[tuple[Any, ...]], period_s: int) -> list[dict[str, Any]]:
    out = collect(hourly_means(countable(table(rows, period_s=period_s)), SHANGHAI))
    return sorted(out.to_pylist(), key=lambda r: (r["point_id"], r["code"], r["t"]))


def test_an_hour_needs_45_minutes() -> None:
    assert hours_of(minutes(9), 300)[0]["ok"]
    assert not hours_of(minutes(8), 300)[0]["ok"]


def test_rows_that_do_not_exist_count_as_missing() -> None:
    # 2 of 12 five-minute values is no hourly mean, whether the other ten rows are absent or empty.
    absent = hours_of(minutes(2), 300)[0]
    empty = hours_of(minutes(2) + [("P1", "a34004", r[2], None, "N") for r in minutes(12)[2:]], 300)[0]
    assert (absent["valid"], absent["ok"]) == (2, False)
    assert (empty["valid"], empty["ok"]) == (2, False)


@pytest.mark.parametrize("flag", ["M", "D", "C", "F", "T", "B"])
def test_flagged_values_are_left_out(flag: str) -> None:
    rows = minutes(9, value=10.0) + [(*r[:3], 1000.0, flag) for r in minutes(12)[9:]]
    hour = hours_of(rows, 300)[0]
    assert (hour["s"], hour["valid"], hour["present"], hour["ok"]) == (10 * 10**9, 9, 12, True)


def test_a_day_needs_20_hours() -> None:
    for n, ok in ((20, True), (19, False)):
        rows = [("P1", "a34004", at("2026-03-01T00:00") + timedelta(hours=h), float(h)) for h in range(n)]
        hours = hourly_means(countable(table(rows)), SHANGHAI)
        (day,) = collect(daily_means(hours, SHANGHAI)).to_pylist()
        assert (day["valid"], day["ok"]) == (n, ok)
        assert day["day"] == (date(2026, 3, 1) - date(1970, 1, 1)).days
        assert day["s"] == round(sum(range(n)) * 10**9 / n)


def test_a_day_is_one_of_the_legal_zone() -> None:
    # 16:00 UTC is Beijing midnight: 23:00 and 00:00 Beijing time fall on different days.
    rows = [("P1", "a34004", at("2026-03-01T23:00"), 1.0), ("P1", "a34004", at("2026-03-02T00:00"), 2.0)]
    days = collect(daily_means(hourly_means(countable(table(rows)), SHANGHAI), SHANGHAI)).to_pylist()
    assert sorted(d["day"] for d in days) == [20513, 20514]


def test_half_hour_zones_have_hours_of_their_own() -> None:
    kolkata = offsets(date(2026, 3, 1), date(2026, 3, 1), "Asia/Kolkata")
    rows = [("P1", "a34004", at("2026-03-01T10:15"), 1.0), ("P1", "a34004", at("2026-03-01T10:45"), 3.0)]
    hours = collect(hourly_means(countable(table(rows, period_s=900)), kolkata)).to_pylist()
    # 10:15 and 10:45 in Shanghai are 07:45 and 08:15 in Kolkata.
    assert len(hours) == 2


def test_daylight_saving_gives_days_of_23_and_25_hours() -> None:
    berlin = offsets(date(2026, 10, 24), date(2026, 10, 26), "Europe/Berlin")
    start = at("2026-10-25T06:00")  # 22:00 UTC on the 24th = midnight of the 25th in Berlin
    rows = [("P1", "a34004", start + timedelta(hours=h), 1.0) for h in range(25)]
    days = collect(daily_means(hourly_means(countable(table(rows)), berlin), berlin)).to_pylist()
    assert [d["valid"] for d in days] == [25]


@pytest.mark.parametrize("engine", [lambda t: t, relation, lambda t: t.to_pandas()], ids=["polars", "duckdb", "pandas"])
def test_engines_agree_to_the_last_digit(engine: Callable[[pa.Table], Any]) -> None:
    rows = [
        ("P1", code, at("2026-03-01T00:00") + timedelta(minutes=7 * k), (k * 37 % 1000) / 10, "NMND"[k % 4])
        for code in ("a34004", "a34002")
        for k in range(600)
    ]
    arrow = table(rows, period_s=420)
    key = [("point_id", "ascending"), ("code", "ascending"), ("t", "ascending")]
    plain = collect(hourly_means(countable(arrow), SHANGHAI))
    other = collect(hourly_means(countable(engine(arrow)), SHANGHAI))

    def listed(t: pa.Table) -> list[dict[str, Any]]:
        text = t.set_column(0, "point_id", t["point_id"].cast(pa.string())).set_column(
            1, "code", t["code"].cast(pa.string())
        )
        return text.select(plain.column_names).sort_by(key).to_pylist()

    assert listed(plain) == listed(other)

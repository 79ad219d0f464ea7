"""What must hold whatever the data: order of rows, days and their month, minutes and their hours, missing rows."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearbay.standards import Standards
from tests.assess.stack.furnace_data import judged, series, table, tag

SLOW = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
PLAIN = ["finding_id", "value", "raw_value", "verdict", "valid", "expected", "confidence", "left_out", "windows"]
TAGS = [
    tag("启炉", "2026-03-01T05:20", "2026-03-01T09:50"),
    tag("CEMS维护", "2026-03-02T10:00", "2026-03-02T13:00"),
    tag("停运", "2026-03-03T22:00", "2026-03-04T03:00"),
]


def hours(seed: int, days: int) -> list[pl.DataFrame]:
    draw = np.random.default_rng(seed)
    n = 24 * days
    flags = {int(k): "MDCT"[k % 4] for k in draw.choice(n, n // 12, replace=False)}
    gone = set(draw.choice(n, n // 15, replace=False).tolist())
    dust = [None if k in gone else float(v) for k, v in enumerate(np.round(draw.uniform(-1, 40, n), 2))]
    oxygen = np.round(draw.uniform(6, 20.6, n), 2).tolist()
    heat = np.round(draw.normal(851, 2, 12 * n), 1).tolist()
    return [
        series("a34013", dust, flags=flags),
        series("a19001", oxygen),
        series("i33311", heat, period_s=300),
        series("i33321", heat[::-1], period_s=300),
    ]


@SLOW
@given(st.integers(0, 10**6))
def test_the_order_of_rows_makes_no_difference(standards: Standards, seed: int) -> None:
    rows = pl.concat(hours(seed, 2))
    mixed = rows.sample(fraction=1.0, shuffle=True, seed=seed)
    first, second = (judged(standards, table(frame), tags=TAGS) for frame in (rows, mixed))
    assert first.equals(second)


@SLOW
@given(st.integers(0, 10**6))
def test_a_stretch_of_days_is_the_union_of_its_days(standards: Standards, seed: int) -> None:
    rows = table(*hours(seed, 4))
    whole = judged(standards, rows, tags=TAGS, span=(date(2026, 3, 1), date(2026, 3, 4)))
    parts = [judged(standards, rows, tags=TAGS, span=(date(2026, 3, d), date(2026, 3, d))) for d in range(1, 5)]
    union = pl.concat(parts).unique("finding_id")
    assert whole.select(PLAIN).sort("finding_id").equals(union.select(PLAIN).sort("finding_id"))


@SLOW
@given(st.integers(0, 10**6), st.integers(0, 95))
def test_a_row_without_a_number_never_helps(standards: Standards, seed: int, at: int) -> None:
    frames = hours(seed, 4)
    kept = frames[0].filter(pl.col("row") != at)
    empty = (
        frames[0].filter(pl.col("row") == at).with_columns(value=pl.lit(None, pl.Float64), quality=pl.lit(9, pl.Int8))
    )
    without = judged(standards, table(kept, *frames[1:]), tags=TAGS)
    beside = judged(standards, table(pl.concat([kept, empty]), *frames[1:]), tags=TAGS)
    both = without.join(beside, on="finding_id", suffix="_with")
    assert both.filter((pl.col("verdict") == "not_evaluable") & (pl.col("verdict_with") == "met")).is_empty()
    assert len(both) == len(without)


@SLOW
@given(st.integers(0, 10**6))
def test_minutes_and_the_hours_derived_from_them_give_the_same(standards: Standards, seed: int) -> None:
    draw = np.random.default_rng(seed)
    n = 24 * 60
    minutes, derived = [], []
    for code, low, high in (("a34013", 0.0, 40.0), ("a19001", 6.0, 20.5)):
        value = np.round(draw.uniform(low, high, n), 3)
        # Most hours lose a few minutes, some lose too many.
        out = draw.random(n) < np.repeat(draw.choice([0.05, 0.2, 0.3], 24), 60)
        minutes.append(series(code, value.tolist(), period_s=60, flags={int(k): "M" for k in np.flatnonzero(out)}))
        scaled = np.round(value * 1000).astype(np.int64) * 10**6
        means: list[float | None] = []
        for hour in range(24):
            good = ~out[60 * hour : 60 * hour + 60]
            total, count = int(scaled[60 * hour : 60 * hour + 60][good].sum()), int(good.sum())
            q, r = divmod(total, max(count, 1))
            q += 2 * r > count or (2 * r == count and q % 2 == 1)
            means.append(q / 1e9 if count >= 45 else None)
        derived.append(series(code, means))
    same = ["finding_id", "value", "verdict", "valid"]
    kinds = pl.col("averaging").is_in(["day", "max1h", "1h", "24h"])
    first, second = (judged(standards, table(*x), tags=TAGS).filter(kinds).select(same) for x in (minutes, derived))
    assert first.equals(second)


def test_five_second_readings_make_minutes_only_when_all_twelve_are_there(standards: Standards) -> None:
    n = 24 * 720
    oxygen = series("a19001", [11.0] * 24)
    full = series("a34013", [5.0] * n, period_s=0, statistic="value")
    # One reading in sixteen minutes of every hour is missing: 44 minutes remain.
    holes = {hour * 720 + minute * 12 for hour in range(24) for minute in range(16)}
    less = full.filter(~pl.col("row").is_in(list(holes)))
    for rows, valid in ((full, 24), (less, 0)):
        day = judged(standards, table(rows, oxygen)).filter(
            (pl.col("averaging") == "day") & (pl.col("code") == "a34013")
        )
        assert day["valid"].to_list() == [valid]


@pytest.mark.parametrize(("period_s", "parts"), [(300, 12), (600, 6)])
def test_five_and_ten_minute_means_make_hours(standards: Standards, period_s: int, parts: int) -> None:
    rows = table(series("a34013", [5.0] * 24 * parts, period_s=period_s), series("a19001", [11.0] * 24))
    day = judged(standards, rows).filter((pl.col("averaging") == "day") & (pl.col("code") == "a34013"))
    assert (day["value"].item(), day["valid"].item()) == (5.0, 24)


def test_an_hour_given_twice_is_left_out_and_named(standards: Standards) -> None:
    again = series("a34013", [6.0], start="2026-03-01T04:00")
    rows = table(series("a34013", [5.0] * 24), again, series("a19001", [11.0] * 24))
    day = judged(standards, rows).filter((pl.col("averaging") == "day") & (pl.col("code") == "a34013"))
    assert day["left_out"].to_list() == [[{"reason": "given_twice", "count": 1}]]

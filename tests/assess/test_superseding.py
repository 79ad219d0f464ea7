"""A value that comes late changes what was found; what was found before stays readable."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pyarrow as pa
import pytest

from clearbay.assess.judge import judge
from clearbay.assess.permits import parse_permit
from clearbay.assess.superseding import current, supersede
from clearbay.standards import Standards
from tests.assess.measurements import at, table

FIRST, SECOND = datetime(2026, 4, 2, tzinfo=UTC), datetime(2026, 4, 3, tzinfo=UTC)


def found(standards: Standards, hours: int, when: datetime) -> pa.Table:
    rows = [("s1", "a34004", at("2026-04-01T00:00") + timedelta(hours=h), 40.0) for h in range(hours)]
    day = date(2026, 4, 1)
    return judge(table(rows), standards, [parse_permit("GB 3095:grade=2")], assessed_at=when, span=(day, day))


def test_a_late_hour_supersedes_the_day_it_completes(standards: Standards) -> None:
    before, after = found(standards, 19, FIRST), found(standards, 20, SECOND)
    news = supersede(before, after)
    [row] = pl.from_arrow(news).filter(pl.col("averaging").cast(pl.String) == "day").to_dicts()
    assert (row["revision"], row["verdict"], row["value"]) == (2, "met", 40.0)
    assert row["supersedes"] == f"{row['finding_id']}.1"
    both = pa.concat_tables([before, news]).unify_dictionaries()
    day = pl.col("finding_id") == row["finding_id"]
    then = pl.from_arrow(current(both, FIRST + timedelta(hours=1))).filter(day)
    now = pl.from_arrow(current(both)).filter(day)
    assert (then["verdict"][0], now["verdict"][0]) == ("not_evaluable", "met")
    assert supersede(both, found(standards, 20, SECOND)).num_rows == 0


def test_the_same_values_are_no_news(standards: Standards) -> None:
    before = found(standards, 24, FIRST)
    assert supersede(before, found(standards, 24, SECOND)).num_rows == 0


def test_what_stood_nowhere_is_a_first_revision(standards: Standards) -> None:
    news = supersede(found(standards, 24, FIRST).slice(0, 0), found(standards, 24, SECOND))
    assert set(news["revision"].to_pylist()) == {1}
    assert set(news["supersedes"].to_pylist()) == {None}


def test_before_the_first_assessment_nothing_stood(standards: Standards) -> None:
    assert current(found(standards, 24, SECOND), FIRST).num_rows == 0


@pytest.mark.parametrize("hours", [20, 24])
def test_a_correction_back_to_the_first_value_is_a_third_revision(standards: Standards, hours: int) -> None:
    one = found(standards, 24, FIRST)
    two = supersede(one, found(standards, 19, SECOND))
    kept = pa.concat_tables([one, two]).unify_dictionaries()
    three = supersede(kept, found(standards, 24, SECOND + timedelta(days=1)))
    assert set(three["revision"].to_pylist()) == {3}

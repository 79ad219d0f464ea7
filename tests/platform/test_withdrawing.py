"""An hour that exceeded and was corrected downwards does not stand as exceeded."""

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from clearbay.assess.judge import judge
from clearbay.assess.permits import parse_permit
from clearbay.platform.withdrawing import withdrawn
from clearbay.standards import Standards
from tests.assess.measurements import at, table

DAY, FIRST, LATER = date(2026, 3, 10), datetime(2026, 3, 11, tzinfo=UTC), datetime(2026, 3, 12, tzinfo=UTC)


def judged(standards: Standards, eighth_hour: float, when: datetime) -> pa.Table:
    rows = []
    for hour in range(24):
        start = at("2026-03-10T00:00") + timedelta(hours=hour)
        rows.append(("wte-1", "a21002", start, eighth_hour if hour == 8 else 200.0, "N", "mg/m3"))
        rows.append(("wte-1", "a19001", start, 11.0, "N", "%"))
    return judge(table(rows), standards, [parse_permit("GB 18485")], assessed_at=when, span=(DAY, DAY))


def test_a_corrected_hour_is_met_with_its_new_value(standards: Standards) -> None:
    before, after = judged(standards, 320.0, FIRST), judged(standards, 210.0, LATER)
    hour = before.filter(pc.equal(before["averaging"].cast(pa.string()), "1h"))
    assert hour["verdict"].to_pylist() == ["exceeded"]
    [row] = withdrawn(before, after, LATER).to_pylist()
    assert (row["finding_id"], row["revision"]) == (hour["finding_id"][0].as_py(), 2)
    assert (row["verdict"], row["value"], row["margin"]) == ("met", 210.0, 90.0)
    assert row["supersedes"] == f"{row['finding_id']}.1"


def test_an_hour_that_still_exceeds_stands(standards: Standards) -> None:
    before = judged(standards, 320.0, FIRST)
    assert withdrawn(before, judged(standards, 310.0, LATER), LATER).num_rows == 0

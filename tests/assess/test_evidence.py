"""What a finding is known by and what it is digested from; what else Table 4 and two items of one pollutant ask."""

import hashlib
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from clearbay.assess.judge import judge
from clearbay.assess.permits import Permit, Point
from clearbay.standards import Standards
from tests.assess.measurements import at, table
from tests.assess.test_judge import COD, FLOW, NH3, NOW, O3, PM25, effluent, found, hourly, of


def test_the_id_of_a_finding_is_the_contracts(standards: Standards) -> None:
    row = of(found(standards, table(hourly(PM25, "2026-04-01", [1.0] * 24)), "GB 3095:grade=2"), "day", PM25)
    t = int(at("2026-04-01T00:00").timestamp())
    text = f"GB 3095-2026/a34004/day/grade=2\x1fP1\x1fa34004\x1fraw\x1f{t}\x1f86400"
    assert row["finding_id"] == hashlib.sha256(text.encode()).hexdigest()[:24]


def test_the_digest_of_the_inputs_can_be_written_by_anyone(standards: Standards) -> None:
    row = of(found(standards, table(hourly(PM25, "2026-04-01", [1.5] * 24)), "GB 3095:grade=2"), "day", PM25)
    record = np.dtype(
        [("t", "<i8"), ("period", "<i4"), ("value", "<i8"), ("flag", "S2"), ("quality", "u1"), ("places", "<i4")]
    )
    t = int(at("2026-04-01T00:00").timestamp())
    records = np.array([(t + 3600 * h, 3600, 1_500_000_000, b"", 1, 9) for h in range(24)], dtype=record)
    content = b"clearbay records 1\nP1\x1fa34004\x1fug/m3\n" + records.tobytes()
    assert row["input_digest"] == hashlib.sha256(content).hexdigest()


def test_another_value_is_another_digest_and_the_same_finding(standards: Standards) -> None:
    a = of(found(standards, table(hourly(PM25, "2026-04-01", [1.5] * 24)), "GB 3095:grade=2"), "day", PM25)
    changed = hourly(PM25, "2026-04-01", [1.5] * 23 + [1.6])
    b = of(found(standards, table(changed), "GB 3095:grade=2"), "day", PM25)
    assert a["finding_id"] == b["finding_id"]
    assert a["input_digest"] != b["input_digest"]
    assert a["rule_digest"] == b["rule_digest"]


def test_of_two_ozone_items_the_larger_decides_the_day(standards: Standards) -> None:
    # HJ 633-2012 Table 1: an 8-h maximum of 210 gives 100 + 50 * 50 / 55 = 146; a 1-h maximum of 210 gives 105.
    frame = found(standards, table(hourly(O3, "2026-02-27", [210.0] * 24)), "HJ 633")
    row = of(frame.filter(pl.col("period_s") > 3600), "day", "aqi")
    assert row["index"] == 146


@pytest.mark.parametrize("days", [1, 0])
def test_a_day_of_ozone_is_no_year(standards: Standards, days: int) -> None:
    start = at("2025-01-01T00:00")
    rows = [("P1", PM25, start + timedelta(hours=h), 30.0) for h in range(365 * 24)]
    rows += [("P1", O3, start + timedelta(hours=h), 30.0) for h in range(days * 24)]
    permit = Permit("P1", "GB 3095", {"grade": "2"}, (PM25, O3))
    frame = pl.from_arrow(judge(table(rows), standards, [permit], assessed_at=NOW))
    assert isinstance(frame, pl.DataFrame)
    row = of(frame.with_columns(pl.col(pl.Categorical).cast(pl.String)), "p90", O3)
    assert (row["verdict"], row["valid"]) == ("not_evaluable", days)


def test_lead_needs_all_24_hours_of_a_day(standards: Standards) -> None:
    # GB 3095-2026 Table 4: 24 h of sampling for TSP, BaP and Pb.
    for n, verdict in ((24, "met"), (23, "not_evaluable")):
        row = of(
            found(standards, table(hourly("a34001", "2026-04-01", [10.0] * n)), "GB 3095:grade=2"), "day", "a34001"
        )
        assert row["verdict"] == verdict


def test_the_temperature_that_chose_the_limit_is_part_of_the_digest(standards: Standards) -> None:
    cold, warm = (
        of(found(standards, effluent(NH3, 6.0, t), "GB 18918:level=1A,built=2010"), "day", NH3) for t in (11.0, 13.0)
    )
    assert (cold["verdict"], warm["verdict"]) == ("met", "exceeded")
    assert cold["input_digest"] != warm["input_digest"]


def test_the_ph_that_chose_the_limit_is_part_of_the_digest(standards: Standards) -> None:
    rows = table([("F1", "s20115", at("2026-04-01T00:00"), 0.35)], period_s=0, unit="mg/kg")
    digests = {
        of(
            found(
                standards, rows, "GB 15618:value=screening", points=[Point("F1", facts={"ph": ph, "land_use": "paddy"})]
            ),
            "sample",
            "s20115",
        )["input_digest"]
        for ph in ("5.0", "6.0")
    }
    assert len(digests) == 2


def test_flow_enters_the_digest_only_where_it_weighted(standards: Standards) -> None:
    outlet = [(*r, "", "mg/L") for r in hourly(COD, "2026-04-01", [10.0] * 24, "B")]
    few = [(*r, "", "L/s") for r in hourly(FLOW, "2026-04-01", [5.0] * 5, "B")]
    other = [(*r, "", "mg/L") for r in hourly(COD, "2026-04-01", [10.0] * 24, "A")]
    full = [(*r, "", "L/s") for r in hourly(FLOW, "2026-04-01", [5.0] * 24, "A")]
    alone = of(found(standards, table(outlet + few), "GB 18918:level=1A"), "day", COD)
    both = found(standards, table(outlet + few + other + full), "GB 18918:level=1A").filter(pl.col("point_id") == "B")
    assert of(both, "day", COD)["input_digest"] == alone["input_digest"]

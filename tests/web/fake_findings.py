"""Findings of the example files by the real assessments, and made-up ones of a stack, once a test run."""

from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
import pyarrow as pa
from fake_district import PERMITS, ROOT

from clearbay.assess.findings import SCHEMA, ordered, together
from clearbay.platform.file_assessment import Request, assess_files

DAY0 = datetime(2026, 1, 29, 16, tzinfo=UTC)
LIMITS = {"a34013": 20.0, "a21026": 80.0, "a21002": 250.0, "a21024": 50.0, "a21005": 80.0}


@cache
def findings_of_all() -> pa.Table:
    """Air, effluent, water and soil of the example files, and sixty days of two stacks."""
    files = ("air-hourly", "effluent-hourly", "surface-water-monthly", "soil-samples")
    known = {permit.point_id for permit in PERMITS}
    tables = [_stack("wte-1", 1), _stack("wte-2", 2)]
    for name in files:
        request = Request(
            (str(ROOT / "examples" / f"{name}.csv"),), permits=tuple(p for p in PERMITS if "wte" not in p.point_id)
        )
        found = assess_files(request, datetime(2026, 3, 31, tzinfo=UTC)).findings
        tables.append(found.filter(pa.array([p in known for p in found["point_id"].to_pylist()])))
    return ordered(together([table.unify_dictionaries() for table in tables]))


def _stack(point: str, seed: int) -> pa.Table:
    chance = np.random.default_rng(seed)
    rows = []
    for k in range(60):
        start = DAY0 + timedelta(days=k)
        for code, limit in LIMITS.items():
            value = float(np.round(limit * (0.45 + 0.3 * chance.random() + (0.5 if chance.random() < 0.03 else 0)), 1))
            verdict = "exceeded" if value > limit else "met"
            if chance.random() < 0.04:
                verdict = "not_evaluable"
            rows.append(_row(point, code, start, value, limit, "mg/m3", "day", verdict, "GB 18485-2014 day"))
        low = int(chance.integers(0, 3)) + (4 if chance.random() < 0.04 else 0)
        rows.append(
            _row(
                point,
                "a01901",
                start,
                float(low),
                5.0,
                "1",
                "furnace_temperature",
                "exceeded" if low > 5 else "met",
                "GB 18485-2014 furnace_temperature",
            )
        )
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _row(
    point: str,
    code: str,
    start: datetime,
    value: float,
    limit: float,
    unit: str,
    averaging: str,
    verdict: str,
    rule: str,
) -> dict[str, object]:
    missing = verdict == "not_evaluable"
    return {
        "finding_id": f"{abs(hash((point, code, start.isoformat(), rule))):024x}"[:24],
        "revision": 1,
        "rule": rule,
        "point_id": point,
        "code": code,
        "basis": "reference_o2",
        "time": start,
        "period_s": 86400,
        "zone": "Asia/Shanghai",
        "averaging": averaging,
        "method": "grid",
        "standard": "GB 18485-2014",
        "clause": "表4",
        "limit_min": None,
        "limit_max": limit,
        "unit": unit,
        "confidence": "verified",
        "value": None if missing else value,
        "margin": None if missing else limit - value,
        "verdict": verdict,
        "class": "",
        "index": None,
        "primary": "",
        "expected": 24,
        "valid": 12 if missing else 23,
        "left_out": [{"reason": "missing", "count": 12 if missing else 1}],
        "windows": [],
        "input_digest": "0" * 64,
        "rule_digest": "1" * 64,
        "assessed_at": datetime(2026, 3, 31, tzinfo=UTC),
        "supersedes": None,
    }

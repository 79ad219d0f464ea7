"""Findings for the report's tests: made-up measurements, seeded, judged by the real rules."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from clearbay.assess import observations
from clearbay.assess.judge import judge
from clearbay.assess.permits import Permit, Point
from clearbay.standards import Standards

AT = datetime(2026, 11, 22, tzinfo=UTC)
AIR = {"a34004": (40, "ug/m3"), "a34002": (80, "ug/m3"), "a21026": (9, "ug/m3"), "a21004": (30, "ug/m3")} | {
    "a21005": (0.8, "mg/m3"),
    "a05024": (90, "ug/m3"),
}


def table(rows: Sequence[tuple[str, str, datetime, int, float, str]]) -> pa.Table:
    """Rows of (point, code, start, period [s], value, unit) as a measurement table."""
    n = len(rows)
    columns = {
        "point_id": [r[0] for r in rows],
        "code": [r[1] for r in rows],
        "basis": ["raw"] * n,
        "time": [r[2] for r in rows],
        "period_s": [r[3] for r in rows],
        "statistic": ["avg" if r[3] else "value" for r in rows],
        "value": [r[4] for r in rows],
        "text": [str(r[4]) for r in rows],
        "unit": [r[5] for r in rows],
        "flag": [""] * n,
        "quality": [1] * n,
        "source": [0] * n,
        "row": list(range(2, n + 2)),
    }
    plain = {name: pa.array(values) for name, values in columns.items()}
    return pa.table({f.name: _column(plain[f.name], f.type) for f in observations.SCHEMA}, schema=observations.SCHEMA)


def _column(values: pa.Array, wanted: pa.DataType) -> pa.Array:
    return values.dictionary_encode() if pa.types.is_dictionary(wanted) else values.cast(wanted)


def air(
    points: Sequence[str] = ("A1",), days: int = 5, start: datetime = datetime(2026, 5, 3, 16, tzinfo=UTC)
) -> pa.Table:
    """Hourly means from local midnight on; day 2 of every point is heavily polluted by PM2.5, day 3 is missing."""
    start = datetime(2026, 5, 3, 16, tzinfo=UTC)
    random = np.random.default_rng(20260504)
    rows = []
    for point in points:
        for hour in range(24 * days):
            if hour // 24 == 2:
                continue
            for code, (mean, unit) in AIR.items():
                value = mean * float(np.exp(random.normal(0, 0.1))) * (5 if code == "a34004" and hour // 24 == 1 else 1)
                rows.append((point, code, start + timedelta(hours=hour), 3600, round(value, 1), unit))
    return table(rows)


def water(points: Sequence[str] = ("S1", "S2"), months: int = 3) -> pa.Table:
    """A sample a month; NH3-N 0.4 mg/L (class II) at the first point and 1.8 (class V) at the others."""
    rows = []
    for k, point in enumerate(points):
        for month in range(months):
            when = datetime(2026, 1 + month, 5, 2, tzinfo=UTC)
            values = {"w01001": (7.5, "1"), "w01009": (8.2, "mg/L"), "w01019": (3.1, "mg/L")}
            values |= {"w21003": (0.4 if k == 0 else 1.8, "mg/L"), "w21011": (0.08, "mg/L")}
            rows += [(point, code, when, 0, value, unit) for code, (value, unit) in values.items()]
    return table(rows)


def effluent(days: int = 6) -> pa.Table:
    """Hourly COD of 30 mg/L; day 1 has 70 (above 50), day 3 has too few hours."""
    start = datetime(2026, 3, 1, 16, tzinfo=UTC)
    rows = [
        ("DW1", "w01018", start + timedelta(hours=h), 3600, 70.0 if h // 24 == 1 else 30.0, "mg/L")
        for h in range(24 * days)
        if not (h // 24 == 3 and h % 24 > 5)
    ]
    return table(rows)


def soil() -> pa.Table:
    """Cadmium of 0.2, 0.5 and 2.5 mg/kg in paddies of pH 6: low, possible, strict (GB 15618-2018: 0.4 and 2.0)."""
    when = datetime(2025, 10, 13, 2, tzinfo=UTC)
    return table([(f"T{k}", "s20115", when, 0, value, "mg/kg") for k, value in enumerate((0.2, 0.5, 2.5))])


def soil_points() -> list[Point]:
    return [Point(f"T{k}", facts={"ph": "6.0", "land_use": "paddy"}) for k in range(3)]


PERMITS = {
    "air": (Permit("*", "HJ 633"), Permit("*", "GB 3095", {"grade": "2"})),
    "water": (Permit("*", "GB 3838", {"class": "III", "water_body": "river"}),),
    "effluent": (Permit("*", "GB 18918", {"level": "1A", "built": "2010"}),),
    "soil": (Permit("*", "GB 15618"),),
}


def judged(kind: str, measurements: pa.Table, standards: Standards, points: Sequence[Point] = ()) -> pa.Table:
    """Findings of measurements by what usually applies to their kind."""
    return judge(measurements, standards, PERMITS[kind], assessed_at=AT, points=points)

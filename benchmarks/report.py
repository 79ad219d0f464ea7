"""How large the report's page is and how long it takes, for many stations and for many years.

Peer, in the same run: the same findings' values as one JSON object a row, which is what a chart library writes when it
is handed a frame. Limit: 4 MB a page. Usage: python benchmarks/report.py
"""

import resource
import time
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pyarrow as pa

from clearbay.assess import observations
from clearbay.assess.judge import judge
from clearbay.assess.permits import Permit
from clearbay.reports.assessment import Counts, build
from clearbay.standards import load

AT = datetime(2026, 11, 22, tzinfo=UTC)
CODES = {
    "a34004": ("ug/m3", 40),
    "a34002": ("ug/m3", 70),
    "a21026": ("ug/m3", 10),
    "a21004": ("ug/m3", 30),
    "a21005": ("mg/m3", 0.8),
    "a05024": ("ug/m3", 80),
}
LIMIT_MB = 4.0


def hours(stations: int, hours_each: int, start: str) -> pa.Table:
    """Seeded hourly means of six pollutants; 2 % of them missing."""
    random = np.random.default_rng(1)
    size = stations * hours_each * len(CODES)
    point = np.repeat(np.arange(stations), hours_each * len(CODES))
    hour = np.tile(np.repeat(np.arange(hours_each), len(CODES)), stations)
    code = np.tile(np.arange(len(CODES)), stations * hours_each)
    level = np.array([mean for _, mean in CODES.values()])[code]
    value = np.round(level * np.exp(random.normal(0, 0.45, size) + 0.4 * np.sin(hour / 24 / 58)), 1)
    kept = random.random(size) >= 0.02
    n = int(kept.sum())

    def words(at: np.ndarray, texts: list[str]) -> pa.Array:
        return pa.DictionaryArray.from_arrays(pa.array(at[kept].astype(np.int32)), pa.array(texts))

    zero = np.zeros(size, dtype=np.int32)
    time_us = np.datetime64(start, "us") + hour * np.timedelta64(3_600_000_000, "us")
    columns = {
        "point_id": words(point, [f"站点{k:04d}" for k in range(stations)]),
        "code": words(code, list(CODES)),
        "basis": words(zero, ["raw"]),
        "time": pa.array(time_us[kept], pa.timestamp("us")).cast(pa.timestamp("us", tz="UTC")),
        "period_s": pa.array(np.full(n, 3600, np.int32)),
        "statistic": words(zero, ["avg"]),
        "value": pa.array(value[kept]),
        "text": pa.nulls(n, pa.string()),
        "unit": words(code, [unit for unit, _ in CODES.values()]),
        "flag": words(zero, [""]),
        "quality": pa.array(np.ones(n, np.int8)),
        "source": pa.array(zero[kept]),
        "row": pa.array(np.arange(size)[kept]),
    }
    return pa.table({name: columns[name] for name in observations.SCHEMA.names})


def show(name: str, measurements: pa.Table) -> None:
    standards = load()
    permits = [Permit("*", "HJ 633"), Permit("*", "GB 3095", {"grade": "2"})]
    found = judge(measurements, standards, permits, assessed_at=AT)
    cpu, wall = time.process_time(), time.perf_counter()
    page = build(found, measurements, standards=standards, counts=Counts(1, 1, 0), made_up="benchmark", generated_at=AT)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    size = len(page.encode()) / 1e6
    frame = pl.from_arrow(found.select(["point_id", "code", "averaging", "time", "value", "limit_max", "verdict"]))
    assert isinstance(frame, pl.DataFrame)
    naive = len(frame.write_json().encode()) / 1e6
    print(f"{name}: findings {found.num_rows}")
    print(f"{name}: page {size:.2f} MB (limit {LIMIT_MB:.0f} MB; every finding as JSON {naive:.0f} MB)")
    print(f"{name}: page CPU {cpu:.1f} s")
    print(f"{name}: page wall {wall:.1f} s")
    print(f"{name}: peak memory with judging {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")
    print(f"{name}: {'within' if size < LIMIT_MB else 'ABOVE'} the limit")


if __name__ == "__main__":
    show("one station, ten years", hours(1, 24 * 3652, "2016-12-31T16:00"))
    show("1,600 stations, one week", hours(1600, 168, "2026-05-03T16:00"))

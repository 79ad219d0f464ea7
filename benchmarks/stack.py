"""A furnace-year of minutes, and a province of hours, from Parquet to findings; beside pandas doing the means alone.

Run: `python benchmarks/stack.py`. CPU seconds are of the whole process, all threads; kernels are compiled before.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).resolve().parent))
from clearbay.assess.judge import batches
from clearbay.assess.observations import SCHEMA
from clearbay.assess.permits import Permit
from clearbay.assess.stack.judge_stack import COLUMNS
from clearbay.standards import load
from clearbay.vocabulary.tags import Tag
from measure import line, peak_memory_mb

BEIJING = timezone(timedelta(hours=8))
BEGIN = datetime(2025, 1, 1, tzinfo=BEIJING)
DAYS = 365
STACK = {"a34013": 4.0, "a21002": 150.0, "a21026": 25.0, "a21024": 8.0, "a21005": 15.0, "a19001": 8.0}
MINUTES = {**STACK, "i33311": 905.0, "i33321": 890.0, "a00000": 110_000.0}
HOURS = {**STACK, "a00000": 110_000.0}
UNITS = {"a19001": "%", "a00000": "m3/h", "i33311": "Cel", "i33321": "Cel"}


def measurements(points: list[str], channels: dict[str, float], period_s: int) -> pa.Table:
    """A year of made-up values around a typical mean, to three decimals, all normal."""
    n, codes = DAYS * 86400 // period_s, list(channels)
    size = len(points) * len(codes) * n
    draw = np.random.default_rng(20260301)
    noise = draw.standard_normal(size).reshape(-1, n)
    middle = np.tile(list(channels.values()), len(points))[:, None]
    value = np.round(middle * (1 + 0.05 * noise), 3).reshape(-1)
    start = int(BEGIN.timestamp())
    times = np.tile((start + np.arange(n, dtype=np.int64) * period_s) * 1_000_000, len(points) * len(codes))

    def words(numbers: np.ndarray, texts: list[str]) -> pa.Array:
        return pa.DictionaryArray.from_arrays(pa.array(numbers, pa.int32()), pa.array(texts, pa.string()))

    nothing = np.zeros(size, dtype=np.int32)
    code = np.tile(np.repeat(np.arange(len(codes)), n), len(points))
    units = [UNITS.get(c, "mg/m3") for c in codes]
    known = sorted(set(units))
    columns = {
        "point_id": words(np.repeat(np.arange(len(points)), len(codes) * n), points),
        "code": words(code, codes),
        "basis": words(nothing, ["standard"]),
        "time": pa.array(times, pa.timestamp("us", tz="UTC")),
        "period_s": pa.array(np.full(size, period_s, dtype=np.int32)),
        "statistic": words(nothing, ["avg"]),
        "value": pa.array(value),
        "text": pa.nulls(size, pa.string()),
        "unit": words(np.array([known.index(u) for u in units])[code], known),
        "flag": words(nothing, ["N"]),
        "quality": pa.array(np.ones(size, dtype=np.int8)),
        "source": pa.array(nothing),
        "row": pa.array(np.arange(size, dtype=np.int64)),
    }
    return pa.table([columns[field.name] for field in SCHEMA], schema=SCHEMA)


def declared(points: list[str]) -> list[Tag]:
    """Four stops a year: shut-down, cooling, out of operation, heating, start-up; and monitor maintenance."""
    found = []
    for point in points:
        for k in range(4):
            at = BEGIN + timedelta(days=15 + 84 * k)
            for label, first, hours in (
                ("停炉", 0, 2), ("停炉降温", 2, 10), ("停运", 12, 24), ("烘炉", 36, 12), ("启炉", 48, 3),
                ("CEMS维护", 100, 4),
            ):  # fmt: skip
                start, end = at + timedelta(hours=first), at + timedelta(hours=first + hours)
                kind = "monitor" if label == "CEMS维护" else "furnace"
                found.append(Tag(f"{point}-{label}-{k}", point, kind, label, start, end, end, "operator", "made up"))
    return found


def findings(path: Path, points: list[str], tags: list[Tag]) -> Iterator[pa.Table]:
    """What a user runs: read the columns that are needed, judge, take the findings batch by batch."""
    table = pq.read_table(path, columns=list(COLUMNS))
    permits = [Permit(point, "GB 18485") for point in points]
    yield from batches(table, STANDARDS, permits, assessed_at=datetime(2026, 1, 1, tzinfo=UTC), tags=tags)


def pandas_means(path: Path) -> int:
    """The hourly and daily means alone, as one writes them in pandas: no oxygen, tags, limits or evidence."""
    frame = pd.read_parquet(path, columns=["point_id", "code", "time", "value"])
    hour = frame.groupby(["point_id", "code", frame["time"].dt.floor("h")], observed=True)["value"].agg(
        ["mean", "count"]
    )
    day = hour.reset_index().groupby(["point_id", "code", pd.Grouper(key="time", freq="D")], observed=True)["mean"]
    return len(day.agg(["mean", "count"]))


def once(run: Callable[[], int]) -> tuple[float, float, int]:
    """CPU and wall seconds of one run, and what it gave."""
    wall, cpu = time.perf_counter(), time.process_time()
    made = run()
    return time.process_time() - cpu, time.perf_counter() - wall, made


def measure(name: str, points: list[str], channels: dict[str, float], period_s: int, folder: Path) -> None:
    """Write a file, judge it, and print the figures."""
    path = folder / f"{name}.parquet"
    table = measurements(points, channels, period_s)
    values = table.num_rows
    pq.write_table(table, path, compression="zstd")
    del table
    tags = declared(points)
    before = peak_memory_mb()
    cpu, wall, made = once(lambda: sum(part.num_rows for part in findings(path, points, tags)))
    line(f"{name}: values", values, "values", f"{path.stat().st_size / 1e6:,.0f} MB of Parquet")
    line(f"{name}: findings", made, "findings")
    line(f"{name}: Parquet to findings, CPU", cpu, "s", f"{cpu / values * 1e9:,.0f} ns a value")
    line(f"{name}: Parquet to findings, wall", wall, "s")
    line(f"{name}: peak memory", peak_memory_mb(), "MB", f"{before:,.0f} MB before")
    cpu, wall, _ = once(lambda: pandas_means(path))
    line(f"{name}: pandas, the means alone, CPU", cpu, "s", f"{cpu / values * 1e9:,.0f} ns a value")
    line(f"{name}: pandas, the means alone, wall", wall, "s")


STANDARDS = load()

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        small = folder / "small.parquet"
        for channels, period_s in ((MINUTES, 60), (HOURS, 3600)):
            whole = measurements(["warm"], channels, period_s)
            pq.write_table(whole.filter(pc.less(whole["time"], BEGIN + timedelta(days=100))), small)
            sum(part.num_rows for part in findings(small, ["warm"], declared(["warm"])[:6]))
        measure("a furnace-year of minutes", ["wte-1"], MINUTES, 60, folder)
        province = [f"wte-{k:03d}" for k in range(200)]
        measure("a province-year of hours", province, HOURS, 3600, folder)

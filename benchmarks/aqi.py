"""AQI and primary pollutant of a week of 1,600 stations, against aqi-hub and python-aqi in the same run.

Needs the reference data (CLEARBAY_REFERENCE_DATA, default ../shared/data); without it a made-up week of the same size.
"""

import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import polars as pl

from clearbay.assess.air_index import dated_air_index
from clearbay.standards import load
from measure import ROOT, line, peak_memory_mb, peer, run_peer, timed

COLUMNS = {
    ("a21026", "1h"): "so2",
    ("a21004", "1h"): "no2",
    ("a21005", "1h"): "co",
    ("a05024", "1h"): "o3",
    ("a34002", "1h"): "pm10",
    ("a34004", "1h"): "pm2_5",
}
PEER_ROWS = 20_000
"""Rows that the peers are given; they go row by row, so their speed does not depend on how many."""


def week() -> pl.DataFrame:
    """The week of the reference data, and its hours' days."""
    data = Path(os.environ.get("CLEARBAY_REFERENCE_DATA", ROOT.parent / "shared" / "data"))
    file = data / "air" / "hj633_2026_week_2026-03-05_11.csv.gz"
    if not file.exists():
        print(f"{file} not found: a made-up week of the same size instead")
        random = np.random.default_rng(1)
        n = 267_367
        made = {name: random.gamma(2, 20, n).round(0) for name in COLUMNS.values()}
        made["co"] = random.gamma(2, 0.4, n).round(1)
        return pl.DataFrame(made).with_columns(day=pl.lit(20_520, pl.Int64))
    frame = pl.read_csv(file, infer_schema_length=None)
    label = pl.col("timepoint").str.to_datetime("%Y-%m-%dT%H%M") - pl.duration(hours=1)
    return frame.with_columns(day=(label.dt.date() - pl.date(1970, 1, 1)).dt.total_days()).drop("aqi")


def main() -> None:
    frame = week()
    n = len(frame)
    editions = load().editions("HJ 633")
    kept = [name for name in ("stationcode", "timepoint", "day", *COLUMNS.values()) if name in frame.columns]
    both = frame.select(kept).with_columns(day=pl.when(pl.int_range(pl.len()) % 2 == 0).then(20_000).otherwise("day"))

    before = peak_memory_mb()
    ours = timed(lambda: dated_air_index(frame, editions, "hourly", COLUMNS).collect())
    mixed = timed(lambda: dated_air_index(both, editions, "hourly", COLUMNS).collect())
    line("station-hours", n, "rows")
    line(
        "clearbay, edition chosen by each row's day",
        n / ours.cpu,
        "station-hours/CPU-s",
        f"{ours.cpu:.3f} CPU-s, {ours.wall:.3f} s wall",
    )
    line(
        "clearbay, half the rows under each edition",
        n / mixed.cpu,
        "station-hours/CPU-s",
        f"{mixed.cpu:.3f} CPU-s, {mixed.wall:.3f} s wall",
    )
    line("peak memory: file read", before, "MB")
    line("peak memory: after the index", peak_memory_mb(), "MB")

    with tempfile.TemporaryDirectory() as folder:
        sample = Path(folder) / "rows.csv"
        frame.drop_nulls(list(COLUMNS.values())).head(PEER_ROWS).select(list(COLUMNS.values())).write_csv(sample)
        python = peer("aqi", ["aqi-hub==0.3.3", "python-aqi==0.6.1"])
        results = {name: run_peer(python, "aqi_peers.py", name, str(sample)) for name in ("aqi-hub", "python-aqi")}
    for name, result in results.items():
        line(
            name,
            result["rows"] / result["cpu"],
            "station-hours/CPU-s",
            f"{result['cpu']:.3f} CPU-s for {result['rows']:,} rows",
        )
    best = max(result["rows"] / result["cpu"] for result in results.values())
    line("clearbay / best peer", n / ours.cpu / best, "times", "bar: 10; and 1,000,000 station-hours/CPU-s")


if __name__ == "__main__":
    sys.exit(main())

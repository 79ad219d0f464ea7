"""A year of one series at a value a minute, drawn in 600 buckets; prints milliseconds of ten drawings as JSON.

Run by benchmarks/service.py.
"""

import json
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa

from clearbay.platform.history import history
from clearbay.store import Store
from clearbay.store.series import STATISTICS, Series

START = datetime(2025, 3, 1, tzinfo=UTC)
MINUTES = 365 * 1440
BESIDE = 11
"""Other series in the same store, so that the one asked for has to be found among them."""


def rows(number: int) -> pa.Table:
    """A year of minutes of a series, as `observations` has them."""
    at = int(START.timestamp()) + 60 * np.arange(MINUTES)
    value = np.round(30 + 10 * np.sin(np.arange(MINUTES) / 700 + number), 2)
    micros = pa.array(at * 1_000_000).cast(pa.timestamp("us"))
    return pa.table(
        {
            "series": np.full(MINUTES, number, np.int32),
            "time": micros,
            "period_s": np.full(MINUTES, 60, np.int32),
            "statistic": np.full(MINUTES, STATISTICS.index("avg"), np.uint8),
            "value": value,
            "text": pa.array(value).cast(pa.string()),
            "flag": pa.array(np.full(MINUTES, "N")),
            "quality": np.ones(MINUTES, np.uint8),
            "packet": np.arange(MINUTES, dtype=np.int64),
            "received_at": micros,
            "revision": np.zeros(MINUTES, np.uint16),
        }
    )


def main() -> None:
    with Store(Path(sys.argv[1]), min_free_bytes=0) as store:
        numbers = [store.series_number(Series("p1", f"w{21000 + k}", "raw")) for k in range(BESIDE + 1)]
        for number in numbers:
            store.write_observations(rows(number))
        took = []
        for _ in range(10):
            began = time.perf_counter()
            found = history(store, "p1", "w21005", "raw", START, START + timedelta(days=365), 600, "avg")
            took.append(1000 * (time.perf_counter() - began))
            assert found.num_rows >= 590
    print(json.dumps(took))


if __name__ == "__main__":
    main()

"""Reading measurement files: speed and peak memory, beside a plain reader that checks nothing.

    python benchmarks/files.py [FILE]

FILE defaults to the ministry's week file of the reference data (267,367 rows of 22 columns, 10.7 MB gzip).
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from pathlib import Path

DATA = Path(os.environ.get("CLEARBAY_REFERENCE_DATA", Path(__file__).parents[2] / "shared" / "data"))
WEEK = DATA / "air" / "hj633_2026_week_2026-03-05_11.csv.gz"
LONG_LINE = 2 << 30


def clearbay_reads(path: Path) -> int:
    from clearbay.files import read  # noqa: PLC0415 - only the measured process imports it

    return read(path, preset="ministry-hourly").table.num_rows


def polars_reads(path: Path) -> int:
    """The least that any reader must do: parse, name the instants, and put the values of 12 columns into long form."""
    import polars as pl  # noqa: PLC0415

    frame = pl.read_csv(path)
    values = [c for c in frame.columns if c.split("_")[0] in ("pm10", "pm2", "o3", "no2", "so2", "co")]
    time_ = pl.col("timepoint").str.to_datetime("%Y-%m-%dT%H%M")
    return frame.with_columns(time_).unpivot(values, index=["timepoint", "stationcode"]).drop_nulls("value").height


def long_line(path: Path) -> int:
    from clearbay.files import read  # noqa: PLC0415

    return read(path).rejects.num_rows


TASKS: dict[str, Callable[[Path], int]] = {
    "clearbay": clearbay_reads,
    "polars": polars_reads,
    "long_line": long_line,
}


def measured(task: str, path: Path) -> None:
    """Run one task in this process and print its figures."""
    cpu, wall = time.process_time(), time.perf_counter()
    result = TASKS[task](path)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for figure in (f"cpu {cpu:.2f} s", f"wall {wall:.2f} s", f"peak_memory {peak:.0f} MiB", f"result {result} rows"):
        print(f"{task}_{figure}")


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else WEEK
    if not path.exists():
        sys.exit(f"{path} is not there; name a file, or set CLEARBAY_REFERENCE_DATA")
    for task in ("clearbay", "polars"):
        subprocess.run([sys.executable, __file__, "--task", task, str(path)], check=True)
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "long-line.csv.gz"
        packer = zlib.compressobj(1, wbits=31)
        with made.open("wb") as out:
            out.write(packer.compress(b"time,point,COD(mg/L)\n2026-03-01 00:00,A,1\n"))
            for _ in range(LONG_LINE >> 24):
                out.write(packer.compress(b"x" * (1 << 24)))
            out.write(packer.compress(b"\n2026-03-01 01:00,A,2\n") + packer.flush())
        subprocess.run([sys.executable, __file__, "--task", "long_line", str(made)], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--task"]:
        measured(sys.argv[2], Path(sys.argv[3]))
    else:
        main()

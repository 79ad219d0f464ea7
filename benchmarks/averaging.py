"""Flag filter, valid hourly means, daily means: 10 sensors, one year of 5-minute data, against pandas and SaQC.

pandas is given the data both as the same table (one row a value) and in the form it likes best (one column a sensor).
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
import polars as pl

from clearbay.assess.averaging import countable, daily_means, hourly_means
from measure import line, peak_memory_mb, peer, run_peer, timed

SENSORS, STEP_S = 10, 300
START = 1_735_660_800
"""2024-12-31T16:00Z: the year 2025 of Asia/Shanghai."""
SHIFTS = [(0, 8 * 3600)]


def year() -> pl.DataFrame:
    """A year of made-up values with flags, as the intake gives them: repeated texts are dictionary-encoded."""
    n = 365 * 86_400 // STEP_S
    random = np.random.default_rng(0)
    return pl.DataFrame(
        {
            "point_id": np.repeat([f"P{k}" for k in range(SENSORS)], n),
            "code": "a34004",
            "t": np.tile(START + np.arange(n) * STEP_S, SENSORS),
            "period_s": pl.Series(np.full(n * SENSORS, STEP_S, dtype=np.int32)),
            "statistic": "avg",
            "value": random.gamma(2, 20, n * SENSORS).round(1),
            "unit": "ug/m3",
            "flag": random.choice(list("NNNNNNNNMD"), n * SENSORS),
            "quality": pl.Series(np.ones(n * SENSORS, dtype=np.int8)),
        }
    ).with_columns(pl.col("point_id", "code", "statistic", "unit", "flag").cast(pl.Categorical))


def ours(values: pl.DataFrame) -> pl.DataFrame:
    """Daily means as Clearbay makes them."""
    hours = hourly_means(countable(values), SHIFTS)
    return daily_means(hours, SHIFTS).collect("polars").to_native()


def main() -> None:
    values = year()
    result = ours(values)
    made = timed(lambda: ours(values))
    line("values", len(values), "rows")
    line(
        "clearbay (exact sums, any engine)",
        made.cpu,
        "CPU-s",
        f"{made.wall:.3f} s wall, {len(values) / made.cpu / 1e6:.1f} M values/CPU-s",
    )
    line("peak memory", peak_memory_mb(), "MB")
    with tempfile.TemporaryDirectory() as folder:
        file, days = Path(folder) / "year.parquet", Path(folder) / "days.parquet"
        values.with_columns(pl.col(pl.Categorical).cast(pl.String)).write_parquet(file)
        python = peer("pandas", ["pandas>=3,<4", "pyarrow"])
        for form in ("long", "wide"):
            other = run_peer(python, "means_pandas.py", form, str(file), str(days))
            same = pl.read_parquet(days).join(
                result.with_columns(pl.col("point_id").cast(pl.String)).filter("ok"), on=["point_id", "day"], how="full"
            )
            apart = (same["mean"] - same["s"] / 1e9).abs().max()
            line(
                f"pandas, {form} table",
                other["cpu"],
                "CPU-s",
                f"{other['wall']:.3f} s wall; largest difference of a daily mean {apart:.1e}",
            )
            line(f"clearbay / pandas {form}", made.cpu / other["cpu"], "of its CPU time", "bar: 1")
        python = peer("saqc", ["saqc==2.9.1"])
        other = run_peer(python, "means_saqc.py", str(file))
        line(
            "SaQC 2.9.1: flag, rolling, resample",
            other["cpu"],
            "CPU-s",
            f"{other['wall']:.1f} s wall, for {other['rows']:,} rows",
        )
        line("SaQC / clearbay, per row", other["cpu"] / other["rows"] / (made.cpu / len(values)), "times", "bar: 100")


if __name__ == "__main__":
    sys.exit(main())

"""Run with SaQC's own environment: flag, rolling mean, resample to hours and days; prints JSON.

Two sensors for two months: SaQC needs minutes for the whole year, and its cost grows with the rows.
"""

import json
import sys
import time
import warnings

import pandas as pd
from saqc import SaQC

warnings.filterwarnings("ignore")
frame = pd.read_parquet(sys.argv[1])
sensors = sorted(frame["point_id"].unique())[:2]
rows, cpu_total, wall_total = 0, 0.0, 0.0
for sensor in sensors:
    mine = frame[frame["point_id"] == sensor].iloc[: 60 * 288]
    time_index = pd.to_datetime(mine["t"].to_numpy(), unit="s")
    data = pd.DataFrame({"value": mine["value"].to_numpy()}, index=time_index)
    bad = pd.DataFrame({"bad": mine["flag"].isin(["M", "D"]).to_numpy()}, index=time_index)
    rows += len(data)
    wall, cpu = time.perf_counter(), time.process_time()
    qc = SaQC(data.join(bad))
    qc = qc.flagGeneric(field=["bad"], target="value", func=lambda x: x)
    qc = qc.rolling("value", target="rolled", window="1h", func="mean")
    qc = qc.resample("value", target="hour", freq="1h", func="mean", maxna=3)
    qc = qc.resample("hour", target="day", freq="1D", func="mean", maxna=4)
    qc.data["day"]
    cpu_total += time.process_time() - cpu
    wall_total += time.perf_counter() - wall
print(json.dumps({"rows": rows, "cpu": cpu_total, "wall": wall_total}))

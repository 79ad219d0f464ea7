"""Run with a peer's interpreter: AQI and primary pollutant of rows by aqi-hub or python-aqi; prints JSON."""

import csv
import json
import sys
import time


def hub(rows):
    from aqi_hub.aqi_cn.aqi import AQI

    for r in rows:
        made = AQI(
            pm25=r["pm2_5"], pm10=r["pm10"], so2=r["so2"], no2=r["no2"], co=r["co"], o3=r["o3"], data_type="hourly"
        )
        made.AQI
        made.primary_pollutant


def python_aqi(rows):
    import aqi
    from aqi import constants

    codes = {"pm2_5": aqi.POLLUTANT_PM25, "pm10": aqi.POLLUTANT_PM10, "so2": aqi.POLLUTANT_SO2_1H,
             "no2": aqi.POLLUTANT_NO2_1H, "co": constants.POLLUTANT_CO_1H, "o3": aqi.POLLUTANT_O3_1H}  # fmt: skip
    for r in rows:
        subs = {}
        for name, code in codes.items():
            try:
                subs[name] = aqi.to_iaqi(code, str(r[name]), algo=aqi.ALGO_MEP)
            except IndexError:  # beyond its table
                subs[name] = None
        known = {name: value for name, value in subs.items() if value is not None}
        top = max(known.values(), default=None)
        [name for name, value in known.items() if value == top]


with open(sys.argv[2], newline="") as file:
    data = [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]
run = {"aqi-hub": hub, "python-aqi": python_aqi}[sys.argv[1]]
run(data[:100])
start = time.process_time()
run(data)
print(json.dumps({"rows": len(data), "cpu": time.process_time() - start}))

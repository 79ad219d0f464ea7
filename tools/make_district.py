"""Writes the example district: openly made up, from a seed, the same bytes every time.

    python tools/make_district.py [FOLDER]

An invented district by a bay: a plant of two furnace lines, three village sewage stations with the households joined to
them, two air stations, two river sections, a lake, two fields. Its plan books are made by `example_plans.py`.
"""

import csv
import io
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np

from district_map import outline

ROOT = Path(__file__).resolve().parent.parent
SEED = 20260301
SAYS = (
    f"# 虚构数据：由 tools/make_district.py 以种子 {SEED} 生成，不是任何真实地方。"
    f" Made up: written by tools/make_district.py with seed {SEED}; no real place."
)

Row = Sequence[str]

STATIONS = (
    ("village-1", 460, date(2022, 3, 1)),
    ("village-2", 318, date(2022, 5, 10)),
    ("village-3", 205, date(2022, 9, 1)),
)
"""Village stations: households to be joined, and the day the first was."""
PERSONS = ((1, 0.19), (2, 0.34), (3, 0.23), (4, 0.14), (5, 0.07), (6, 0.03))
"""Persons a household and their shares: a mean of 2.65, as the example station of the twin assumes (2.6)."""

MONITORING = ("示范区环境监测站（虚构）", "District monitoring station (fictional)")
HYDROLOGY = ("示范区水文站（虚构）", "District hydrological station (fictional)")
FARMS = ("示范区农技中心（虚构）", "District farm service (fictional)")
RURAL_WATER = ("清湾村镇水务公司（虚构）", "Clearbay Rural Water Ltd (fictional)")
SITES: tuple[Row, ...] = (
    ("wte", "wte_plant", "清湾垃圾焚烧发电厂", "Clearbay waste-to-energy plant", "121.3055", "30.8385",
     "清湾环境能源公司（虚构）", "Clearbay Environment and Energy Ltd (fictional)",
     "清湾镇海堤路1号", "1 Seawall Road, Clearbay",
     "twins/two-lines.yaml", "2013-05-01"),
    ("village-1", "sewage_station", "北堤村污水处理站", "Beidi village sewage station", "121.2135", "30.8905",
     *RURAL_WATER, "北堤村东首", "East end of Beidi village",
     "twins/village.yaml", "2022-02-20"),
    ("village-2", "sewage_station", "南塘村污水处理站", "Nantang village sewage station", "121.2320", "30.8295",
     *RURAL_WATER, "南塘村南塘路", "Nantang Road, Nantang village",
     "", "2022-04-28"),
    ("village-3", "sewage_station", "港口村污水处理站", "Gangkou village sewage station", "121.2885", "30.8770",
     *RURAL_WATER, "港口村西港桥", "Xigang Bridge, Gangkou village",
     "", "2022-08-25"),
    ("air-1", "air_station", "清湾镇政府", "Clearbay town hall", "121.2585", "30.8560",
     *MONITORING, "清湾镇人民路", "Renmin Road, Clearbay", "", "2015-01-01"),
    ("air-2", "air_station", "北堤工业园", "Beidi industrial park", "121.2890", "30.8985",
     *MONITORING, "北堤工业园管委会", "Beidi industrial park office", "",
     "2017-06-01"),
    ("river-1", "river_section", "清河上游入境", "Qing River, inflow", "121.1990", "30.8680",
     *HYDROLOGY, "清河入境断面", "Qing River at the western boundary", "",
     "2016-01-01"),
    ("river-2", "river_section", "清河大桥", "Qing River bridge", "121.2755", "30.8440",
     *HYDROLOGY, "清河大桥下游侧", "Qing River bridge, downstream side", "",
     "2016-01-01"),
    ("lake-1", "lake_section", "月湖湖心", "Moon Lake, centre", "121.2440", "30.8805",
     *HYDROLOGY, "月湖湖心浮标", "Buoy in the middle of Moon Lake", "",
     "2018-04-01"),
    ("soil-1", "soil_plot", "南塘水田", "Nantang paddy", "121.2190", "30.8370",
     *FARMS, "南塘村3组", "Nantang village, group 3", "", "2019-10-01"),
    ("soil-2", "soil_plot", "北堤果园", "Beidi orchard", "121.2400", "30.9010",
     *FARMS, "北堤村果园", "Beidi village orchard", "", "2019-10-01"),
)  # fmt: skip

POINTS: tuple[Row, ...] = (
    ("wte-1", "wte", "stack", "1号焚烧线", "Line 1", "", "121.3050", "30.8388", ""),
    ("wte-2", "wte", "stack", "2号焚烧线", "Line 2", "", "121.3060", "30.8384", ""),
    ("village-1-out", "village-1", "effluent", "北堤村站出水", "Beidi effluent", "", "", "", "built=2021"),
    ("village-2-out", "village-2", "effluent", "南塘村站出水", "Nantang effluent", "", "", "", "built=2021"),
    ("village-3-out", "village-3", "effluent", "港口村站出水", "Gangkou effluent", "", "", "", "built=2022"),
    ("air-1", "air-1", "air", "清湾镇政府", "Clearbay town hall", "", "", "", ""),
    ("air-2", "air-2", "air", "北堤工业园", "Beidi industrial park", "", "", "", ""),
    ("river-1", "river-1", "section", "清河上游入境", "Qing River, inflow", "", "", "", "water_body=river"),
    ("river-2", "river-2", "section", "清河大桥", "Qing River bridge", "", "", "", "water_body=river"),
    ("lake-1", "lake-1", "section", "月湖湖心", "Moon Lake, centre", "", "", "", "water_body=lake"),
    ("soil-1", "soil-1", "soil", "南塘水田", "Nantang paddy", "", "", "", "land_use=paddy"),
    ("soil-2", "soil-2", "soil", "北堤果园", "Beidi orchard", "", "", "", "land_use=orchard"),
)

# mn, st, password, version, key, minutes, name, site; the passwords and keys are part of the example and guard nothing
LOGGERS: tuple[Row, ...] = (
    ("010000A8900016F0QW000001", "31", "qw-wte1", "2017", "", "5", "1号线数采仪", "wte"),
    ("010000A8900016F0QW000002", "31", "qw-wte2", "2025", "clearbay-demo-k1", "5", "2号线数采仪", "wte"),
    ("010000A8900016F0QW000011", "32", "qw-vil1", "2017", "", "10", "北堤村站数采仪", "village-1"),
    ("88888880000012", "32", "123456", "2005", "", "10", "南塘村站数采仪", "village-2"),
    ("010000A8900016F0QW000013", "32", "qw-vil3", "2025", "clearbay-demo-k2", "10", "港口村站数采仪", "village-3"),
    ("010000A8900016F0QW000021", "22", "qw-air1", "2017", "", "5", "镇政府空气站", "air-1"),
    ("010000A8900016F0QW000022", "22", "qw-air2", "2025", "", "5", "工业园空气站", "air-2"),
    ("010000A8900016F0QW000031", "21", "qw-riv1", "2017", "", "10", "入境水站", "river-1"),
    ("010000A8900016F0QW000032", "21", "qw-riv2", "2017", "", "10", "大桥水站", "river-2"),
    ("010000A8900016F0QW000041", "21", "qw-lak1", "2017", "", "10", "月湖浮标站", "lake-1"),
    ("010000A8900016F0QW000051", "25", "qw-soi1", "2017", "", "10", "南塘水田送样", "soil-1"),
    ("010000A8900016F0QW000052", "25", "qw-soi2", "2017", "", "10", "北堤果园送样", "soil-2"),
)  # fmt: skip
POINT_OF = {
    "wte": "", "village-1": "village-1-out", "village-2": "village-2-out", "village-3": "village-3-out",
    "air-1": "air-1", "air-2": "air-2", "river-1": "river-1", "river-2": "river-2", "lake-1": "lake-1",
    "soil-1": "soil-1", "soil-2": "soil-2",
}  # fmt: skip

STACK = (
    *((code, "mg/m3") for code in ("a34013", "a21026", "a21002", "a21024", "a21005", "a21001")),
    ("a19001", "%"), ("a00000", "m3/s"), ("a01012", "Cel"), ("a01013", "kPa"), ("a01014", "%"), ("a01901", "Cel"),
    *((f"i333{section}{probe}", "Cel") for section, probes in ((1, 3), (2, 3), (3, 2)) for probe in range(probes)),
    ("p51001", "t/h"), ("p51002", "Cel"), ("p51003", "t/h"), ("p51004", "MW"), ("p51005", "MW"),
    ("p51006", "Cel"), ("p51007", "Cel"), ("p51008", "Cel"), ("I33400", "%"),
)  # fmt: skip
EFFLUENT = (
    *((code, "mg/L") for code in ("w01018", "w21003", "w21001", "w21011", "w01012")),
    ("w01001", "1"), ("w01010", "Cel"), ("w00000", "L/s"),
)  # fmt: skip
OLD_EFFLUENT = (
    ("011", "mg/L"),
    ("060", "mg/L"),
    ("065", "mg/L"),
    ("101", "mg/L"),
    ("003", "mg/L"),
    ("001", "1"),
    ("B01", "L/s"),
)
"""The same factors by their codes of HJ/T 212-2005, which knows no water temperature."""
AIR = (
    *((code, "ug/m3") for code in ("a34004", "a34002", "a21026", "a21004")), ("a21005", "mg/m3"), ("a05024", "ug/m3"),
    ("a01001", "Cel"), ("a01002", "%"), ("a01006", "kPa"), ("a01007", "m/s"), ("a01008", "deg"),
)  # fmt: skip
RIVER = (
    ("w01010", "Cel"), ("w01001", "1"), ("w01009", "mg/L"), ("w01014", "uS/cm"), ("w01003", "NTU"),
    *((code, "mg/L") for code in ("w01019", "w21003", "w21011", "w21001")),
)  # fmt: skip
LAKE = (*RIVER, ("w01016", "ug/L"), ("w01004", "m"))
SOIL = (("s01001", "1"), *((f"s{n}", "mg/kg") for n in (20115, 20111, 20119, 20120, 20116, 20122, 20121, 20123)))

PERMITS: tuple[Row, ...] = (
    ("wte-1", "GB 18485", "", "all", "", ""),
    ("wte-2", "GB 18485", "", "all", "", ""),
    *((point, "GB 18918", "level=1A", "all", "", "") for point in ("village-1-out", "village-2-out", "village-3-out")),
    *((point, standard, profile, "all", "", "") for point in ("air-1", "air-2")
      for standard, profile in (("HJ 633", ""), ("GB 3095", "grade=2"))),
    ("river-1", "GB 3838", "class=III", "all", "", ""),
    ("river-2", "GB 3838", "class=III", "all", "", "2025-12-31"),
    ("river-2", "GB 3838", "class=IV", "all", "2026-01-01", ""),
    ("lake-1", "GB 3838", "class=III", "all", "", ""),
    ("soil-1", "GB 15618", "", "all", "", ""),
    ("soil-2", "GB 15618", "", "all", "", ""),
)  # fmt: skip

# what `clearbay twin series` declares of the plant's first three weeks (events of twins/two-lines.yaml)
TAGS: tuple[tuple[str, str, str, str, str], ...] = (
    ("wte-1", "furnace", "停炉", "2026-03-05T04:00", "2026-03-05T04:36"),
    ("wte-1", "furnace", "停炉降温", "2026-03-05T04:36", "2026-03-05T18:50"),
    ("wte-1", "furnace", "停运", "2026-03-05T18:50", "2026-03-07T04:00"),
    ("wte-1", "furnace", "烘炉", "2026-03-07T04:00", "2026-03-07T12:28"),
    ("wte-1", "furnace", "启炉", "2026-03-07T12:28", "2026-03-07T13:28"),
    ("wte-2", "furnace", "故障", "2026-03-09T18:00", "2026-03-09T18:42"),
    ("wte-1", "monitor", "CEMS维护", "2026-03-11T20:00", "2026-03-11T22:00"),
    ("wte-2", "furnace", "故障", "2026-03-14T18:00", "2026-03-14T19:30"),
    ("wte-1", "monitor", "热电偶故障", "2026-03-17T16:00", "2026-03-17T19:00"),
    ("wte-2", "furnace", "故障", "2026-03-21T00:00", "2026-03-21T01:00"),
)

# kind, site, clock, title, public, note
OPEN_DAY = ("open_day", "wte", "09:00", "垃圾焚烧厂公众开放日", "Open day at the waste-to-energy plant", "yes",
            "需预约，每场40人", "Book ahead; 40 places")  # fmt: skip
SAMPLING = ("sampling", "river-2", "08:30", "清河断面手工采样", "Sampling of Qing River sections", "yes", "", "")
COMPARISON = ("inspection", "wte", "09:30", "自动监测设备比对检查", "Comparison of the continuous monitors", "no",
              "不预先公开", "Not announced")  # fmt: skip
TRAINING = ("training", "village-1", "14:00", "村站运行人员培训", "Training of station operators", "no", "", "")
ENVIRONMENT_DAY = ("open_day", "", "09:00", "六五环境日主题活动", "World Environment Day", "yes",
                   "监测站、污水站与焚烧厂同时开放", "Monitoring, sewage and waste plants are open")  # fmt: skip
REPAIR = ("maintenance", "wte", "08:00", "1号线年度检修", "Yearly repair of line 1", "yes",
          "检修期间2号线运行", "Line 2 stays in operation")  # fmt: skip
ROUND_TABLE = ("meeting", "", "14:00", "居民代表座谈会", "Round table with residents", "yes", "", "")


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    sites = "site_id,kind,name_zh,name_en,lon,lat,operator_zh,operator_en,address_zh,address_en,twin,opened"
    write(folder / "sites.csv", sites, SITES)
    write(folder / "points.csv", "point_id,site_id,kind,name_zh,name_en,zone,lon,lat,facts", POINTS)
    write(folder / "loggers.csv", "mn,st,pw,version,key,minutes,name,site_id", LOGGERS, says=False)
    write(folder / "channels.csv", "mn,st,code,point_id,basis,unit,label,valid_from,valid_to", channels(), says=False)
    write(folder / "permits.csv", "point_id,standard,profile,parameters,valid_from,valid_to", PERMITS)
    write(folder / "tags.csv", "tag_id,revision,point_id,kind,label,start,end,entered_at,by,source", tags())
    write(folder / "households.csv", "household_id,site_id,persons,joined,left", households())
    header = "activity_id,kind,site_id,start,end,title_zh,title_en,public,note_zh,note_en"
    write(folder / "activities.csv", header, activities())
    put(folder / "outline.geojson", outline(SEED))
    put(folder / "district.yaml", DISTRICT_YAML)
    put(folder / "alarms.yaml", ALARMS_YAML)
    put(folder / "twins" / "two-lines.yaml", (ROOT / "examples/plants/two-lines.yaml").read_text(encoding="utf-8"))
    put(folder / "twins" / "village.yaml", (ROOT / "examples/stations/village.yaml").read_text(encoding="utf-8"))


def write(path: Path, header: str, rows: Iterable[Row], *, says: bool = True) -> None:
    """Write a table; `says`: with the line that it is made up (files that the gateway reads alone have no comments)."""
    text = io.StringIO()
    if says:
        text.write(SAYS + "\n")
    text.write(header + "\n")
    csv.writer(text, lineterminator="\n").writerows(rows)
    put(path, text.getvalue())


def put(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")


def channels() -> Iterator[Row]:
    for mn, st, _, version, _, _, _, site in LOGGERS:
        if site == "wte":
            point, codes = f"wte-{mn[-1]}", STACK
        else:
            kind = site.partition("-")[0]
            point = POINT_OF[site]
            codes = {"village": EFFLUENT, "air": AIR, "river": RIVER, "lake": LAKE, "soil": SOIL}[kind]
            codes = OLD_EFFLUENT if version == "2005" else codes
        label = "end" if version == "2005" else "start"  # many loggers of 2005 stamp the end of a period
        yield from ((mn, st, code, point, "raw", unit, label, "", "") for code, unit in codes)


def tags() -> Iterator[Row]:
    for number, (point, kind, label, start, end) in enumerate(TAGS, start=1):
        entered = (datetime.fromisoformat(start) + timedelta(minutes=40)).isoformat(timespec="minutes")
        yield (f"T{number:04d}", "0", point, kind, label, start, end, entered, "值长", "运行日志（虚构）")


def households() -> Iterator[Row]:
    """Households joined over some months, mostly on workdays; a few left, a few of them to the next station."""
    rng = np.random.default_rng(SEED)
    sizes, shares = zip(*PERSONS, strict=True)
    moved: list[tuple[str, str, date]] = []
    for station, (site, count, first) in enumerate(STATIONS):
        days = np.sort(rng.gamma(2.0, 45.0, count).astype(int))
        persons = rng.choice(sizes, count, p=np.array(shares) / sum(shares))
        leaves = rng.random(count) < 0.025
        for number in range(count):
            joined = first + timedelta(days=int(days[number]))
            joined += timedelta(days=max(0, joined.weekday() - 4))
            left = joined + timedelta(days=int(rng.integers(200, 1100))) if leaves[number] else None
            household = f"H{station + 1}{number + 1:04d}"
            yield (household, site, str(persons[number]), joined.isoformat(), left.isoformat() if left else "")
            if left and len(moved) < 4 and station < 2:
                moved.append((household, STATIONS[station + 1][0], left))
    for household, site, day in moved:
        yield (household, site, "2", (day + timedelta(days=9)).isoformat(), "")


def activities() -> Iterator[Row]:
    """Two years of open days, inspections, sampling and repairs."""
    rows: list[tuple[date, int, Row]] = []
    for year in (2026, 2027):
        for month in range(1, 13):
            rows.append((nth_weekday(year, month, 5, 2), 150, OPEN_DAY))
            rows.append((nth_weekday(year, month, 1, 3), 120, SAMPLING))
            if month % 3 == 2:
                rows.append((nth_weekday(year, month, 2, 1), 180, COMPARISON))
                rows.append((nth_weekday(year, month, 3, 4), 90, TRAINING))
        rows += [(date(year, 6, 5), 420, ENVIRONMENT_DAY), (date(year, 10, 12), 5 * 1440, REPAIR)]
        rows.append((date(year, 11, 18), 120, ROUND_TABLE))
    for number, (day, minutes, (kind, site, clock, *rest)) in enumerate(sorted(rows), start=1):
        start = datetime.fromisoformat(f"{day}T{clock}")
        end = start + timedelta(minutes=minutes)
        times = (start.isoformat(timespec="minutes"), end.isoformat(timespec="minutes"))
        yield (f"A{number:03d}", kind, site, *times, *rest)


def nth_weekday(year: int, month: int, weekday: int, n: int) -> date:
    """The nth such weekday (Monday 0) of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))


DISTRICT_YAML = f"""{SAYS}
name: {{zh: 清湾示范区, en: Clearbay Demonstration District}}
zone: Asia/Shanghai
plans: [transformation-2022-2025, environment-2021-2023] # in the order of the pages

texts: # what pages and the bulletin say in the district's own words
  about:
    zh: 一个虚构的海湾小区域，用来演示监测、评价与计划台账。数据由模型生成。
    en: An invented small district by a bay that shows monitoring, assessment and plan books. Its data come from models.
  contact:
    zh: 清湾示范区生态环境办公室（虚构），不接听电话。
    en: Environment office of the Clearbay Demonstration District (fictional); no telephone.
  nuisance:
    zh: 闻到异味、听到噪声或看到黑烟，请在此告诉我们，三个工作日内答复。
    en: Tell us here of odour, noise or dark smoke; you will hear from us within three working days.
"""

ALARMS_YAML = f"""{SAYS}
# on: finding (a judgement), value (a measurement), silence (nothing came). Units are those of the parameter.
rules:
  - id: exceeded
    on: finding
    severity: critical
    name: {{zh: 评价结论为超标, en: Finding says exceeded}}
    verdict: exceeded
    notify: [duty]
  - id: furnace-cold
    on: value
    severity: critical
    name: {{zh: 炉温 5 分钟均值接近 850 ℃, en: Furnace temperature near 850 degC}}
    points: [wte-*]
    code: a01901
    below: 860
    clear_at: 870
    dwell_min: 5
    notify: [duty, plant]
  - id: carbon-monoxide
    on: value
    severity: warning
    name: {{zh: 一氧化碳升高, en: Carbon monoxide is rising}}
    points: [wte-*]
    code: a21005
    basis: reference_o2
    above: 70
    clear_at: 50
    dwell_min: 10
    notify: [plant]
  - id: ammonia-nitrogen
    on: value
    severity: warning
    name: {{zh: 村站出水氨氮接近限值, en: Ammonia nitrogen of a village station near its limit}}
    points: [village-*]
    code: w21003
    above: 4.5
    clear_at: 4
    dwell_min: 60
    notify: [water]
  - id: dissolved-oxygen
    on: value
    severity: info
    name: {{zh: 断面溶解氧偏低, en: Dissolved oxygen of a section is low}}
    points: [river-*, lake-*]
    code: w01009
    below: 4
    clear_at: 5
    dwell_min: 240
    notify: [water]
  - id: logger-silent
    on: silence
    severity: warning
    name: {{zh: 数采仪 30 分钟无数据, en: Nothing from a logger for 30 minutes}}
    points: [wte-*, village-*, air-*, river-*, lake-*]
    silence_min: 30
    notify: [duty]
"""

if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "examples" / "district")

"""A new district: small, valid, with comments that say how to fill it."""

from collections.abc import Mapping
from pathlib import Path

from clearbay.district.columns import TABLES
from clearbay.district.problems import DistrictError, Problems

_ROWS: Mapping[str, tuple[str, ...]] = {
    "sites.csv": (
        "site_id,kind,name_zh,name_en,lon,lat,operator_zh,operator_en,address_zh,address_en,twin,opened",
        "station-1,sewage_station,示例村污水处理站,Example village sewage station,121.25,30.86,,,,,,",
        "air-1,air_station,示例空气站,Example air station,121.26,30.87,,,,,,",
    ),
    "points.csv": (
        "point_id,site_id,kind,name_zh,name_en,zone,lon,lat,facts",
        "station-1-out,station-1,effluent,示例村站出水,Example station effluent,,,,built=2021",
        "air-1,air-1,air,示例空气站,Example air station,,,,",
    ),
    "loggers.csv": (
        "mn,st,pw,version,key,minutes,name,site_id",
        "EXAMPLE0000000000000001,32,change-me,2017,,10,示例村站数采仪,station-1",
        "EXAMPLE0000000000000002,22,change-me,2017,,5,示例空气站数采仪,air-1",
    ),
    "channels.csv": (
        "mn,st,code,point_id,basis,unit,label,valid_from,valid_to",
        "EXAMPLE0000000000000001,32,w01018,station-1-out,raw,mg/L,start,,",
        "EXAMPLE0000000000000001,32,w21003,station-1-out,raw,mg/L,start,,",
        "EXAMPLE0000000000000002,22,a34004,air-1,raw,ug/m3,start,,",
        "EXAMPLE0000000000000002,22,a05024,air-1,raw,ug/m3,start,,",
    ),
    "permits.csv": (
        "point_id,standard,profile,parameters,valid_from,valid_to",
        "station-1-out,GB 18918,level=1A,all,,",
        "air-1,HJ 633,,all,,",
        "air-1,GB 3095,grade=2,all,,",
    ),
    "tags.csv": ("tag_id,revision,point_id,kind,label,start,end,entered_at,by,source",),
    "households.csv": (
        "household_id,site_id,persons,joined,left",
        "H0001,station-1,3,2026-03-01,",
        "H0002,station-1,2,2026-03-04,",
    ),
    "activities.csv": (
        "activity_id,kind,site_id,start,end,title_zh,title_en,public,note_zh,note_en",
        "A001,open_day,station-1,2026-06-05T09:00,2026-06-05T11:30,公众开放日,Public open day,yes,,",
    ),
}
_MEANT: Mapping[str, tuple[str, str]] = {
    "sites.csv": ("场所：厂、站、断面、地块", "Sites: plants, stations, sections, plots"),
    "points.csv": ("点位：监测数据、适用标准和标记都归属点位", "Points: what data, permits and tags belong to"),
    "loggers.csv": ("允许接入的数采仪", "Loggers that may send"),
    "channels.csv": ("数采仪的因子归属哪个点位", "Which point a logger's code belongs to"),
    "permits.csv": ("点位适用的标准", "Which standards apply to a point"),
    "tags.csv": (
        "焚烧炉与自动监测设备的标记，只增不改",
        "What operators declare of furnaces and monitors; append only",
    ),
    "households.csv": ("接入污水站的农户，不写姓名", "Households joined to sewage stations; no names"),
    "activities.csv": ("活动日历", "The activity calendar"),
}
_DISTRICT = """\
# 示范区名称与法定时区。改好后运行：clearbay district check .
# Name and legal zone of the district. When you have filled it in: clearbay district check .
name: {zh: 示例区, en: Example District}
zone: Asia/Shanghai
# plans: [my-plan]  # plans/ 内的文件夹，按页面顺序 / folders in plans/, in the order of the pages

texts: # 页面与公报上本区自己的话 / what pages and the bulletin say in the district's own words
  about: {zh: 请写几句介绍本区的话。, en: A few sentences about this district.}
  contact: {zh: 请写联系办法。, en: How to reach you.}
"""
_ALARMS = """\
# on: finding 评价结论 / value 测值 / silence 无数据
rules:
  - id: exceeded
    on: finding
    severity: critical
    name: {zh: 评价结论为超标, en: Finding says exceeded}
  - id: ammonia-nitrogen
    on: value
    severity: warning
    name: {zh: 氨氮接近限值, en: Ammonia nitrogen near its limit}
    points: [station-*] # 空 = 全部 / leave out for all
    code: w21003
    above: 4.5 # mg/L
    clear_at: 4 # 回落到此值才解除 / cleared only when back at this value
    dwell_min: 60 # 持续多久才报 / how long it must last
  - id: silent
    on: silence
    severity: warning
    name: {zh: 30 分钟无数据, en: Nothing for 30 minutes}
    silence_min: 30
"""
_OUTLINE = """\
{"type": "FeatureCollection", "features": [
  {"type": "Feature", "properties": {"kind": "district", "name_zh": "示例区", "name_en": "Example District"},
   "geometry": {"type": "Polygon", "coordinates": [
     [[121.20, 30.82], [121.30, 30.82], [121.32, 30.87], [121.28, 30.91], [121.21, 30.90], [121.20, 30.82]]]}}
]}
"""


def starter_files() -> dict[str, str]:
    """Give the text of every file of a new district by its name."""
    files = {"district.yaml": _DISTRICT, "alarms.yaml": _ALARMS, "outline.geojson": _OUTLINE}
    for name, rows in _ROWS.items():
        zh, en = _MEANT[name]
        said = [f"# {zh}。{en}."]
        for column in TABLES[name]:
            must = " *" if column.needed else ""
            example = f"  ({column.example})" if column.example else ""
            said.append(f"#   {column.name}{must}: {column.says_zh} / {column.says_en}{example}")
        files[name] = "\n".join([*said, *rows]) + "\n"
    return files


def write_starter(folder: Path) -> list[Path]:
    """Write a new district into a folder that is not there yet, or is empty; returns the files.

    Raises
    ------
    DistrictError : the folder holds something, or cannot be written.
    """
    problems = Problems()
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            problems.add(str(folder), 0, "not_empty")
            raise DistrictError(folder, problems.errors)
        for name, text in starter_files().items():
            path = folder / name
            path.write_text(text, encoding="utf-8", newline="")
            written.append(path)
        (folder / "plans").mkdir()
        (folder / "twins").mkdir()
    except OSError as error:
        problems.add(str(folder), 0, "unwritable", reason=error.strerror or str(error))
        raise DistrictError(folder, problems.errors) from error
    return written

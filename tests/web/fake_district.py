"""A small district for pages' tests: a plant of two lines, a works, two air stations, three sections, two fields."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from clearbay.assess.permits import Permit
from clearbay.casebook.alarm_rules import AlarmRule
from clearbay.district.model import Activity, Bilingual

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Two:
    zh: str
    en: str


@dataclass(frozen=True)
class Site:
    site_id: str
    kind: str
    name: Two
    lon: float
    lat: float
    operator: Two
    address: Two
    twin: Path | None = None
    opened: date | None = None


@dataclass(frozen=True)
class Entry:
    point_id: str
    site_id: str
    kind: str
    name: Two
    zone: str = "Asia/Shanghai"
    lon: float | None = None
    lat: float | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class District:
    name: Two
    zone: str
    sites: tuple[Site, ...]
    points: tuple[Entry, ...]
    permits: tuple[Permit, ...]
    outline: Mapping[str, object]
    digest: str
    folder: Path = ROOT / "examples" / "district"
    plans: tuple[Path, ...] = tuple(sorted((ROOT / "examples" / "district" / "plans").iterdir()))
    households: tuple[object, ...] = ()
    activities: tuple[Activity, ...] = ()
    alarms: tuple[AlarmRule, ...] = ()


US = Two("清湾区生态环境监测站", "Clearbay Monitoring Station")
PLANT = Two("清湾环境能源有限公司", "Clearbay Environmental Energy Ltd")

SITES = (
    Site(
        "wte",
        "wte_plant",
        Two("清湾垃圾焚烧发电厂", "Clearbay waste-to-energy plant"),
        121.262,
        30.873,
        PLANT,
        Two("临港路 1 号", "1 Lingang Road"),
        ROOT / "examples/plants/two-lines.yaml",
        date(2018, 6, 1),
    ),
    Site(
        "works",
        "works_outlet",
        Two("清湾污水处理厂", "Clearbay sewage works"),
        121.231,
        30.842,
        US,
        Two("清河路 88 号", "88 Qinghe Road"),
        None,
        date(2010, 6, 1),
    ),
    Site(
        "village",
        "sewage_station",
        Two("东滩村污水处理站", "Dongtan village sewage station"),
        121.301,
        30.861,
        US,
        Two("东滩村", "Dongtan village"),
        ROOT / "examples/stations/village.yaml",
        date(2021, 5, 1),
    ),
    Site(
        "town",
        "air_station",
        Two("清湾镇政府", "Clearbay town hall"),
        121.242,
        30.866,
        US,
        Two("镇南街 2 号", "2 Zhennan Street"),
    ),
    Site(
        "park",
        "air_station",
        Two("北堤工业园", "North Dyke industrial park"),
        121.280,
        30.892,
        US,
        Two("北堤", "North Dyke"),
    ),
    Site(
        "river-1",
        "river_section",
        Two("清河上游入境断面", "Qing River, upstream border"),
        121.205,
        30.885,
        US,
        Two("清河", "Qing River"),
    ),
    Site(
        "river-2",
        "river_section",
        Two("清河大桥断面", "Qing River bridge"),
        121.250,
        30.853,
        US,
        Two("清河", "Qing River"),
    ),
    Site("lake", "lake_section", Two("清湖湖心", "Lake Qing, centre"), 121.222, 30.830, US, Two("清湖", "Lake Qing")),
    Site("paddy", "soil_plot", Two("南圩水田", "Nanwei paddy"), 121.287, 30.838, US, Two("南圩", "Nanwei")),
    Site("field", "soil_plot", Two("西塘旱地", "Xitang field"), 121.214, 30.862, US, Two("西塘", "Xitang")),
)

POINTS = (
    Entry("wte-1", "wte", "stack", Two("1号焚烧线", "Line 1")),
    Entry("wte-2", "wte", "stack", Two("2号焚烧线", "Line 2")),
    Entry("DW001", "works", "effluent", Two("污水处理厂总排口", "Works outfall")),
    Entry("village-1", "village", "effluent", Two("东滩站出水口", "Dongtan outlet")),
    Entry("Q01", "town", "air", Two("清湾镇政府", "Town hall")),
    Entry("Q02", "park", "air", Two("北堤工业园", "North Dyke")),
    Entry("S1", "river-1", "section", Two("上游入境", "Upstream border")),
    Entry("S2", "river-2", "section", Two("清河大桥", "Qing bridge")),
    Entry("S6", "lake", "section", Two("湖心", "Lake centre"), facts={"water_body": "lake"}),
    Entry("T01", "paddy", "soil", Two("南圩水田", "Nanwei paddy")),
    Entry("T02", "field", "soil", Two("西塘旱地", "Xitang field")),
)

PERMITS = (
    Permit("wte-1", "GB 18485"),
    Permit("wte-2", "GB 18485"),
    Permit("DW001", "GB 18918", {"level": "1A", "built": "2010"}),
    *(Permit(p, s, d) for p in ("Q01", "Q02") for s, d in (("HJ 633", {}), ("GB 3095", {"grade": "2"}))),
    *(
        Permit(p, "GB 3838", {"class": "III", "water_body": b})
        for p, b in (("S1", "river"), ("S2", "river"), ("S6", "lake"))
    ),
    *(Permit(p, "GB 15618") for p in ("T01", "T02")),
)


def _ring(*corners: tuple[float, float]) -> list[list[float]]:
    return [[*c] for c in (*corners, corners[0])]


OUTLINE: Mapping[str, object] = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"kind": "district"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    _ring(
                        (121.19, 30.825),
                        (121.20, 30.90),
                        (121.24, 30.91),
                        (121.31, 30.90),
                        (121.325, 30.86),
                        (121.30, 30.82),
                        (121.24, 30.81),
                    )
                ],
            },
        },
        {
            "type": "Feature",
            "properties": {"kind": "river", "name_zh": "清河", "name_en": "Qing River"},
            "geometry": {
                "type": "LineString",
                "coordinates": [
                    [121.192, 30.89],
                    [121.215, 30.88],
                    [121.235, 30.862],
                    [121.255, 30.85],
                    [121.29, 30.848],
                    [121.312, 30.84],
                ],
            },
        },
        {
            "type": "Feature",
            "properties": {"kind": "lake", "name_zh": "清湖", "name_en": "Lake Qing"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    _ring(
                        (121.212, 30.826),
                        (121.218, 30.836),
                        (121.228, 30.837),
                        (121.233, 30.828),
                        (121.222, 30.822),
                    )
                ],
            },
        },
    ],
}


def _activity(number: str, kind: str, site: str, day: int, zh: str, en: str, *, public: bool = True) -> Activity:
    zone = ZoneInfo("Asia/Shanghai")
    start, end = datetime(2026, 3, day, 9, tzinfo=zone), datetime(2026, 3, day, 11, 30, tzinfo=zone)
    return Activity(
        number,
        kind,
        site,
        start,
        end,
        Bilingual(zh, en),
        public,
        Bilingual("需预约，每场40人", "Book ahead; 40 places"),
    )


ACTIVITIES = (
    _activity("A1", "open_day", "wte", 14, "垃圾焚烧厂公众开放日", "Open day at the waste-to-energy plant"),
    _activity("A2", "inspection", "wte", 17, "突击检查", "Unannounced inspection", public=False),
    _activity("A3", "sampling", "river-1", 31, "清河断面手工采样", "Sampling of Qing River sections"),
)

DISTRICT = District(
    Two("清湾示范区", "Clearbay Demonstration District"),
    "Asia/Shanghai",
    SITES,
    POINTS,
    PERMITS,
    OUTLINE,
    "d" * 64,
    activities=ACTIVITIES,
)

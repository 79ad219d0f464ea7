"""The columns of every table of a district folder: name, Chinese heading, what it holds, an example."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the name in the heading (or its Chinese heading), what it holds, whether it must be there."""

    name: str
    zh: str
    says_zh: str
    says_en: str
    example: str = ""
    needed: bool = False


SITES = (
    Column("site_id", "场所编号", "编号，不变", "id, never changes", "wte", True),
    Column("kind", "场所类型", "场所类型", "kind of site", "wte_plant", True),
    Column("name_zh", "中文名称", "中文名称", "name in Chinese", "清湾垃圾焚烧厂", True),
    Column("name_en", "英文名称", "英文名称", "name in English", "Clearbay WTE plant", True),
    Column("lon", "经度", "经度，度（WGS 84）", "longitude in degrees (WGS 84)", "121.70", True),
    Column("lat", "纬度", "纬度，度（WGS 84）", "latitude in degrees (WGS 84)", "30.85", True),
    Column("operator_zh", "运营单位", "运营单位，中文", "operator in Chinese", "示例运营公司"),
    Column("operator_en", "运营单位英文", "运营单位，英文", "operator in English", "Example Operator Ltd"),
    Column("address_zh", "地址", "地址，中文", "address in Chinese", "清湾镇海堤路1号"),
    Column("address_en", "地址英文", "地址，英文", "address in English", "1 Seawall Road"),
    Column("twin", "模型文件", "模型文件，在 twins/ 内", "file of its model, in twins/", "twins/plant.yaml"),
    Column("opened", "投运日期", "投运日期", "day it came into use", "2018-06-01"),
)
POINTS = (
    Column("point_id", "点位编号", "编号，不变", "id, never changes", "wte-1", True),
    Column("site_id", "场所编号", "所属场所", "site it belongs to", "wte", True),
    Column("kind", "点位类型", "点位类型", "kind of point", "stack", True),
    Column("name_zh", "中文名称", "中文名称", "name in Chinese", "1号线", True),
    Column("name_en", "英文名称", "英文名称", "name in English", "Line 1", True),
    Column("zone", "时区", "法定时区；空 = 全区时区", "legal zone; empty: the district's", "Asia/Shanghai"),
    Column("lon", "经度", "经度；空 = 场所的", "longitude; empty: the site's", "121.70"),
    Column("lat", "纬度", "纬度；空 = 场所的", "latitude; empty: the site's", "30.85"),
    Column("facts", "属性", "限值条件所需的属性", "facts that limits ask for", "land_use=paddy"),
)
LOGGERS = (
    Column("mn", "设备编号", "设备唯一标识 MN", "MN", "88888880000001", True),
    Column("st", "系统编码", "系统编码；空 = 32", "ST; empty: 32", "31"),
    Column("pw", "密码", "访问密码", "password", "123456"),
    Column(
        "version",
        "协议版本",
        "2005、2017（空）、2025 或 surface-water",
        "2005, 2017 (empty), 2025, surface-water",
        "2017",
    ),
    Column("key", "密钥", "SM4 密钥，仅 2025", "SM4 key, 2025 only: 16 characters or 32 hex digits", ""),
    Column("minutes", "分钟周期", "分钟数据周期；空 = 10", "length of minute data [min]; empty: 10", "10"),
    Column("name", "名称", "名称", "name", "1号线数采仪"),
    Column("site_id", "场所编号", "所在场所", "site it stands at", "wte", True),
)
CHANNELS = (
    Column("mn", "设备编号", "数采仪 MN", "MN of the logger", "88888880000001", True),
    Column("st", "系统编码", "系统编码", "ST", "31", True),
    Column("code", "因子编码", "所发因子编码", "code as sent", "a21026", True),
    Column("point_id", "点位编号", "归属点位", "point it belongs to", "wte-1", True),
    Column(
        "basis", "基准", "raw（空）、standard、reference_o2、index", "raw (empty), standard, reference_o2, index", "raw"
    ),
    Column("unit", "单位", "单位；空 = HJ 212 的单位", "unit; empty: that of HJ 212", "mg/m3"),
    Column("label", "时间标签", "start（空）、end、instant", "start (empty), end, instant", "start"),
    Column("valid_from", "启用时间", "自何时（含）；空 = 一直", "from when; empty: always", "2026-01-01"),
    Column("valid_to", "停用时间", "至何时（不含）；空 = 至今", "to before when; empty: open", ""),
)
PERMITS = (
    Column("point_id", "点位编号", "点位；* 为全部", "point; * for every one", "wte-1", True),
    Column("standard", "标准", "标准或其某版本", "standard (family or one edition)", "GB 3095", True),
    Column("profile", "适用条件", "适用条件", "which of its limits", "level=1A;built=2021"),
    Column("parameters", "因子", "因子编码，分号分隔；all 为全部", "codes joined by ;, or all", "all"),
    Column("valid_from", "生效日期", "自何日（含）", "first day", "2026-01-01"),
    Column("valid_to", "失效日期", "至何日（含）", "last day", ""),
)
TAGS = (
    Column("tag_id", "标记编号", "编号", "id", "T0001", True),
    Column("revision", "修订", "修订序号；空 = 0", "revision; empty: 0", "0"),
    Column("point_id", "点位编号", "焚烧线", "furnace line", "wte-1", True),
    Column("kind", "标记类型", "furnace 或 monitor", "furnace or monitor", "furnace", True),
    Column("label", "标记", "标记用语", "word of the marking rules", "停炉", True),
    Column("start", "开始时间", "开始", "start", "2026-03-05T04:00", True),
    Column("end", "结束时间", "结束；空 = 尚未结束", "end; empty: not ended yet", "2026-03-05T09:00", True),
    Column("entered_at", "填报时间", "填报时间", "when it was entered", "2026-03-05T03:30", True),
    Column("by", "填报人", "填报人", "who entered it", "值长", True),
    Column("source", "来源", "来源", "where it comes from", "运行日志"),
)
HOUSEHOLDS = (
    Column("household_id", "户号", "户号（不写姓名）", "id (no names)", "H0001", True),
    Column("site_id", "场所编号", "所接污水站", "sewage station it is joined to", "village-1", True),
    Column("persons", "人数", "常住人数", "people who live there", "3", True),
    Column("joined", "接入日期", "接入日期", "day it was joined", "2022-03-01", True),
    Column("left", "退出日期", "退出日期；空 = 仍接入", "day it left; empty: still joined", ""),
)
ACTIVITIES = (
    Column("activity_id", "活动编号", "编号", "id", "A001", True),
    Column("kind", "活动类型", "活动类型", "kind of activity", "open_day", True),
    Column("site_id", "场所编号", "场所；空 = 全区", "site; empty: the district", "wte"),
    Column("start", "开始时间", "开始", "start", "2026-06-05T09:00", True),
    Column("end", "结束时间", "结束", "end", "2026-06-05T11:30", True),
    Column("title_zh", "中文标题", "中文标题", "title in Chinese", "公众开放日", True),
    Column("title_en", "英文标题", "英文标题", "title in English", "Public open day", True),
    Column("public", "公开", "是否公开（是/否）", "shown to the public (yes/no)", "yes", True),
    Column("note_zh", "中文说明", "中文说明", "note in Chinese", ""),
    Column("note_en", "英文说明", "英文说明", "note in English", ""),
)
TABLES: Mapping[str, tuple[Column, ...]] = {
    "sites.csv": SITES,
    "points.csv": POINTS,
    "loggers.csv": LOGGERS,
    "channels.csv": CHANNELS,
    "permits.csv": PERMITS,
    "tags.csv": TAGS,
    "households.csv": HOUSEHOLDS,
    "activities.csv": ACTIVITIES,
}
"""Columns by file."""
REQUIRED = ("district.yaml", "sites.csv", "points.csv", "outline.geojson")
"""Files that every district has; the others may be absent."""
FILES = (*REQUIRED, *(name for name in TABLES if name not in REQUIRED), "alarms.yaml")
"""Files that a district folder may hold beside plans/, twins/ and standards/."""

"""The words by which people head columns: roles, facts about a point, judgements already published.

Parameters are not here: their names are the vocabulary's.
"""

import re
import unicodedata

_DROPPED = re.compile(r"[\s_\-./:：()（）\[\]【】'\"#,，、]+")


def fold(text: str) -> str:
    """Fold a header: width, case, blanks and punctuation make no difference."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text).casefold())


# role -> spellings, the first that a file has wins.
_ROLES: dict[str, tuple[str, ...]] = {
    "time": (
        "time", "timepoint", "datetime", "timestamp", "datatime", "date time", "date/time", "时间",
        "监测时间", "数据时间", "采样时间", "采样日期", "监测日期", "测定时间", "检测时间", "发布时间",
        "monitoring time", "sampling time", "sample date", "sampled on", "observed at", "日期", "date",
        "月份", "年月", "month",
    ),
    "start": (
        "start", "start time", "period start", "time start", "begin", "开始时间", "起始时间",
        "采样开始时间",
    ),
    "end": (
        "end", "end time", "period end", "time end", "结束时间", "截止时间", "终止时间", "采样结束时间",
        "小时末",
    ),
    "day": (),
    "point": (
        "point", "point id", "pointid", "stationcode", "station code", "station id", "stationid",
        "site id", "siteid", "site code", "点位编号", "点位编码", "站点编码", "站点编号", "监测点编号",
        "监测点编码", "断面编码", "断面代码", "排口编号", "样品编号", "样点编号", "采样点编号",
        "sample id", "sample", "mn", "station", "site", "section", "outlet", "断面", "断面名称", "点位",
        "点位名称", "监测点", "监测点位", "监测点名称", "站点", "站点名称", "测站", "排口", "排口名称",
        "采样点", "编号",
    ),
    "name": (
        "name", "positionname", "position name", "station name", "site name", "point name", "点位名称",
        "站点名称", "监测点名称", "断面名称", "排口名称", "名称",
    ),
    "code": (
        "code", "parameter", "parameter code", "pollutant", "pollutant code", "item", "analyte",
        "variable", "项目", "监测项目", "监测因子", "因子", "因子编码", "因子代码", "因子名称", "污染物",
        "污染物编码", "污染物名称", "指标", "参数",
    ),
    "value": (
        "value", "concentration", "result", "measurement", "值", "数值", "监测值", "浓度", "监测浓度",
        "测定值", "结果", "检测结果",
    ),
    "unit": (
        "unit", "units", "单位", "计量单位",
    ),
    "flag": (
        "flag", "flags", "data flag", "标记", "数据标记", "数据标识", "状态标记", "标识",
    ),
    "period": (
        "period", "period s", "period seconds", "averaging", "averaging time", "时段", "统计周期", "周期",
    ),
    "statistic": (
        "statistic", "统计量", "统计类型",
    ),
    "basis": (
        "basis", "基准", "浓度基准", "折算状态",
    ),
}  # fmt: skip

_FACTS: dict[str, tuple[str, ...]] = {
    "land_use": (
        "land use", "landuse", "土地利用", "土地利用类型", "土地利用方式", "用地类型", "土地类型",
        "农用地类型", "地类",
    ),
    "longitude": (
        "longitude", "lon", "lng", "site longitude", "经度",
    ),
    "latitude": (
        "latitude", "lat", "site latitude", "纬度",
    ),
    "province": (
        "province", "省", "省份", "state",
    ),
    "city": (
        "city", "城市", "市", "地市", "county",
    ),
    "area": (
        "area", "区域", "地区",
    ),
    "basin": (
        "basin", "流域", "所属流域",
    ),
    "river": (
        "river", "lake", "water body", "河流", "河流名称", "湖库", "水体", "所在水体", "所属河流",
    ),
    "water_body": (
        "water body type", "水体类型",
    ),
}  # fmt: skip

_REPORTED: dict[str, tuple[str, ...]] = {
    "aqi": (
        "aqi", "daily aqi value", "空气质量指数",
    ),
    "primary": (
        "primarypollutant", "primary pollutant", "首要污染物",
    ),
    "class": (
        "class", "water class", "水质类别", "类别", "水质级别", "水质等级",
    ),
    "level": (
        "quality", "air quality level", "空气质量级别", "空气质量等级", "空气质量状况", "质量级别",
        "质量等级",
    ),
}  # fmt: skip

ROLES = {fold(word): role for role, words in reversed(_ROLES.items()) for word in reversed(words)}
"""Folded header -> role."""

PREFERENCE = {role: {fold(word): i for i, word in enumerate(words)} for role, words in _ROLES.items()}
"""Role -> folded header -> rank; where a file has several columns for one role, the lowest is taken."""

FACTS = {fold(word): fact for fact, words in _FACTS.items() for word in words}
REPORTED = {fold(word): name for name, words in _REPORTED.items() for word in words}

ROLE_NAMES = frozenset(_ROLES)
FACT_NAMES = frozenset(_FACTS) | {"ph"}

FLAG_WORDS = {
    "正常": "N", "有效": "N", "ok": "N", "valid": "N", "normal": "N", "停运": "F", "停站": "F",
    "停产": "F", "停机": "F", "维护": "M", "maintenance": "M", "手工": "S", "手工输入": "S", "人工": "S",
    "故障": "D", "fault": "D", "校准": "C", "标定": "C", "calibration": "C", "超限": "T", "超量程": "T",
    "超上限": "T", "通讯异常": "B", "通信异常": "B", "通讯中断": "B", "离线": "B",
}  # fmt: skip
"""Words for the letters of HJ 212-2017 Table 8, as platforms write them."""

BASES = {
    "": "raw", "raw": "raw", "measured": "raw", "实测": "raw", "实测值": "raw", "standard": "standard",
    "标干": "standard", "标态干基": "standard", "reference_o2": "reference_o2", "zs": "reference_o2",
    "converted": "reference_o2", "折算": "reference_o2", "折算值": "reference_o2",
}  # fmt: skip
"""Words for the basis of a concentration: as measured, dry at standard state, converted to the reference oxygen."""

WATER_BODIES = {
    "河流": "river", "河": "river", "river": "river", "湖库": "lake", "湖泊": "lake", "水库": "lake", "湖": "lake",
    "lake": "lake", "reservoir": "lake",
}  # fmt: skip
"""Kinds of water that GB 3838-2002 Table 1 tells apart (phosphorus has limits of its own in lakes and reservoirs)."""

LAND_USES = {
    "水田": "paddy", "paddy": "paddy", "rice": "paddy", "rice paddy": "paddy", "稻田": "paddy",
    "果园": "orchard", "orchard": "orchard", "其他": "other", "其它": "other", "other": "other",
    "旱地": "other", "旱田": "other", "dry land": "other", "dryland": "other", "upland": "other",
    "水浇地": "other", "菜地": "other", "vegetable": "other",
}  # fmt: skip
"""Land uses that GB 15618-2018 Table 1 tells apart: paddy, (for copper) orchard, other."""

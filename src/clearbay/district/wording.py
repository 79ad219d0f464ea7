"""Sentences about what is wrong with a district folder, in Chinese and English: what it is, and what to do."""

from collections.abc import Mapping
from typing import Literal, NamedTuple


class Words(NamedTuple):
    """A kind of problem: what is wrong and what to do, in both languages; `{names}` are filled in."""

    zh: str
    en: str
    do_zh: str = ""
    do_en: str = ""
    level: Literal["error", "notice"] = "error"


_FOLDER: Mapping[str, Words] = {
    "no_folder": Words(
        "没有这个文件夹",
        "there is no such folder",
        "用 clearbay init 新建一个",
        "make one with `clearbay init`",
    ),
    "no_file": Words(
        "没有这个文件",
        "the file is not there",
        "每个示范区都要有它；clearbay init 会写出样本",
        "every district has one; `clearbay init` writes a sample",
    ),
    "not_empty": Words("已有内容", "is not empty", "换一个文件夹名", "name another folder"),
    "unwritable": Words("不能写入（{reason}）", "cannot be written ({reason})", "换一个位置", "choose another place"),
    "unreadable": Words("不能读取（{reason}）", "cannot be read ({reason})", "检查权限", "check its permissions"),
    "too_large": Words("有 {size} 字节，上限 {most}", "has {size} bytes; the most is {most}", "拆分文件", "split it"),
    "stray_file": Words(
        "不是示范区的文件，未读",
        "is no file of a district and is not read",
        "是否指 {near}",
        "did you mean {near}",
        "notice",
    ),
    "gb18030": Words(
        "按 GB18030 读取（Excel 另存所致）",
        "is read as GB18030 (as Excel saves it)",
        "建议另存为“CSV UTF-8”",
        "better saved as CSV UTF-8",
        "notice",
    ),
    "not_text": Words(
        "既不是 UTF-8 也不是 GB18030 文本",
        "is neither UTF-8 nor GB18030 text",
        "从 Excel 另存为“CSV UTF-8”",
        "save it from Excel as CSV UTF-8",
    ),
}
_TABLES: Mapping[str, Words] = {
    "no_heading": Words("没有表头", "has no heading", "第一行写 {columns}", "begin with the line {columns}"),
    "unknown_column": Words(
        "不认识的列 {name!r}", "column {name!r} is not known", "是否指 {near}", "did you mean {near}"
    ),
    "doubled_column": Words("列 {name} 出现两次", "column {name} is given twice", "删去一个", "remove one"),
    "missing_column": Words("缺少列 {names}", "no column {names}", "应有 {columns}", "the columns are {columns}"),
    "width": Words(
        "有 {cells} 格，表头有 {columns} 格",
        "has {cells} cells, the heading has {columns}",
        "含逗号的内容加双引号",
        "put text that holds a comma in double quotes",
    ),
    "quoting": Words(
        "引号不成对（{reason}）", "the quoting is broken ({reason})", "检查双引号", "check the double quotes"
    ),
    "empty": Words("{name} 为空", "{name} is empty", "填写它（合并的单元格要拆开）", "fill it in (split merged cells)"),
    "excel_number": Words(
        "{name} {text} 被 Excel 改成了科学计数",
        "{name} {text} was turned into a number by Excel",
        "把该列设为“文本”后重新填写",
        "set the column to Text and enter it again",
    ),
    "identifier": Words(
        "{name} {text!r} 不能作编号",
        "{name} {text!r} is no id",
        "只用文字、数字、- _ .",
        "use letters, digits, - _ and . only",
    ),
    "not_one_of": Words(
        "{name} {text!r} 不在可选值内", "{name} {text!r} is not a known word", "可用：{allowed}", "use {allowed}"
    ),
    "number": Words(
        "{name} {text!r} 不是 {low} 到 {high} 的数",
        "{name} {text!r} is not a number from {low} to {high}",
        "改正它",
        "correct it",
    ),
    "whole": Words(
        "{name} {text!r} 不是 {low} 到 {high} 的整数",
        "{name} {text!r} is not a whole number from {low} to {high}",
        "改正它",
        "correct it",
    ),
    "day": Words(
        "{name} {text!r} 不是日期", "{name} {text!r} is not a day", "写成 2026-03-01", "write it as 2026-03-01"
    ),
    "instant": Words(
        "{name} {text!r} 不是时间",
        "{name} {text!r} is not a time",
        "写成 2026-03-01T08:00",
        "write it as 2026-03-01T08:00",
    ),
    "local_time": Words("{name}：{reason}", "{name}: {reason}", "写明时差", "state the offset"),
    "yes_or_no": Words(
        "{name} {text!r} 不是“是”或“否”", "{name} {text!r} is neither yes nor no", "写 是 或 否", "write yes or no"
    ),
    "pair": Words(
        "{name} 中 {text!r} 不是 名=值",
        "{text!r} in {name} is not name=value",
        "例如 level=1A;built=2021",
        "write for example level=1A;built=2021",
    ),
    "doubled_pair": Words("{name} 中 {key} 出现两次", "{key} is given twice in {name}", "删去一个", "remove one"),
    "order": Words("{last} 早于 {first}", "{last} lies before {first}", "检查两个日期", "check both"),
    "duplicate": Words(
        "{name} {value} 已在第 {line} 行",
        "{name} {value} is on line {line} already",
        "编号不得重复",
        "an id stands once",
    ),
    "overlap": Words(
        "{what} 与第 {line} 行同时有效",
        "{what} is in force on line {line} at the same time",
        "先结束一个，再开始另一个",
        "end one before the other begins",
    ),
}
_REFERENCES: Mapping[str, Words] = {
    "unknown_site": Words(
        "没有场所 {value!r}", "there is no site {value!r}", "sites.csv 中有 {near}", "sites.csv has {near}"
    ),
    "unknown_point": Words(
        "没有点位 {value!r}", "there is no point {value!r}", "points.csv 中有 {near}", "points.csv has {near}"
    ),
    "unknown_logger": Words(
        "数采仪 {value!r} 没有登记",
        "logger {value!r} is not registered",
        "登记到 loggers.csv（已有 {near}）",
        "enter it in loggers.csv (which has {near})",
    ),
    "unknown_plan": Words(
        "没有计划 {value!r}", "there is no plan {value!r}", "plans/ 中有 {near}", "plans/ has {near}"
    ),
    "no_plan": Words("没有 plan.yaml", "has no plan.yaml", "补上它，或移走此文件夹", "add it, or move the folder away"),
    "plan": Words("计划不能用：{reason}", "the plan cannot be used: {reason}"),
    "unknown_standard": Words(
        "没有标准 {value!r}", "there is no standard {value!r}", "可用：{near}", "there is {near}"
    ),
    "standards": Words("标准文件有误：{reason}", "the file of a standard is wrong: {reason}"),
    "unknown_profile": Words(
        "{standard} 没有条件 {name!r}", "{standard} asks for no {name!r}", "可用：{allowed}", "it asks for {allowed}"
    ),
    "profile_value": Words(
        "{standard} 的 {name} 不能是 {value!r}",
        "{name} of {standard} cannot be {value!r}",
        "可用：{allowed}",
        "use {allowed}",
    ),
    "profile_missing": Words(
        "{standard} 需要 {name}，此处与点位属性都没有",
        "{standard} needs {name}, which neither this line nor the point says",
        "例如 {name}={example}",
        "write for example {name}={example}",
    ),
    "unknown_code": Words("parameters：{reason}", "parameters: {reason}"),
    "code_to_show": Words(
        "因子编码 {code} 不在词表内，只能按原样显示",
        "code {code} is not in the vocabulary and is shown as it is",
        "检查编码",
        "check it",
        "notice",
    ),
    "no_twin": Words(
        "没有模型文件 {value}", "there is no model file {value}", "文件放在 twins/ 内", "it belongs into twins/"
    ),
    "twin_kind": Words(
        "模型文件 {value} 的 kind 是 {found}，此类场所应为 {wanted}",
        "the model file {value} is of kind {found}; this site's is {wanted}",
        "换一个文件",
        "name another file",
    ),
    "twin": Words("模型文件有误：{reason}", "the model file is wrong: {reason}"),
    "twin_of_none": Words("{kind} 没有模型", "a {kind} has no model", "清空 twin", "leave twin empty"),
    "not_a_station": Words(
        "{value} 是 {kind}，不是污水处理站",
        "{value} is a {kind}, not a sewage_station",
        "居民户只能接入污水处理站",
        "households are joined to sewage stations only",
    ),
    "point_kind": Words(
        "{kind} 点位不属于 {site_kind} 场所",
        "a {site_kind} has no point of kind {kind}",
        "可用：{allowed}",
        "use {allowed}",
    ),
    "no_furnace": Words(
        "{value} 不是焚烧线（kind 为 {kind}）",
        "{value} is no furnace line (its kind is {kind})",
        "标记只用于 stack 或 furnace 点位",
        "tags speak of points of kind stack or furnace",
    ),
    "tag_label": Words("不认识的标记 {value!r}", "label {value!r} is not known", "可用：{allowed}", "use {allowed}"),
    "tag_kind": Words("标记 {label} 属于 {wanted}", "label {label} is one of a {wanted}", "改 kind", "correct kind"),
    "tag_moved": Words(
        "标记 {value} 第 {line} 行属于另一点位或另一类",
        "tag {value} names another point or kind on line {line}",
        "另起一个编号",
        "give it an id of its own",
    ),
    "tag_open": Words(
        "标记没有结束时间，而第 {line} 行的标记在其后开始",
        "has no end, though the tag on line {line} begins after it",
        "补上 end",
        "fill in end",
    ),
    "tag_overlap": Words(
        "与第 {line} 行的标记重叠",
        "overlaps the tag on line {line}",
        "评价时按矛盾标记列出",
        "the assessment lists it as a contradiction",
        "notice",
    ),
    "tag_going_on": Words(
        "标记尚未结束", "the tag has not ended yet", "结束后补上 end", "fill in end when it has", "notice"
    ),
    "key_version": Words("SM4 密钥只用于 2025", "an SM4 key is for version 2025 only", "清空 key", "leave key empty"),
    "key": Words(
        "key 不是 SM4 密钥", "key is no SM4 key", "16 个字符或 32 位十六进制", "16 characters or 32 hex digits"
    ),
    "mn": Words(
        "MN {value!r} 不合规", "MN {value!r} cannot be one", "至多 24 位字母与数字", "at most 24 letters and digits"
    ),
    "silent_logger": Words(
        "没有一条通道",
        "has no channel",
        "在 channels.csv 中登记，否则其数据不归属任何点位",
        "enter some in channels.csv, or its data belong to no point",
        "notice",
    ),
    "unfed_point": Words(
        "没有通道送数据到此点位",
        "no channel feeds it",
        "手工监测点可以如此",
        "as it is with points that are sampled by hand",
        "notice",
    ),
    "unjudged_point": Words(
        "没有适用标准", "no permit applies to it", "在 permits.csv 中登记", "enter one in permits.csv", "notice"
    ),
}
_MAP: Mapping[str, Words] = {
    "json": Words(
        "不是 JSON：{reason}", "this is not JSON: {reason}", "用 GIS 软件重新导出", "export it again from a GIS"
    ),
    "not_a_polygon": Words(
        "不是面：{reason}",
        "is no polygon: {reason}",
        "应为 Polygon、MultiPolygon，或含它的 Feature",
        "give a Polygon, a MultiPolygon or a Feature with one",
    ),
    "far_outside": Words(
        "{name}（经度 {lon}，纬度 {lat}）距区界 {km} km",
        "{name} (lon {lon}, lat {lat}) lies {km} km off the outline",
        "检查坐标",
        "check its coordinates",
    ),
    "swapped": Words(
        "{name} 的经度与纬度写反了（{lon}，{lat}）",
        "lon and lat of {name} are swapped ({lon}, {lat})",
        "对调两格",
        "swap the two cells",
    ),
    "outside": Words("{name} 在区界之外 {km} km", "{name} lies {km} km outside the outline", "", "", "notice"),
}
_YAML: Mapping[str, Words] = {
    "yaml": Words("不是 YAML：{reason}", "this is not YAML: {reason}", "检查缩进与冒号", "check indents and colons"),
    "not_a_table": Words(
        "{name} 应为 键: 值", "{name} must be keys with values", "见 docs/district.md", "see docs/district.md"
    ),
    "not_a_list": Words(
        "{name} 应为列表", "{name} must be a list", "每项一行，以 - 开头", "a line an item, each with a -"
    ),
    "unknown_key": Words("不认识的键 {name!r}", "key {name!r} is not known", "是否指 {near}", "did you mean {near}"),
    "doubled_key": Words("键 {name} 出现两次", "key {name} is given twice", "删去一个", "remove one"),
    "missing_key": Words("缺少 {name}", "{name} is missing", "补上它", "add it"),
    "two_languages": Words(
        "{name} 要有中文与英文", "{name} needs Chinese and English", "写成 {{zh: …, en: …}}", "write {{zh: …, en: …}}"
    ),
    "zone": Words(
        "时区 {value!r} 不认识",
        "zone {value!r} is not known",
        "写 IANA 名，如 Asia/Shanghai",
        "use an IANA name such as Asia/Shanghai",
    ),
    "alarm_needs": Words("{on} 规则需要 {name}", "a rule on {on} needs {name}", "补上它", "add it"),
    "alarm_not": Words("{on} 规则不用 {name}", "a rule on {on} has no {name}", "删去它", "remove it"),
    "alarm_clear": Words(
        "clear_at {value} 不在限值的恢复一侧",
        "clear_at {value} is on the wrong side of the limit",
        "高报时不高于 above，低报时不低于 below",
        "at or below `above`, at or above `below`",
    ),
    "alarm_code": Words("没有因子 {code!r}", "there is no code {code!r}", "写 HJ 212 编码", "give a code of HJ 212"),
    "alarm_points": Words(
        "points 中 {value!r} 不对应任何点位",
        "{value!r} in points fits no point",
        "points.csv 中有 {near}",
        "points.csv has {near}",
    ),
}
WORDING: Mapping[str, Words] = {**_FOLDER, **_TABLES, **_REFERENCES, **_MAP, **_YAML}
"""Words by kind of problem."""

"""Why a value or a window did not count: the closed list that findings use, as small numbers and as words."""

from enum import IntEnum

from clearbay.vocabulary.flags import FLAGS


class Why(IntEnum):
    """Reason for a window or value being left out; the larger number prevails when several hold."""

    USED = 0
    MISSING = 1
    INCOMPLETE = 2
    FAILED_CHECK = 3
    NO_NUMBER = 4
    LINK_FAULT = 5
    OVER_RANGE = 6
    CALIBRATION = 7
    FAULT = 8
    MAINTENANCE = 9
    STOPPED = 10
    CONDITION_UNKNOWN = 11
    DETECTION_LIMIT = 12
    NO_FLOW = 13
    NO_EDITION = 14
    LIMIT_NOT_KNOWN = 15
    NEGATIVE = 16
    GIVEN_TWICE = 17
    TOO_COARSE = 18
    PROBE_FROZEN = 19
    PROBE_MISSING = 20
    OXYGEN_MISSING = 21
    OXYGEN_NEAR_AIR = 22
    OXYGEN_NOT_BELOW_AIR = 23
    GAS_STATE_MISSING = 24
    TAG_MONITOR = 25
    TAG_STOPPED = 26
    TAG_HEATING = 27
    TAG_EXEMPT = 28
    TAG_TEMPERATURE = 29
    TAG_OVERLAP = 30
    TAG_OPEN = 31
    TAG_UNKNOWN_POINT = 32
    TAG_UNKNOWN_LABEL = 33
    TAG_LATE = 34
    TAG_ENDS_FIRST = 35
    TAG_OVER_EVENT = 36
    TAG_OVER_BUDGET = 37
    PM_ABOVE_EXEMPT = 38
    FEEDING_WHILE_STOPPED = 39
    LOAD_WHILE_FAULT = 40
    PERIOD_RUNNING = 41
    TAG_CORRECTED = 42


WORDS: dict[Why, tuple[str, str, str]] = {
    Why.USED: ("used", "采用", "used"),
    Why.MISSING: ("missing", "缺失", "missing"),
    Why.INCOMPLETE: ("incomplete", "有效数据不足", "too little valid data"),
    Why.FAILED_CHECK: ("failed_check", "质控不合格", "failed a quality check"),
    Why.NO_NUMBER: ("no_number", "无数值", "no number"),
    Why.LINK_FAULT: ("link_fault", "通讯异常", "link fault"),
    Why.OVER_RANGE: ("over_range", "超量程", "over range"),
    Why.CALIBRATION: ("calibration", "校准", "calibration"),
    Why.FAULT: ("fault", "故障", "fault"),
    Why.MAINTENANCE: ("maintenance", "维护", "maintenance"),
    Why.STOPPED: ("stopped", "停运", "stopped"),
    Why.CONDITION_UNKNOWN: ("condition_unknown", "适用条件未知", "which limit applies is not known"),
    Why.DETECTION_LIMIT: ("detection_limit", "检出限高于限值", "detection limit above the limit"),
    Why.NO_FLOW: ("no_flow", "无流量", "no flow"),
    Why.NO_EDITION: ("no_edition", "无现行标准", "no edition in force"),
    Why.LIMIT_NOT_KNOWN: ("limit_not_known", "限值未获得", "figures of the limit not known"),
    Why.NEGATIVE: ("negative", "负值", "negative"),
    Why.GIVEN_TWICE: ("given_twice", "同一时段有两个不同的值", "given twice with different values"),
    Why.TOO_COARSE: ("too_coarse", "数据周期过粗", "only coarser data than the rule needs"),
    Why.PROBE_FROZEN: ("probe_frozen", "热电偶读数不变", "thermocouple frozen"),
    Why.PROBE_MISSING: ("probe_missing", "断面无有效热电偶", "no working thermocouple in a section"),
    Why.OXYGEN_MISSING: ("oxygen_missing", "无有效含氧量", "no valid oxygen"),
    Why.OXYGEN_NEAR_AIR: ("oxygen_near_air", "含氧量接近空气", "oxygen near that of air"),
    Why.OXYGEN_NOT_BELOW_AIR: ("oxygen_not_below_21", "含氧量不低于21%", "oxygen not below 21 %"),
    Why.GAS_STATE_MISSING: (
        "gas_state_missing",
        "无有效烟温、压力或湿度",
        "no valid gas temperature, pressure or moisture",
    ),
    Why.TAG_MONITOR: ("tag_monitor", "标记：自动监测维护", "tagged: monitor maintenance"),
    Why.TAG_STOPPED: ("tag_stopped", "标记：停运", "tagged: out of operation"),
    Why.TAG_HEATING: ("tag_heating", "标记：烘炉或停炉降温", "tagged: heating up or cooling down"),
    Why.TAG_EXEMPT: ("tag_exempt", "标记：启炉、停炉、故障或事故", "tagged: start-up, shut-down, fault or accident"),
    Why.TAG_TEMPERATURE: (
        "tag_temperature",
        "标记：炉温异常或热电偶故障",
        "tagged: furnace temperature or thermocouple",
    ),
    Why.TAG_OVERLAP: ("tag_overlap", "标记重叠", "tags overlap"),
    Why.TAG_OPEN: ("tag_open", "标记无结束时间", "tag without an end"),
    Why.TAG_UNKNOWN_POINT: ("tag_unknown_furnace", "标记的焚烧炉未知", "tag for an unknown furnace"),
    Why.TAG_UNKNOWN_LABEL: ("tag_unknown_label", "标记内容未知", "tag with an unknown label"),
    Why.TAG_LATE: ("tag_late", "标记逾期录入", "tag entered late"),
    Why.TAG_ENDS_FIRST: ("tag_ends_before_start", "标记结束早于开始", "tag ends before it starts"),
    Why.TAG_OVER_EVENT: ("tag_over_event_cap", "标记超过单次时限", "tag beyond the hours of one event"),
    Why.TAG_OVER_BUDGET: ("tag_over_budget", "标记超过累计时限", "tag beyond the hours of its year or quarter"),
    Why.PM_ABOVE_EXEMPT: ("pm_above_exempt_limit", "豁免时段颗粒物超过150", "PM above the limit of exempt hours"),
    Why.FEEDING_WHILE_STOPPED: (
        "feeding_while_stopped",
        "标记未运行但有负荷",
        "load while tagged as not burning waste",
    ),
    Why.LOAD_WHILE_FAULT: ("normal_load_while_fault", "标记故障但负荷正常", "normal load while tagged as a fault"),
    Why.PERIOD_RUNNING: ("period_running", "数据未覆盖整个时段", "the data do not cover the whole period"),
    Why.TAG_CORRECTED: (
        "tag_corrected",
        "标记已更正或撤回，不再矛盾",
        "tags corrected: nothing is at odds now",
    ),
}
"""For each reason: its id in findings, Chinese, English."""

IDS = [WORDS[why][0] for why in Why]

BY_LETTER: dict[str, Why] = {
    letter: next(why for why in Why if WORDS[why][0] == flag.reason) for letter, flag in FLAGS.items() if flag.reason
}
"""The reason that each HJ 212 flag letter gives."""

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
}
"""For each reason: its id in findings, Chinese, English."""

IDS = [WORDS[why][0] for why in Why]

BY_LETTER: dict[str, Why] = {
    letter: next(why for why in Why if WORDS[why][0] == flag.reason) for letter, flag in FLAGS.items() if flag.reason
}
"""The reason that each HJ 212 flag letter gives."""

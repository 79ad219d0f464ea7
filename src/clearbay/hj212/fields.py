"""The names that stand in a data segment and what their values must be."""

from enum import Enum


class Kind(Enum):
    """What the value of a field must be."""

    NUMBER = "number"
    TIME = "time"
    TEXT = "text"


HEAD = ("QN", "ST", "CN", "PW", "MN", "Flag", "PNUM", "PNO", "RF")
HEAD_BY_CASEFOLD = {name.lower(): name for name in HEAD}

_NUMBERS = (
    *("Rtd", "Min", "Avg", "Max", "Cou", "ZsRtd", "ZsMin", "ZsAvg", "ZsMax"),  # HJ 212-2017 Table 4
    *("Data", "DayData", "NightData", "RS", "RT"),  # noise and facilities, the same table
    *("Ala", "UpValue", "LowValue", "DayStdValue", "NightStdValue"),  # HJ/T 212-2005 §6.3.3.2.3
    *("RawAvg", "SampleRd", "StandardValue"),  # HJ 212-2025
    *("ZsCou", "ValidNum", "TotalNum"),  # seen in the field
)
_TIMES = ("SampleTime", "CompleteTime")
_TEXTS = ("Flag", "EFlag", "SN", "Info", "SampleType", "ResultType")

ITEM: dict[str, Kind] = (
    dict.fromkeys(_NUMBERS, Kind.NUMBER) | dict.fromkeys(_TIMES, Kind.TIME) | dict.fromkeys(_TEXTS, Kind.TEXT)
)
ITEM_BY_CASEFOLD = {name.lower(): name for name in ITEM}

PLAIN_TIMES = frozenset(("datatime", "begintime", "endtime", "systemtime", "restarttime", "alarmtime", "skcreatetime"))
"""Plain fields of CP that hold a time, in lower case."""

"""Data flags: the letters loggers send, the exchange flags others read, and what each does to a mean.

Sources: HJ 212-2017 Table 8 (letters); IOC/QARTOD primary flags (1, 2, 3, 4, 9).
"""

from dataclasses import dataclass
from enum import IntEnum


class Quality(IntEnum):
    """QARTOD primary flag: the exchange form of a value's quality."""

    GOOD = 1
    NOT_EVALUATED = 2
    SUSPECT = 3
    FAIL = 4
    MISSING = 9


@dataclass(frozen=True)
class Flag:
    """A data flag as sent: its letter, names, the quality it maps to, and whether the value counts in a mean."""

    letter: str
    name_zh: str
    name_en: str
    quality: Quality
    counts: bool
    reason: str
    """The word findings use for values left out because of this flag."""


FLAGS: dict[str, Flag] = {
    flag.letter: flag
    for flag in (
        Flag("N", "正常", "normal", Quality.GOOD, True, ""),
        # A value entered by hand in place of a measured one counts; that it was entered stays visible.
        Flag("S", "手工输入", "set by hand", Quality.SUSPECT, True, ""),
        Flag("F", "停运", "stopped", Quality.FAIL, False, "stopped"),
        Flag("M", "维护", "maintenance", Quality.FAIL, False, "maintenance"),
        Flag("D", "故障", "fault", Quality.FAIL, False, "fault"),
        Flag("C", "校准", "calibration", Quality.FAIL, False, "calibration"),
        Flag("T", "超限", "over range", Quality.SUSPECT, False, "over_range"),
        Flag("B", "通讯异常", "link fault", Quality.FAIL, False, "link_fault"),
        # Not an HJ 212 letter: a laboratory's "below detection limit", carried with the limit as its value.
        Flag("ND", "未检出", "not detected", Quality.GOOD, True, ""),
    )
}
"""Flags by letter. An empty flag means the sender stated none and the value counts."""

NOT_COUNTED: dict[str, str] = {f.letter: f.reason for f in FLAGS.values() if not f.counts}
"""Letters whose values are left out of means, with the reason that findings state."""

"""What an operator declares of a furnace or of its monitor over a span of time, and the words it is declared in.

The labels are those of the marking rules for waste incinerators (MEE notice 2019 no. 50). The notice itself was not at
hand: the list is what enforcement cases, quarterly notices and plant data name, and is marked so.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TagKind(StrEnum):
    """Whether a tag speaks of the furnace or of its monitor."""

    FURNACE = "furnace"
    MONITOR = "monitor"


@dataclass(frozen=True)
class TagLabel:
    """A label: the word that is declared, its English name, what it speaks of and how sure the word is."""

    label: str
    en: str
    kind: TagKind
    confidence: str


LABELS: dict[str, TagLabel] = {
    entry.label: entry
    for entry in (
        TagLabel("正常运行", "normal operation", TagKind.FURNACE, "one-source"),
        TagLabel("烘炉", "heating up before waste is fed", TagKind.FURNACE, "one-source"),
        TagLabel("启炉", "start-up", TagKind.FURNACE, "one-source"),
        TagLabel("停炉", "shut-down", TagKind.FURNACE, "one-source"),
        TagLabel("停炉降温", "cooling down after burn-out", TagKind.FURNACE, "one-source"),
        TagLabel("停运", "out of operation", TagKind.FURNACE, "one-source"),
        TagLabel("故障", "fault", TagKind.FURNACE, "one-source"),
        TagLabel("事故", "accident", TagKind.FURNACE, "one-source"),
        TagLabel("CEMS维护", "CEMS maintenance", TagKind.MONITOR, "one-source"),
        TagLabel("通讯中断", "link interrupted", TagKind.MONITOR, "unverified"),
        TagLabel("炉温异常", "furnace temperature abnormal", TagKind.MONITOR, "unverified"),
        TagLabel("热电偶故障", "thermocouple fault", TagKind.MONITOR, "unverified"),
    )
}
"""Labels by their word."""


@dataclass(frozen=True, slots=True)
class Tag:
    """What is declared of a furnace or a monitor from `start` to `end` (UTC; an open end is None).

    Append-only: `revision` counts what was said under the same `tag_id`; `entered_at` is when it was said.
    """

    tag_id: str
    point_id: str
    kind: str
    label: str
    start: datetime
    end: datetime | None
    entered_at: datetime
    by: str
    source: str
    revision: int = 0

"""How a furnace line stands now: what its operator declares, and without a declaration what its temperature says."""

from dataclasses import dataclass

from clearbay.web import standing
from clearbay.web.point_now import Value
from clearbay.web.source import Live, PointEntry
from clearbay.web.text import Text

LEGAL = 850
"""Furnace temperature that GB 18485-2014 table 1 asks for [°C]."""
SILENT_PERIODS = 3
SILENT_AT_LEAST_S = 180.0
"""A temperature older than three of its periods, and three minutes, is no present one (as `live.js` fades it)."""


@dataclass(frozen=True)
class Chip:
    """A state as a word; `kind` is `runs`, `tag` or `none` (nothing is known or declared), `why` explains it."""

    kind: str
    text: str
    why: str = ""


def chips(live: Live, point: PointEntry, furnace: Value | None, t: Text) -> list[Chip]:
    """Give the states of a line, in the reader's language.

    A furnace without a furnace tag in force counts as running where its temperature comes and is at least 850 °C.
    """
    tags = standing.standing_tags(live, point.point_id)
    told = [Chip("tag", standing.label_in(tag, t.lang)) for tag in tags]
    if any(str(tag.kind) == "furnace" for tag in tags):
        return told
    if furnace is None or furnace.latest.value is None or _is_old(live, furnace):
        return [Chip("none", t("hall.no_values")), *told]
    if furnace.latest.value >= LEGAL:
        return [Chip("runs", t("hall.running"), t("hall.running_why")), *told]
    return [Chip("none", t("hall.below", n=LEGAL), t("hall.below_why")), *told]


def _is_old(live: Live, value: Value) -> bool:
    period = value.latest.period_s
    age = (live.now() - value.latest.time).total_seconds() - period
    return age > max(SILENT_PERIODS * period, SILENT_AT_LEAST_S)

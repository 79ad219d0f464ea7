"""A finding of the store made anew: the packets behind it decoded again, each value compared, and judged again."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from clearbay.assess.findings import SCHEMA, Verdict
from clearbay.platform.continuous import LONG_S, REACH
from clearbay.platform.evidence import Difference, Evidence, evidence, together
from clearbay.platform.judging import CONFLICT, TAGS, Judging, bounds, made_of
from clearbay.platform.store_values import shaped
from clearbay.platform.withdrawing import HOUR, corrected, emptied, withdrawn
from clearbay.platform.year_values import base_s, on_base, spans
from clearbay.store import Store
from clearbay.store.anew import Keys
from clearbay.store.judged import plain_type
from clearbay.vocabulary.clocks import local_date

SAME = (
    "verdict", "value", "raw_value", "margin", "class", "index", "primary", "expected", "valid", "windows",
    "input_digest", "rule_digest",
)  # fmt: skip
"""What of a finding must come out the same."""

ALONE = {"china_incinerator"}
"""Rules for stacks whose months and quarters hang on nothing outside them: their packets are decoded, not a year's."""

PACKETS = "packets"
"""Said to differ when a value in the store is not what its packet gives."""


@dataclass(frozen=True)
class Remade:
    """A finding made anew: None when it does not come out; `differing` names what differs from what stands.

    `inputs` values of the point stand in the store over the finding's window, `checked` of them came out of their
    packets the same. `packets` were decoded, `opened` of them with an SM4 key; `sealed` counts those that no key
    opened, by MN: their values were judged as they stand and count as not checked.
    """

    finding: Mapping[str, object] | None
    differing: tuple[str, ...]
    inputs: int = 0
    checked: int = 0
    packets: int = 0
    opened: int = 0
    sealed: Mapping[str, int] = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether all was checked and is the same."""
        return self.finding is not None and not self.differing and not self.sealed


def remake(store: Store, judging: Judging, stored: Mapping[str, object], keys: Keys) -> Remade:
    """Decode the packets of a stored finding's days (or year) anew and judge its point by what they give.

    Parameters
    ----------
    keys : SM4 keys by MN, those in force and those before them.
    """
    point, start, period = str(stored["point_id"]), stored["time"], int(str(stored["period_s"]))
    assert isinstance(start, datetime)
    zone = judging.zone(point)
    again: Mapping[str, object] | None = None
    if period > LONG_S and (judging.kind(point) == "section" or judging.rules_of(point) == ALONE):
        own = local_date(start, zone), local_date(start + timedelta(seconds=period - 1), zone)
        found, again = _anew(store, judging, stored, own, keys)
    if again is None:
        # A quarter in which nothing came is one of a monitor that the rest of its year knows.
        found, again = _anew(store, judging, stored, _span(start, period, zone), keys)
    differing = () if again is None else tuple(name for name in SAME if again[name] != stored[name])
    if found.differences:
        differing = (*differing, PACKETS)
    windows = () if again is None else _windows(stored, again)
    return Remade(
        again, differing, found.inputs, found.checked, len(found.packets), len(found.opened),
        dict(sorted(Counter(found.sealed.values()).items())), (*found.differences, *windows),
    )  # fmt: skip


def _anew(
    store: Store, judging: Judging, stored: Mapping[str, object], days: tuple[date, date], keys: Keys
) -> tuple[Evidence, Mapping[str, object] | None]:
    """Judge the point of a finding by the packets of some days: what they say, and the finding where it comes out."""
    point, zone = str(stored["point_id"]), judging.zone(str(stored["point_id"]))
    short = int(str(stored["period_s"])) <= LONG_S
    begin, end = bounds(days[0], zone)[0] - (REACH if short else timedelta()), bounds(days[1], zone)[1]
    points = judging.with_furnaces([point])
    if stored["code"] == TAGS:
        found = Evidence(pl.DataFrame(), 0, 0, frozenset(), frozenset(), {}, ())  # what tags alone say needs no packet
    elif short:
        found = evidence(store, points, begin, end, keys)
    else:
        base = base_s(judging, point)
        parts = [evidence(store, points, *span, keys) for span in spans(begin, end)]
        found = together([replace(one, rows=on_base(one.rows, judging, base)) for one in parts])
    assessed = stored["assessed_at"]
    assert isinstance(assessed, datetime)
    return found, _match(made_of(judging, shaped(found.rows, judging.district), [point], *days, assessed), stored)


def _match(made: pa.Table, stored: Mapping[str, object]) -> Mapping[str, object] | None:
    match: list[Mapping[str, object]] = made.filter(pc.equal(made["finding_id"], str(stored["finding_id"]))).to_pylist()
    if len(match) == 1:
        return match[0]
    # What was superseded because nothing gives it any more is no finding of its own; it was made from what stood.
    plain = pa.schema([pa.field(f.name, plain_type(f.type)) for f in SCHEMA])
    assessed = stored["assessed_at"]
    assert isinstance(assessed, datetime)
    rows: list[Mapping[str, object]] = []
    if not match and stored["averaging"] == CONFLICT:
        standing = pa.Table.from_pylist([{**stored, "verdict": str(Verdict.NOT_EVALUABLE)}], schema=plain).cast(SCHEMA)
        rows = corrected(standing, made, assessed).to_pylist()
    elif not match and stored["verdict"] == Verdict.NOT_EVALUABLE and not stored["input_digest"]:
        standing = pa.Table.from_pylist([{**stored, "valid": 1}], schema=plain).cast(SCHEMA)
        rows = emptied(standing, made, assessed).to_pylist()
    elif not match and stored["averaging"] == HOUR:
        standing = pa.Table.from_pylist([{**stored, "verdict": str(Verdict.EXCEEDED)}], schema=plain).cast(SCHEMA)
        rows = withdrawn(standing, made, assessed).to_pylist()
    return rows[0] if rows else None


def _span(start: datetime, period_s: int, zone: str) -> tuple[date, date]:
    """Days that are judged together with a finding: the day that its window ends in, or its whole year."""
    last = local_date(start + timedelta(seconds=max(period_s - 1, 0)), zone)
    if period_s > LONG_S:
        first = local_date(start, zone)
        return date(first.year, 1, 1), max(last, date(first.year, 12, 31))
    return last, last


def _windows(stored: Mapping[str, object], again: Mapping[str, object]) -> tuple[Difference, ...]:
    """Windows of the finding that judging forms otherwise now."""
    ours, theirs = _by_time(stored["windows"]), _by_time(again["windows"])
    return tuple(
        Difference("", "", code, ours.get((time, code), ""), theirs.get((time, code), ""))
        for time, code in sorted({*ours, *theirs})
        if ours.get((time, code)) != theirs.get((time, code))
    )


def _by_time(windows: object) -> dict[tuple[datetime, str], str]:
    assert isinstance(windows, Sequence)
    return {
        (w["time"], w["code"]): " ".join(
            [
                "–" if w["value"] is None else f"{w['value']:.12g}",
                *(str(w[name]) for name in ("flag", "tag") if w[name]),
                f"{w['time'].astimezone(UTC):%Y-%m-%dT%H:%MZ} {w['period_s']}s {w['why']}",
            ]
        )
        for w in windows
    }

"""A finding of the store made anew: its values looked up in the bytes they came in, and judged again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from clearbay.platform import packets
from clearbay.platform.continuous import LONG_S, REACH
from clearbay.platform.judging import Judging, bounds, made_of
from clearbay.platform.store_values import values
from clearbay.store import Store
from clearbay.vocabulary.clocks import local_date

SAME = ("verdict", "value", "class", "index", "primary", "expected", "valid", "input_digest", "rule_digest")
"""What of a finding must come out the same."""


@dataclass(frozen=True)
class Remade:
    """A finding made anew: None when it does not come out; `differing` names what differs from what stands.

    `checked` of `inputs` values were found, digit for digit, in the bytes of their packets; encrypted packets are not
    opened here and count as not checked.
    """

    finding: Mapping[str, object] | None
    differing: tuple[str, ...]
    inputs: int
    checked: int


def remake(store: Store, judging: Judging, stored: Mapping[str, object], as_of: datetime | None = None) -> Remade:
    """Judge the point of a stored finding again over the finding's own day or year."""
    point, start, period = str(stored["point_id"]), stored["time"], int(str(stored["period_s"]))
    assert isinstance(start, datetime)
    zone = judging.zone(point)
    first, last = _span(start, period, zone)
    begin, end = bounds(first, zone)[0], bounds(last, zone)[1]
    assessed = stored["assessed_at"]
    assert isinstance(assessed, datetime)
    table = values(
        store,
        judging.district,
        [point],
        begin - (REACH if period <= LONG_S else timedelta()),
        end,
        as_of,
        minutes=period <= LONG_S,
    )
    made = made_of(judging, table, [point], first, last, assessed)
    match = made.filter(pc.equal(made["finding_id"], str(stored["finding_id"]))).to_pylist()
    again = match[0] if len(match) == 1 else None
    differing = () if again is None else tuple(name for name in SAME if again[name] != stored[name])
    inputs, checked = _in_bytes(store, table, stored, start, period)
    if checked < inputs and not _encrypted(store, table):
        differing = (*differing, "packets")
    return Remade(again, differing, inputs, checked)


def _span(start: datetime, period_s: int, zone: str) -> tuple[date, date]:
    """Days that are judged together with a finding: the day that its window ends in, or its whole year."""
    last = local_date(start + timedelta(seconds=max(period_s - 1, 0)), zone)
    if period_s > LONG_S:
        first = local_date(start, zone)
        return date(first.year, 1, 1), max(last, date(first.year, 12, 31))
    return last, last


def _in_bytes(
    store: Store, table: pa.Table, stored: Mapping[str, object], start: datetime, period_s: int
) -> tuple[int, int]:
    """Values of the finding's code in its window, and how many stand digit for digit in their packets."""
    mine = pl.from_arrow(table)
    assert isinstance(mine, pl.DataFrame)
    end = start + timedelta(seconds=max(period_s, 1))
    mine = mine.filter(
        pl.col("code").cast(pl.String) == str(stored["code"]), pl.col("time") >= start, pl.col("time") < end
    )
    wanted = mine.select("row", "text").rows()
    if not wanted:
        return 0, 0
    numbers = ",".join(str(number) for number in {number for number, _ in wanted})
    raw = packets.reading_of(store, f"number IN ({numbers})", "packets")
    by_number = dict(zip(raw["number"].to_pylist(), raw["bytes"].to_pylist(), strict=True))
    checked = sum(f"={text}".encode() in by_number.get(number, b"") for number, text in wanted)
    return len(wanted), checked


def _encrypted(store: Store, table: pa.Table) -> bool:
    """Whether a packet behind these values holds no plain fields."""
    numbers = {str(n) for n in pc.unique(table["row"]).to_pylist()[:1]}
    if not numbers:
        return False
    raw = packets.reading_of(store, f"number IN ({','.join(numbers)})", "packets")
    return not any(b"CP=&&" in data for data in raw["bytes"].to_pylist())

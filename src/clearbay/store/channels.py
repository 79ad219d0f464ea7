"""The channel map: which point and basis a logger's code belongs to, from when to when."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from clearbay.store.errors import StoreError
from clearbay.vocabulary.commented import Uncommented

UTC_OFFSET_S = 8 * 3600
"""HJ 212 writes Beijing time, whatever the longitude; China has had no summer time since before HJ/T 212-2005."""

BASES = ("raw", "standard", "reference_o2", "index")
LABELS = ("start", "end", "instant")
COLUMNS = ("mn", "st", "code", "point_id", "basis", "unit", "label", "valid_from", "valid_to")
ALWAYS = -(2**62)
FOR_EVER = 2**62


class ChannelMapError(StoreError):
    """A row of the channel map cannot be used; the message names the line, the value and what it may be."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One row of the channel map: (mn, st, code) is point `point_id` on `basis` while valid [s since 1970 UTC].

    `label` says whether the logger stamps a period with its start (HJ 212-2017 Table 4) or its end. `mapped` is
    False for the stand-in of a code that no row names.
    """

    mn: str
    st: str
    code: str
    point_id: str
    basis: str = "raw"
    unit: str = ""
    label: str = "start"
    valid_from: int = ALWAYS
    valid_to: int = FOR_EVER
    mapped: bool = True


def read_channel_map(path: Path) -> list[Channel]:
    """Read `channels.csv`; the header names the columns, `basis`, `unit`, `label` and the validity may be left out.

    Lines that begin with # are comments. Raises ChannelMapError.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = Uncommented(file)
        reader = csv.DictReader(lines)
        missing = [name for name in ("mn", "st", "code", "point_id") if name not in (reader.fieldnames or ())]
        if missing:
            raise ChannelMapError(f"{path.name}: no column {missing[0]!r}; the header is {','.join(COLUMNS)}")
        channels = [_channel(row, f"{path.name}, line {lines.line}") for row in reader]
    check_channels(channels)
    return channels


def _channel(row: dict[str, str | None], where: str) -> Channel:
    def text(name: str, default: str = "") -> str:
        return (row.get(name) or default).strip()

    for name in ("mn", "st", "code", "point_id"):
        if not text(name):
            raise ChannelMapError(f"{where}: {name} is empty")
    for name, allowed, default in (("basis", BASES, "raw"), ("label", LABELS, "start")):
        if text(name, default) not in allowed:
            raise ChannelMapError(f"{where}: {name} {text(name)!r} is none of {', '.join(allowed)}")
    return Channel(
        *(text("mn"), text("st"), text("code"), text("point_id"), text("basis", "raw"), text("unit")),
        text("label", "start"),
        _instant(text("valid_from"), ALWAYS, where),
        _instant(text("valid_to"), FOR_EVER, where),
    )


def _instant(text: str, default: int, where: str) -> int:
    if not text:
        return default
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ChannelMapError(f"{where}: {text!r} is no date or time (2026-01-01 or 2026-01-01T08:00)") from None
    if moment.tzinfo is None:
        return int(moment.replace(tzinfo=UTC).timestamp()) - UTC_OFFSET_S
    return int(moment.timestamp())


def check_channels(channels: Iterable[Channel]) -> None:
    """Raise ChannelMapError when two rows claim the same code at the same time."""
    by_code: dict[tuple[str, str, str], list[Channel]] = {}
    for channel in channels:
        by_code.setdefault((channel.mn, channel.st, channel.code), []).append(channel)
    for key, rows in by_code.items():
        rows.sort(key=lambda row: row.valid_from)
        for before, after in pairwise(rows):
            if after.valid_from < before.valid_to:
                raise ChannelMapError(
                    f"{key[2]} of {key[0]} (ST {key[1]}) belongs to {before.point_id} and {after.point_id} "
                    "at the same time: end one before the other begins"
                )


class ChannelMap:
    """The map in force, looked up by (mn, st, code) and instant."""

    def __init__(self, channels: Sequence[Channel] = ()) -> None:
        check_channels(channels)
        self.channels = tuple(channels)
        self._by_code: dict[tuple[str, str, str], list[Channel]] = {}
        for channel in channels:
            self._by_code.setdefault((channel.mn, channel.st, channel.code), []).append(channel)

    def find(self, mn: str, st: str, code: str, when: int) -> Channel:
        """Return the row in force at an instant [s], or the stand-in `MN:ST` as far as no row reaches."""
        low, high = ALWAYS, FOR_EVER
        for channel in self._by_code.get((mn, st, code), ()):
            if channel.valid_from <= when < channel.valid_to:
                return channel
            if channel.valid_to <= when:
                low = max(low, channel.valid_to)
            else:
                high = min(high, channel.valid_from)
        return Channel(mn, st, code, f"{mn}:{st}", valid_from=low, valid_to=high, mapped=False)

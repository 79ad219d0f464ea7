"""Reads `channels.csv`: which point and basis a logger's code belongs to, from when to when."""

from collections.abc import Collection
from datetime import datetime
from itertools import pairwise

from clearbay.district.cells import Cells
from clearbay.district.columns import CHANNELS
from clearbay.district.located import Located, nearest
from clearbay.district.problems import Problems
from clearbay.district.snapshot import Snapshot
from clearbay.district.table import read_rows
from clearbay.store.channels import ALWAYS, BASES, FOR_EVER, LABELS, Channel
from clearbay.vocabulary.clocks import DEFAULT_ZONE
from clearbay.vocabulary.parameters import find

FILE = "channels.csv"


def read_channels(
    snapshot: Snapshot, loggers: Collection[str], points: Collection[str], problems: Problems
) -> list[Located[Channel]]:
    """Read the channel map; lines that are wrong are noted and left out.

    Times without an offset are Beijing time, which HJ 212 writes wherever the logger stands.
    """
    if FILE not in snapshot.files:
        return []
    found = []
    unknown: set[str] = set()
    for row in read_rows(snapshot.files[FILE], FILE, CHANNELS, problems):
        cells = Cells(row, problems)
        mn, code, point_id = cells.identifier("mn"), cells.needed("code"), cells.needed("point_id")
        if mn and cells.sound and mn not in loggers:
            cells.wrong("unknown_logger", value=mn, near=nearest(mn, loggers))
        if point_id and point_id not in points:
            cells.wrong("unknown_point", value=point_id, near=nearest(point_id, points))
        first, last = cells.instant("valid_from", DEFAULT_ZONE), cells.instant("valid_to", DEFAULT_ZONE)
        if first is not None and last is not None and last <= first:
            cells.wrong("order", last="valid_to", first="valid_from")
        channel = Channel(
            *(mn, cells.needed("st"), code, point_id, cells.one_of("basis", BASES, "raw"), cells.text("unit")),
            cells.one_of("label", LABELS, "start"),
            _seconds(first, ALWAYS),
            _seconds(last, FOR_EVER),
        )
        if code and find(code) is None and code not in unknown:
            unknown.add(code)
            cells.notice("code_to_show", code=code)
        if cells.sound:
            found.append(Located(row.line, channel))
    _note_overlaps(found, problems)
    return found


def _seconds(moment: datetime | None, default: int) -> int:
    return default if moment is None else int(moment.timestamp())


def _note_overlaps(channels: list[Located[Channel]], problems: Problems) -> None:
    by_code: dict[tuple[str, str, str], list[Located[Channel]]] = {}
    for row in channels:
        by_code.setdefault((row.value.mn, row.value.st, row.value.code), []).append(row)
    for (mn, st, code), rows in by_code.items():
        rows.sort(key=lambda row: row.value.valid_from)
        for before, after in pairwise(rows):
            if after.value.valid_from < before.value.valid_to:
                what = f"{code} {mn} (ST {st})"
                problems.add(FILE, after.line, "overlap", what=what, line=before.line)

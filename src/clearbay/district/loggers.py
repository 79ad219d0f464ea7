"""Reads `loggers.csv`: the loggers that may send, as the gateway's own file of loggers, with the site of each."""

import re
from collections.abc import Collection

from clearbay.district.cells import Cells
from clearbay.district.columns import LOGGERS
from clearbay.district.located import Located, nearest, once
from clearbay.district.model import LOGGER_VERSIONS, LoggerEntry
from clearbay.district.problems import Problems
from clearbay.district.snapshot import Snapshot
from clearbay.district.table import read_rows
from clearbay.hj212.requests import MINUTE_INTERVALS
from clearbay.hj212.sm4 import KEY_BYTES

FILE = "loggers.csv"
_MN = re.compile(r"[0-9A-Za-z]{1,24}")
"""HJ 212-2017 Table 3: MN has 24 characters; HJ/T 212-2005 has 14."""


def read_loggers(snapshot: Snapshot, sites: Collection[str], problems: Problems) -> list[Located[LoggerEntry]]:
    """Read the loggers; what is wrong with a line is noted."""
    if FILE not in snapshot.files:
        return []
    found = []
    for row in read_rows(snapshot.files[FILE], FILE, LOGGERS, problems):
        cells = Cells(row, problems)
        mn, site_id = cells.identifier("mn"), cells.needed("site_id")
        if cells.sound and not _MN.fullmatch(mn):
            cells.wrong("mn", value=mn)
        if site_id and site_id not in sites:
            cells.wrong("unknown_site", value=site_id, near=nearest(site_id, sites))
        version = cells.one_of("version", LOGGER_VERSIONS, "2017")
        minutes = cells.one_of("minutes", [str(n) for n in MINUTE_INTERVALS], "10")
        key = _key(cells)
        if key and version in LOGGER_VERSIONS and version != "2025":
            cells.wrong("key_version")
        if mn:  # a wrong line stays, so that channels that name it are not told off for it
            rest = (cells.text("st", "32"), cells.text("name"))
            entry = LoggerEntry(mn, version, cells.text("pw"), site_id, int(minutes) if cells.sound else 10, key, *rest)
            found.append(Located(row.line, entry))
    return once(found, lambda logger: logger.mn, "mn", FILE, problems)


def _key(cells: Cells) -> bytes:
    text = cells.text("key")
    if not text or len(text.encode()) == KEY_BYTES:
        return text.encode()
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        cells.wrong("key")
    return key

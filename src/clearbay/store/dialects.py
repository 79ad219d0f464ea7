"""What decoding needs beside the bytes and may change: channel maps, lengths of minute data, when all was done anew.

Each is kept with the instant from which it held, so that a packet can be decoded as it was when it came.
"""

from collections.abc import Mapping
from datetime import datetime

import duckdb

from clearbay.store import book
from clearbay.store.channels import ChannelMap
from clearbay.store.series import Series, Slots


def enter_minutes(con: duckdb.DuckDBPyConnection, minutes_s: Mapping[str, int], entered_at: datetime) -> None:
    """Note lengths of minute data by MN [s] that differ from those noted last."""
    known = load_minutes(con)
    for mn, seconds in minutes_s.items():
        if known.get(mn) != seconds:
            con.execute("INSERT INTO book.minutes VALUES (?, ?, ?)", [entered_at, mn, seconds])


def load_minutes(con: duckdb.DuckDBPyConnection, as_of: datetime | None = None) -> dict[str, int]:
    """Give the length of minute data by MN [s] at `as_of` (UTC); before the first that was noted, that one held."""
    rows = con.execute(
        "SELECT mn, coalesce(arg_max(seconds, n) FILTER (entered_at <= coalesce(?, 'infinity'::TIMESTAMP)), "
        "arg_min(seconds, n)) FROM (SELECT *, row_number() OVER () AS n FROM book.minutes) GROUP BY mn",
        [as_of],
    ).fetchall()
    return {str(mn): int(seconds) for mn, seconds in rows}


def enter_redecoding(con: duckdb.DuckDBPyConnection, mn: str, at: datetime) -> None:
    """Note that all packets of a logger were decoded anew with what was in force at an instant (UTC)."""
    con.execute("INSERT INTO book.redecoded VALUES (?, ?)", [mn, at])


def redecoded(con: duckdb.DuckDBPyConnection) -> dict[str, datetime]:
    """Give the instant (naive, UTC) that the packets of each logger were last decoded anew, where they were."""
    return dict(con.execute("SELECT mn, max(done_at) FROM book.redecoded GROUP BY mn").fetchall())


def changes(con: duckdb.DuckDBPyConnection) -> list[datetime]:
    """Instants (naive, UTC) at which a channel map or a length of minute data came into force, in order."""
    rows = con.execute(
        "SELECT entered_at FROM book.channel_revisions UNION SELECT entered_at FROM book.minutes ORDER BY 1"
    ).fetchall()
    return [at for (at,) in rows]


class Numbers:
    """Numbers of series for reading: those of the store, and numbers below zero for series that it does not have."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._known = book.load_series(con)

    def __call__(self, series: Series) -> int:
        """The number of a series."""
        return self._known.setdefault(series, -1 - len(self._known))

    @property
    def series(self) -> Mapping[Series, int]:
        """All series met."""
        return self._known


def slots_at(con: duckdb.DuckDBPyConnection, numbers: Numbers, as_of: datetime) -> Slots:
    """Slots of the channel map and the lengths of minute data that held at an instant (naive, UTC)."""
    slots = Slots(numbers)
    slots.map = ChannelMap(book.load_channels(con, as_of)[1])
    slots.minutes_s = load_minutes(con, as_of)
    return slots

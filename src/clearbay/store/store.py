"""A store: one folder, one writer process, raw packets and their observations in one transaction."""

import fcntl
import os
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clearbay.hj212 import layout as k
from clearbay.hj212.batch import Batch
from clearbay.store import book, dialects, reading, revisions, schema
from clearbay.store.arrivals import Arrivals, Verdict
from clearbay.store.channels import Channel, ChannelMap
from clearbay.store.errors import StoreDamaged, StoreError, StoreFull, StoreInUse
from clearbay.store.manifest import Manifest, new_manifest, read_manifest, write_manifest
from clearbay.store.recording import (
    NEVER,
    chosen_frames,
    datable,
    label_times,
    newest,
    observation_rows,
    packet_table,
    sender_keys,
)
from clearbay.store.resends import REMEMBERED, Resends
from clearbay.store.series import Series, Slots

MIN_FREE_BYTES = 256 << 20
"""Free space below which nothing is written: the write-ahead log and a checkpoint must still fit."""

_CHECKPOINT = "32MB"
"""Size of a write-ahead log at which its rows go into the file. Until then they are held in memory, uncompressed: at
1,000 loggers some minutes' worth. Larger ones cost as much CPU and more memory."""

_MEMORY = "256MB"
"""What the database may hold: blocks of files read, rows not yet in the file, work of queries. Beyond it blocks are
read again and sorts go to `spill/`; without a limit it is 80 % of the machine's memory."""


class Store:
    """An open store. All writing is done by one thread at a time; reading may be done from any."""

    def __init__(
        self,
        folder: Path | str,
        *,
        min_free_bytes: int = MIN_FREE_BYTES,
        remembered: int = REMEMBERED,
        now: datetime | None = None,
    ) -> None:
        """Open the store in a folder, or make a new one there.

        `min_free_bytes` is the free space kept [bytes], `now` stands for the clock in tests. Raises StoreInUse,
        StoreDamaged, StoreFull.
        """
        self.folder = Path(folder)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock_file = os.open(self.folder / "lock", os.O_CREAT | os.O_RDWR)
        except OSError as error:
            raise StoreError(
                f"{self.folder} cannot be written ({error.strerror}); look at its owner and mode"
            ) from error
        self._min_free = min_free_bytes
        self._remembered = remembered
        try:
            fcntl.flock(self._lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock_file)
            raise StoreInUse(f"{self.folder} is open in another process; ask that one, or stop it") from None
        self._writing = threading.RLock()
        month = f"{now or datetime.now(UTC):%Y-%m}"
        found = read_manifest(self.folder)
        if found is None:
            self.check_space()
            found = new_manifest(month)
            write_manifest(self.folder, found)
        self.manifest: Manifest = found
        self._remove_leftovers()
        self._series: dict[Series, int] = {}
        self._gathered: dict[Series, int] | None = None
        self._usable = False
        self._open()

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the files; what was committed is on disk already."""
        with self._writing:
            self._con.close()
            os.close(self._lock_file)

    # Opening -------------------------------------------------------------------------------------------------

    def _remove_leftovers(self) -> None:
        """Finish what a crash interrupted: hot files already sealed, folders of an unfinished seal."""
        known = {entry.folder for entry in self.manifest.sealed}
        for entry in self.manifest.sealed:
            for path in self.folder.glob(f"hot-{entry.month}.duckdb*"):
                path.unlink()
        for path in self.folder.glob("sealed/*"):
            if f"sealed/{path.name}" not in known:
                remove_tree(path)

    def hot_path(self, month: str) -> Path:
        """The file of a hot month."""
        return self.folder / f"hot-{month}.duckdb"

    def _open(self) -> None:
        # One thread: a commit of some thousand rows gains nothing from more, and readers have cursors of their own.
        self._con = duckdb.connect(
            config={
                "threads": 1,
                "autoinstall_known_extensions": "false",
                "memory_limit": _MEMORY,
                "temp_directory": str(self.folder / "spill"),
            }
        )
        try:
            self._con.execute(f"SET checkpoint_threshold='{_CHECKPOINT}'")
            self._attach("book", self.folder / "book.duckdb")
            for statement in schema.BOOK:
                self._con.execute(statement.format(db="book"))
            for month in self.manifest.hot:
                self._attach_month(month)
        except duckdb.IOException as error:
            self._con.close()
            raise StoreDamaged(f"{self.folder} cannot be opened: {error}") from error
        self._series = book.load_series(self._con)
        self._slots = Slots(self.series_number)
        self._slots.minutes_s = dialects.load_minutes(self._con)
        self.map_revision, channels = book.load_channels(self._con)
        self._slots.map = ChannelMap(channels)
        self._load_memory()
        self._usable = True

    def _attach(self, name: str, path: Path) -> None:
        self._con.execute(f"ATTACH '{sql_text(str(path))}' AS {name}")

    def _attach_month(self, month: str) -> None:
        name = month_name(month)
        self._attach(name, self.hot_path(month))
        tables = self._con.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = ?", [name]).fetchall()
        if ("observations",) not in tables:
            self._con.begin()
            for statement in schema.HOT:
                self._con.execute(statement.format(db=name))
            self._con.commit()

    def _load_memory(self) -> None:
        """Rebuild what the writer keeps in memory from what is on disk."""
        self._resends = Resends(self._remembered)
        last = max((entry.last_packet for entry in self.manifest.sealed), default=-1)
        for month in self.manifest.hot:
            found = self._con.execute(f"SELECT max(number) FROM {month_name(month)}.packets").fetchone()
            if found and found[0] is not None:
                last = max(last, int(found[0]))
        self.next_number = last + 1
        floor = self.next_number - self._remembered
        for month in self.manifest.hot:
            digests = self._con.execute(
                f"SELECT digest FROM {month_name(month)}.packets WHERE verdict = 0 AND number >= {floor}"
            ).fetchnumpy()["digest"]
            self._resends.add(np.asarray(digests, np.uint64))
        self._resends.forgotten = self._resends.forgotten or floor > 0 or bool(self.manifest.sealed)
        self._newest_sent: dict[int, int] | None = None
        self._last_times = np.empty(0, np.int64)
        self._last_values = np.empty(0, np.float64)
        self._latest_known = reading.latest_by_series(self._con, self.manifest, self.folder)

    def _room_for_lines(self) -> None:
        """Extend the memory of newest values to the lines added since."""
        old, lines = len(self._last_times), list(self._slots.lines)
        if len(lines) == old:
            return
        times, values = np.full(len(lines), NEVER, np.int64), np.full(len(lines), np.nan)
        times[:old], values[:old] = self._last_times, self._last_values
        for number, line in enumerate(lines[old:], old):
            times[number], values[number] = self._latest_known.get(line, (NEVER, np.nan))
        self._last_times, self._last_values = times, values

    def series_number(self, series: Series) -> int:
        """The number of a series, new ones entered durably first."""
        number = self._series.get(series)
        if number is None:
            number = self._series[series] = len(self._series)
            if self._gathered is None:
                book.add_series(self._con, {series: number})
            else:
                self._gathered[series] = number
        return number

    def _find_slots(self, batch: Batch, chosen: NDArray[np.bool_], times: k.Longs) -> tuple[k.Longs, NDArray[np.int32]]:
        """The slots of a batch's values; series seen for the first time are entered together, durably, before these."""
        gathered: dict[Series, int] = {}
        self._gathered = gathered
        try:
            return self._slots.find(batch, chosen, times)
        finally:
            self._gathered = None
            if gathered:
                book.add_series(self._con, gathered)

    # Writing -------------------------------------------------------------------------------------------------

    def check_space(self) -> None:
        """Raise StoreFull when less than the kept space is free."""
        disk = os.statvfs(self.folder)
        free = disk.f_bavail * disk.f_frsize
        if free < self._min_free:
            raise StoreFull(
                f"{free >> 20} MB free under {self.folder}, {self._min_free >> 20} MB are kept: "
                "make room; nothing is acknowledged until then"
            )

    def append(self, arrivals: Arrivals) -> NDArray[np.uint8]:
        """Write a batch durably and return the verdict of each packet.

        Packets and observations are one transaction: when this returns they are on disk, when it raises StoreFull
        nothing of the batch is.
        """
        with self._writing:
            self.check_space()
            try:
                if not self._usable:
                    self._open()
                return self._append(arrivals)
            except (duckdb.OperationalError, duckdb.FatalException, StoreDamaged, OSError) as error:
                # Memory may be ahead of the disk now: the next append takes the truth from there.
                self._usable = False
                self._con.close()
                raise StoreFull(f"the batch could not be written: {error}") from error

    def _append(self, arrivals: Arrivals) -> NDArray[np.uint8]:
        batch = arrivals.batch
        count = len(batch.frames)
        self._roll(arrivals.received_us)
        times = label_times(batch)
        good = arrivals.refusals == 0
        repeats = self._resends.known(batch.digests, good)
        if self._resends.forgotten:
            repeats |= self._in_store(batch, times, good & ~repeats)
        verdicts = np.where(good, np.where(repeats, Verdict.DUPLICATE, Verdict.ACCEPTED), Verdict.REFUSED).astype(
            np.uint8
        )
        numbers = np.arange(self.next_number, self.next_number + count, dtype=np.int64)
        rows, slots = self._find_slots(batch, chosen_frames(batch, verdicts, times), times)
        columns = self._slots.columns
        self._room_for_lines()
        found = observation_rows(batch, rows, slots, columns, times, numbers)
        fresh = np.empty(len(rows), np.bool_)
        newest(columns[slots, 6], found.time, found.value, self._last_times, self._last_values, fresh)
        table = revisions.settle(self._con, self.manifest, self.folder, found, fresh, arrivals.received_us)
        packets = packet_table(arrivals, verdicts, numbers, np.where(datable(times), times, 0))
        self._commit(packets, table)
        self.next_number += count
        self._resends.add(batch.digests[verdicts == Verdict.ACCEPTED])
        return verdicts

    def _commit(self, packets: pa.Table | None, observations: pa.Table) -> None:
        name = month_name(self.manifest.hot[-1])
        self._con.begin()
        try:
            if packets is not None and packets.num_rows:
                self._con.register("new_packets", packets)
                self._con.execute(f"INSERT INTO {name}.packets SELECT * FROM new_packets")
            if observations.num_rows:
                self._con.register("new_observations", observations)
                self._con.execute(f"INSERT INTO {name}.observations SELECT * FROM new_observations")
            self._con.commit()
        finally:
            if packets is not None and packets.num_rows:
                self._con.unregister("new_packets")
            if observations.num_rows:
                self._con.unregister("new_observations")

    def _roll(self, received_us: int) -> None:
        """Begin a new hot month when the clock says so; a clock that jumps back does not reopen an old one."""
        month = f"{datetime.fromtimestamp(received_us / 1e6, UTC):%Y-%m}"
        if month > self.manifest.hot[-1]:
            grown = self.manifest.with_hot(month)
            self._attach_month(month)
            write_manifest(self.folder, grown)
            self.manifest = grown

    def _in_store(self, batch: Batch, times: k.Longs, asked: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Look on disk for packets that are no later than their logger's newest under the same command."""
        if self._newest_sent is None:
            self._newest_sent = reading.newest_sent(self._con, self.manifest, self.folder)
        keys, inverse = np.unique(sender_keys(batch), return_inverse=True)
        limits = np.array([self._newest_sent.get(int(key), NEVER) for key in keys], np.int64)
        asked = asked & (times <= limits[inverse])
        found = np.zeros(len(times), np.bool_)
        if asked.any():
            old = reading.accepted_digests(self._con, self.manifest, self.folder, batch.digests[asked], times[asked])
            found[asked] = np.isin(batch.digests[asked], old)
        good = datable(times)
        newest_now = np.full(len(keys), NEVER, np.int64)
        np.maximum.at(newest_now, inverse[good], times[good])
        for key, limit, now in zip(keys.tolist(), limits.tolist(), newest_now.tolist(), strict=True):
            self._newest_sent[key] = max(limit, now)
        return found

    # Changing what packets mean --------------------------------------------------------------------------------

    def set_channels(self, channels: Sequence[Channel], entered_at: datetime) -> int:
        """Put a new channel map in force for what arrives from now on; `redecode` applies it to what is here."""
        with self._writing:
            self._slots.map = ChannelMap(channels)
            self.map_revision = book.enter_channels(self._con, channels, entered_at)
            self._load_memory()
            self._slots.clear()
            return self.map_revision

    def set_minutes(self, minutes_s: Mapping[str, int], entered_at: datetime | None = None) -> None:
        """Set the length of minute data by MN [s] (2017: MinInterval, one value per logger), from an instant (UTC)."""
        with self._writing:
            dialects.enter_minutes(self._con, minutes_s, (entered_at or datetime.now(UTC)).replace(tzinfo=None))
            self._slots.minutes_s = dialects.load_minutes(self._con)
            self._load_memory()
            self._slots.clear()

    def write_observations(self, table: pa.Table) -> None:
        """Append ready rows of `observations` in one transaction (re-decoding)."""
        with self._writing:
            self.check_space()
            self._commit(None, table)
            self._load_memory()
            self._slots.clear()

    @property
    def slots(self) -> Slots:
        """The slots values are sorted into."""
        return self._slots

    @property
    def writing(self) -> threading.RLock:
        """Held while anything is written."""
        return self._writing

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection for reading, for use in one thread. Raises StoreFull while the files cannot be written."""
        if not self._usable:
            raise StoreFull(f"{self.folder} could not be written and is not open; make room")
        return self._con.cursor()

    def detach(self, month: str) -> None:
        """Let go of a month that was sealed, and remove its hot file."""
        self._con.execute(f"DETACH {month_name(month)}")
        for path in self.folder.glob(f"hot-{month}.duckdb*"):
            path.unlink()

    def replace_manifest(self, manifest: Manifest) -> None:
        """Put a new manifest in force, durably."""
        write_manifest(self.folder, manifest)
        self.manifest = manifest

    def latest(self, point_id: str, code: str, basis: str = "raw") -> list[tuple[str, int, datetime, float]]:
        """The latest values of a series as (statistic, period [s], time UTC, value), in constant time."""
        number = self._series.get(Series(point_id, code, basis))
        if number is None:
            return []
        newest = {
            line: (int(self._last_times[i]), float(self._last_values[i]))
            for i, line in enumerate(self._slots.lines)
            if line[0] == number and i < len(self._last_times)
        }
        return reading.latest_of(number, self._latest_known | newest)


def month_name(month: str) -> str:
    """The name a hot month is attached under."""
    return "hot_" + month.replace("-", "_")


def sql_text(text: str) -> str:
    """Text for use between single quotes."""
    return text.replace("'", "''")


def remove_tree(path: Path) -> None:
    """Remove a folder, or a file."""
    if path.is_dir():
        for child in path.iterdir():
            remove_tree(child)
        path.rmdir()
    else:
        path.unlink()


__all__ = ["Store", "StoreError", "month_name", "remove_tree"]

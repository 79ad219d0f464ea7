"""The running service as pages and programs read it: every method is cheap and may be called from any thread."""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import pyarrow as pa

from clearbay.assess.findings import SCHEMA
from clearbay.district.model import District
from clearbay.gateway.service import Gateway
from clearbay.platform import history, packets
from clearbay.platform.emissions import Emissions, emissions_of
from clearbay.platform.energy import Energy, energy_of
from clearbay.platform.events import EventStream
from clearbay.platform.history import Capture
from clearbay.platform.judging import Judging
from clearbay.platform.newest import Latest, Newest
from clearbay.platform.packets import LoggerState
from clearbay.platform.recomputing import Remade, remake
from clearbay.platform.troubles import Trouble, full
from clearbay.store import Store
from clearbay.store.judged import Judged
from clearbay.vocabulary.errors import ClearbayError
from clearbay.vocabulary.tags import Tag

LOG = logging.getLogger(__name__)

LISTED = [name for name in SCHEMA.names if name not in ("windows", "left_out")]
"""Columns of a finding that lists read."""

EMISSIONS_S = 120.0
"""How long emissions that were worked out are shown [s]: a year of hours is read for them."""

REFUSALS = 3
"""Refused packets that the account of a logger names."""


class FindingNotFound(ClearbayError):
    """No finding has this id."""


class Live:
    """What pages read of a running service."""

    def __init__(
        self,
        store: Store,
        judged: Judged,
        newest: Newest,
        gateway: Gateway,
        stream: EventStream,
        judging: Callable[[], Judging],
        now: Callable[[], datetime],
        *,
        simulated: bool,
    ) -> None:
        self._store, self._judged, self._newest, self._gateway = store, judged, newest, gateway
        self._stream, self._judging, self._now = stream, judging, now
        self.simulated = simulated
        self._reasons: tuple[Mapping[str, int], packets.Reasons] = ({}, {})
        self.revisions_of_district = 1
        self.wrong: dict[str, Sequence[Trouble]] = {}
        """What the service's tasks say is wrong, by task; a task takes back what it said."""
        self._emissions: dict[str, tuple[float, Emissions | None]] = {}
        self._adding = threading.Lock()

    # The district ----------------------------------------------------------------------------------------------

    def now(self) -> datetime:
        """The service's time; in a demonstration it may run faster than the reader's."""
        return self._now()

    def district(self) -> District:
        """The district in force."""
        return self._judging().district

    def revision(self) -> int:
        """How often the district's files have been taken up since the start."""
        return self.revisions_of_district

    def troubles(self) -> Sequence[Trouble]:
        """What keeps the service from doing its work now."""
        disk = self._gateway.counters.full
        return (*(full(disk) if disk else ()), *(one for said in list(self.wrong.values()) for one in said))

    def tags(self, point_id: str | None = None, as_of: datetime | None = None) -> Sequence[Tag]:
        """What operators declare, as known at an instant."""
        return [
            tag
            for tag in self._judging().tags
            if point_id in (None, tag.point_id) and (as_of is None or tag.entered_at <= as_of)
        ]

    # Values ----------------------------------------------------------------------------------------------------

    def latest(self, point_id: str) -> list[Latest]:
        """Newest values of a point."""
        return self._newest.of(point_id)

    def latest_all(self) -> Mapping[str, Sequence[Latest]]:
        """Newest values of all points."""
        return self._newest.all()

    def history(
        self,
        point_id: str,
        code: str,
        basis: str,
        start: datetime,
        end: datetime,
        buckets: int = 600,
        statistic: str = "avg",
    ) -> pa.Table:
        """A series in buckets (`history.HISTORY`)."""
        return history.history(self._store, point_id, code, basis, start, end, buckets, statistic)

    def flags(self, point_id: str, code: str, start: datetime, end: datetime) -> pa.Table:
        """Runs of flagged values (`history.RUNS`)."""
        return history.flags(self._store, point_id, code, start, end)

    def capture(self, point_id: str, start: datetime, end: datetime) -> Sequence[Capture]:
        """How much came of each series."""
        return history.capture(self._store, point_id, start, end)

    def energy(self, site_id: str, start: datetime, end: datetime) -> Energy | None:
        """Heat, electricity and carbon of a site."""
        return energy_of(self._store, self.district(), site_id, start, end)

    def emissions(self, point_id: str) -> Emissions | None:
        """What a stack emitted this month and year; worked out anew after some minutes."""
        with self._adding:
            held = self._emissions.get(point_id)
            if held is None or time.monotonic() - held[0] > EMISSIONS_S:
                try:
                    found = emissions_of(self._store, self._judging(), point_id, self.now())
                except ClearbayError as error:
                    LOG.warning("emissions of %s: %s", point_id, error)
                    found = None
                # Where nothing has come yet, the next reader asks again.
                held = (time.monotonic() if found else -EMISSIONS_S, found)
                self._emissions[point_id] = held
        return held[1]

    # Findings --------------------------------------------------------------------------------------------------

    def findings(
        self,
        point_id: str | None = None,
        standard: str | None = None,
        verdict: str | None = None,
        averaging: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        as_of: datetime | None = None,
        limit: int = 200,
        offset: int = 0,
        code: str | None = None,
        columns: Sequence[str] | None = None,
    ) -> pa.Table:
        """Findings that stand, the newest first; without `columns` all but the evidence behind them."""
        where, values = _conditions(point_id=point_id, standard=standard, averaging=averaging, code=code)
        for sign, moment in ((">=", since), ("<", until)):
            if moment is not None:
                where.append(f"time {sign} ?")
                values.append(moment)
        # A verdict changes with revisions: it is asked of what stands, not of what stood.
        outer = [] if verdict is None else [("verdict", verdict)]
        return self._judged.select(
            where, values, columns=list(columns or LISTED), as_of=as_of, limit=limit, offset=offset, standing=outer
        )

    def limits(self, point_ids: Sequence[str], since: datetime, columns: Sequence[str]) -> pa.Table:
        """Of each point, code and averaging the newest finding that applied a limit, the newest first."""
        return self._judged.select(
            ["point_id IN (SELECT unnest(?))", "time >= ?"],
            [list(point_ids), since],
            columns=list(columns),
            known=("limit_max", "limit_min"),
            newest_by=("point_id", "code", "averaging"),
        )

    def finding(
        self, finding_id: str, as_of: datetime | None = None, revision: int | None = None
    ) -> Mapping[str, object] | None:
        """One finding with its evidence, as it stands or stood."""
        where, values = ["finding_id = ?"], [finding_id]
        if revision is not None:
            where.append(f"revision = {int(revision)}")
        rows: list[Mapping[str, object]] = self._judged.select(where, values, as_of=as_of).to_pylist()
        return rows[0] if rows else None

    def revisions(self, finding_id: str) -> Sequence[Mapping[str, object]]:
        """All revisions of a finding, the first one first."""
        rows: list[Mapping[str, object]] = self._judged.select(
            ["finding_id = ?"], [finding_id], columns=LISTED, all_revisions=True, order="revision"
        ).to_pylist()
        return rows

    def finding_counts(self, since: datetime, until: datetime, point_id: str | None = None) -> Mapping[str, int]:
        """How many findings of each verdict stand over a span."""
        where, values = _conditions(point_id=point_id)
        return self._judged.counts([*where, "time >= ?", "time < ?"], [*values, since, until])

    def recompute(self, finding_id: str) -> Remade:
        """Make a finding anew from the packets it came from.

        Raises
        ------
        FindingNotFound : there is none of this id.
        """
        stored = self.finding(finding_id)
        if stored is None:
            raise FindingNotFound(f"there is no finding {finding_id[:64]}")
        return remake(self._store, self._judging(), stored, self._gateway.keys.known)

    # Loggers and packets ---------------------------------------------------------------------------------------

    def loggers(self) -> list[LoggerState]:
        """The account of every registered logger."""
        district = self.district()
        counted = dict(self._gateway.counters.loggers)
        refused = {mn: count.refused for mn, count in counted.items() if count.refused}
        held, reasons = self._reasons
        if refused != held:  # asked of all packets, so only when another was refused
            reasons = packets.refusals(self._store, list(refused), REFUSALS)
            self._reasons = (refused, reasons)
        found = []
        for entry in district.loggers:
            count = counted.get(entry.mn)
            seen = None if count is None or not count.last_seen else datetime.fromtimestamp(count.last_seen, UTC)
            numbers = (0, 0, 0, 0) if count is None else (count.received, count.stored, count.refused, count.duplicate)
            found.append(LoggerState(entry.mn, entry.site_id, entry.version, seen, *numbers, reasons.get(entry.mn, ())))
        return found

    def packets(
        self, mn: str | None = None, verdict: str | None = None, before: int | None = None, limit: int = 100
    ) -> pa.Table:
        """Packets, the newest first."""
        return packets.newest(self._store, mn, verdict, before, limit)

    def packets_behind(self, point_id: str, code: str, start: datetime, end: datetime, limit: int = 200) -> pa.Table:
        """Packets whose values of a point and code lie in a span."""
        return packets.behind(self._store, point_id, code, start, end, limit)

    def packet(self, packet_id: str) -> Mapping[str, object] | None:
        """One packet, with the observations made from it."""
        return packets.opened(self._store, self.district(), packet_id)

    def events(self) -> EventStream:
        """What happens, as it happens."""
        return self._stream


def _conditions(**wanted: str | None) -> tuple[list[str], list[object]]:
    given = {name: value for name, value in wanted.items() if value is not None}
    return [f"{name} = ?" for name in given], list(given.values())

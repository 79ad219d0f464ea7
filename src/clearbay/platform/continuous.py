"""Continuous assessment: what came in marks days of points dirty; those days alone are judged again.

A finding that says something new supersedes the one that stands; nothing is overwritten. The number of the last packet
whose values were judged is written in the same transaction as the findings, so that a service that was killed takes up
where it stopped.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from clearbay.assess import findings as findings_module
from clearbay.assess.superseding import supersede
from clearbay.district.model import PointEntry
from clearbay.platform.judging import Judging, bounds, closed_by, made_of
from clearbay.platform.store_values import values
from clearbay.store import Store, StoreFull, reading
from clearbay.store.judged import Judged
from clearbay.vocabulary.clocks import local_date

LOG = logging.getLogger(__name__)

HOUR_S, DAY_S = 3600, 86400
JUDGED_FROM_S = 300
"""Periods from which a new value is judged at once [s]: five-minute furnace temperatures, hours, days. Minutes serve an
hour that has not come by `LATE_S` after its end."""

LATE_S = 120
LONG_S = 32 * DAY_S
"""Windows longer than this (quarters, years) are judged with their year, once its days have been."""

REACH = timedelta(days=1)
"""Moving means of a day reach into the day before."""

POINTS_AT_ONCE = 100
DAYS_AT_ONCE = 31
EVERY_S = 0.5
YEARS_EVERY_S = 30.0
"""Years are judged at most so often [s]: a year of hours takes longer than a day."""

Dirty = tuple[str, date]
"""A point and a day of its zone."""


@dataclass
class Work:
    """What is to be judged: days, years, and hours that only minutes have reached."""

    days: set[Dirty] = field(default_factory=set)
    years: set[tuple[str, int]] = field(default_factory=set)
    waiting: set[tuple[str, int]] = field(default_factory=set)
    """(point, start of the hour [s]) that minutes came of and the hour did not."""


class Continuous:
    """Judges what has come in since the last look, in a thread of its own.

    `now` gives the service's time, `tell` is called with findings that are news, `judging` gives the district in force.
    """

    def __init__(
        self,
        store: Store,
        judged: Judged,
        judging: Callable[[], Judging],
        now: Callable[[], datetime],
        tell: Callable[[pa.Table], None],
    ) -> None:
        self._store, self._judged, self._judging, self._now, self._tell = store, judged, judging, now, tell
        self._work = Work()
        self._seen = judged.assessed()
        self._years_at = 0.0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="assessment", daemon=True)
        self.failure: BaseException | None = None
        self.rounds = 0
        self.seconds = 0.0

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after what is being judged."""
        self._stopping.set()
        self._thread.join()

    @property
    def idle(self) -> bool:
        """Whether everything that is on disk has been judged."""
        return not self._work.days and not self._work.years and self._seen >= self._store.next_number - 1

    def touch(self, points: Iterable[str], start: datetime, end: datetime | None) -> None:
        """Mark the days that a tag or another declaration reaches over."""
        judging = self._judging()
        last = end or self._now()
        for point_id in points:
            zone = judging.zone(point_id)
            day, until = local_date(start, zone), local_date(min(last, self._now()), zone)
            while day <= until:
                self._work.days.add((point_id, day))
                day += timedelta(days=1)

    def _run(self) -> None:
        try:
            while not self._stopping.wait(EVERY_S):
                self.look()
        except BaseException as error:
            self.failure = error
            LOG.exception("continuous assessment has stopped")
            raise

    def look(self) -> int:
        """Judge what has come in; give the number of findings that were news."""
        began = time.process_time()
        try:
            newest = self._store.next_number - 1
            if newest > self._seen:
                self._mark(newest)
            self._mark_late()
            found = self._judge_days(newest)
            if time.monotonic() - self._years_at >= YEARS_EVERY_S and not self._work.days:
                self._years_at = time.monotonic()
                found += self._judge_years()
        except StoreFull as error:
            LOG.warning("findings wait: %s", error)
            return 0
        self.rounds += 1
        self.seconds += time.process_time() - began
        return found

    def _mark(self, newest: int) -> None:
        """Mark what packets after the last look have brought."""
        con = self._store.cursor()
        inner = reading.union(
            self._store.manifest, self._store.folder, "observations", f"packet > {self._seen} AND packet <= {newest}"
        )
        try:
            rows = con.execute(
                "SELECT DISTINCT point_id, epoch(time_bucket(INTERVAL 1 HOUR, time))::BIGINT, period_s "
                f"FROM ({inner}) JOIN book.series USING (series) WHERE period_s > 0"
            ).fetchall()
        finally:
            con.close()
        judging = self._judging()
        hours = {(point, hour) for point, hour, period in rows if period >= HOUR_S}
        for point, hour, period in rows:
            if period >= JUDGED_FROM_S:
                zone = judging.zone(point)
                start = datetime.fromtimestamp(hour, UTC)
                day = local_date(start, zone)
                self._work.days.add((point, day))
                if _moves(judging.district.point(point)):
                    self._work.days.add((point, local_date(start + REACH, zone)))
            elif (point, hour) not in hours:
                self._work.waiting.add((point, hour))
        self._work.waiting -= hours
        self._seen = newest

    def _mark_late(self) -> None:
        """Minutes serve an hour that has not come some time after its end."""
        now = self._now().timestamp()
        late = {(point, hour) for point, hour in self._work.waiting if hour + HOUR_S + LATE_S < now}
        judging = self._judging()
        for point, hour in late:
            self._work.days.add((point, local_date(datetime.fromtimestamp(hour, UTC), judging.zone(point))))
        self._work.waiting -= late

    def _judge_days(self, newest: int) -> int:
        judging, now = self._judging(), self._now()
        today = {zone: local_date(now, zone) for zone in {judging.zone(p) for p, _ in self._work.days}}
        due = {(p, day) for p, day in self._work.days if day <= today[judging.zone(p)]}
        self._work.days -= due
        groups: dict[tuple[date, date, str], list[str]] = {}
        for point, first, last in runs(due):
            groups.setdefault((first, last, judging.zone(point)), []).append(point)
        found = 0
        for (first, last, zone), points in sorted(groups.items()):
            for k in range(0, len(points), POINTS_AT_ONCE):
                found += self._judge_run(judging, first, last, zone, points[k : k + POINTS_AT_ONCE], now)
            self._work.years |= {(point, year) for point in points for year in range(first.year, last.year + 1)}
            if self._stopping.is_set():
                return found
        self._judged.enter(findings_module.empty(), newest if newest >= 0 else None)
        return found

    def _judge_run(self, judging: Judging, first: date, last: date, zone: str, points: list[str], now: datetime) -> int:
        """Judge some points over days that follow one another."""
        start, end = bounds(first, zone)[0], bounds(last, zone)[1]
        table = values(self._store, judging.district, points, start - REACH, end)
        made = made_of(judging, table, points, first, last, now)
        kept = made.filter(pc.less_equal(made["period_s"], LONG_S))
        return self._enter(closed_by(kept, now), points, start - REACH, end)

    def _judge_years(self) -> int:
        judging, now, found = self._judging(), self._now(), 0
        years, self._work.years = self._work.years, set()
        for point, year in sorted(years):
            zone = judging.zone(point)
            first, last = date(year, 1, 1), min(date(year, 12, 31), local_date(now, zone))
            start, end = bounds(first, zone)[0], bounds(last, zone)[1]
            table = values(self._store, judging.district, [point], start, end)
            made = made_of(judging, table, [point], first, last, now)
            found += self._enter(made.filter(pc.greater(made["period_s"], LONG_S)), [point], start, end)
            if self._stopping.is_set():
                break
        return found

    def _enter(self, made: pa.Table, points: Sequence[str], start: datetime, end: datetime) -> int:
        if made.num_rows == 0:
            return 0
        standing = self._judged.select(
            ["point_id IN (SELECT unnest(?))", "time >= ?", "time < ?"],
            [list(points), start, end],
            columns=STANDING,
        )
        news = supersede(standing, made)
        self._judged.enter(news)
        if news.num_rows:
            self._tell(news)
        return int(news.num_rows)


STANDING = (
    "finding_id", "revision", "assessed_at", "verdict", "value", "margin", "class", "index", "primary", "expected",
    "valid", "limit_min", "limit_max", "confidence", "input_digest", "rule_digest",
)  # fmt: skip
"""Columns that tell whether a finding is news."""


def runs(days: Iterable[Dirty], at_most: int = DAYS_AT_ONCE) -> list[tuple[str, date, date]]:
    """Days of points as runs of days that follow one another: point, first and last day."""
    found: list[tuple[str, date, date]] = []
    for point, day in sorted(days):
        if found and found[-1][0] == point and day == found[-1][2] + timedelta(days=1):
            first = found[-1][1]
            if (day - first).days < at_most:
                found[-1] = (point, first, day)
                continue
        found.append((point, day, day))
    return found


def _moves(point: PointEntry | None) -> bool:
    """Whether moving means of the next day take in values of this one."""
    return point is not None and point.kind in ("air", "stack", "furnace")

"""Continuous assessment: what came in marks days of points dirty; those days alone are judged again.

A finding that says something new supersedes the one that stands; nothing is overwritten. The number of the last packet
whose values were judged is written down once their findings are, so that a service that was killed takes up where it
stopped.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from clearbay.assess import findings as findings_module
from clearbay.assess.findings import Verdict
from clearbay.assess.superseding import supersede
from clearbay.platform.judging import CONFLICT, Judging, bounds, closed_by, judged_of, of_days
from clearbay.platform.store_values import FURNACE, values
from clearbay.platform.withdrawing import HOUR as HOURLY
from clearbay.platform.withdrawing import corrected, emptied, withdrawn
from clearbay.platform.work import LATE_S, Dirty, Work, days, over, runs
from clearbay.platform.year_values import year_values
from clearbay.store import Store, StoreFull, reading
from clearbay.store.changed import changed, forget
from clearbay.store.judged import Judged
from clearbay.vocabulary.clocks import local_date
from clearbay.vocabulary.errors import ClearbayError

LOG = logging.getLogger(__name__)

HOUR_S, DAY_S = 3600, 86400

LONG_S = 2 * DAY_S
"""Windows longer than this (months, quarters, years) are judged with their year, once its days have been."""

HOUR = timedelta(hours=1)

REACH = timedelta(days=1)
"""Moving means of a day reach into the day before."""

POINTS_AT_ONCE = 100
EVERY_S = 0.5
YEARS_EVERY_S = 30.0
"""Years are judged at most so often [s]: a year of hours takes longer than a day."""

YEARS_AT_ONCE_S = 0.5
"""For so long [s] years are judged before what came meanwhile is looked at: no hour waits for all points' years."""

NOTED_EVERY_S = 5.0
"""How often the place reached is written down [s]; what came since is judged again after a crash, and is no news."""

BACK_DAYS = 40
"""So many days of silence are judged after a pause; values that come later bring their own days."""


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
        self._seen = self._noted = judged.assessed()
        self._changed = self._forgotten = -1
        self._day: date | None = None
        self._years_at = self._noted_at = -NOTED_EVERY_S - YEARS_EVERY_S
        self._lock = threading.Lock()
        self._touched: set[Dirty] = set()
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
        if self._thread.ident is not None:
            self._thread.join()

    @property
    def idle(self) -> bool:
        """Whether everything that is on disk and whose time has come has been judged."""
        work = self._work
        return not (work.days or work.years or self._touched) and self._seen >= self._store.next_number - 1

    def touch(self, points: Iterable[str], start: datetime, end: datetime | None) -> None:
        """Mark the days that a tag or another declaration reaches over. May be called from any thread."""
        judging, now = self._judging(), self._now()
        for point_id in [one for point in points for one in judging.judged_by(point)]:
            zone = judging.zone(point_id)
            day, until = local_date(start, zone), local_date(min(end or now, now), zone)
            with self._lock:
                while day <= until:
                    self._touched.add((point_id, day))
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
        began = time.thread_time()
        try:
            newest = self._store.next_number - 1
            self._mark_silent()
            if newest > self._seen:
                self._mark(newest)
            self._mark_changed()
            self._mark_due()
            found = self._judge_days()
            if self._work.years and not self._work.days and time.monotonic() - self._years_at >= YEARS_EVERY_S:
                found += self._judge_years()
            self._note()
        except StoreFull as error:
            LOG.warning("findings wait: %s", error)
            return 0
        self.rounds += 1
        self.seconds += time.thread_time() - began
        return found

    # What is to be judged ----------------------------------------------------------------------------------------

    def _mark(self, newest: int) -> None:
        """Mark what packets after the last look have brought."""
        inner = reading.union(
            self._store.manifest, self._store.folder, "observations", f"packet > {self._seen} AND packet <= {newest}"
        )
        furnace = " OR ".join(f"starts_with(code, '{code}')" for code in FURNACE)
        con = self._store.cursor()
        try:
            rows = con.execute(
                "SELECT point_id, epoch(time_bucket(INTERVAL 1 HOUR, time))::BIGINT AS hour, "
                f"bool_or(period_s >= {HOUR_S} OR {furnace}) "
                f"FROM ({inner}) JOIN book.series USING (series) WHERE period_s > 0 GROUP BY ALL"
            ).fetchall()
        finally:
            con.close()
        judging = self._judging()
        for point, hour, decides in rows:
            if not decides:
                self._work.waiting.add((point, hour))
                continue
            self._work.waiting.discard((point, hour))
            start = datetime.fromtimestamp(hour, UTC)
            if start + HOUR > self._now():
                # A logger whose clock is ahead: its hour is judged once it is over here, too.
                self._work.early.add((point, hour))
            self._mark_day(judging, point, start)
            if judging.moves(point):
                self._mark_day(judging, point, start + REACH)
        self._seen = newest

    def _mark_changed(self) -> None:
        """Mark what decoding packets anew has changed."""
        self._changed, hours = changed(self._store, self._changed)
        if not hours:
            return
        judging, before = self._judging(), set(self._work.days)
        for point, hour in hours:
            start = datetime.fromtimestamp(hour, UTC)
            self._mark_day(judging, point, start)
            if judging.moves(point):
                self._mark_day(judging, point, start + REACH)
            day = local_date(start, judging.zone(point))
            self._work.changed.add((point, day))
            self._work.changed_years.add((point, day.year))
        LOG.info("%d days of points are judged again: packets were decoded anew", len(self._work.days - before))

    def _mark_day(self, judging: Judging, point: str, moment: datetime) -> None:
        """Mark the day a moment lies in: now, or once it is over when it has not begun."""
        for one in judging.judged_by(point):
            zone = judging.zone(one)
            day = local_date(moment, zone)
            if moment <= self._now() or day <= local_date(self._now(), zone):
                self._work.days.add((one, day))
            else:
                self._work.later[one, day] = over(day, zone)

    def _mark_due(self) -> None:
        """Hours that have not come serve by their minutes some time after their end; days that are over are whole."""
        now, judging = self._now().timestamp(), self._judging()
        with self._lock:
            self._work.days |= self._touched
            self._touched.clear()
        late = {(point, hour) for point, hour in self._work.waiting if hour + HOUR_S + LATE_S < now}
        for point, hour in late:
            self._mark_day(judging, point, datetime.fromtimestamp(hour, UTC))
        self._work.waiting -= late
        whole = {(point, hour) for point, hour in self._work.early if hour + HOUR_S <= now}
        for point, hour in whole:
            self._mark_day(judging, point, datetime.fromtimestamp(hour, UTC))
        self._work.early -= whole
        ended = {dirty for dirty, at in self._work.later.items() if at < now}
        self._work.days |= ended
        for dirty in ended:
            del self._work.later[dirty]

    def _mark_silent(self) -> None:
        """Every day of every point that has ever sent is judged when it is over, whether or not anything came.

        At a start these are the days since the last packet that was judged, so that what waited then is not forgotten.
        """
        judging = self._judging()
        today = local_date(self._now(), judging.district.zone)
        if self._day is not None and today <= self._day:
            return
        first = self._day
        if first is None:
            received = self._received(self._seen)
            self._day = today
            if received is None:
                return
            begun = self._received(0) or received
            # Nothing is missing of days before the first packet ever: no service that ran through judges them.
            first = max(local_date(received, judging.district.zone) - REACH, local_date(begun, judging.district.zone))
            self._work.days |= {(point, today) for point in self._known(judging)}
        day = max(first, today - timedelta(days=BACK_DAYS))
        while day < today:
            for point in self._known(judging):
                self._work.later[point, day] = over(day, judging.zone(point))
            day += timedelta(days=1)
        self._day = today

    def _known(self, judging: Judging) -> list[str]:
        con = self._store.cursor()
        try:
            sent = con.execute("SELECT DISTINCT point_id FROM book.series").fetchall()
        finally:
            con.close()
        return [point for (point,) in sent if judging.steady(point)]

    def _received(self, number: int) -> datetime | None:
        """When a packet came; None when there is none of that number."""
        query = reading.union(self._store.manifest, self._store.folder, "packets", f"number = {number}")
        con = self._store.cursor()
        try:
            found = con.execute(f"SELECT received_at FROM ({query})").fetchone()
        finally:
            con.close()
        return None if found is None else found[0].replace(tzinfo=UTC)

    def _note(self) -> None:
        """Write down the place reached, once nothing that was marked before it waits but for its time."""
        if self._work.days or self._work.years:
            return
        if self._changed > self._forgotten:
            forget(self._store, self._changed)
            self._forgotten = self._changed
        if self._seen <= self._noted:
            return
        if time.monotonic() - self._noted_at < NOTED_EVERY_S:
            return
        self._judged.enter(findings_module.empty(), self._seen)
        self._noted, self._noted_at = self._seen, time.monotonic()

    # Judging -----------------------------------------------------------------------------------------------------

    def _judge_days(self) -> int:
        judging, now = self._judging(), self._now()
        groups: dict[tuple[date, date, str], list[str]] = {}
        for point, first, last in runs(self._work.days):
            groups.setdefault((first, last, judging.zone(point)), []).append(point)
        found = 0
        for (first, last, zone), points in sorted(groups.items()):
            for k in range(0, len(points), POINTS_AT_ONCE):
                some = points[k : k + POINTS_AT_ONCE]
                found += self._judge_run(judging, first, last, zone, some, now)
                self._done(some, first, last, zone, now)
                if self._stopping.is_set():
                    return found
        return found

    def _done(self, points: Sequence[str], first: date, last: date, zone: str, now: datetime) -> None:
        """Take judged days off the list: one that goes on comes back when it is over, another makes its year due."""
        day = first
        while day <= last:
            ends = over(day, zone)
            for point in points:
                self._work.days.discard((point, day))
                self._work.changed.discard((point, day))
                if ends >= now.timestamp():
                    self._work.later[point, day] = ends
                else:
                    self._work.years.add((point, day.year))
            day += timedelta(days=1)

    def _judge_run(self, judging: Judging, first: date, last: date, zone: str, points: list[str], now: datetime) -> int:
        """Judge some points over days that follow one another."""
        start, end = bounds(first, zone)[0], bounds(last, zone)[1]
        table = values(self._store, judging.district, judging.with_furnaces(points), start - REACH, end)
        try:
            made = judged_of(judging, table, points, first, last, now)
        except ClearbayError as error:
            LOG.warning("%s to %s, %s: %s", first, last, ", ".join(points), error)
            return 0
        found = self._enter(of_days(made, LONG_S), points, start - REACH, end, now)
        found += self._withdraw(made, points, start, end, now)
        for point, day in self._work.changed & {(point, day) for point in points for day in days(first, last)}:
            found += self._empty(made, point, *bounds(day, zone), f"period_s <= {LONG_S}", now)
        return found

    def _judge_years(self) -> int:
        """Judge years for a moment; those left wait for the next looks, so that no hour waits for all of them."""
        judging, now, found = self._judging(), self._now(), 0
        until = time.monotonic() + YEARS_AT_ONCE_S
        for point, year in sorted(self._work.years):
            zone = judging.zone(point)
            first, last = date(year, 1, 1), min(date(year, 12, 31), local_date(now, zone))
            start, end = bounds(first, zone)[0], bounds(last, zone)[1]
            table = year_values(self._store, judging, point, start, end)
            try:
                made = judged_of(judging, table, [point], first, last, now)
            except ClearbayError as error:
                LOG.warning("%s of %s: %s", year, point, error)
            else:
                found += self._enter(made.filter(pc.greater(made["period_s"], LONG_S)), [point], start, end, now)
                if (point, year) in self._work.changed_years:
                    found += self._empty(made, point, start, end, f"period_s > {LONG_S}", now)
            self._work.years.discard((point, year))
            self._work.changed_years.discard((point, year))
            if self._stopping.is_set() or time.monotonic() >= until:
                break
        if not self._work.years:
            self._years_at = time.monotonic()
        return found

    def _withdraw(self, made: pa.Table, points: Sequence[str], start: datetime, end: datetime, now: datetime) -> int:
        """Supersede hours that stand as exceeded, and contradictions of tags, that were not found again."""
        found = 0
        for averaging, verdict, next_of in (
            (HOURLY, Verdict.EXCEEDED, withdrawn),
            (CONFLICT, Verdict.NOT_EVALUABLE, corrected),
        ):
            standing = self._judged.select(
                ["point_id IN (SELECT unnest(?))", "time >= ?", "time < ?", "averaging = ?"],
                [list(points), start, end, averaging],
                standing=[("verdict", verdict)],
            )
            found += self._enter_news(next_of(standing, made, now)) if standing.num_rows else 0
        return found

    def _empty(self, made: pa.Table, point: str, start: datetime, end: datetime, windows: str, now: datetime) -> int:
        """Supersede what stands on values that are gone: findings that were not found again."""
        standing = self._judged.select(
            ["point_id = ?", "time >= ?", "time + to_seconds(period_s) <= ?", windows], [point, start, end]
        )
        return self._enter_news(emptied(standing, made, now))

    def _enter_news(self, news: pa.Table) -> int:
        self._judged.enter(news)
        if news.num_rows:
            self._tell(news)
        return int(news.num_rows)

    def _enter(self, made: pa.Table, points: Sequence[str], start: datetime, end: datetime, now: datetime) -> int:
        if made.num_rows == 0:
            return 0
        standing = self._judged.select(
            ["point_id IN (SELECT unnest(?))", "(time >= ? AND time < ? OR finding_id IN (SELECT unnest(?)))"],
            [list(points), start, end, made.filter(pc.less(made["time"], start))["finding_id"].to_pylist()],
            columns=STANDING,
        )
        return self._enter_news(supersede(standing, closed_by(made, now, set(standing["finding_id"].to_pylist()))))


STANDING = (
    "finding_id", "revision", "assessed_at", "verdict", "value", "margin", "class", "index", "primary", "expected",
    "valid", "limit_min", "limit_max", "confidence", "input_digest", "rule_digest",
)  # fmt: skip
"""Columns that tell whether a finding is news."""

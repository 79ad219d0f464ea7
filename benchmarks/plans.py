"""Plan books at size: 10,000 projects, 36 months, 250,000 lines. One figure a line; CPU time beside wall
time.

    python benchmarks/plans.py [--projects 10000] [--lines 250000]

Limits of the project stand beside the figures they belong to. The peer is the same question asked of SQLite,
the engine most plan trackers keep such lines in: the newest state of every project by window functions over
the lines.
"""

import argparse
import gc
import random
import resource
import sqlite3
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeVar

from clearbay.cli.plan_options import collector_spared
from clearbay.plans.book import Book, open_book
from clearbay.plans.fold import fold
from clearbay.plans.frozen import frozen_months
from clearbay.plans.journal import Draft, Journal, chain_lines, read_journal
from clearbay.plans.model import Milestone, Plan, Project, ReportCalendar, Terms, Theme
from clearbay.plans.monthly import months_of
from clearbay.plans.rollup import lights_of

START, END = date(2021, 1, 1), date(2023, 12, 31)
T = TypeVar("T")
PHASES = ("前期", "开工", "在建", "调试", "竣工")


def build(projects: int, lines: int, seed: int = 8) -> tuple[Plan, bytes]:
    rng = random.Random(seed)
    days = (END - START).days
    rows, nodes = {}, {}
    for number in range(projects):
        name = f"P{number:05d}"
        begin = START + timedelta(days=rng.randrange(0, days // 2))
        due = begin + timedelta(days=rng.randrange(120, days // 2 + 60))
        rows[name] = Project(
            name, f"T{number % 10}", ("市级", "区级")[number % 10 == 9], f"示例 {name}", "",
            f"部门{number % 25}", "",
            begin, due, 1.0,
        )  # fmt: skip
        span = (due - begin).days
        nodes[name] = tuple(
            Milestone(name, f"M{k}", PHASES[k], PHASES[k], begin + timedelta(days=span * k // 3)) for k in (1, 2, 3)
        )
    drafts: list[tuple[date, Draft]] = []
    per_project = lines // projects
    for name, row in rows.items():
        slip = rng.choice((-30, 0, 0, 0, 20, 60, 150))
        finish = row.due + timedelta(days=slip)
        span = max((finish - row.start).days, 10)
        steps = sorted(rng.randrange(0, span) for _ in range(per_project - 6))
        events = [(row.start, name, {"started": True}), (finish, name, {"finished": True})]
        events += [(row.start + timedelta(days=span * k // 3), f"{name}/M{k}", {"finished": True}) for k in (1, 2, 3)]
        if slip > 30:
            moved = {"due": (row.due + timedelta(days=60)).isoformat(), "doc": "示例文件", "reason": "示例"}
            events.append((row.due + timedelta(days=5), name, moved))
        else:
            events.append((row.start + timedelta(days=span // 2), name, {"expected": finish.isoformat()}))
        for k, step in enumerate(steps):
            sets = {"pct": float(100 * step // span)} if k % 2 else {"report": True}
            events.append((row.start + timedelta(days=step), name, sets))
        for on, ref, sets in events:
            rec = on + timedelta(days=rng.choice((0, 1, 3, 7, 20)))
            drafts.append((rec, Draft(on, ref, sets, row.lead)))
    drafts.sort(key=lambda pair: pair[0])
    plan = Plan(
        "bench", "bench", START, END, START, ("市级", "区级"), tuple(Theme(f"T{k}",
        f"专项{k}") for k in range(10)),
        PHASES, Terms(last_phase="竣工"), ReportCalendar(), rows, nodes, {}, "0" * 64,
    )  # fmt: skip
    return plan, chain_lines(drafts, plan.digest)


def timed(what: str, run: Callable[[], T], limit: str = "") -> T:
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    result = run()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{what}: {wall:.2f} s wall, {cpu:.2f} s CPU{'  (limit ' + limit + ')' if limit else ''}")
    return result


def _additions(count: int) -> int:
    total = 0
    for number in range(count):
        total += number
    return total


def peer(book: Book, at: date) -> int:
    """The newest date, progress and due of every project, asked of SQLite in memory; returns the rows it
    gives.
    """
    base = sqlite3.connect(":memory:")
    base.execute("create table line (id text, kind text, v text, day text, rec text, digest text)")
    base.executemany(
        "insert into line values (?,?,?,?,?,?)",
        (
            (e, f.kind, str(f.value), f.on.isoformat(), f.rec.isoformat(), f.digest)
            for e, entry in book.entries.items()
            for f in entry.facts
        ),
    )
    base.execute("create index by_id on line (id, kind, day, rec, digest)")
    base.commit()

    def ask() -> int:
        rows = base.execute(
            "select id, kind, v from (select id, kind, v, row_number() over (partition by id, kind "
            "order by day desc, rec desc, digest desc) n from line where day <= ? and rec <= ?) where n = 1",
            (at.isoformat(), at.isoformat()),
        ).fetchall()
        return len(rows)

    return timed("peer: newest fact of each kind and project, SQLite in memory, no lights", ask)


def main() -> None:
    given = argparse.ArgumentParser()
    given.add_argument("--projects", type=int, default=10_000)
    given.add_argument("--lines", type=int, default=250_000)
    options = given.parse_args()
    # How fast this machine is while this runs: others may share its cores.
    timed("reference: ten million additions in this interpreter", lambda: _additions(10**7))
    plan, content = timed("make the simulated plan and journal", lambda: build(options.projects, options.lines))
    print(f"journal: {len(content) / 2**20:.1f} MiB")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    journal: Journal = timed("read journal, check every line and the chain", lambda: read_journal(content, plan.digest))
    print(f"lines: {len(journal.lines)}, projects: {len(plan.projects)}, problems: {len(journal.problems)}")
    book = timed("index under the plan", lambda: open_book(plan, journal))
    assert not book.problems
    day = date(2023, 6, 30)
    state = timed("one fold at 2023-06-30", lambda: fold(book, day, day), "0.5 s")
    timed("one fold at the end", lambda: fold(book, END, END), "0.5 s")
    timed("lights of one fold", lambda: lights_of(state, plan.terms))
    months = months_of(book, END)
    what = f"all {len(months)} month reports, frozen bytes"
    timed(f"{what}, collector left alone", lambda: [len(content) for _, content in frozen_months(book, months)])
    with collector_spared():  # as `clearbay plan freeze` does
        sizes = timed(what, lambda: [len(content) for _, content in frozen_months(book, months)], "5 s")
    print(f"reports: {sum(sizes) / 2**20:.1f} MiB in {len(sizes)} files")
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"memory, peak of the process: {after / 1024:.0f} MB  (limit 500 MB)")
    print(f"memory reached by making the journal alone: {before / 1024:.0f} MB")
    peer(book, day)


if __name__ == "__main__":
    main()

"""What must hold for any journal: order does not matter, the past as reported never changes, voids name
lines.
"""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from clearbay.plans.book import open_book
from clearbay.plans.fold import advance, fold
from clearbay.plans.journal import Draft, Journal, digest_of, encode_line, read_journal

from .conftest import PHASES, indicator, make_plan, milestone, project

PLAN = make_plan(
    [project(), project("P2", due="2023-09-30")],
    [milestone("P1", "M1", "2023-03-31"), milestone("P1", "M2", "2023-05-31")],
    [indicator()],
)
FIRST = date(2023, 1, 1)
days = st.integers(0, 300).map(lambda n: FIRST + timedelta(days=n))
of_projects = st.tuples(
    st.sampled_from(["P1", "P2"]),
    st.one_of(
        st.just({"started": True}),
        st.just({"finished": True}),
        st.just({"report": True}),
        st.integers(0, 100).map(lambda n: {"pct": n}),
        st.sampled_from(PHASES).map(lambda p: {"phase": p}),
        days.map(lambda d: {"expected": d.isoformat()}),
        days.map(lambda d: {"due": d.isoformat(), "doc": "文", "reason": "因"}),
        days.map(lambda d: {"waiver": {"reason": "因", "approver": "甲", "until": d.isoformat()}}),
        st.just({"dropped": "调整", "doc": "文"}),
        st.text("甲乙丙", min_size=1, max_size=3).map(lambda t: {"amend": {"name": t}}),
    ),
)
of_nodes = st.tuples(
    st.sampled_from(["P1/M1", "P1/M2"]),
    st.one_of(st.just({"finished": True}), days.map(lambda d: {"due": d.isoformat(), "doc": "文", "reason": "因"})),
)
of_indicators = st.tuples(
    st.just("I1"),
    st.tuples(st.integers(2021, 2022), st.integers(0, 400)).map(lambda p: {"value": {"period": str(p[0]), "v": p[1]}}),
)


@st.composite
def journals(draw) -> Journal:
    """A valid journal: days of record never go back; some lines void or approve earlier ones."""
    recs = sorted(draw(st.lists(days, min_size=1, max_size=25)))
    head, raw = PLAN.digest, []
    digests = []
    for rec in recs:
        naming = bool(digests) and draw(st.integers(0, 4)) == 0
        if naming:
            about, sets = "P1", {draw(st.sampled_from(["void", "approve"])): draw(st.sampled_from(digests))}
        else:
            about, sets = draw(st.one_of(of_projects, of_nodes, of_indicators))
        on = rec - timedelta(days=draw(st.integers(0, 40)))
        line = encode_line(Draft(on, about, sets, "甲", proposed=draw(st.integers(0, 5)) == 0), rec, head)
        head = digest_of(line)
        digests.append(head)
        raw.append(line)
    journal = read_journal(b"\n".join(raw) + b"\n", PLAN.digest)
    assert journal.problems == ()
    return journal


def same(a, b) -> bool:
    return (a.projects, a.indicators) == (b.projects, b.indicators)


@settings(max_examples=150, deadline=None)
@given(journals(), st.randoms(use_true_random=False), days, days)
def test_the_order_of_the_lines_does_not_matter(journal, shuffle, at, as_of):
    lines = list(journal.lines)
    state = fold(open_book(PLAN, journal), at, as_of)
    shuffle.shuffle(lines)
    book = open_book(PLAN, Journal(tuple(lines), journal.head))
    assert same(fold(book, at, as_of), state)


@settings(max_examples=150, deadline=None)
@given(journals(), st.integers(0, 25))
def test_what_was_reported_then_never_changes_when_later_lines_arrive(journal, kept):
    earlier = journal.lines[:kept]
    later_days = {line.rec for line in journal.lines[kept:]}
    before = open_book(PLAN, Journal(tuple(earlier), ""))
    after = open_book(PLAN, journal)
    for day in {line.rec for line in earlier} - later_days:
        if not later_days or day < min(later_days):
            assert same(fold(before, day, day), fold(after, day, day))


@settings(max_examples=100, deadline=None)
@given(journals(), st.lists(days, min_size=2, max_size=5, unique=True))
def test_advancing_from_an_earlier_report_is_folding(journal, reports):
    book = open_book(PLAN, journal)
    first, *rest = sorted(reports)
    state = fold(book, first, first)
    for day in rest:
        state = advance(book, state, day)
        assert same(state, fold(book, day, day))

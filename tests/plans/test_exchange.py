"""Excel out and back: the identity when nothing is edited, a proposal row by row when something is."""

import io
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from clearbay.plans.book import open_book
from clearbay.plans.checks import check_drafts
from clearbay.plans.errors import LineRefused, PlanFileError
from clearbay.plans.exchange import About, Returned, export_tables, propose
from clearbay.plans.fold import fold
from clearbay.plans.journal import Journal, digest_of, encode_line, read_journal
from clearbay.plans.tables import Row
from clearbay.plans.workbook import TITLES, read_workbook, write_workbook

from .conftest import book_of, indicator, make_plan, milestone, project

TODAY = date(2023, 6, 1)
PLAN = make_plan(
    [
        project(weight=0.1, invest=1200.0, key=True),
        project("P2", due="2023-09-30", name="=SUM(A1)", content="001"),
    ],
    [milestone("P1", "M1", "2023-03-15", phase="开工", weight=2.5)],
    [indicator()],
)
SAID = [
    ("2023-01-05", "2023-01-02", "P1", {"started": True, "phase": "前期"}),
    ("2023-02-05", "2023-02-02", "P1", {"pct": 33.3, "expected": "2023-07-07"}),
    ("2023-03-05", "2023-03-05", "I1", {"value": {"period": "2022", "v": 140.25}}),
]


def out(book, at=TODAY) -> bytes:
    tables = export_tables(book, fold(book, at, at, with_proposed=True))
    return write_workbook(About(book.plan.id, book.journal.head, at), tables)


def edited(content: bytes, change) -> bytes:
    book = load_workbook(io.BytesIO(content))
    change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def put(sheet: str, key: str, **cells):
    """Change cells of the row whose first columns join to `key`; an unknown key makes a new row."""

    def change(book: Workbook) -> None:
        page = book[TITLES[sheet]]
        columns = {str(cell.value).split()[-1]: cell.column for cell in page[1]}
        width = 1 if sheet == "projects" else 2
        line = next(
            (
                n
                for n in range(2, page.max_row + 1)
                if "/".join(str(page.cell(n, c + 1).value) for c in range(width)) == key
            ),
            page.max_row + 1,
        )
        for column, value in cells.items():
            page.cell(line, columns[column]).value = value

    return change


def written(book, drafts, today=TODAY):
    """The book after the lines are written."""
    lines, head = list(book.journal.lines), book.journal.head
    for draft in check_drafts(book, drafts, today):
        raw = encode_line(draft, today, head)
        lines += read_journal(raw + b"\n", head).lines
        head = digest_of(raw)
    numbered = tuple(line._replace(number=n) for n, line in enumerate(lines, start=1))
    return open_book(book.plan, Journal(numbered, head))


def proposed(change, said=SAID, today=TODAY):
    book = book_of(PLAN, said)
    return propose(book, read_workbook(edited(out(book), change)), today, "乙")


def only(proposal):
    assert len(proposal.rows) == 1
    return proposal.rows[0]


# --- the identity
# ------------------------------------------------------------------------------------------------


def test_what_goes_out_comes_back_as_it_was():
    book = book_of(PLAN, SAID)
    tables = export_tables(book, fold(book, TODAY, TODAY))
    returned = read_workbook(write_workbook(About("plan", book.journal.head, TODAY), tables))
    assert {s: [dict(row.cells) for row in rows] for s, rows in returned.rows.items()} == tables
    assert (returned.spoilt, returned.about) == ({}, About("plan", book.journal.head, TODAY))
    proposal = propose(book, returned, TODAY, "乙")
    assert (proposal.rows, proposal.unchanged) == ((), 4)


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp")), max_size=30).map(
    str.strip
)
amounts = st.one_of(st.none(), st.floats(0, 1e12, allow_nan=False), st.integers(0, 10**9).map(float))
dates = st.dates(date(2023, 1, 1), date(2030, 12, 31))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(words, words, words, dates, amounts, st.booleans()), min_size=1, max_size=4))
def test_round_trip_through_excel_is_the_identity_for_any_text_number_and_date(rows):
    plan = make_plan(
        [
            replace(
                project(f"P{n}"),
                name=name or "名",
                content=content,
                support=support,
                due=due,
                weight=weight,
                key=key,
            )
            for n, (name, content, support, due, weight, key) in enumerate(rows)
        ]
    )
    book = book_of(plan)
    tables = export_tables(book, fold(book, TODAY, TODAY))
    returned = read_workbook(out(book))
    assert [dict(row.cells) for row in returned.rows["projects"]] == tables["projects"]
    assert propose(book, returned, TODAY, "乙").rows == ()


def test_the_same_book_gives_the_same_bytes():
    assert out(book_of(PLAN, SAID)) == out(book_of(PLAN, SAID))


# --- what an edit proposes
# -----------------------------------------------------------------------------------------


def test_an_edited_cell_is_a_proposal_with_its_diff_and_writes_nothing_by_itself():
    row = only(proposed(put("projects", "P1", pct=60)))
    assert (row.kind, row.key, row.cells) == ("changed", "P1", (("pct", "33.3", "60"),))
    assert [dict(d.set) for d in row.drafts] == [{"pct": 60.0}]


def test_an_accepted_row_gives_the_state_that_was_typed():
    book = book_of(PLAN, SAID)
    change = put(
        "projects",
        "P2",
        started=date(2023, 1, 9),
        phase="开工",
        finished="2023/5/20",
        name="新名",
        report_on=date(2023, 5, 20),
    )
    after = written(book, propose(book, read_workbook(edited(out(book), change)), TODAY, "乙").drafts())
    own = fold(after, TODAY, TODAY).projects["P2"]
    assert (own.started, own.finished, own.phase, own.project.name) == (
        date(2023, 1, 9),
        date(2023, 5, 20),
        "开工",
        "新名",
    )
    assert propose(after, read_workbook(out(after)), TODAY, "乙").rows == ()


def test_a_due_date_moves_only_with_a_document_and_a_reason():
    row = only(proposed(put("projects", "P1", due=date(2023, 8, 31))))
    assert (row.kind, "due_doc" in row.errors[0]) == ("refused", True)
    row = only(proposed(put("projects", "P1", due=date(2023, 8, 31), due_doc="文〔2023〕5号", due_reason="征地")))
    assert dict(row.drafts[0].set) == {"due": "2023-08-31", "doc": "文〔2023〕5号", "reason": "征地"}


def test_a_new_row_is_a_new_project_and_a_missing_one_does_nothing():
    cells = {
        "theme": "T2",
        "level": "区级",
        "name": "新项目",
        "lead": "环境",
        "start": date(2023, 6, 1),
        "due": date(2023, 12, 1),
    }
    proposal = proposed(put("projects", "P3", id="P3", **cells))
    assert [(r.kind, r.key) for r in proposal.rows] == [("new", "P3")]
    book = written(book_of(PLAN, SAID), proposal.drafts())
    assert fold(book, TODAY, TODAY).projects["P3"].due == date(2023, 12, 1)
    gone = proposed(lambda book: book["项目"].delete_rows(3))
    assert [(r.kind, r.key, r.drafts) for r in gone.rows] == [("missing", "P2", ())]


def test_milestones_and_values_come_back_too():
    proposal = proposed(put("milestones", "P1/M1", finished=date(2023, 3, 10)))
    assert dict(only(proposal).drafts[0].set) == {"finished": True}
    assert only(proposal).drafts[0].id == "P1/M1"
    proposal = proposed(put("values", "I1/2023H1", indicator="I1", period="2023H1", v=150, quality="provisional"))
    assert dict(only(proposal).drafts[0].set) == {"value": {"period": "2023H1", "v": 150.0, "quality": "provisional"}}


def test_what_others_recorded_meanwhile_is_not_undone():
    before = book_of(PLAN, SAID)
    content = edited(out(before), put("projects", "P2", started=date(2023, 5, 1)))
    now = book_of(PLAN, [*SAID, ("2023-05-20", "2023-05-20", "P1", {"pct": 70})])
    proposal = propose(now, read_workbook(content), TODAY, "乙")
    assert [(row.key, [c[0] for c in row.cells]) for row in proposal.rows] == [("P2", ["started"])]


def test_a_cell_changed_here_and_there_is_named_and_refused():
    content = edited(out(book_of(PLAN, SAID)), put("projects", "P1", pct=50))
    now = book_of(PLAN, [*SAID, ("2023-05-20", "2023-05-20", "P1", {"pct": 70})])
    row = only(propose(now, read_workbook(content), TODAY, "乙"))
    assert row.kind == "refused"
    assert "somebody recorded 70 meanwhile" in row.errors[0]


def test_a_proposal_is_accepted_as_a_whole_or_by_row():
    def change(book):
        put("projects", "P1", pct=120)(book)
        put("projects", "P2", started=date(2023, 2, 1))(book)

    proposal = proposed(change)
    assert [row.kind for row in proposal.rows] == ["refused", "changed"]
    with pytest.raises(LineRefused, match="above 100"):
        proposal.drafts()
    assert [draft.id for draft in proposal.drafts(["P2"])] == ["P2"]
    with pytest.raises(LineRefused, match="no row of this proposal"):
        proposal.drafts(["P9"])


def merge(book):
    book["项目"].merge_cells("B2:B3")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (put("projects", "P1", pct="=1+1"), "holds a formula"),
        (merge, "are merged"),
        (put("projects", "P1", pct=120), "above 100"),
        (put("projects", "P1", pct=-1), "below zero"),
        (put("projects", "P1", pct="half"), "is not a number"),
        (put("projects", "P1", expected="年底"), "is not a date"),
        (put("projects", "P1", expected="2023-02-30"), "not a day of the calendar"),
        (put("projects", "P1", started=None), "cannot be blanked out"),
        (put("projects", "P1", started=date(2023, 1, 9)), "already; void that line first"),
        (put("projects", "P3", id="P3", name="新"), "is blank"),
        (put("milestones", "P1/M9", project="P1", id="M9", due=date(2023, 5, 1)), "new milestone"),
        (put("milestones", "P1/M1", name="改名"), "cannot be corrected"),
        (put("values", "I9/2023", indicator="I9", period="2023", v=1), "is no indicator"),
        (put("values", "I1/2022", v=None), "v is blank"),
        (put("projects", "P9", id="P1"), "on line 2 already"),
        (put("projects", "P9", name="无号"), "the id is blank"),
    ],
)
def test_a_wrong_row_is_refused_with_its_reason_and_the_others_stand(change, what):
    refused = proposed(change).refused
    assert refused
    assert any(what in error for row in refused for error in row.errors), [row.errors for row in refused]


def test_percent_cells_read_as_percents():
    def change(book):
        put("projects", "P1", pct=0.6)(book)
        page = book["项目"]
        column = next(c.column for c in page[1] if str(c.value).endswith("pct"))
        page.cell(2, column).number_format = "0%"

    assert only(proposed(change)).cells == (("pct", "33.3", "60"),)


def test_a_file_that_is_no_workbook_is_refused_with_what_to_do():
    with pytest.raises(PlanFileError, match=r"save it again as \.xlsx"):
        read_workbook(b"\xd0\xcf\x11\xe0 an old .xls")


def test_a_workbook_of_another_plan_or_journal_is_refused():
    book = book_of(PLAN, SAID)
    rows = {"projects": [Row(2, {"id": "P1"})]}
    with pytest.raises(PlanFileError, match="of the plan 'other'"):
        propose(book, Returned(About("other", book.journal.head, TODAY), rows, {}), TODAY, "乙")
    with pytest.raises(PlanFileError, match="is not in this one"):
        propose(book, Returned(About("plan", "e" * 64, TODAY), rows, {}), TODAY, "乙")


def test_a_table_that_cannot_say_its_state_says_so():
    book = book_of(PLAN, SAID)
    proposal = propose(book, Returned(None, {"projects": [Row(2, {"id": "P1", "name": "改"})]}, {}), TODAY, "乙")
    assert "cannot be told apart" in proposal.notices[0].what
    assert proposal.rows[0].cells == (("name", "项目P1", "改"),)


def test_renamed_columns_are_named():
    def change(book):
        book["项目"].cell(1, 2, "主题编号")

    with pytest.raises(PlanFileError, match="columns missing: theme"):
        proposed(change)

"""The example district's two plans: printed counts reproduced, facts graded, the rest marked 示例."""

import importlib.util
from datetime import date
from pathlib import Path

import pytest

from clearbay.plans.fold import fold
from clearbay.plans.folder import check_folder, read_book, register_readings
from clearbay.plans.forecast import trend_of
from clearbay.plans.indicator import judge_indicator
from clearbay.plans.light import light_v1
from clearbay.plans.rollup import figure_of, lights_of

ROOT = Path(__file__).parents[2]
PLANS = ROOT / "examples" / "district" / "plans"
ENVIRONMENT, TRANSFORMATION = PLANS / "environment-2021-2023", PLANS / "transformation-2022-2025"


@pytest.mark.parametrize("folder", [ENVIRONMENT, TRANSFORMATION])
def test_the_books_are_whole(folder):
    assert check_folder(folder)[1] == []


def test_the_journal_gives_the_printed_counts_at_the_printed_date():
    # 84 projects = 76 municipal (all started, 3 done) + 8 district (1 done): the newspaper, grade N.
    book = read_book(ENVIRONMENT)
    day = book.plan.printed_on
    state = fold(book, day, day)
    lights = lights_of(state, book.plan.terms)
    claims = {c.counts: int(c.value) for c in book.plan.claims if c.counts}
    assert claims == {
        "total": 84,
        "total:市级": 76,
        "started:市级": 76,
        "done:市级": 3,
        "total:区级": 8,
        "done:区级": 1,
    }
    assert {name: figure_of(name, state, lights) for name in claims} == claims


def test_every_row_that_is_no_fact_is_marked():
    book = read_book(ENVIRONMENT)
    assert len(book.plan.projects) == 84
    assert all("示例" in p.name and "示例" in p.lead for p in book.plan.projects.values())
    assert all(line.grade == "E" or line.id in book.plan.indicators for line in book.journal.lines)
    assert len([t for t in book.plan.themes if not t.example]) == 4


def test_the_theme_park_opened_186_days_late_and_its_announced_dates_slipped_four_times():
    book = read_book(TRANSFORMATION)
    day = date(2025, 11, 13)
    state = fold(book, day, day)
    assert light_v1(state.projects["TP01"], day, book.plan.terms)[:3] == ("done", "finished_late", 186)
    points = trend_of(book, state, "TP01")
    assert [p.day.isoformat() for p in points if p.kind == "expected"][:4] == [
        "2023-12-31",
        "2024-03-31",
        "2024-12-31",
        "2025-08-31",
    ]
    assert all(p.grade == "B" for p in points if p.kind != "approved")
    early = date(2024, 3, 1)
    assert light_v1(fold(book, early, early).projects["TP01"], early, book.plan.terms).reason == "expected_late"


def test_the_indicators_of_the_plan_are_judged_with_what_is_known():
    book = read_book(TRANSFORMATION)
    day = date(2025, 11, 13)
    readings, _ = register_readings(TRANSFORMATION, book.plan, day, day)
    state = fold(book, day, day, readings=readings)
    assert judge_indicator(state.indicators["RS01"], day).current.status == "met"
    clusters = judge_indicator(state.indicators["CL01"], day)
    assert (clusters.current.target.value, clusters.original.target.value) == (2000.0, 2600.0)
    assert clusters.current.status == "no_report"
    book = read_book(ENVIRONMENT)
    before, after = date(2024, 3, 1), date(2024, 10, 1)
    assert judge_indicator(fold(book, before, before).indicators["AIR1"], before).current.status == "awaiting"
    assert judge_indicator(fold(book, after, after).indicators["AIR1"], after).current.status == "met"


def test_the_generator_gives_the_committed_bytes(tmp_path):
    spec = importlib.util.spec_from_file_location("example_plans", ROOT / "tools" / "example_plans.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    tool.main(tmp_path)
    for path in sorted(tmp_path.rglob("*.*")):
        assert path.read_bytes() == (PLANS / path.relative_to(tmp_path)).read_bytes(), path.name

"""The bulletin, the review pack and their tables: the printed counts on them, offline, the same bytes every
time.
"""

import io
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from clearbay.plans.book import open_book
from clearbay.plans.errors import NotInBook
from clearbay.plans.fold import fold
from clearbay.plans.folder import read_book, register_readings
from clearbay.plans.journal import Journal
from clearbay.plans.review import review_pack
from clearbay.reports.plans.bulletin import bulletin_page, printed_beside
from clearbay.reports.plans.review_page import review_page
from clearbay.reports.plans.sheets import bulletin_workbook

PLANS = Path(__file__).parents[3] / "examples" / "district" / "plans"
PRINTED = date(2022, 6, 30)


@pytest.fixture(scope="module")
def book():
    return read_book(PLANS / "environment-2021-2023")


@pytest.fixture(scope="module")
def page(book):
    return bulletin_page(book, fold(book, PRINTED, PRINTED))


def words(page: str) -> str:
    body = re.sub(r"(?s)<(style|svg).*?</\1>", " ", page)
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", " ", body))


def test_the_printed_counts_stand_in_the_bureaus_words(page):
    said = words(page)
    assert "计划共84个项目，其中市级76个、区级8个。" in said
    assert "市级项目全部启动，完成3个（3.9%）" in said
    assert "区级项目启动6个，完成1个（12.5%）" in said


def test_each_printed_figure_is_marked_and_agrees_with_the_book(book, page):
    printed = [p for p in printed_beside(book, fold(book, PRINTED, PRINTED)) if p.claim.counts]
    assert [p.agrees for p in printed] == [True] * 6
    assert page.count("✔ 一致") == 6
    assert page.count('class="mark N"') == 7  # six counts and the number of themes


def test_on_another_day_the_page_says_that_the_counts_differ(book):
    day = date(2023, 6, 30)
    assert "✖ 不同" in bulletin_page(book, fold(book, day, day))


def test_a_page_needs_nothing_from_outside_and_runs_no_script(page):
    assert "<script" not in page
    assert re.findall(r'(?:src|href)="(?!#)', page) == []
    assert re.findall(r"url\((?!#|\")", page) == []


def test_the_pictures_are_in_the_page_with_ids_of_their_own(page):
    assert page.count("<svg") >= 5
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert "NaN" not in page


def test_the_same_book_and_day_give_the_same_page_and_workbook(book, page):
    state = fold(book, PRINTED, PRINTED)
    assert bulletin_page(book, state) == page
    assert bulletin_workbook(book, state) == bulletin_workbook(book, state)


def test_the_workbook_holds_the_counts_and_all_projects(book):
    out = load_workbook(io.BytesIO(bulletin_workbook(book, fold(book, PRINTED, PRINTED))))
    assert [cell.value for cell in out["统计"][2]][:4] == ["合计 all", 84, 82, 4]
    assert out["项目"].max_row == 85
    assert [row[5].value for row in out["报载"].iter_rows(min_row=2, max_row=7)] == ["一致"] * 6


def test_what_people_wrote_is_escaped(book):
    nasty = replace(book.plan, title="<script>alert(1)</script>")
    page = bulletin_page(replace(book, plan=nasty), fold(book, PRINTED, PRINTED))
    assert "<script>" not in page


def test_the_trend_of_the_theme_park_is_drawn_with_its_grades():
    folder = PLANS / "transformation-2022-2025"
    own = read_book(folder)
    day = date(2025, 11, 13)
    readings, _ = register_readings(folder, own.plan, day, day)
    page = bulletin_page(own, fold(own, day, day, readings=readings), trends=["TP01"])
    assert "2025-08-31 [B]" in page
    assert "完成，晚 186 天" not in page  # finished: not on the worst-first list
    with pytest.raises(NotInBook):
        bulletin_page(own, fold(own, day, day), trends=["TP99"])


def test_the_review_pack_has_a_page_a_theme(book):
    pack = review_pack(book, date(2022, 9, 28), date(2022, 6, 29), date(2022, 12, 28))
    page = review_page(book, pack)
    assert page.count('<section class="sheet">') == 10
    assert "八月底前完成（示例）" in page
    assert "兑现，晚14天" in words(page)


def test_a_plan_with_nothing_in_it_still_has_a_page(book):
    bare = replace(book.plan, projects={}, milestones={}, indicators={}, claims=(), note="")
    empty = open_book(bare, Journal((), bare.digest))
    assert "计划共" in bulletin_page(empty, fold(empty, PRINTED, PRINTED))

"""The page as a file: nothing from outside, nothing from the data that runs, both languages whole."""

import re
import string

import pytest

from clearbay.assess.permits import Point
from clearbay.reports.assessment import Counts, Source, build
from clearbay.reports.assessment.text import TEXT
from tests.reports import made
from tests.reports.reading import data, elements, texts

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\u2028'\"&{{7*7}}"


@pytest.fixture(scope="module")
def hostile(standards):
    measurements = made.air((HOSTILE,))
    return build(
        made.judged("air", measurements, standards),
        measurements,
        standards=standards,
        points=[Point(HOSTILE, HOSTILE)],
        title=HOSTILE,
        notes=[HOSTILE],
        sources=[Source(HOSTILE, 1, HOSTILE, HOSTILE), HOSTILE],
        counts=Counts(1, 0, 1, HOSTILE),
        made_up=HOSTILE,
        generated_at=made.AT,
    )


def test_a_hostile_name_stays_text_wherever_it_is_shown(hostile, page):
    plain = [tag for tag, _ in elements(page("air", made_up="x"))]
    assert "img" not in [tag for tag, _ in elements(hostile)]
    assert [tag for tag, _ in elements(hostile)].count("script") == plain.count("script")
    assert not any(name.startswith("on") for _, attributes in elements(hostile) for name in attributes)
    assert "{{7*7}}" in " ".join(texts(hostile))


def test_a_hostile_name_comes_back_whole_from_the_data_of_the_pictures(hostile):
    assert "onerror=alert(1)" in str(data(hostile)["specs"])


@pytest.mark.parametrize("kind", ["air", "water", "effluent", "soil"])
def test_nothing_is_fetched_from_anywhere(page, kind):
    html = page(kind)
    for tag, attributes in elements(html):
        for name in ("src", "href", "action", "data", "poster", "srcset"):
            assert name not in attributes or attributes[name].startswith("#"), (tag, attributes)
    assert not re.search(r"@import|url\(", html.split("<style>")[1].split("</style>")[0])
    assert "http" not in str(data(html)["specs"])
    policy = next(a["content"] for _, a in elements(html) if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'")
    assert "connect-src" not in policy


@pytest.mark.parametrize("kind", ["air", "water", "effluent", "soil"])
def test_an_english_page_has_no_chinese_but_what_the_data_and_clauses_hold(page, kind):
    allowed = re.compile(r"表\d|清湾|修改单|环办")
    chinese = [text for text in texts(page(kind, lang="en")) if re.search(r"[\u4e00-\u9fff]", text)]
    assert [text for text in chinese if not allowed.search(text)] == []


@pytest.mark.parametrize("kind", ["air", "water", "effluent", "soil"])
def test_a_chinese_page_has_no_english_sentence(page, kind):
    english = [en for _, en in TEXT.values() if len(en) > 12 and "{" not in en and "Clearbay" not in en]
    seen = set(texts(page(kind)))
    assert [text for text in english if text in seen] == []


def test_every_text_has_both_languages_with_the_same_places():
    def places(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for key, (zh, en) in TEXT.items():
        assert zh.strip(), key
        assert en.strip(), key
        assert places(zh) == places(en), key


def test_every_picture_has_a_text_for_who_cannot_see_it_and_a_table(page):
    for kind in ("air", "water", "effluent", "soil"):
        html = page(kind, lang="en")
        pictures = [attributes for _, attributes in elements(html) if "data-figure" in attributes]
        assert pictures
        assert all(len(attributes["aria-label"]) > 20 and attributes["role"] == "img" for attributes in pictures)
        assert html.count("<details>") == len(pictures)


def test_figures_of_a_table_stand_to_the_right(page):
    cells = re.findall(r'<td class="n">([^<]*)</td>', page("effluent"))
    assert cells
    assert "70" in cells


def test_the_same_input_gives_the_same_page(standards):
    measurements = made.effluent()
    found = made.judged("effluent", measurements, standards)
    pages = {
        build(f, measurements, standards=standards, counts=Counts(1, 1, 0), generated_at=made.AT)
        for f in (found, found.take(list(range(len(found)))[::-1]))
    }
    assert len(pages) == 1

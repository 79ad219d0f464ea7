"""The map of a district."""

import math

from fake_district import OUTLINE, SITES
from hypothesis import given
from hypothesis import strategies as st

from clearbay.web.map import WIDTH, draw
from clearbay.web.text import text


def test_north_is_up_and_east_is_right() -> None:
    marks = {m.site.site_id: m for m in draw(OUTLINE, SITES, text("zh")).marks}
    assert marks["park"].y < marks["works"].y
    assert marks["river-1"].x < marks["village"].x


def test_a_kilometre_is_as_long_across_as_up() -> None:
    drawn = draw(OUTLINE, SITES, text("zh"))
    marks = {m.site.site_id: m for m in drawn.marks}
    a, b = marks["river-1"], marks["village"]
    km = 111.32 * math.hypot(
        (b.site.lon - a.site.lon) * math.cos(math.radians((30.81 + 30.91) / 2)), b.site.lat - a.site.lat
    )
    units = math.hypot(b.x - a.x, b.y - a.y)
    assert math.isclose(units / km, drawn.bar / drawn.km, rel_tol=1e-3)


def test_kinds_of_site_have_shapes_of_their_own() -> None:
    shapes = {m.site.kind: m.shape for m in draw(OUTLINE, SITES, text("zh")).marks}
    assert len({shapes[k] for k in ("wte_plant", "works_outlet", "air_station", "river_section", "soil_plot")}) == 5


@given(st.lists(st.tuples(st.floats(-170, 170), st.floats(-60, 60)), min_size=0, max_size=4))
def test_every_mark_lies_on_the_sheet(places: list[tuple[float, float]]) -> None:
    outline = {"type": "LineString", "coordinates": [list(p) for p in places]} if places else {}
    drawn = draw(outline, SITES[:3], text("en"))
    assert all(-1 <= m.x <= WIDTH + 1 and -1 <= m.y <= drawn.height + 1 for m in drawn.marks)

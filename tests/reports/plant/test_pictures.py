"""The plant's pictures: well-formed, complete, and closed like the plant they show."""

from xml.etree import ElementTree

import pytest

from clearbay.reports.plant.diagram import SLOTS, diagram, kept, shown, values_of
from clearbay.reports.plant.firing import firing_picture
from clearbay.reports.plant.flows import energy_flows, energy_picture, mass_flows, mass_picture
from clearbay.reports.plant.sankey import Flow, Node, sankey
from clearbay.twins.incineration import plant, waste

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def solved() -> plant.PlantResult:
    received = waste.from_proximate(0.551, 0.158, 5630.0)
    return plant.solve(plant.Plant("示例 & 厂", "Example <plant>", received, 0.13, 500.0, (1.0, 0.9)), streams=True)


def test_the_energy_shown_closes_at_every_node(solved):
    e = energy_flows(solved)
    assert e["fired"] + e["air"] == pytest.approx(e["water"] + e["gas"] + e["walls"] + e["slag"])
    steam_out = e["turbine"] + e["air"] + e["reheat"] + e["header"] + e["blowdown"]
    assert e["water"] + e["pump"] == pytest.approx(steam_out, rel=1e-3)
    assert e["turbine"] == pytest.approx(e["net"] + e["own"] + e["machine"] + e["condenser"])
    assert all(v >= 0 for v in e.values())


def test_the_mass_shown_closes(solved):
    m = mass_flows(solved)
    into = m["received"] + m["air"] + m["leak"] + m["feeds"]
    assert into == pytest.approx(m["leachate"] + m["gas"] + m["slag"] + m["ash"], rel=1e-9)


def test_every_slot_is_there_once_with_its_value(solved):
    values = values_of(solved)
    tree = ElementTree.fromstring(diagram(values, "示例 & 厂", "Example <plant>"))
    found = {e.get("data-slot"): e.text for e in tree.iter(f"{SVG}tspan") if e.get("data-slot")}
    assert set(found) == {s.key for s in SLOTS} == set(values)
    assert found["power.gross_mw"] == f"{solved.totals['gross_mw']:.2f}"
    assert tree.get("viewBox") == "0 0 1920 1080"


def test_a_missing_value_is_a_dash_and_a_broken_limit_is_marked(solved):
    values = values_of(solved) | {"stack.nox": 300.0, "stack.co": None, "furnace.upper_c": float("nan")}
    text = diagram(values, "厂", "plant")
    assert text.count('class="card over"') == 1
    assert text.count(">—<") == 2
    nox = next(s for s in SLOTS if s.key == "stack.nox")
    assert kept(nox, 250.0)
    assert not kept(nox, 250.1)
    assert shown(nox, 1234.4) == "1\u2009234"


def test_cards_do_not_lie_on_one_another():
    boxes = [(s.x, s.y, s.x + s.width, s.y + 65, s.key) for s in SLOTS]
    for k, a in enumerate(boxes):
        assert a[2] <= 1920
        assert a[3] <= 1080
        for b in boxes[k + 1 :]:
            apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
            assert apart, (a[4], b[4])


def test_pictures_are_well_formed_and_bilingual(solved):
    for text in (energy_picture(solved), mass_picture(solved), firing_picture(solved, 1.1)):
        ElementTree.fromstring(text)
        assert "示例" in text


def test_a_band_is_as_wide_as_its_flow():
    nodes = [Node("a", 0, "甲", "a", "#000"), Node("b", 1, "乙", "b", "#111"), Node("c", 1, "丙", "c", "#222")]
    tree = ElementTree.fromstring(sankey(nodes, [Flow("a", "b", 3.0), Flow("a", "c", 1.0)], "题", "title", "MW"))
    widths = [float(p.get("stroke-width", "0")) for p in tree.iter(f"{SVG}path")]
    assert widths[0] == pytest.approx(3 * widths[1], rel=0.01)


def test_a_plant_that_measures_little_is_drawn_without_empty_cards():
    drawn = diagram({"stack.nox": 171.0}, "某厂", "Some plant", only={"stack.nox"}, titled=False)
    root = ElementTree.fromstring(drawn)
    assert [e.get("data-slot") for e in root.iter() if e.get("data-slot")] == ["stack.nox"]
    assert not [e for e in root.iter(f"{SVG}text") if e.text == "Some plant"]

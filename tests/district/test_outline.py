"""The outline is an area, and places lie within it or near it."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearbay.district import read_district
from clearbay.district.outline import EARTH_KM, distance_km, inside, rings
from tests.district.folders import district_folder, problems_of

SQUARE = ((121.0, 30.0), (122.0, 30.0), (122.0, 31.0), (121.0, 31.0), (121.0, 30.0))
HOLE = ((121.4, 30.4), (121.6, 30.4), (121.6, 30.6), (121.4, 30.6), (121.4, 30.4))
DEGREE_KM = math.radians(1) * EARTH_KM


def test_a_place_in_a_hole_is_outside() -> None:
    assert inside(121.2, 30.5, [SQUARE, HOLE])
    assert not inside(121.5, 30.5, [SQUARE, HOLE])
    assert not inside(122.2, 30.5, [SQUARE, HOLE])


@given(st.floats(0.001, 0.2), st.floats(30.1, 30.9))
def test_the_distance_east_of_an_edge_is_that_of_the_meridians(east: float, lat: float) -> None:
    expected = east * DEGREE_KM * math.cos(math.radians(lat))
    assert distance_km(122.0 + east, lat, [SQUARE]) == pytest.approx(expected, rel=1e-6)


def test_a_degree_of_latitude_is_111_km() -> None:
    assert distance_km(121.5, 32.0, [SQUARE]) == pytest.approx(111.195, abs=0.01)


def test_rings_of_every_shape_of_geojson_are_found() -> None:
    polygon = {"type": "Polygon", "coordinates": [[list(p) for p in SQUARE]]}
    feature = {"type": "Feature", "properties": None, "geometry": polygon}
    river = {"type": "Feature", "properties": {"kind": "river"}, "geometry": {"type": "LineString", "coordinates": []}}
    several = {"type": "MultiPolygon", "coordinates": [polygon["coordinates"], polygon["coordinates"]]}
    assert rings(polygon) == rings(feature) == (SQUARE,)  # type: ignore[arg-type]
    assert rings({"type": "FeatureCollection", "features": [river, feature]}) == (SQUARE,)  # type: ignore[dict-item]
    assert rings(several) == (SQUARE, SQUARE)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "line", "kind"),
    [
        ('{"type": "Polygon",\n "coordinates": [[[1, 2]\n', 3, "json"),
        ("[]", 1, "not_a_polygon"),
        ('{"type": "Point", "coordinates": [121, 30]}', 1, "not_a_polygon"),
        ('{"type": "FeatureCollection", "features": []}', 1, "not_a_polygon"),
        ('{"type": "Polygon", "coordinates": [[[121, 30], [122, 30], [122, 31], [121, 31]]]}', 1, "not_a_polygon"),
        ('{"type": "Polygon", "coordinates": [[[121, 30], [122, 30], [121, 30]]]}', 1, "not_a_polygon"),
        ('{"type": "Polygon", "coordinates": [[["a", 30], [1, 2], [3, 4], ["a", 30]]]}', 1, "not_a_polygon"),
        ('{"type": "Polygon", "coordinates": [[[30, 121], [30, 122], [31, 121], [30, 121]]]}', 1, "not_a_polygon"),
    ],
)
def test_an_outline_that_is_no_area_is_told(tmp_path: Path, text: str, line: int, kind: str) -> None:
    folder = district_folder(tmp_path, {"outline.geojson": text})
    assert [(p.file, p.line, p.kind) for p in problems_of(folder)] == [("outline.geojson", line, kind)]


def test_a_place_just_outside_is_worth_knowing_and_no_more(tmp_path: Path) -> None:
    near = [[121.20, 30.865], [121.30, 30.865], [121.30, 30.91], [121.20, 30.91], [121.20, 30.865]]
    outline = json.dumps({"type": "Polygon", "coordinates": [near]})
    found = read_district(district_folder(tmp_path, {"outline.geojson": outline}))
    assert [str(n) for n in found.notices if n.kind == "outside"] == [
        f"sites.csv:{found_line(tmp_path)}: station-1 lies 0.6 km outside the outline"
    ]


def found_line(folder: Path) -> int:
    lines = (folder / "sites.csv").read_text(encoding="utf-8").splitlines()
    return next(n for n, line in enumerate(lines, start=1) if line.startswith("station-1,"))

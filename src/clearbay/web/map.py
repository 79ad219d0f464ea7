"""The map of a district: its outline and waters as SVG paths, its sites as shapes with names that do not overlap."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

from clearbay.web.source import Site
from clearbay.web.text import Text

WIDTH = 1000.0
MARGIN = 40.0
FONT = 21.0
"""Size of names [units of the drawing]: about 14 px on a desktop."""

RADIUS = 17.0

SHAPES = {
    "wte_plant": "square",
    "sewage_station": "circle",
    "works_outlet": "circle",
    "air_station": "triangle",
    "river_section": "diamond",
    "lake_section": "diamond",
    "soil_plot": "hexagon",
}
"""Shape of a site's mark by its kind: kinds are told apart without colour."""

SHAPE_PATHS = {
    "square": "M-15-15H15V15H-15Z",
    "circle": "M17 0A17 17 0 1 1-17 0A17 17 0 1 1 17 0Z",
    "triangle": "M0-20L19 15H-19Z",
    "diamond": "M0-20L20 0L0 20L-20 0Z",
    "hexagon": "M-9-16H9L18 0L9 16H-9L-18 0Z",
}

Place: TypeAlias = tuple[float, float]
Box: TypeAlias = tuple[float, float, float, float]


@dataclass(frozen=True)
class Area:
    """A line or area of the map: its kind (`district`, `river`, `lake`, `road`), its path, its name and where."""

    kind: str
    path: str
    name: str
    x: float
    y: float


@dataclass(frozen=True)
class Mark:
    """A site on the map; `label_x`, `label_y`, `anchor` place its name beside it."""

    site: Site
    x: float
    y: float
    shape: str
    label_x: float
    label_y: float
    anchor: str


@dataclass(frozen=True)
class Map:
    """A drawing of `WIDTH` by `height` units; `km` is the length of its scale bar, `bar` the same in units.

    `dots` are the sites that have no mark of their own: a path for each of their states.
    """

    height: float
    areas: Sequence[Area]
    marks: Sequence[Mark]
    km: int
    bar: float
    dots: Mapping[str, str] = field(default_factory=dict)


def draw(
    outline: Mapping[str, object], sites: Sequence[Site], t: Text, others: Mapping[str, Sequence[Site]] | None = None
) -> Map:
    """Draw a district: longitudes shrunk by the cosine of the middle latitude, north up.

    sites : those with a mark and a name; others : those that are dots, by their state.
    """
    features = list(_features(outline))
    plain = others or {}
    everyone = [*sites, *(site for some in plain.values() for site in some)]
    places = [p for _, _, lines in features for line in lines for p in line] + [(s.lon, s.lat) for s in everyone]
    if not places:
        return Map(WIDTH * 0.6, (), (), 1, 0.0)
    west, east = min(p[0] for p in places), max(p[0] for p in places)
    south, north = min(p[1] for p in places), max(p[1] for p in places)
    shrink = math.cos(math.radians((south + north) / 2))
    span = max((east - west) * shrink, (north - south) / 1.2, 1e-6)
    scale = (WIDTH - 2 * MARGIN) / span
    left = (WIDTH - (east - west) * shrink * scale) / 2

    def at(p: Place) -> Place:
        return left + (p[0] - west) * shrink * scale, MARGIN + (north - p[1]) * scale

    height = 2 * MARGIN + (north - south) * scale
    marks, taken = _marks(sites, [at((s.lon, s.lat)) for s in sites], t, height)
    areas = [
        _area(kind, properties, [[at(p) for p in line] for line in lines], t, taken)
        for kind, properties, lines in features
    ]
    order = {"district": 0, "lake": 1, "river": 2, "road": 3}
    km = _round_km(span * 111.32 / 6)
    return Map(
        height,
        sorted(areas, key=lambda area: order.get(area.kind, 4)),
        marks,
        km,
        km / 111.32 * scale,
        {state: "".join("M{:.0f} {:.0f}h0".format(*at((s.lon, s.lat))) for s in some) for state, some in plain.items()},
    )


def _round_km(km: float) -> int:
    return next((k for k in (50, 20, 10, 5, 2, 1) if k <= max(km * 1.5, 1)), 1)


def _features(outline: Mapping[str, object]) -> Iterator[tuple[str, Mapping[str, object], list[list[Place]]]]:
    """Kind, properties and lines of every feature; a bare geometry is the district itself."""
    found = outline.get("features")
    for feature in found if isinstance(found, Sequence) else [outline]:
        if not isinstance(feature, Mapping):
            continue
        geometry, properties = feature.get("geometry", feature), feature.get("properties")
        if not isinstance(geometry, Mapping):
            continue
        said = properties if isinstance(properties, Mapping) else {}
        default = "district" if "Polygon" in str(geometry.get("type")) else "river"
        yield str(said.get("kind", default)), said, list(_lines(geometry))


def _lines(geometry: Mapping[str, object]) -> Iterator[list[Place]]:
    coordinates = geometry.get("coordinates")
    if not isinstance(coordinates, Sequence):
        return
    depth = {"LineString": 1, "Polygon": 2, "MultiLineString": 2, "MultiPolygon": 3}.get(str(geometry.get("type")), 0)
    level: Iterable[object] = [coordinates] if depth else []
    for _ in range(depth - 1):
        level = [part for whole in level if isinstance(whole, Sequence) for part in whole]
    for line in level:
        if isinstance(line, Sequence):
            yield [(float(p[0]), float(p[1])) for p in line]


def _area(kind: str, properties: Mapping[str, object], lines: list[list[Place]], t: Text, taken: Sequence[Box]) -> Area:
    close = "Z" if kind in ("district", "lake") else ""
    path = "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in line) + close for line in lines if line)
    name = str(properties.get(f"name_{t.lang}") or properties.get("name_zh") or "")
    longest = max(lines, key=len, default=[(0.0, 0.0)])
    middle = (sum(p[0] for p in longest) / len(longest), sum(p[1] for p in longest) / len(longest))
    along = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2 + 26) for a, b in pairwise(longest)]
    places = [middle, (middle[0], middle[1] + 40), (middle[0], middle[1] - 30)] if close else along[::-1]
    wide = _width(name)
    for x, y in places if kind != "district" else ():
        box = (x - wide / 2, y - FONT, x + wide / 2, y + 5)
        if not any(_meet(box, other) for other in taken):
            return Area(kind, path, name, x, y)
    return Area(kind, path, "", 0.0, 0.0)


def _width(name: str) -> float:
    return sum(FONT if ord(c) > 0x2E7F else FONT * 0.56 for c in name)


def _marks(sites: Sequence[Site], places: Sequence[Place], t: Text, height: float) -> tuple[list[Mark], list[Box]]:
    """Put each name right, left, below or above its mark: where it first lies free of marks, names and the edge."""
    taken: list[Box] = [(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS) for x, y in places]
    marks = []
    for site, (x, y) in zip(sites, places, strict=True):
        wide = _width(t.of(site.name))
        choices = (
            (x + 27, y + 7, "start", x + 27),
            (x - 27, y + 7, "end", x - 27 - wide),
            (x, y + 42, "middle", x - wide / 2),
            (x, y - 27, "middle", x - wide / 2),
        )
        boxes = [(left, ly - FONT, left + wide, ly + 5) for _, ly, _, left in choices]
        free = [k for k, box in enumerate(boxes) if _inside(box, height) and not any(_meet(box, o) for o in taken)]
        inside = [k for k, box in enumerate(boxes) if _inside(box, height)]
        k = (free or inside or [0])[0]
        taken.append(boxes[k])
        label_x, label_y, anchor, _ = choices[k]
        marks.append(Mark(site, x, y, SHAPES.get(site.kind, "circle"), label_x, label_y, anchor))
    return marks, taken


def _inside(box: Box, height: float) -> bool:
    return box[0] >= 0 and box[1] >= 0 and box[2] <= WIDTH and box[3] <= height


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]

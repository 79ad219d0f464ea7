"""Reads `outline.geojson`: the outline of the district, and how far places lie from it."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TypeAlias

from clearbay.district.model import Json
from clearbay.district.problems import Problems
from clearbay.district.snapshot import Snapshot
from clearbay.district.table import decode

FILE = "outline.geojson"
Ring: TypeAlias = tuple[tuple[float, float], ...]
"""Corners (lon, lat) in degrees; the last is the first."""
EARTH_KM = 6371.0088
"""Mean radius of the Earth (IUGG)."""
OUTLINE_KIND = "district"
"""`kind` of the feature that is the outline; those of other kinds (river, lake, road) are drawn beside it."""
FAR_KM = 20.0
"""A place farther from the outline than this is a slip of the pen, not a neighbour's outfall."""


class NotAPolygon(ValueError):
    """The GeoJSON holds no area; the message says what it holds (zh, en)."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(en)


def read_outline(snapshot: Snapshot, problems: Problems) -> Mapping[str, Json]:
    """Read the outline; what is wrong is noted, and an empty object stands in."""
    text = decode(snapshot.files.get(FILE, b"{}"), FILE, problems)
    if text is None or FILE not in snapshot.files:
        return {}
    try:
        given: Json = json.loads(text)
    except ValueError as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        reason = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        problems.add(FILE, line, "json", reason=reason)
        return {}
    except RecursionError:
        problems.add(FILE, 1, "json", reason="nested too deeply")
        return {}
    if not isinstance(given, dict):
        problems.add(FILE, 1, "not_a_polygon", reason="—")
        return {}
    try:
        rings(given)
    except NotAPolygon as error:
        problems.add(FILE, 1, "not_a_polygon", reason=f"{error.zh} / {error.en}")
        return {}
    return given


def rings(outline: Mapping[str, Json]) -> tuple[Ring, ...]:
    """Give every ring of the outline, holes too.

    Raises
    ------
    NotAPolygon : there is no area, or a ring is none (RFC 7946, 3.1.6: four positions or more, closed).
    """
    found = tuple(_ring(ring) for polygon in _polygons(dict(outline)) for ring in _list(polygon))
    if not found:
        raise NotAPolygon("没有一个面", "there is no area in it")
    return found


def _polygons(given: Json) -> Iterator[Json]:
    kind = given.get("type") if isinstance(given, dict) else None
    if not isinstance(given, dict):
        raise NotAPolygon("不是对象", "it is no object")
    if kind == "FeatureCollection":
        for feature in _list(given.get("features")):
            if _kind(feature) in ("", OUTLINE_KIND):
                yield from _polygons(feature)
    elif kind == "Feature":
        yield from _polygons(given.get("geometry"))
    elif kind == "Polygon":
        yield given.get("coordinates")
    elif kind == "MultiPolygon":
        yield from _list(given.get("coordinates"))
    else:
        raise NotAPolygon(f"类型是 {kind}", f"its type is {kind}")


def _kind(feature: Json) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    kind = properties.get("kind") if isinstance(properties, dict) else None
    return kind if isinstance(kind, str) else ""


def _list(given: Json) -> list[Json]:
    if not isinstance(given, list):
        raise NotAPolygon("应为列表之处不是列表", "there is no list where one should be")
    return given


def _ring(given: Json) -> Ring:
    corners = []
    for place in _list(given):
        pair = _list(place)
        lon, lat = (pair[0], pair[1]) if len(pair) >= 2 else (None, None)
        if not isinstance(lon, (int, float)) or not isinstance(lat, (int, float)):
            raise NotAPolygon("坐标不是一对数", "a position is no pair of numbers")
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise NotAPolygon(f"坐标 {lon}, {lat} 不是经度、纬度", f"position {lon}, {lat} is no lon, lat in degrees")
        corners.append((float(lon), float(lat)))
    if len(corners) < 4 or corners[0] != corners[-1]:
        raise NotAPolygon("环不闭合或不足四点", "a ring is not closed or has fewer than four positions")
    return tuple(corners)


def inside(lon: float, lat: float, outline: Sequence[Ring]) -> bool:
    """Whether a place lies within the outline (even-odd rule over all rings, so that holes are outside)."""
    odd = False
    for ring in outline:
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
                odd = not odd
    return odd


def distance_km(lon: float, lat: float, outline: Sequence[Ring]) -> float:
    """Distance [km] from a place to the outline, 0 within it, on a plane that touches the Earth at the place."""
    if inside(lon, lat, outline):
        return 0.0
    scale = math.radians(1) * EARTH_KM
    narrow = math.cos(math.radians(lat))
    nearest = math.inf
    for ring in outline:
        for (x1, y1), (x2, y2) in pairwise(ring):
            ax, ay = (x1 - lon) * narrow * scale, (y1 - lat) * scale
            dx, dy = (x2 - x1) * narrow * scale, (y2 - y1) * scale
            length = dx * dx + dy * dy
            share = 0.0 if length == 0 else min(1.0, max(0.0, -(ax * dx + ay * dy) / length))
            nearest = min(nearest, math.hypot(ax + share * dx, ay + share * dy))
    return nearest


def check_place(
    file: str, line: int, name: str, lon: float, lat: float, outline: Sequence[Ring], problems: Problems
) -> None:
    """Note a place outside the outline: an error when it is far off or lon and lat are swapped, else a notice."""
    if math.isnan(lon) or math.isnan(lat):  # told already
        return
    away = distance_km(lon, lat, outline)
    if away == 0:
        return
    if away <= FAR_KM:
        problems.add(file, line, "outside", name=name, km=f"{away:.1f}")
    elif abs(lon) <= 90 and distance_km(lat, lon, outline) <= FAR_KM:
        problems.add(file, line, "swapped", name=name, lon=f"{lon:g}", lat=f"{lat:g}")
    else:
        problems.add(file, line, "far_outside", name=name, lon=f"{lon:g}", lat=f"{lat:g}", km=f"{away:.0f}")

"""The map of the example district: an invented coast with a bay, a river, a brook and a lake."""

import json
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

Place = tuple[float, float]

COAST = (
    (121.264, 30.911), (121.281, 30.915), (121.297, 30.912), (121.309, 30.905), (121.317, 30.896), (121.3205, 30.8855),
    (121.3175, 30.8765), (121.3090, 30.8705), (121.2985, 30.8665), (121.2925, 30.8605), (121.2935, 30.8545),
    (121.3005, 30.8515), (121.3095, 30.8505), (121.3165, 30.8475), (121.3205, 30.8425), (121.3185, 30.8355),
    (121.3105, 30.8315), (121.3005, 30.8305), (121.2915, 30.8275), (121.2845, 30.8225), (121.2755, 30.8205),
    (121.2655, 30.8225), (121.2555, 30.8205), (121.2460, 30.8155), (121.2350, 30.8135),
)  # fmt: skip
"""Made by hand, from north to south: a bay that cuts in from the east between two heads."""
BOUNDARY = (
    (121.2350, 30.8135), (121.2190, 30.8185), (121.2120, 30.8290), (121.1980, 30.8310), (121.1930, 30.8440),
    (121.1850, 30.8520), (121.1890, 30.8690), (121.1840, 30.8880), (121.1950, 30.9000), (121.2090, 30.9040),
    (121.2230, 30.9150), (121.2470, 30.9120), (121.2640, 30.9110),
)  # fmt: skip
"""The inland boundary, from south to north: along ditches and field tracks."""
RIVER_LINE = (
    (121.1885, 30.8675), (121.199, 30.868), (121.212, 30.863), (121.226, 30.865), (121.241, 30.859), (121.254, 30.8505),
    (121.266, 30.8485), (121.2755, 30.844), (121.2820, 30.8470), (121.2885, 30.8540), (121.2930, 30.8575),
)  # fmt: skip
BRANCH_LINE = ((121.2455, 30.8765), (121.249, 30.868), (121.247, 30.862), (121.2465, 30.8555))
LAKE_RING = (
    (121.2375, 30.8785), (121.2395, 30.8835), (121.2445, 30.8855), (121.2495, 30.8835), (121.2505, 30.879),
    (121.2465, 30.876), (121.241, 30.8755), (121.2375, 30.8785),
)  # fmt: skip


def weathered(line: Sequence[Place], rng: np.random.Generator, rough: float, rounds: int) -> list[Place]:
    """A line with each stretch broken at its middle, moved aside by a share of its length, and so on: a coast."""
    places = list(line)
    for _ in range(rounds):
        broken = [places[0]]
        for (x1, y1), (x2, y2) in pairwise(places):
            aside = float(rng.normal(0.0, rough))
            broken += [((x1 + x2) / 2 - aside * (y2 - y1), (y1 + y2) / 2 + aside * (x2 - x1)), (x2, y2)]
        places = broken
    return places


def smooth(line: Sequence[Place], rounds: int = 2) -> list[Place]:
    """A line with its corners cut (Chaikin), its ends where they were: a river."""
    places = list(line)
    for _ in range(rounds):
        cut = [places[0]]
        for (x1, y1), (x2, y2) in pairwise(places):
            cut += [(0.75 * x1 + 0.25 * x2, 0.75 * y1 + 0.25 * y2), (0.25 * x1 + 0.75 * x2, 0.25 * y1 + 0.75 * y2)]
        places = [*cut, places[-1]]
    return places


def rounded(line: Sequence[Place]) -> list[Place]:
    return [(round(lon, 5), round(lat, 5)) for lon, lat in line]


def outline(seed: int) -> str:
    """The map as GeoJSON, a feature a line."""
    rng = np.random.default_rng(seed)
    land = [*weathered(COAST, rng, 0.12, 3), *weathered(BOUNDARY, rng, 0.04, 1)[1:]]
    shapes = (
        ("district", "清湾示范区", "Clearbay Demonstration District", "Polygon", [rounded(land)]),
        ("lake", "月湖", "Moon Lake", "Polygon", [rounded(weathered(LAKE_RING, rng, 0.08, 2))]),
        ("river", "清河", "Qing River", "LineString", rounded(smooth(RIVER_LINE))),
        ("river", "月湖港", "Moon Lake Brook", "LineString", rounded(smooth(BRANCH_LINE))),
    )
    features = [
        {
            "type": "Feature",
            "properties": {"kind": kind, "name_zh": zh, "name_en": en},
            "geometry": {"type": geometry, "coordinates": coordinates},
        }
        for kind, zh, en, geometry, coordinates in shapes
    ]
    lines = ",\n".join("  " + json.dumps(feature, ensure_ascii=False) for feature in features)
    return f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'

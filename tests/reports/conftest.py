"""Pages of each kind, made once."""

from collections.abc import Callable

import pytest

from clearbay.assess.permits import Point
from clearbay.reports.assessment import Counts, build
from clearbay.standards import Standards
from tests.reports import made

Page = Callable[..., str]


@pytest.fixture(scope="session")
def page(standards: Standards) -> Page:
    """Write a page of one kind of measurements: `page("air", lang="en")`."""
    kept: dict[tuple[object, ...], str] = {}

    def write(kind: str, *, lang: str = "zh", made_up: str | None = None) -> str:
        key = (kind, lang, made_up)
        if key not in kept:
            measurements = getattr(made, kind)()
            points = made.soil_points() if kind == "soil" else [Point("A1", "清湾镇政府")]
            kept[key] = build(
                made.judged(kind, measurements, standards, points),
                measurements,
                standards=standards,
                points=points,
                title="Test",
                lang=lang,  # type: ignore[arg-type]
                counts=Counts(10, 9, 1, "rejects.csv"),
                made_up=made_up,
                generated_at=made.AT,
            )
        return kept[key]

    return write

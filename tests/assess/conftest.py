"""Standards, rules and engines that the tests of water and soil share."""

from collections.abc import Callable

import duckdb
import polars as pl
import pytest

from clearbay.assess.frames import Lazy, lazy
from clearbay.standards import Standard, Standards
from clearbay.standards.rules import SurfaceWaterRules


def on_duckdb(frame: pl.DataFrame) -> Lazy:
    """Give a Polars frame to DuckDB."""
    return lazy(duckdb.from_arrow(frame.to_arrow()))


ENGINES: dict[str, Callable[[pl.DataFrame], Lazy]] = {"polars": lazy, "duckdb": on_duckdb}


@pytest.fixture(scope="session")
def gb3838(standards: Standards) -> Standard:
    return standards["GB 3838-2002"]


@pytest.fixture(scope="session")
def gb15618(standards: Standards) -> Standard:
    return standards["GB 15618-2018"]


@pytest.fixture(scope="session")
def water_rules(standards: Standards) -> SurfaceWaterRules:
    rules = standards["环办[2011]22号"].rules
    assert isinstance(rules, SurfaceWaterRules)
    return rules


@pytest.fixture(params=list(ENGINES))
def engine(request: pytest.FixtureRequest) -> Callable[[pl.DataFrame], Lazy]:
    """Each engine in turn: gives a Polars frame to it."""
    return ENGINES[request.param]


@pytest.fixture(scope="session")
def engines() -> list[Callable[[pl.DataFrame], Lazy]]:
    """All engines, Polars first."""
    return list(ENGINES.values())

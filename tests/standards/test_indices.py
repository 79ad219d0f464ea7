"""Breakpoints of the air indices against the tables as printed, and what happens at and beyond their ends."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from clearbay.standards import Index, IndexItem, Standards
from tests.standards import printed

COLUMNS_2012 = (
    *("a21026 day", "a21026 1h", "a21004 day", "a21004 1h", "a34002 day"),
    *("a21005 day", "a21005 1h", "a05024 1h", "a05024 mda8", "a34004 day"),
)
COLUMNS_2026 = (
    *("a21026 day", "a21026 1h", "a21004 day", "a21004 1h", "a21005 day"),
    *("a21005 1h", "a05024 mda8", "a05024 1h", "a34002 day", "a34004 day"),
)


def index_of(standards: Standards, name: str) -> Index:
    index = standards[name].index
    assert index is not None
    return index


def by_item(items: Sequence[IndexItem]) -> dict[str, IndexItem]:
    return {f"{item.code} {item.averaging}": item for item in items}


@pytest.mark.parametrize(
    ("name", "table", "columns"),
    [
        ("HJ 633-2012", printed.HJ_633_2012_TABLE_1, COLUMNS_2012),
        ("HJ 633-2026", printed.HJ_633_2026_TABLE_3, COLUMNS_2026),
    ],
)
def test_every_breakpoint(standards: Standards, name: str, table: str, columns: tuple[str, ...]) -> None:
    index = index_of(standards, name)
    items = by_item((*index.hourly, *index.daily))
    for k, column in enumerate(columns):
        cells = [(int(iaqi), figures[k]) for iaqi, figures in printed.rows(table) if figures[k] is not None]
        item = items[column]
        assert list(zip(item.indices, item.concentrations, strict=True)) == cells


@pytest.mark.parametrize(
    ("name", "so2_1h", "o3_8h"),
    [("HJ 633-2012", None, None), ("HJ 633-2026", 200, 300)],  # 表1 notes 2 and 3; 表3 notes b and c
)
def test_beyond_the_last_breakpoint(standards: Standards, name: str, so2_1h: int | None, o3_8h: int | None) -> None:
    index = index_of(standards, name)
    items = by_item((*index.hourly, *index.daily))
    assert items["a21026 1h"].above == so2_1h
    assert items["a05024 mda8"].above == o3_8h
    assert items["a34004 day"].above == 500


def test_hourly_particles_use_the_daily_breakpoints(standards: Standards) -> None:
    for name in ("HJ 633-2012", "HJ 633-2026"):
        index = index_of(standards, name)
        hourly, daily = by_item(index.hourly), by_item(index.daily)
        for code in ("a34002", "a34004"):
            assert hourly[f"{code} 1h"].concentrations == daily[f"{code} day"].concentrations


def test_reports_have_the_items_of_their_edition(standards: Standards) -> None:
    old, new = index_of(standards, "HJ 633-2012"), index_of(standards, "HJ 633-2026")
    assert len(old.daily) == 7  # 5.1.2
    assert set(by_item(new.daily)) == set(by_item(old.daily)) - {"a05024 max1h"}  # 4.2.2
    assert len(new.hourly) == 6  # 4.2.3
    assert (old.exceeding_above, new.exceeding_above) == (100, None)
    assert (old.missing_one_publish_above, new.missing_one_publish_above) == (None, 100)  # 5.3.1
    assert (old.result, new.result, old.concentration) == ("ceil", "ceil", "half_even")


def test_decimals_of_concentrations(standards: Standards) -> None:
    items = index_of(standards, "HJ 633-2026").hourly  # 4.2.2, 4.2.3
    assert {item.code: item.decimals for item in items if item.decimals} == {"a21005": 1}


@pytest.mark.parametrize(("item", "ranges"), printed.EPA_2024_TABLE_6.items())
def test_us_epa_2024_table_6(standards: Standards, item: tuple[str, str], ranges: str) -> None:
    found = by_item(index_of(standards, "US EPA AQI 2024").daily)[" ".join(item)]
    aqi = ((0, 50), (51, 100), (101, 150), (151, 200), (201, 300), (301, 500))
    wanted = [
        (*(Decimal(end) for end in cell.split("-")), *span)
        for cell, span in zip(ranges.split(), aqi, strict=True)
        if cell != "–"
    ]
    assert found.lows is not None
    assert found.index_lows is not None
    segments = zip(found.lows, found.concentrations[1:], found.index_lows, found.indices[1:], strict=True)
    assert list(segments) == wanted
    assert found.concentrations[0] == found.lows[0]
    assert found.indices[0] == found.index_lows[0]


def test_us_epa_before_2024_had_other_pm25_breakpoints(standards: Standards) -> None:
    # 40 CFR 58 App. G as revised in 2012: 12.0, 35.4, 55.4, 150.4, 250.4, 350.4, 500.4
    found = by_item(index_of(standards, "US EPA AQI 2015").daily)["a34004 day"]
    assert [str(c) for c in found.concentrations] == ["0.0", "12.0", "35.4", "55.4", "150.4", "250.4", "350.4", "500.4"]
    assert found.indices == (0, 50, 100, 150, 200, 300, 400, 500)


def test_so2_and_ozone_of_us_epa_hand_over_between_averagings(standards: Standards) -> None:
    found = by_item(index_of(standards, "US EPA AQI 2024").daily)
    assert found["a21026 max1h"].above == 200
    assert found["a05024 mda8"].above is None
    assert not found["a05024 mda8"].extrapolates
    assert found["a34004 day"].extrapolates


@pytest.mark.parametrize(
    ("name", "colours"),
    [
        # HJ 633-2012 and 2026, 附录A 表A.1 (RGB); US EPA TAD Table 2
        ("HJ 633-2012", "0,228,0 255,255,0 255,126,0 255,0,0 153,0,76 126,0,35"),
        ("HJ 633-2026", "0,228,0 255,255,0 255,126,0 255,0,0 153,0,76 126,0,35"),
        ("US EPA AQI 2024", "0,228,0 255,255,0 255,126,0 255,0,0 143,63,151 126,0,35"),
        ("US EPA AQI 2015", "0,228,0 255,255,0 255,126,0 255,0,0 143,63,151 126,0,35"),
    ],
)
def test_colours_of_the_levels(standards: Standards, name: str, colours: str) -> None:
    bands = index_of(standards, name).bands
    found = [",".join(str(int(b.colour[k : k + 2], 16)) for k in (1, 3, 5)) for b in bands]
    assert found == colours.split()
    assert [b.high for b in bands] == [50, 100, 150, 200, 300, 500]
    assert all(b.advice_zh and b.advice_en and b.effect_zh and b.effect_en for b in bands)


def test_level_one_begins_at_1_since_2026(standards: Standards) -> None:
    lows = [index_of(standards, name).bands[0].low for name in ("HJ 633-2012", "HJ 633-2026")]
    assert lows == [0, 1]

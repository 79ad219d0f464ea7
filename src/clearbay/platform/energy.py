"""Heat, electricity and carbon of a plant over some days, from what its loggers sent and factors with their source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction

import pyarrow as pa

from clearbay.assess.stack import carbon
from clearbay.assess.stack.carbon_factors import PROVINCIAL_2011
from clearbay.district.model import District
from clearbay.platform.history import instant
from clearbay.store import Store, reading
from clearbay.vocabulary.clocks import local_date

STEAM, WASTE, GROSS, NET = "p51001", "p51003", "p51004", "p51005"
"""Process values of a line, hourly means: main steam [t/h], waste fed [t/h], gross and net power [MW]."""

STEAM_MWH_T = 0.741
"""Heat that a tonne of main steam took up [MWh/t]: from feedwater of 130 degC (546 kJ/kg) to 4.0 MPa, 400 degC
(3,214 kJ/kg) it is 2,668 kJ/kg by IAPWS-IF97; a plant's own conditions may differ by some per cent."""

DAYS = pa.schema(
    [("day", pa.date32()), *((name, pa.float64()) for name in (
        "waste_t", "heat_mwh", "electricity_mwh", "fossil_t", "biogenic_t", "avoided_t"))]
)  # fmt: skip


@dataclass(frozen=True)
class Factor:
    """A factor that a figure rests on, with its source and how sure it is."""

    key: str
    zh: str
    en: str
    value: float
    unit: str
    source: str
    confidence: str


@dataclass(frozen=True)
class Energy:
    """Figures of a site over a span; None where nothing was reported."""

    site_id: str
    start: datetime
    end: datetime
    waste_t: float | None
    heat_mwh: float | None
    electricity_mwh: float | None
    fossil_t: float | None
    biogenic_t: float | None
    avoided_t: float | None
    factors: tuple[Factor, ...]
    days: pa.Table


def energy_of(store: Store, district: District, site_id: str, start: datetime, end: datetime) -> Energy | None:
    """Add up a plant's hours by day of its zone; None for a site without process values."""
    points = [point.point_id for point in district.points_of(site_id)]
    sums = _by_day(store, district.zone, points, start, end)
    if not sums:
        return None
    factors = _factors(start.year)
    rows = [_day(day, found) for day, found in sorted(sums.items())]
    table = pa.Table.from_pylist(rows, schema=DAYS)
    total = {name: _total([row[name] for row in rows]) for name in DAYS.names[1:]}
    return Energy(site_id, start, end, factors=factors, days=table, **total)


def _by_day(
    store: Store, zone: str, points: Sequence[str], start: datetime, end: datetime
) -> dict[date, dict[str, float]]:
    """Sums of the hourly means by code and day; an hour that did not come adds nothing."""
    con = store.cursor()
    where = f"period_s = 3600 AND statistic = 1 AND time >= {instant(start)} AND time < {instant(end)}"
    inner = reading.union(store.manifest, store.folder, "observations", where)
    try:
        rows = con.execute(
            f"SELECT code, time, sum(value) FROM (SELECT * FROM ({inner}) "
            "QUALIFY row_number() OVER (PARTITION BY series, time ORDER BY revision DESC) = 1) "
            "JOIN book.series USING (series) WHERE point_id IN (SELECT unnest(?)) AND code IN (SELECT unnest(?)) "
            "AND value IS NOT NULL AND flag IN ('', 'N') GROUP BY ALL",
            [list(points), [STEAM, WASTE, GROSS, NET]],
        ).fetchall()
    finally:
        con.close()
    found: dict[date, dict[str, float]] = {}
    for code, time, value in rows:
        own = found.setdefault(local_date(time.replace(tzinfo=UTC), zone), {})
        own[code] = own.get(code, 0.0) + value
    return found


def _day(day: date, sums: Mapping[str, float]) -> dict[str, object]:
    waste, steam, sent = sums.get(WASTE), sums.get(STEAM), sums.get(NET, sums.get(GROSS))
    burnt = None if waste is None else carbon.by_guide(Fraction(waste))
    return {
        "day": day,
        "waste_t": waste,
        "heat_mwh": None if steam is None else steam * STEAM_MWH_T,
        "electricity_mwh": sent,
        "fossil_t": None if burnt is None else float(burnt.fossil),
        "biogenic_t": None if burnt is None else float(burnt.biogenic),
        "avoided_t": None if sent is None else float(carbon.avoided(Fraction(sent), day.year).tonnes),
    }


def _total(column: Sequence[object]) -> float | None:
    given = [value for value in column if isinstance(value, float)]
    return sum(given) if given else None


def _factors(year: int) -> tuple[Factor, ...]:
    guide, grid = PROVINCIAL_2011, carbon.grid_factor(year)
    return (
        Factor("carbon", "垃圾含碳量", "carbon in wet waste", float(guide.ccw), "1", guide.name, guide.confidence),
        Factor("fossil", "其中化石碳", "fossil share of it", float(guide.fcf), "1", guide.name, guide.confidence),
        Factor("burnt", "燃尽率", "share that burns", float(guide.ef), "1", guide.name, guide.confidence),
        Factor("grid", f"电网排放因子 {grid.year}", f"grid factor of {grid.year}", float(grid.kg_per_kwh), "kg/kWh",
               grid.source, grid.confidence),
        Factor("steam", "每吨主蒸汽吸热", "heat of a tonne of main steam", STEAM_MWH_T, "MWh/t",
               "IAPWS-IF97, 130 °C → 4.0 MPa, 400 °C", "one-source"),
    )  # fmt: skip

"""The values of a table as sorted records: what digests are taken over, and where reasons are looked up.

A record is 27 bytes, little-endian, packed: t (int64, seconds since 1970 of the period's start), period (int32, s),
value (int64, in 10**-places of the series' unit; -2**63 where there is none), flag (2 bytes of ASCII, zero-padded),
quality (uint8), places (int32). Records of a series are sorted by t, then period. Anyone can
write them from the same input and get the same SHA-256.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from clearbay.assess.averaging import MEANS
from clearbay.assess.exact import places, scaled_array
from clearbay.assess.grid import Key
from clearbay.assess.observations import ObservationsError
from clearbay.assess.reasons import BY_LETTER, Why
from clearbay.vocabulary.flags import Quality
from clearbay.vocabulary.units import UnitMismatch, factor

RECORD = np.dtype(
    [("t", "<i8"), ("period", "<i4"), ("value", "<i8"), ("flag", "S2"), ("quality", "u1"), ("places", "<i4")]
)
NO_VALUE = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Records:
    """All usable values: `keys` [n] with their `units`, `records` sorted by series, `bounds` [n + 1] of each series.

    `source` and `row` [per record] say where each came from; they do not enter a digest.
    """

    keys: tuple[Key, ...]
    units: tuple[str, ...]
    records: NDArray[np.void]
    bounds: NDArray[np.int64]
    source: NDArray[np.int32]
    row: NDArray[np.int64]

    def index(self) -> dict[Key, int]:
        """Number of each series."""
        return {key: n for n, key in enumerate(self.keys)}

    def units_by_code(self) -> dict[str, str]:
        """Give the unit that all values of a code stand in."""
        return {code: unit for (_, code), unit in zip(self.keys, self.units, strict=True)}


def canonical_units(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Choose one unit a code from the (code, unit) pairs of the data: the first in alphabetical order.

    Raises
    ------
    ObservationsError : units of one code measure different kinds of things.
    """
    units: dict[str, str] = {}
    for code, unit in sorted(pairs):
        first = units.setdefault(code, unit)
        try:
            factor(unit, first)
        except UnitMismatch as error:
            raise ObservationsError(f"{code} comes in units that do not go together: {error}") from error
    return units


def conversions(pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[int, Fraction]]:
    """Give (code, unit) -> (places, factor) into each code's canonical unit, as `averaging.countable` takes it."""
    found = list(pairs)
    units = canonical_units(found)
    return {(code, unit): (places(units[code]), factor(unit, units[code])) for code, unit in found}


def to_records(table: pa.Table, statistics: Sequence[str] = MEANS) -> Records:
    """Sort the values of some statistics of a measurement table (`observations.SCHEMA`) into records.

    Raises
    ------
    ObservationsError : two rows share series, time and period with different values, or units do not go together.
    """
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    rows = (
        frame.filter(pl.col("statistic").cast(pl.String).is_in(statistics))
        .select(
            pl.col("point_id", "code", "unit", "flag").cast(pl.String),
            t=pl.col("time").dt.epoch("s") if "time" in frame.columns else pl.col("t"),
            period=pl.col("period_s"),
            value=pl.col("value"),
            quality=pl.col("quality"),
            source=pl.col("source"),
            row=pl.col("row"),
        )
        .sort("point_id", "code", "t", "period")
    )
    pairs = [(code, unit) for code, unit in rows.select("code", "unit").unique().iter_rows()]
    units = canonical_units(pairs)
    records = np.zeros(len(rows), dtype=RECORD)
    records["t"] = rows["t"].to_numpy()
    records["period"] = rows["period"].to_numpy()
    records["flag"] = rows["flag"].to_numpy().astype("S2")
    records["quality"] = rows["quality"].to_numpy()
    values = rows["value"].fill_null(float("nan")).to_numpy()
    code_of, unit_of = rows["code"].to_numpy(), rows["unit"].to_numpy()
    for (code, unit), (kept, times) in conversions(pairs).items():
        here = (code_of == code) & (unit_of == unit) if len(pairs) > 1 else np.ones(len(rows), dtype=bool)
        records["value"][here] = scaled_array(values[here], kept, times)
        records["places"][here] = kept
    records["value"][np.isnan(values)] = NO_VALUE
    starts = rows.select(
        ((pl.col("point_id") != pl.col("point_id").shift(1)) | (pl.col("code") != pl.col("code").shift(1)))
        .fill_null(True)
        .alias("new")
    )["new"].to_numpy()
    first = np.flatnonzero(starts)
    keys = tuple(zip(rows["point_id"].gather(first).to_list(), rows["code"].gather(first).to_list(), strict=True))
    bounds = np.append(first, len(rows)).astype(np.int64)
    _refuse_repeats(records, starts, keys, bounds, rows["row"].to_numpy())
    return Records(
        keys,
        tuple(units[code] for _, code in keys),
        records,
        bounds,
        rows["source"].to_numpy().astype(np.int32),
        rows["row"].to_numpy().astype(np.int64),
    )


def _refuse_repeats(
    records: NDArray[np.void],
    starts: NDArray[np.bool_],
    keys: Sequence[Key],
    bounds: NDArray[np.int64],
    row: NDArray[np.int64],
) -> None:
    same = (records["t"][1:] == records["t"][:-1]) & (records["period"][1:] == records["period"][:-1]) & ~starts[1:]
    if same.any():
        at = int(np.flatnonzero(same)[0])
        point, code = keys[int(np.searchsorted(bounds, at, side="right")) - 1]
        raise ObservationsError(
            f"{point} {code}: rows {row[at]} and {row[at + 1]} are for the same time and period; "
            "keep one of them (of revisions, the latest)"
        )


def reasons(records: NDArray[np.void]) -> NDArray[np.int8]:
    """Why each record does not enter a mean [Why]; `USED` for those that do."""
    why = np.zeros(len(records), dtype=np.int8)
    why[np.isin(records["quality"], [int(Quality.FAIL), int(Quality.MISSING)])] = Why.FAILED_CHECK
    why[records["value"] == NO_VALUE] = Why.NO_NUMBER
    for letter, reason in BY_LETTER.items():
        why[records["flag"] == letter.encode()] = reason
    return why

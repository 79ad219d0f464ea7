"""Trophic level index of lakes and reservoirs (TLI). Unverified: its figures are in the rules data flagged so.

Source: 环办[2011]22号 names the five indicators; coefficients, weights and cuts come from the rules data, which carry
them as unverified until the text itself has been seen.
"""

from collections.abc import Mapping

import narwhals as nw
from narwhals.typing import IntoFrame

from clearbay.assess.frames import Lazy, lazy
from clearbay.assess.limit_expressions import number, require, sure, usable
from clearbay.assess.surface_water import SurfaceWaterError
from clearbay.standards.rules import SurfaceWaterRules
from clearbay.vocabulary.rounding import rounded

TLI_DECIMALS = 6
"""Places an index is kept to: logarithms of different engines agree in these."""


def trophic_state(frame: IntoFrame | Lazy, columns: Mapping[str, str], rules: SurfaceWaterRules) -> Lazy:
    """Add the trophic level index and state of lakes.

    TLI = sum of w_j TLI_j, TLI_j = 10 (a_j + b_j ln x_j), w_j = r_j^2 / sum of r^2.

    Parameters
    ----------
    frame : one row a lake and period, values in the unit of the rules' item (chlorophyll-a [mg/m3], transparency [m],
        the rest [mg/L]).
    columns : code -> column; all indicators of the rules are needed.

    Returns
    -------
    frame with `tli_<code>`, `tli`, `trophic` (id of the state, see `rules.trophic_bands`); null where one of the values
    is missing or not above 0, for a weight cannot be spread over what is left.

    Raises
    ------
    SurfaceWaterError : an indicator has no column.
    ColumnsError : a column is missing or would be overwritten.
    """
    table = lazy(frame)
    items = rules.trophic_items
    without = [item.code for item in items if item.code not in columns]
    if without or not items:
        raise SurfaceWaterError(f"the trophic level index needs a column for {', '.join(without) or 'its indicators'}")
    require(table, [columns[i.code] for i in items], [*(f"tli_{i.code}" for i in items), "tli", "trophic"])

    def level(code: str, a: float, b: float) -> nw.Expr:
        value = number(table, columns[code])
        positive = nw.when(usable(value) & sure(value > 0)).then(value)
        return rounded((positive.log() * b + a) * 10.0, TLI_DECIMALS)

    table = table.with_columns(*(level(i.code, float(i.a), float(i.b)).alias(f"tli_{i.code}") for i in items))
    total = sum(item.correlation**2 for item in items)
    index = nw.lit(0.0)
    for item in items:
        index = index + nw.col(f"tli_{item.code}") * float(item.correlation**2 / total)
    table = table.with_columns(rounded(index, TLI_DECIMALS).alias("tli"))
    state = nw.lit(None, nw.String)
    tli = nw.col("tli")
    for band in reversed(rules.trophic_bands):
        here = ~tli.is_null()
        if band.up_to is not None:
            here = here & ((tli < float(band.up_to)) if band.below else (tli <= float(band.up_to)))
        state = nw.when(sure(here)).then(nw.lit(band.id)).otherwise(state)
    return table.with_columns(state.alias("trophic"))

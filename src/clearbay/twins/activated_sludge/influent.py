"""What a village sends: flow and loads in time from its people, its habits and the rain, and their
fractions."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from clearbay.twins.activated_sludge.asm2d import ASM2D_FAT
from clearbay.twins.activated_sludge.errors import InputError
from clearbay.twins.activated_sludge.table import FloatArray

# g COD per g: triolein C57H104O6 + 80 O2.
COD_PER_FAT = 2.89
# BOD5 of degradable COD: BOD5 = 0.66 of the ultimate (k = 0.216 1/d); a fifth of the ultimate goes into
# cell residue.
DEGRADABLE_PER_BOD5 = 1.0 / (0.66 * 0.92)


@dataclass(frozen=True)
class Sewage:
    """Totals of a sewage in time, each (n,): flow [m3/d] and concentrations [g/m3]; fat as mass of fat."""

    times: FloatArray
    flow: FloatArray
    cod: FloatArray
    bod5: FloatArray
    tss: FloatArray
    tkn: FloatArray
    tp: FloatArray
    fat: FloatArray


@dataclass(frozen=True)
class Fractions:
    """How totals are split: shares of COD, of what is soluble and degradable, of solids; alkalinity
    [mol/m3]."""

    inert_soluble: float = 0.05
    heterotrophs: float = 0.08
    acetate: float = 0.30
    volatile: float = 0.80
    alkalinity: float = 6.0


def fractionate(sewage: Sewage, fractions: Fractions) -> FloatArray:
    """Split COD, BOD5, TSS, TKN, TP and fat into the states of ASM2d with fat: (n, states).

    Degradable COD follows from BOD5, inert particulate COD closes COD, slowly degradable COD closes the
    volatile
    solids; ammonium and phosphate close TKN and TP. Raises InputError naming the total that cannot be met.
    Source: the logic of the STOWA guideline (Roeleveld and van Loosdrecht, Water Sci. Technol. 45(6)
    (2002) 77).
    """
    values = {p.name: p.value for p in ASM2D_FAT.parameters}
    s_i = fractions.inert_soluble * sewage.cod
    over = DEGRADABLE_PER_BOD5 * sewage.bod5 - (sewage.cod - s_i)
    if (over > 1e-9 * sewage.cod).any():
        i = int(np.argmax(over))
        raise InputError(
            f"BOD5 of {sewage.bod5[i]:.3g} g/m3 at t = {sewage.times[i]:.4g} d means more degradable COD than "
            f"COD of {sewage.cod[i]:.3g} g/m3 holds: lower BOD5 or raise COD"
        )
    degradable = np.minimum(DEGRADABLE_PER_BOD5 * sewage.bod5, sewage.cod - s_i)
    x_i = sewage.cod - s_i - degradable
    x_h = fractions.heterotrophs * degradable
    x_fat = COD_PER_FAT * sewage.fat
    _no_more(
        sewage, "fat", sewage.fat, (degradable - x_h) / COD_PER_FAT, "the degradable COD", "lower fat or raise BOD5"
    )
    volatile = fractions.volatile * sewage.tss
    left = volatile - values["i_TSSXI"] * x_i - values["i_TSSBM"] * x_h - values["i_TSSFAT"] * x_fat
    least = (volatile - left) / fractions.volatile
    if (sewage.tss < least * (1.0 - 1e-9)).any():
        i = int(np.argmax(least - sewage.tss))
        raise InputError(
            f"TSS of {sewage.tss[i]:.3g} g/m3 at t = {sewage.times[i]:.4g} d is less than the inert COD, biomass and "
            f"fat weigh ({least[i]:.3g} g/m3): raise TSS, or lower COD or fat"
        )
    rest = degradable - x_h - x_fat
    most = least + values["i_TSSXS"] * rest / fractions.volatile
    _no_more(sewage, "TSS", sewage.tss, most, "the COD", "lower TSS or raise BOD5")
    x_s = np.clip(left / values["i_TSSXS"], 0.0, rest)
    soluble = degradable - x_h - x_fat - x_s
    s_a = fractions.acetate * soluble
    s_f = soluble - s_a
    organic_n = (
        values["i_NSI"] * s_i + values["i_NSF"] * s_f + values["i_NXI"] * x_i + values["i_NXS"] * x_s
        + values["i_NBM"] * x_h
    )  # fmt: skip
    organic_p = values["i_PSF"] * s_f + values["i_PXI"] * x_i + values["i_PXS"] * x_s + values["i_PBM"] * x_h
    for name, total, bound in (("TKN", sewage.tkn, organic_n), ("TP", sewage.tp, organic_p)):
        if (total < bound).any():
            i = int(np.argmin(total - bound))
            raise InputError(
                f"{name} of {total[i]:.3g} g/m3 at t = {sewage.times[i]:.4g} d is less than the organic "
                f"matter holds ({bound[i]:.3g} g/m3): raise {name} or lower COD"
            )
    states: Mapping[str, FloatArray] = {
        "S_I": s_i, "S_F": s_f, "S_A": s_a, "S_NH4": sewage.tkn - organic_n, "S_PO4": sewage.tp - organic_p,
        "S_ALK": np.full_like(s_i, fractions.alkalinity), "X_I": x_i, "X_S": x_s, "X_H": x_h, "X_FAT": x_fat,
        "X_TSS": sewage.tss,
    }  # fmt: skip
    zero = np.zeros_like(s_i)
    return np.column_stack([states.get(name, zero) for name in ASM2D_FAT.state_names])


def _no_more(sewage: Sewage, name: str, total: FloatArray, most: FloatArray, holder: str, advice: str) -> None:
    if (total > most * (1.0 + 1e-9) + 1e-12).any():
        i = int(np.argmax(total - most))
        raise InputError(
            f"{name} of {total[i]:.3g} g/m3 at t = {sewage.times[i]:.4g} d is more than {holder} allows "
            f"({most[i]:.3g} g/m3): {advice}"
        )


@dataclass(frozen=True)
class Village:
    """People and habits: heads, sewage per head [m3/d], loads per head [g/d], and their patterns.

    hourly (24,), weekly (7,) from Monday, monthly (12,): factors, used relative to their mean.
    """

    heads: float
    water: float
    loads: Mapping[str, float]
    hourly: FloatArray
    weekly: FloatArray
    monthly: FloatArray


@dataclass(frozen=True)
class Infiltration:
    """Water that is not sewage: a share of the sewage always, and m3 per mm of rain over `days` [d]."""

    dry_share: float
    per_mm: float
    days: float


def sewage_of(
    village: Village,
    infiltration: Infiltration,
    weekday: np.ndarray,
    month: np.ndarray,
    crowd: FloatArray,
    rain: FloatArray,
) -> Sewage:
    """Return hourly sewage of a village.

    weekday (d,) 0 Monday, month (d,) 1 to 12, crowd (d,) people present relative to usual, rain (d,) [mm/d].
    Loads follow people and hour; flow also the season (water use) and the rain, which dilutes.
    """
    for name, pattern, length in (("hourly", village.hourly, 24), ("weekly", village.weekly, 7),
                                  ("monthly", village.monthly, 12)):  # fmt: skip
        if len(pattern) != length or not (np.asarray(pattern) >= 0).all() or np.sum(pattern) <= 0:
            raise InputError(f"the {name} pattern needs {length} factors, none negative and not all nought")
    hourly = np.asarray(village.hourly) / np.mean(village.hourly)
    weekly = np.asarray(village.weekly) / np.mean(village.weekly)
    monthly = np.asarray(village.monthly) / np.mean(village.monthly)
    days = len(weekday)
    people = village.heads * crowd * weekly[weekday]
    water = people * village.water * monthly[month - 1]
    # Rain reaches the pipes over some days, first in, first out, as an exponential store.
    seeping = np.zeros(days)
    store = 0.0
    keep = np.exp(-1.0 / infiltration.days)
    for d in range(days):
        store += rain[d] * infiltration.per_mm
        seeping[d] = store * (1.0 - keep)
        store *= keep
    hours = np.arange(days * 24)
    day = hours // 24
    flow = water[day] * hourly[hours % 24] + (infiltration.dry_share * water + seeping)[day]
    load = people[day] * hourly[hours % 24]
    floor = 1e-6 * max(float(flow.max()), 1e-6)
    per_flow = load / np.maximum(flow, floor)
    of = {name: village.loads[name] * per_flow for name in ("cod", "bod5", "tss", "tkn", "tp", "fat")}
    return Sewage(times=hours / 24.0, flow=flow, **of)


def rainfall(monthly_mm: FloatArray, wet_days: FloatArray, month: np.ndarray, seed: int) -> FloatArray:
    """Return daily rain [mm/d] that has a climate's monthly sums and number of wet days, the same for the
    same seed."""
    random = np.random.default_rng(seed)
    rain = np.zeros(len(month))
    for m in range(1, 13):
        inside = np.flatnonzero(month == m)
        if inside.size == 0 or wet_days[m - 1] <= 0:
            continue
        share = min(1.0, wet_days[m - 1] / 30.4)
        wet = inside[random.random(inside.size) < share]
        if wet.size:
            amount = random.gamma(0.75, 1.0, wet.size)
            rain[wet] = amount / amount.sum() * monthly_mm[m - 1] * inside.size / 30.4
    return rain

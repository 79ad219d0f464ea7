"""Emissions of a stack by hour, day, month and year, as exact sums of whole numbers.

The mass of an hour is its mean concentration, dry and at standard state but NOT brought to a reference oxygen, times
its mean flow, dry and at standard state: G = C * Q * 1e-6 [kg/h, mg/m3, m3/h]. Correcting for oxygen would count
diluting air as emission. Source: HJ 212-2017 Annex D, D.2.3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from clearbay.assess.slots import HOUR_S, Period, periods
from clearbay.assess.stack.capture import Hour, day_of
from clearbay.assess.stack.substitution import Amounts, Filled
from clearbay.vocabulary.errors import ClearbayError
from clearbay.vocabulary.units import MOLAR_VOLUME_273

CLAUSE = "HJ 212-2017, Annex D, D.2.3"
CONFIDENCE = "one-source"

MASS_PLACES = 9
"""An hourly mass is a whole number of 10**-9 kg (a microgram)."""

CONCENTRATION_PLACES, FLOW_PLACES = 9, 6
"""Places of the concentrations [mg/m3] and flows [m3/h] that `hourly_mass` takes."""

_MILLION = 10**6
_LARGEST = 9 * 10**12


class AmountError(ClearbayError):
    """An amount cannot be worked out from what was given."""


def hourly_mass(
    concentration: NDArray[np.int64], flow: NDArray[np.int64], valid: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Give the mass emitted in each hour [n, 10**-9 kg], halves to even; 0 where the hour is not valid.

    Parameters
    ----------
    concentration : dry, standard state, uncorrected [n, 10**-9 mg/m3]; flow : dry, standard state [n, 10**-6 m3/h].

    Raises
    ------
    AmountError : a valid concentration or flow lies above 9000 mg/m3 or 9 000 000 m3/h, which no stack has.
    """
    c, q = np.where(valid, concentration, 0), np.where(valid, flow, 0)
    if np.abs(c).max(initial=0) > _LARGEST or np.abs(q).max(initial=0) > _LARGEST:
        raise AmountError("a concentration above 9000 mg/m3 or a flow above 9 000 000 m3/h: check their units")
    # The product has up to 26 digits: each factor is split at a million, and what lies below the last digit is carried.
    c_high, c_low = np.divmod(c, _MILLION)
    q_high, q_low = np.divmod(q, _MILLION)
    middle_high, middle_low = np.divmod(c_high * q_low + c_low * q_high, _MILLION)
    carried, beyond = np.divmod(middle_low * _MILLION + c_low * q_low, _MILLION * _MILLION)
    whole = c_high * q_high + middle_high + carried
    half = _MILLION * _MILLION // 2
    up = (beyond > half) | ((beyond == half) & (whole % 2 == 1))
    return np.asarray(whole + up, dtype=np.int64)


@dataclass(frozen=True)
class Total:
    """Emission of a day, month, quarter or year: `mass` [10**-9 kg] and what its hours were [h]."""

    start: int
    length_s: int
    mass: int
    measured: int
    substituted: int
    stopped: int
    missing: int
    """Hours of the period without any amount, rows that do not exist included."""

    @property
    def kg(self) -> Fraction:
        """The emission [kg], exactly."""
        return Fraction(self.mass, 10**MASS_PLACES)

    @property
    def complete(self) -> bool:
        """Whether every hour has an amount; if not, the emission is a lower bound."""
        return self.missing == 0


def measured_only(mass: NDArray[np.int64], state: NDArray[np.int8]) -> Amounts:
    """Give hourly amounts [n] without any substitution, for what no table speaks of (HCl, CO, NH3)."""
    valid, stopped = state == Hour.VALID, state == Hour.STOPPED
    how = np.where(valid, np.int8(Filled.MEASURED), np.int8(Filled.NO_RULE))
    how = np.where(stopped, np.int8(Filled.STOPPED), how).astype(np.int8)
    nowhere = np.full(len(mass), -1, dtype=np.int64)
    return Amounts(np.where(valid, mass, 0), how, np.zeros(len(mass), dtype=np.int32), nowhere, nowhere, nowhere)


def totals(amounts: Amounts, start: NDArray[np.int64], zone: str, period: Period) -> list[Total]:
    """Add up hourly amounts by the periods of a zone that the hours touch.

    Parameters
    ----------
    amounts : of the hours that begin at `start` [n, s since 1970, ascending, at most once each].

    Raises
    ------
    AmountError : hours are repeated or not in order.
    """
    if not len(start):
        return []
    if (np.diff(start) <= 0).any():
        raise AmountError("hours must be in order and stand once each")
    calendar = periods(day_of(int(start[0]), zone), day_of(int(start[-1]), zone), period, zone)
    edges = np.searchsorted(start, np.append(calendar.start, calendar.start[-1] + calendar.length_s[-1]))
    substituted, known = amounts.substituted, amounts.known
    found: list[Total] = []
    for k in range(len(calendar)):
        mine = slice(int(edges[k]), int(edges[k + 1]))
        how = amounts.how[mine]
        hours = int(calendar.length_s[k]) // HOUR_S
        found.append(
            Total(
                int(calendar.start[k]),
                int(calendar.length_s[k]),
                int(amounts.amount[mine].sum()),
                int((how == Filled.MEASURED).sum()),
                int(substituted[mine].sum()),
                int((how == Filled.STOPPED).sum()),
                hours - int(known[mine].sum()),
            )
        )
    return found


AMMONIA_MOLAR_MASS = Fraction("17.031")


@dataclass(frozen=True)
class Slip:
    """Ammonia that passed the stack: `hours` [h] of valid values, their mean dry at standard state [mg/m3, ppm]."""

    hours: int
    mg_m3: Fraction
    ppm: Fraction


def ammonia_slip(concentration: NDArray[np.int64], valid: NDArray[np.bool_]) -> Slip | None:
    """Give the mean ammonia slip of some hours; None when none is valid, which is not a slip of zero.

    Parameters
    ----------
    concentration : NH3 (a21001), dry, standard state [n, 10**-9 mg/m3].

    The mixing ratio follows from M = 17.031 g/mol and 22.4 L/mol (HJ 212-2017 Annex D, formula D.5).
    """
    hours = int(valid.sum())
    if hours == 0:
        return None
    mean = Fraction(int(concentration[valid].sum()), hours * 10**CONCENTRATION_PLACES)
    return Slip(hours, mean, mean * MOLAR_VOLUME_273 / AMMONIA_MOLAR_MASS)


@dataclass(frozen=True)
class Energy:
    """Energy of a period as reported: `mwh` [MWh], from `reported` of `expected` hours [h]."""

    start: int
    length_s: int
    mwh: Fraction
    reported: int
    expected: int

    def kwh_per_tonne(self, tonnes: Fraction) -> Fraction | None:
        """Energy per tonne of waste [kWh/t]; None without waste, or where hours are not reported."""
        return self.mwh * 1000 / tonnes if tonnes > 0 and self.reported == self.expected else None


def energy(
    mwh: NDArray[np.int64], reported: NDArray[np.bool_], start: NDArray[np.int64], zone: str, period: Period
) -> list[Energy]:
    """Add up reported hourly heat or electricity [n, 10**-9 MWh] by the periods of a zone; nothing is filled."""
    state = np.where(reported, np.int8(Hour.VALID), np.int8(Hour.INVALID)).astype(np.int8)
    return [
        Energy(t.start, t.length_s, Fraction(t.mass, 10**MASS_PLACES), t.measured, t.measured + t.stopped + t.missing)
        for t in totals(measured_only(mwh, state), start, zone, period)
    ]


def cumulative(parts: Sequence[Total]) -> list[int]:
    """Running sums of consecutive totals [10**-9 kg]."""
    sums: list[int] = []
    for part in parts:
        sums.append(part.mass + (sums[-1] if sums else 0))
    return sums

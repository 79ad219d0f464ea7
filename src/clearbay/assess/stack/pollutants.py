"""Concentrations that limits speak of: from what was measured to dry gas at standard state and reference oxygen.

Each hour is converted with its own means, oxygen included. That is what makes minutes and the hourly means derived from
them give the same result: an average of minutes each divided by its own (21 - O2) could not be found again from hours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clearbay.assess.permits import PermitError
from clearbay.assess.reasons import Why
from clearbay.assess.stack.formulas import AIR_OXYGEN, ONE, at_reference_oxygen, dry, nox_as_no2, standard_state
from clearbay.assess.stack.means import Means

NOX, NO, NO2 = "a21002", "a21003", "a21004"
OXYGEN, TEMPERATURE, PRESSURE, MOISTURE, AMBIENT = "a19001", "a01012", "a01013", "a01014", "a01006"
STATE = {OXYGEN: "%", TEMPERATURE: "Cel", PRESSURE: "kPa", MOISTURE: "%", AMBIENT: "kPa"}
"""What the state of the gas is told by, and the unit that the formulas take."""


def measured_as(code: str) -> tuple[str, ...]:
    """Codes that a pollutant's value is made from, beside the state of the gas."""
    return (NOX, NO, NO2) if code == NOX else (code,)


STATES = ("standard", "dry", "wet", "wet_standard")
OXYGENS = ("dry", "wet")


@dataclass(frozen=True)
class Gas:
    """What a permit says of a stack: the state its `raw` values are in, of its oxygen, the air pressure [kPa]."""

    state: str
    oxygen: str
    ambient: float
    oxygen_above: int
    reference: int


@dataclass(frozen=True)
class Evaluated:
    """Concentrations of one pollutant of points [n, slots]: `s` [scaled], `why` [Why], `flag`, `reported` [as Zs]."""

    s: NDArray[np.int64]
    why: NDArray[np.int8]
    flag: NDArray[np.uint16]
    reported: NDArray[np.bool_]
    bounded: NDArray[np.bool_]
    """Left out by the bound on oxygen that no clause gives."""
    shown: NDArray[np.bool_]
    """There is a concentration at reference oxygen to show, whether or not it counts."""


@dataclass(frozen=True)
class Picked:
    """Means of one code of points [n, slots], whatever basis gave them."""

    s: NDArray[np.int64]
    why: NDArray[np.int8]
    flag: NDArray[np.uint16]
    numbers: NDArray[np.bool_]


def gas_of(profile: Mapping[str, str], oxygen_above: int, reference: int) -> Gas:
    """Read what a permit's profile says of the gas.

    Raises
    ------
    PermitError : a word or number that is not known.
    """
    state, oxygen = profile.get("state", "standard"), profile.get("oxygen", "dry")
    if state not in STATES:
        raise PermitError(f"state={state} is not known; the measured gas is one of {', '.join(STATES)}")
    if oxygen not in OXYGENS:
        raise PermitError(f"oxygen={oxygen} is not known; one of {', '.join(OXYGENS)}")
    try:
        ambient = float(profile.get("ba", "101.325"))
    except ValueError as error:
        raise PermitError(f"ba={profile['ba']} is not a pressure in kPa") from error
    return Gas(state, oxygen, ambient, oxygen_above, reference)


def picked(means: Means, points: Sequence[str], code: str, bases: Sequence[str]) -> Picked:
    """Give one code of points; of several bases the first that has a number in a slot."""
    index = means.index()
    shape = (len(points), means.s.shape[1])
    found = Picked(
        np.zeros(shape, dtype=np.int64),
        np.full(shape, Why.MISSING, dtype=np.int8),
        np.zeros(shape, dtype=np.uint16),
        np.zeros(shape, dtype=np.bool_),
    )
    for n, point in enumerate(points):
        rows = [index[point, code, basis] for basis in bases if (point, code, basis) in index]
        for place, row in enumerate(rows):
            free = ~found.numbers[n] if place else slice(None)
            for field in ("s", "why", "flag", "numbers"):
                own, new = getattr(found, field), getattr(means, field)
                if field == "why" and place:
                    better = free & (means.numbers[row] | (found.why[n] == Why.MISSING))
                    own[n][better] = new[row][better]
                else:
                    own[n][free] = new[row][free]
    return found


def evaluated(means: Means, points: Sequence[str], code: str, gas: Gas) -> Evaluated:
    """Give the concentrations of one pollutant of points at reference oxygen.

    A slot with a number of basis `standard` or `raw` is converted from it; one with nothing but `reference_o2` is taken
    as it was reported. A slot whose oxygen forbids the conversion is left out and not replaced by a reported value.
    """
    own = measured(means, points, code, gas)
    s, why, flag = own.s.copy(), own.why.copy(), own.flag.copy()
    oxygen, oxygen_why = _oxygen(means, points, gas)
    good = why == Why.USED
    no_oxygen = good & (oxygen_why != Why.USED)
    not_below = good & (oxygen_why == Why.USED) & (oxygen >= AIR_OXYGEN * ONE)
    near = good & (oxygen_why == Why.USED) & ~not_below & (oxygen > gas.oxygen_above)
    why[no_oxygen] = Why.OXYGEN_MISSING
    why[not_below] = Why.OXYGEN_NOT_BELOW_AIR
    why[near] = Why.OXYGEN_NEAR_AIR
    # What a flag left out is converted too where it can be: evidence shows what the monitor said.
    shown = own.numbers & (oxygen_why == Why.USED) & (oxygen <= gas.oxygen_above) & (oxygen < AIR_OXYGEN * ONE)
    shown &= why != Why.GAS_STATE_MISSING
    at_reference_oxygen(s.reshape(-1), oxygen.reshape(-1), gas.reference, s.reshape(-1), shown.reshape(-1))
    reported = picked(means, points, code, ("reference_o2",))
    take = ~own.numbers & (reported.numbers | (why == Why.MISSING))
    if take.any():
        s[take], why[take], flag[take] = reported.s[take], reported.why[take], reported.flag[take]
    return Evaluated(s, why, flag, take & reported.numbers, near & ~take, np.where(take, reported.numbers, shown))


def measured(means: Means, points: Sequence[str], code: str, gas: Gas) -> Picked:
    """Dry concentration at standard state."""
    own = _standard(means, points, code, gas)
    if code != NOX:
        return own
    no, no2 = _standard(means, points, NO, gas), _standard(means, points, NO2, gas)
    made = ~own.numbers & no.numbers & no2.numbers
    if made.any():
        own.s[made] = nox_as_no2(no.s, no2.s)[made]
        own.why[made] = np.maximum(no.why, no2.why)[made]
        own.flag[made] = np.where(no.why >= no2.why, no.flag, no2.flag)[made]
        own.numbers[made] = True
    return own


def _standard(means: Means, points: Sequence[str], code: str, gas: Gas) -> Picked:
    standard = picked(means, points, code, ("standard",))
    raw = picked(means, points, code, ("raw",))
    take = ~standard.numbers & (raw.numbers | (standard.why == Why.MISSING))
    if not take.any():
        return standard
    s, why = raw.s, raw.why
    if gas.state != "standard":
        s, why = _converted(means, points, raw, gas)
    for field, new in (("s", s), ("why", why), ("flag", raw.flag), ("numbers", raw.numbers)):
        getattr(standard, field)[take] = new[take]
    return standard


def _converted(
    means: Means, points: Sequence[str], raw: Picked, gas: Gas
) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    c = raw.s / ONE
    lacking = np.zeros(c.shape, dtype=np.bool_)
    if gas.state in ("dry", "wet"):
        t, ps = (picked(means, points, name, ("raw", "standard")) for name in (TEMPERATURE, PRESSURE))
        ba = picked(means, points, AMBIENT, ("raw", "standard"))
        air = np.where(ba.why == Why.USED, ba.s / ONE, gas.ambient)
        lacking |= (t.why != Why.USED) | (ps.why != Why.USED)
        c = standard_state(c, t.s / ONE, air, ps.s / ONE)
    if gas.state in ("wet", "wet_standard"):
        x = picked(means, points, MOISTURE, ("raw", "standard"))
        lacking |= (x.why != Why.USED) | (x.s >= 100 * ONE)
        c = dry(c, np.where(lacking, 0.0, x.s / ONE))
    why = np.where((raw.why == Why.USED) & lacking, np.int8(Why.GAS_STATE_MISSING), raw.why).astype(np.int8)
    return np.where(lacking, 0, np.rint(c * ONE)).astype(np.int64), why


def _oxygen(means: Means, points: Sequence[str], gas: Gas) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    own = picked(means, points, OXYGEN, ("standard", "raw"))
    if gas.oxygen == "dry":
        return own.s, own.why
    x = picked(means, points, MOISTURE, ("raw", "standard"))
    lacking = (x.why != Why.USED) | (x.s >= 100 * ONE)
    s = np.rint(dry(own.s / ONE, np.where(lacking, 0.0, x.s / ONE)) * ONE).astype(np.int64)
    return s, np.where(lacking, np.int8(Why.GAS_STATE_MISSING), own.why).astype(np.int8)


def oxygen(means: Means, points: Sequence[str], gas: Gas) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Dry oxygen of points [n, slots, scaled] and where it is valid."""
    s, why = _oxygen(means, points, gas)
    return s, np.asarray(why == Why.USED)

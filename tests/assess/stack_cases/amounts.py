"""Works out the cases on amounts: substitution, transmission, emission, carbon."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np

from clearbay.assess.slots import HOUR_S, hours
from clearbay.assess.stack.capture import Capture, Hour
from clearbay.assess.stack.carbon import avoided, by_composition, by_guide
from clearbay.assess.stack.substitution import WORDS, Filled, bands, substitute
from clearbay.assess.stack.totals import MASS_PLACES, hourly_mass, measured_only, totals
from clearbay.assess.stack.transmission import NEVER, Arrivals, by_day
from tests.assess.stack_cases.harness import Case

ZONE = "Asia/Shanghai"
DAY = date(2026, 3, 3)


def run_amounts(case: Case) -> list[str]:
    """Work a case on amounts out, and say in what it differs from what must come out."""
    ((kind, given),) = case.content["amounts"].items()
    found = {"substitution": _substitution, "transmission": _transmission, "emission": _emission, "carbon": _carbon,
             "avoided": _avoided}[kind](given)  # fmt: skip
    return [
        f"{name} is {found[name]}, not {wanted}"
        for name, wanted in case.content["expect"].items()
        if not _same(found[name], wanted)
    ]


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, str) and "/" in wanted:
        return bool(found == Fraction(wanted))
    if isinstance(wanted, (int, float)) and isinstance(found, (int, float, Fraction)):
        return abs(float(found) - wanted) <= 5e-7 * max(1.0, abs(wanted))
    return bool(found == wanted)


def _substitution(given: Mapping[str, Any]) -> dict[str, Any]:
    before, gap = given["valid hours before"], given["gap"]
    n = before + gap
    amount = np.full(n, given["of kg"], dtype=np.int64)
    for back, kg in given["peaks"].items():
        amount[before - back] = kg
    state = np.full(n, Hour.VALID, dtype=np.int8)
    state[before:] = Hour.OUT_OF_CONTROL if given["cause"] == "out of control" else Hour.INVALID
    calibrated = np.zeros(n, dtype=np.bool_)
    if "calibrated" in given:
        calibrated[before - given["calibrated"]] = True
    start = np.arange(n, dtype=np.int64) * HOUR_S
    rate = round(given["capture"] * 10)  # a quarter of 1000 h in which so many tenths of a percent were valid
    out = substitute(amount, state, bands([Capture(0, n * HOUR_S, 1000, 0, 1000 - rate, 1000)], start), calibrated)
    rows = {WORDS[Filled(how)][0] for how in out.how[before:].tolist()}
    amounts = set(out.amount[before:].tolist())
    assert len(rows) == len(amounts) == 1
    kg = amounts.pop() if out.known[before:].all() else "none"
    return {"kg": kg, "row": rows.pop(), "taken": int(out.taken[before])}


def _transmission(given: Mapping[str, Any]) -> dict[str, Any]:
    slots = hours(DAY, DAY, ZONE).start
    received = slots + HOUR_S + 60
    for moment, minutes in given.get("late", {}).items():
        received[int(moment[:2])] = slots[int(moment[:2])] + HOUR_S + 60 * minutes
    for moment in given.get("never", ()):
        received[int(moment[:2])] = NEVER
    excluded = np.zeros(24, dtype=np.bool_)
    if "stopped" in given:
        begin, end = (int(moment[:2]) for moment in given["stopped"])
        excluded[begin:end] = True
    (day,) = by_day(
        Arrivals(slots, HOUR_S, received),
        (DAY, DAY),
        ZONE,
        due_s=60 * given["within"],
        as_of=int(slots[-1]) + 7 * 86400,
        excluded=excluded,
        check_s=60 * given.get("check", 0),
    )
    return {"immediate": day.immediate, "completed": day.completed}


def _emission(given: Mapping[str, Any]) -> dict[str, Any]:
    start = hours(DAY, DAY, ZONE).start
    valid = np.arange(24) < given["hours"]
    concentration = np.full(24, given["mg/m3"] * 10**9, dtype=np.int64)
    flow = np.full(24, given["m3/h"] * 10**6, dtype=np.int64)
    state = np.where(valid, np.int8(Hour.VALID), np.int8(Hour.INVALID)).astype(np.int8)
    (day,) = totals(measured_only(hourly_mass(concentration, flow, valid), state), start, ZONE, "day")
    return {"kg": Fraction(day.mass, 10**MASS_PLACES), "measured": day.measured, "missing": day.missing}


def _carbon(given: Mapping[str, Any]) -> dict[str, Any]:
    tonnes = Fraction(given["tonnes"])
    shares = {name: Fraction(str(share)) for name, share in given.get("shares", {}).items()}
    found = by_composition(tonnes, shares) if shares else by_guide(tonnes)
    return {"fossil": found.fossil, "biogenic": found.biogenic}


def _avoided(given: Mapping[str, Any]) -> dict[str, Any]:
    found = avoided(Fraction(given["MWh"]), given["year"])
    return {"tonnes": found.tonnes, "factor of": found.factor.year}

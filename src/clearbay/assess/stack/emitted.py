"""What a stack emitted hour by hour: masses of the hours that count, and what the others were.

The concentration is dry, at standard state and not brought to a reference oxygen; the flow is taken as the logger
sends it, which HJ 212-2017 Annex D, D.2.3 wants dry and at standard state. An hour counts when both do and no tag of
the monitor takes it out. Hours before the first that counts are not looked at: there was no monitor yet.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clearbay.assess.permits import Permit
from clearbay.assess.reasons import Why
from clearbay.assess.slots import HOUR_S
from clearbay.assess.stack.capture import Hour, capture_by_quarter, hours_of
from clearbay.assess.stack.case import scaled
from clearbay.assess.stack.dense import ONE, lay
from clearbay.assess.stack.judge_stack import SIGNED, furnace_of
from clearbay.assess.stack.means import means
from clearbay.assess.stack.pollutants import NO, NO2, NOX, STATE, gas_of, measured, picked
from clearbay.assess.stack.substitution import CODES, Amounts, bands, substitute
from clearbay.assess.stack.timeline import latest, on_slots, timeline
from clearbay.assess.stack.totals import hourly_mass, measured_only
from clearbay.standards.stack_rules import StackRules
from clearbay.vocabulary.tags import Tag, TagKind

FLOW = "a00000"
"""Flow of flue gas [m3/h here], HJ 212-2017 Table B.2."""

FLOW_PLACES = 10**6


@dataclass(frozen=True)
class Emitted:
    """Consecutive hours of one pollutant: `start` [n, s], `state` [n, `Hour`], and their amounts after substitution."""

    start: NDArray[np.int64]
    state: NDArray[np.int8]
    amounts: Amounts


def emitted(
    table: pa.Table, permit: Permit, rules: StackRules, point: str, codes: Iterable[str], tags: Iterable[Tag],
    zone: str, start: int, end: int,
) -> Mapping[str, Emitted]:  # fmt: skip
    """Give the hours of a stack's pollutants between two instants [s, full hours], filled by the tables of HJ 75.

    Parameters
    ----------
    table : values as `judge_stack` takes them. rules : of the standard that the permit names.
    tags : all revisions known of the point's monitor and of its furnace.

    Raises
    ------
    PermitError, ObservationsError : as when the stack is judged. AmountError : a figure that no stack has.

    Calibrations that failed are not in what loggers send: no hour is out of control (失控), Table 5 is never asked.
    """
    wanted = dict.fromkeys(codes, "mg/m3") | STATE | {FLOW: "m3/h"}
    asked = sorted(wanted)
    if NOX in wanted:
        wanted |= {NO: "mg/m3", NO2: "mg/m3"}
    share = int(rules.figures["slot_share"].value)
    figures = (scaled(rules.figures[name].value) for name in ("oxygen_above", "reference_oxygen"))
    gas = gas_of(permit.profile, *figures)
    hours = means(lay(table, [point], wanted, SIGNED, start, end), sorted(wanted), SIGNED, HOUR_S, share)
    flow = picked(hours, [point], FLOW, ("standard", "raw"))
    n = (end - start) // HOUR_S
    at = start + np.arange(n, dtype=np.int64) * HOUR_S
    known = latest(tags)
    furnace = _why(
        [t for t in known if t.point_id == furnace_of(permit, point)], TagKind.FURNACE, rules, zone, start, n
    )
    monitor = _why([t for t in known if t.kind == TagKind.MONITOR], TagKind.MONITOR, rules, zone, start, n)
    found = {}
    for code in (code for code in asked if code not in STATE and code != FLOW):
        own = measured(hours, [point], code, gas)
        why = np.maximum(own.why[0], flow.why[0])
        stopped = (furnace == Why.TAG_STOPPED) | (own.why[0] == Why.STOPPED) | (flow.why[0] == Why.STOPPED)
        # Start-up and faults of the furnace emit, too: their hours count, which limits do not ask for.
        valid = (why == Why.USED) & (monitor == 0)
        if not valid.any():
            continue
        first = int(np.argmax(valid))
        state, own_at = hours_of(valid, stopped)[first:], at[first:]
        through = np.rint(flow.s[0, first:] / (ONE // FLOW_PLACES)).astype(np.int64)
        mass = hourly_mass(own.s[0, first:], through, state == Hour.VALID)
        if code in CODES:
            band = bands(capture_by_quarter(state, own_at, zone), own_at)
            amounts = substitute(mass, state, band, np.zeros(len(state), dtype=np.bool_))
        else:
            amounts = measured_only(mass, state)
        found[code] = Emitted(own_at, state, amounts)
    return found


def _why(tags: list[Tag], kind: TagKind, rules: StackRules, zone: str, start: int, n: int) -> NDArray[np.int8]:
    if not tags:
        return np.zeros(n, dtype=np.int8)
    share = int(rules.figures["slot_share"].value)
    return on_slots(timeline(tags, kind, rules, zone), start, HOUR_S, n, share).why

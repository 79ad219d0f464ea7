"""Furnace temperature: the mean of the medians of the upper and the middle section, as 5-min means.

MEE Order 10 (2019), art. 11: more than five 5-min means below 850 Cel in a natural day of a furnace. The section
medians and what tags take out are from the marking rules (MEE notice 2019 no. 50), whose text was not seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from clearbay.assess.exact import PLACES
from clearbay.assess.reasons import Why
from clearbay.assess.slots import HOUR_S
from clearbay.assess.stack.case import Case, scaled
from clearbay.assess.stack.compiled import kernel
from clearbay.assess.stack.inputs import folded, of_texts
from clearbay.assess.stack.means import Means, means
from clearbay.assess.stack.timeline import on_slots
from clearbay.assess.stack.writing import EXCEEDED, EXEMPT, MET, NOT_EVALUABLE, Batch, Rule

ONE = 10**PLACES
T = TypeVar("T", bound=np.generic)
SLOT_S = 300
REPORTED = "a01901"
"""HJ 212-2017 Table B.2: the mean combustion temperature as the plant's own system gives it."""

UPPER, MIDDLE = "i3331", "i3332"
"""HJ 212-2017 Table B.10; the last digit numbers the thermocouple."""

CODES = (REPORTED, *(f"{section}{probe}" for section in (UPPER, MIDDLE) for probe in range(10)))
MOST_PROBES = 32
USED, MISSING = int(Why.USED), int(Why.MISSING)
FROZEN, NO_PROBE = int(Why.PROBE_FROZEN), int(Why.PROBE_MISSING)


@dataclass(frozen=True)
class Temperature:
    """5-min means of one furnace [slots]: `s` [Cel, scaled], `why` [Why]; `frozen` (code, first slot, slots, s)."""

    s: NDArray[np.int64]
    why: NDArray[np.int8]
    frozen: tuple[tuple[str, int, int, int], ...]


def temperatures(case: Case) -> list[Temperature | None]:
    """Furnace temperature of each point of a case, None where no thermocouple ever gave a number."""
    found = means(case.dense, CODES, CODES, SLOT_S, int(case.figure("probe_share").value))
    of: dict[str, list[int]] = {}
    for row, (point, _, _) in enumerate(found.series):
        of.setdefault(point, []).append(row)
    return [_of_furnace(case, found, of.get(furnace, [])) for furnace in case.furnaces]


def _of_furnace(case: Case, found: Means, rows: Sequence[int]) -> Temperature | None:
    if not rows or not (found.numbers[rows].any() or (found.why[rows] == Why.TOO_COARSE).any()):
        return None
    slots = found.s.shape[1]
    s, why = np.zeros(slots, dtype=np.int64), np.full(slots, MISSING, dtype=np.int8)
    sections = [[r for r in rows if found.series[r][1].startswith(prefix)] for prefix in (UPPER, MIDDLE)]
    reported = [r for r in rows if found.series[r][1] == REPORTED]
    for r in reported:
        free = why != USED
        s[free], why[free] = found.s[r][free], found.why[r][free]
    frozen: list[tuple[str, int, int, int]] = []
    probes = [r for section in sections for r in section]
    if probes:
        run = int(case.figure("frozen_minutes").value) * 60 // SLOT_S
        edges = (case.edges - case.dense.start) // SLOT_S
        own = found.why[probes].copy()
        values = found.s[probes]
        for k, r in enumerate(probes):
            for first, count in _freeze(values[k], own[k], edges, run):
                frozen.append((found.series[r][1], int(first), int(count), int(values[k, first])))
        split = len(sections[0])
        # An hour of a thermocouple says nothing of its five minutes: it takes no place from a mean that was reported.
        coarse = (own == Why.TOO_COARSE).any(axis=0) & (why != USED)
        given = found.numbers[probes].any(axis=0) | coarse
        _medians(values, own, split, given, s, why)
    return Temperature(s, why, tuple(sorted(frozen)))


@kernel
def _freeze(s: NDArray[np.int64], why: NDArray[np.int8], edges: NDArray[np.int64], run: int) -> NDArray[np.int64]:
    """Mark runs of equal means within a day [slot, count]; a thermocouple that works never stands still that long."""
    found = np.empty((len(s) // max(run, 1) + 1, 2), dtype=np.int64)
    n = 0
    for d in range(len(edges) - 1):
        i = edges[d]
        while i < edges[d + 1]:
            k = i + 1
            if why[i] == USED:
                while k < edges[d + 1] and why[k] == USED and s[k] == s[i]:
                    k += 1
                if k - i >= run:
                    why[i:k] = FROZEN
                    found[n, 0], found[n, 1] = i, k - i
                    n += 1
            i = k
    return found[:n]


@kernel
def _median(values: NDArray[np.int64], n: int) -> int:
    for i in range(1, n):
        x, k = values[i], i - 1
        while k >= 0 and values[k] > x:
            values[k + 1] = values[k]
            k -= 1
        values[k + 1] = x
    return values[n // 2] if n % 2 else _half(values[n // 2 - 1] + values[n // 2])


@kernel
def _half(total: int) -> int:
    q = total // 2
    return q + (1 if total % 2 == 1 and q % 2 == 1 else 0)


@kernel
def _medians(
    s: NDArray[np.int64],
    why: NDArray[np.int8],
    split: int,
    given: NDArray[np.bool_],
    out: NDArray[np.int64],
    out_why: NDArray[np.int8],
) -> None:
    """Write the mean of both sections' medians where thermocouples gave something; rows before `split` are upper."""
    upper, middle = np.empty(MOST_PROBES, dtype=np.int64), np.empty(MOST_PROBES, dtype=np.int64)
    for i in range(len(out)):
        if not given[i]:
            continue
        n, m, worst = 0, 0, 0
        for k in range(len(s)):
            if why[k, i] == USED:
                if k < split:
                    upper[n] = s[k, i]
                    n += 1
                else:
                    middle[m] = s[k, i]
                    m += 1
            elif why[k, i] > worst:
                worst = why[k, i]
        if n > 0 and m > 0:
            out[i] = _half(_median(upper, n) + _median(middle, m))
            out_why[i] = USED
        else:
            out[i] = 0
            out_why[i] = worst if worst > MISSING else NO_PROBE


def hourly(temperature: Temperature) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Mean of an hour's 5-min means [hours, scaled], and where there is at least one."""
    per = HOUR_S // SLOT_S
    used = (temperature.why == USED).reshape(-1, per)
    count = used.sum(axis=1)
    total = np.where(used, temperature.s.reshape(-1, per), 0).sum(axis=1)
    return total // np.maximum(count, 1), count > 0


def judge_temperature(case: Case, found: Sequence[Temperature | None]) -> None:
    """Count the 5-min means below 850 Cel of each furnace and day.

    A day is met only if it would be so with every missing mean below 850: a missing value can never help.
    """
    limit, allowed = case.figure("furnace_temperature"), case.figure("furnace_below_count")
    confidence = max(limit.confidence, allowed.confidence, key=("verified", "one-source", "unverified").index)
    rule = case.rule_of(
        "furnace_temperature",
        REPORTED,
        "count_below",
        "1",
        allowed.clause,
        confidence,
        float(allowed.value),
        basis="raw",
        name=f"below={limit.value}",
    )
    for k, one in enumerate(found):
        if one is None:
            _nothing(case, rule, k)
        else:
            _count_below(case, rule, k, one, scaled(limit.value), int(allowed.value))


def _nothing(case: Case, rule: Rule, k: int) -> None:
    """No thermocouple at all: every day is not evaluable, or exempt where tags cover the whole of it."""
    day = np.flatnonzero(case.since(case.figure("furnace_below_count").valid_from))
    slots = int(case.edges[-1] - case.dense.start) // SLOT_S
    out, _, _ = _tags(case, k, slots)
    edges = (case.edges - case.dense.start) // SLOT_S
    width = np.diff(edges)[day]
    tagged = np.add.reduceat((out != 0).astype(np.int64), edges[:-1])[day]
    blank = np.full(len(day), np.nan)
    digest = folded(case.furnace_groups["furnace"][k, day], _facts(case, out, edges)[day])
    case.batches.append(
        Batch(
            rule,
            np.full(len(day), k),
            case.days.start[day],
            case.days.length_s[day],
            blank,
            blank,
            blank,
            np.where(tagged == width, EXEMPT, NOT_EVALUABLE).astype(np.int8),
            width,
            np.zeros_like(width),
            np.zeros_like(width),
            np.zeros_like(width),
            digest,
            np.zeros(len(day), dtype=np.bool_),
            {Why.MISSING: (width - tagged).astype(np.int32)},
        )
    )


def _tags(case: Case, k: int, slots: int) -> tuple[NDArray[np.int8], NDArray[np.int32], NDArray[np.bool_]]:
    why, label = np.zeros(slots, dtype=np.int8), np.zeros(slots, dtype=np.int32)
    unsure = np.zeros(slots, dtype=np.bool_)
    for line in (case.furnace_lines[k], case.monitor_lines[k]):
        if not line.segments:
            continue
        tagged = on_slots(line, case.dense.start, SLOT_S, slots, case.share(), temperature=True)
        number = np.array([case.parts.label(text) for text in tagged.labels], dtype=np.int32)[tagged.label]
        label = np.where((why == 0) & (number != 0), number, label).astype(np.int32)
        unsure |= tagged.unsure & (number != 0)
        why = np.where(why == 0, tagged.why, why).astype(np.int8)
    return why, label, unsure


def _facts(case: Case, why: NDArray[np.int8], edges: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Digest of the slots that tags take out of each day: their reasons, slot after slot."""
    out = np.broadcast_to(of_texts([""])[0], (len(edges) - 1, 32)).copy()
    for d in np.flatnonzero(np.add.reduceat((why != 0).astype(np.int64), edges[:-1])).tolist():
        out[d] = of_texts([",".join(map(str, why[edges[d] : edges[d + 1]].tolist()))])[0]
    return out


def _count_below(case: Case, rule: Rule, k: int, one: Temperature, limit: int, allowed: int) -> None:
    slots = len(one.s)
    edges = (case.edges - case.dense.start) // SLOT_S
    out, label, unsure = _tags(case, k, slots)
    why = np.where(out != 0, out, one.why).astype(np.int8)
    below = (why == USED) & (one.s < limit)
    unknown = (out == 0) & (one.why != USED)
    counted = {
        name: np.add.reduceat(which.astype(np.int64), edges[:-1])
        for name, which in (("below", below), ("unknown", unknown), ("out", out != 0), ("valid", why == USED))
    }
    width = np.diff(edges)
    verdict = np.where(
        counted["below"] > allowed,
        EXCEEDED,
        np.where(
            counted["out"] == width,
            EXEMPT,
            np.where(counted["below"] + counted["unknown"] <= allowed, MET, NOT_EVALUABLE),
        ),
    ).astype(np.int8)
    first, count = _list(case, one, why, label, unsure, edges)
    digest = folded(case.furnace_groups["furnace"][k], _facts(case, out, edges))
    day = np.flatnonzero(case.since(case.figure("furnace_below_count").valid_from))
    value = counted["below"][day].astype(np.float64)
    case.batches.append(
        Batch(
            rule,
            np.full(len(day), k),
            case.days.start[day],
            case.days.length_s[day],
            value,
            np.full(len(day), np.nan),
            allowed - value,
            verdict[day],
            width[day],
            counted["valid"][day],
            first[day],
            count[day],
            digest[day],
            np.zeros(len(day), dtype=np.bool_),
        )
    )


def _list(
    case: Case, one: Temperature, why: NDArray[np.int8], label: NDArray[np.int32], unsure: NDArray[np.bool_],
    edges: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:  # fmt: skip
    """List all 5-min means of each day, and after them the thermocouples that stood still: first part, count [days]."""
    n = len(one.s)
    run = np.array([entry[1] for entry in one.frozen], dtype=np.int64)
    at = edges[np.searchsorted(edges, run, side="right")] if len(run) else run

    def put(own: NDArray[T], extra: Sequence[float]) -> NDArray[T]:
        return np.asarray(np.insert(own, at, np.asarray(extra, dtype=own.dtype)) if len(run) else own, dtype=own.dtype)

    blank = [0.0] * len(run)
    start = case.parts.add(
        put(np.full(n, case.parts.code(REPORTED), dtype=np.int64), [case.parts.code(entry[0]) for entry in one.frozen]),
        put(case.dense.start + np.arange(n, dtype=np.int64) * SLOT_S, (case.dense.start + run * SLOT_S).tolist()),
        put(np.full(n, SLOT_S, dtype=np.int64), [entry[2] * SLOT_S for entry in one.frozen]),
        put(np.where(one.why == USED, one.s / ONE, np.nan), [entry[3] / ONE for entry in one.frozen]),
        put(why, [FROZEN] * len(run)),
        0,
        put(label, blank),
        put(unsure, [1.0] * len(run)),
    )
    moved = edges + np.searchsorted(np.sort(at), edges, side="right") if len(run) else edges
    moved[0] = 0
    return start + moved[:-1], np.diff(moved)

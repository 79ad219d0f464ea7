"""Findings: what was judged, by which limit, with what evidence. One row a judgement, as the contracts have it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clearbay.assess.reasons import IDS, WORDS, Why
from clearbay.assess.windows import METHOD_WORDS, Method, Windows


class Verdict(StrEnum):
    """What a finding says. A classification without a declared target has none."""

    MET = "met"
    EXCEEDED = "exceeded"
    EXEMPT = "exempt"
    NOT_EVALUABLE = "not_evaluable"
    NONE = ""


WINDOW = pa.struct(
    [
        pa.field("code", pa.string()),
        pa.field("time", pa.timestamp("us", tz="UTC")),
        pa.field("period_s", pa.int64()),
        pa.field("value", pa.float64()),
        pa.field("why", pa.string()),
        pa.field("flag", pa.string()),
        pa.field("tag", pa.string()),
    ]
)
"""A window behind a finding: `why` is `used`, or the reason it was left out; `flag` as sent, `tag` as declared.

Only findings of stacks and furnaces fill `flag` and `tag`; a tag that did not take its window out reads `label:reason`.
"""

LEFT_OUT = pa.struct([pa.field("reason", pa.string()), pa.field("count", pa.int32())])

WORD = pa.dictionary(pa.int32(), pa.string())

SCHEMA = pa.schema(
    [
        pa.field("finding_id", pa.string()),
        pa.field("revision", pa.int32()),
        pa.field("rule", WORD),
        pa.field("point_id", WORD),
        pa.field("code", WORD),
        pa.field("basis", WORD),
        pa.field("time", pa.timestamp("us", tz="UTC")),
        pa.field("period_s", pa.int64()),
        pa.field("zone", WORD),
        pa.field("averaging", WORD),
        pa.field("method", WORD),
        pa.field("standard", WORD),
        pa.field("clause", WORD),
        pa.field("limit_min", pa.float64()),
        pa.field("limit_max", pa.float64()),
        pa.field("unit", WORD),
        pa.field("confidence", WORD),
        pa.field("value", pa.float64()),
        pa.field("raw_value", pa.float64()),
        pa.field("margin", pa.float64()),
        pa.field("verdict", WORD),
        pa.field("class", WORD),
        pa.field("index", pa.int32()),
        pa.field("primary", WORD),
        pa.field("expected", pa.int32()),
        pa.field("valid", pa.int32()),
        pa.field("left_out", pa.list_(LEFT_OUT)),
        pa.field("windows", pa.list_(WINDOW)),
        pa.field("input_digest", pa.string()),
        pa.field("rule_digest", WORD),
        pa.field("assessed_at", pa.timestamp("us", tz="UTC")),
        pa.field("supersedes", pa.string()),
    ]
)
"""Arrow schema of findings.

`margin` is the distance to the limit in the limit's unit, positive when it is met. `class`, `index`, `primary` are for
classifications; `code` is then the name of the index (`aqi`, `class`). `raw_value` is the mean before tags took parts
out of it, null where they took none.
"""


@dataclass(frozen=True)
class Rule:
    """What a batch of findings was judged by."""

    id: str
    digest: str
    standard: str
    clause: str
    unit: str
    confidence: str
    basis: str = "raw"
    limit_min: float | None = None
    limit_max: float | None = None


@dataclass(frozen=True)
class Outcome:
    """What was found for each window of a batch [n]: value in the rule's unit (NaN where none), margin, verdict."""

    value: NDArray[np.float64]
    margin: NDArray[np.float64]
    verdict: Sequence[str]
    class_: Sequence[str] | None = None
    index: NDArray[np.int32] | None = None
    primary: Sequence[str] | None = None


@dataclass(frozen=True)
class Evidence:
    """The evidence of a batch [n]: counts, reasons, windows (with the code and unit factor of each), input digests."""

    expected: NDArray[np.int32]
    valid: NDArray[np.int32]
    left_out: Mapping[Why, NDArray[np.int32]]
    windows: pa.ListArray
    digests: Sequence[str]


def rule_digest(*parts: object) -> str:
    """SHA-256 [hex] over the parts of a rule, each as text on a line."""
    return hashlib.sha256("\n".join(str(part) for part in parts).encode()).hexdigest()


def batch(
    rule: Rule,
    windows: Windows,
    code: str,
    outcome: Outcome,
    evidence: Evidence,
    zone: str,
    assessed_at: datetime,
) -> pa.Table:
    """Write one batch of findings as a table of `SCHEMA`."""
    n = len(windows)
    points = [windows.keys[k][0] for k in windows.series.tolist()]
    start, length = windows.start, windows.length
    prefix = f"{rule.id}\x1f"
    middle = f"\x1f{code}\x1f{rule.basis}\x1f"
    ids = [
        hashlib.sha256(f"{prefix}{point}{middle}{t}\x1f{period}".encode()).hexdigest()[:24]
        for point, t, period in zip(points, start.tolist(), length.tolist(), strict=True)
    ]
    same = _repeat
    columns: dict[str, pa.Array] = {
        "finding_id": pa.array(ids, pa.string()),
        "revision": pa.array(np.ones(n, dtype=np.int32)),
        "rule": same(rule.id, n),
        "point_id": pa.array(points, pa.string()).dictionary_encode(),
        "code": same(code, n),
        "basis": same(rule.basis, n),
        "time": pa.array(start * 1_000_000, pa.timestamp("us", tz="UTC")),
        "period_s": pa.array(length),
        "zone": same(zone, n),
        "averaging": same(windows.averaging, n),
        "method": _words(windows.method, [METHOD_WORDS[m] for m in Method]),
        "standard": same(rule.standard, n),
        "clause": same(rule.clause, n),
        "limit_min": _constant(rule.limit_min, n),
        "limit_max": _constant(rule.limit_max, n),
        "unit": same(rule.unit, n),
        "confidence": same(rule.confidence, n),
        "value": pa.array(outcome.value, from_pandas=True),
        "raw_value": pa.nulls(n, pa.float64()),
        "margin": pa.array(outcome.margin, from_pandas=True),
        "verdict": pa.array([str(v) for v in outcome.verdict], pa.string()).dictionary_encode(),
        "class": _text(outcome.class_, n),
        "index": pa.nulls(n, pa.int32()) if outcome.index is None else _whole(outcome.index),
        "primary": _text(outcome.primary, n),
        "expected": pa.array(evidence.expected, pa.int32()),
        "valid": pa.array(evidence.valid, pa.int32()),
        "left_out": left_out_lists(evidence.left_out, n),
        "windows": evidence.windows,
        "input_digest": pa.array(evidence.digests, pa.string()),
        "rule_digest": same(rule.digest, n),
        "assessed_at": pa.array([assessed_at] * n, pa.timestamp("us", tz="UTC")),
        "supersedes": pa.nulls(n, pa.string()),
    }
    return pa.table({field.name: columns[field.name].cast(field.type) for field in SCHEMA}, schema=SCHEMA)


def _repeat(text: str, n: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(np.zeros(n, dtype=np.int32), pa.array([text], pa.string()))


def _constant(value: float | None, n: int) -> pa.Array:
    return pa.nulls(n, pa.float64()) if value is None else pa.array(np.full(n, value))


def _words(numbers: NDArray[np.int8], words: Sequence[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(numbers.astype(np.int32), pa.array(words, pa.string()))


def _text(values: Sequence[str] | None, n: int) -> pa.Array:
    return _repeat("", n) if values is None else pa.array(list(values), pa.string()).dictionary_encode()


def _whole(values: NDArray[np.int32]) -> pa.Array:
    return pa.array(values, pa.int32(), mask=values < 0)


def left_out_lists(counts: Mapping[Why, NDArray[np.int32]], n: int) -> pa.ListArray:
    """Write counts by reason [n each] as a list of (reason, count), reasons that left nothing out omitted."""
    reasons = sorted(counts)
    if not reasons:
        return pa.ListArray.from_arrays(np.zeros(n + 1, dtype=np.int32), pa.array([], LEFT_OUT))
    table = np.stack([counts[why] for why in reasons], axis=1)
    some = table > 0
    offsets = np.concatenate([[0], np.cumsum(some.sum(axis=1))]).astype(np.int32)
    where = np.nonzero(some)
    names = pa.array([WORDS[why][0] for why in reasons], pa.string()).take(pa.array(where[1]))
    values = pa.StructArray.from_arrays([names, pa.array(table[where], pa.int32())], fields=list(LEFT_OUT))
    return pa.ListArray.from_arrays(offsets, values)


def window_lists(windows: Windows, codes: Sequence[str], scale: NDArray[np.float64]) -> pa.ListArray:
    """Write the parts of each window as a list of `WINDOW`.

    Parameters
    ----------
    codes : code of each series of `windows.keys`.
    scale : what a scaled value of each series is divided by to stand in its unit.
    """
    total = int(windows.count.sum())
    offsets = np.concatenate([[0], np.cumsum(windows.count)]).astype(np.int32)
    at = np.arange(total) - np.repeat(offsets[:-1], windows.count) + np.repeat(windows.first, windows.count)
    parts = windows.parts
    series, why = parts.series[at], parts.why[at]
    value = pa.array(np.where(parts.given[at], parts.s[at] / scale[series], np.nan), from_pandas=True)
    blank = pa.repeat("", total)
    struct = pa.StructArray.from_arrays(
        [
            pa.array(list(codes), pa.string()).take(pa.array(series)),
            pa.array(parts.start[at] * 1_000_000, pa.timestamp("us", tz="UTC")),
            pa.array(parts.length[at]),
            value,
            pa.array(IDS, pa.string()).take(pa.array(why.astype(np.int32))),
            blank,
            blank,
        ],
        fields=list(WINDOW),
    )
    return pa.ListArray.from_arrays(offsets, struct)


def empty() -> pa.Table:
    """A table of no findings."""
    return SCHEMA.empty_table()


def ordered(findings: pa.Table) -> pa.Table:
    """Findings in their canonical order: point, standard, averaging, code, time, rule."""
    if findings.num_rows == 0:
        return findings
    keys = [
        _ranks(findings[name]) if name != "time" else findings[name].cast(pa.int64()).to_numpy()
        for name in ("point_id", "standard", "averaging", "code", "time", "rule")
    ]
    if _in_order(keys):
        return findings
    return findings.take(pa.array(np.lexsort(keys[::-1])))


def _ranks(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Give a column of words as numbers in the order of the words."""
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    chunks = encoded.unify_dictionaries().chunks
    words = chunks[0].dictionary.to_pylist()
    rank = np.empty(len(words), dtype=np.int64)
    rank[sorted(range(len(words)), key=lambda k: str(words[k]))] = np.arange(len(words))
    return np.concatenate([rank[chunk.indices.to_numpy(zero_copy_only=False)] for chunk in chunks])


def _in_order(keys: Sequence[NDArray[np.int64]]) -> bool:
    """Whether rows stand in the order of keys, the first of which weighs most; most tables are written in it."""
    equal = np.ones(len(keys[0]) - 1, dtype=np.bool_)
    for key in keys:
        if (equal & (key[1:] < key[:-1])).any():
            return False
        equal &= key[1:] == key[:-1]
    return True


def together(parts: Iterable[pa.Table]) -> pa.Table:
    """Join batches of findings into one table."""
    tables = list(parts)
    return pa.concat_tables(tables).unify_dictionaries() if tables else empty()

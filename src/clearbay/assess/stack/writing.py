"""Findings of stacks and furnaces as a table, written column by column: no Python for the single finding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clearbay.assess.findings import SCHEMA, WINDOW, Verdict, left_out_lists
from clearbay.assess.reasons import IDS, Why
from clearbay.assess.stack import sha256
from clearbay.assess.stack.compiled import kernel

SURE = ("verified", "one-source", "unverified")
VERDICTS = tuple(Verdict)
MET, EXCEEDED, EXEMPT, NOT_EVALUABLE, NONE = range(5)
NEVER = -1
"""In place of a number of a label or code: none."""


@dataclass(frozen=True)
class Rule:
    """What a batch of findings was judged by; `sure` indexes `SURE`."""

    id: str
    digest: str
    clause: str
    code: str
    averaging: str
    method: str
    unit: str
    sure: int
    basis: str = "reference_o2"
    limit_min: float | None = None
    limit_max: float | None = None


@dataclass(frozen=True)
class Batch:
    """Findings [n] of one rule: `point` indexes the points of the table, `first`, `count` the parts behind each."""

    rule: Rule
    point: NDArray[np.int64]
    t: NDArray[np.int64]
    period: NDArray[np.int64]
    value: NDArray[np.float64]
    raw: NDArray[np.float64]
    margin: NDArray[np.float64]
    verdict: NDArray[np.int8]
    expected: NDArray[np.int64]
    valid: NDArray[np.int64]
    first: NDArray[np.int64]
    count: NDArray[np.int64]
    digest: NDArray[np.uint8]
    unsure: NDArray[np.bool_]
    extra: Mapping[Why, NDArray[np.int32]] = field(default_factory=dict)

    def take(self, which: NDArray[np.bool_]) -> "Batch":
        """Keep some of the findings."""
        names = (
            "point", "t", "period", "value", "raw", "margin", "verdict", "expected", "valid", "first", "count",
            "digest", "unsure",
        )  # fmt: skip
        kept = {name: getattr(self, name)[which] for name in names}
        return Batch(self.rule, **kept, extra={why: counts[which] for why, counts in self.extra.items()})


@dataclass
class Parts:
    """What findings are made of, piece after piece: code, start, length, value, why, flag, tag of each part."""

    codes: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=lambda: [""])
    pieces: list[tuple[NDArray[np.generic], ...]] = field(default_factory=list)
    size: int = 0

    def code(self, name: str) -> int:
        """Number of a code."""
        if name not in self.codes:
            self.codes.append(name)
        return self.codes.index(name)

    def label(self, text: str) -> int:
        """Number of a tag's text."""
        if text not in self.labels:
            self.labels.append(text)
        return self.labels.index(text)

    def add(
        self,
        code: NDArray[np.int64] | int,
        t: NDArray[np.int64],
        period: NDArray[np.int64] | int,
        value: NDArray[np.float64],
        why: NDArray[np.int8],
        flag: NDArray[np.uint16] | int,
        label: NDArray[np.int32] | int,
        unsure: NDArray[np.bool_],
    ) -> int:
        """Add parts [n] and return the number of the first."""
        n = len(t)

        def whole(x: NDArray[np.generic] | int, kind: type) -> NDArray[np.generic]:
            return np.full(n, x, dtype=kind) if isinstance(x, int) else x.astype(kind, copy=False)

        self.pieces.append(
            (
                whole(code, np.int16),
                t,
                whole(period, np.int32),
                value,
                why,
                whole(flag, np.uint16),
                whole(label, np.int32),
                unsure,
            )
        )
        self.size += n
        return self.size - n


@kernel
def _count(
    first: NDArray[np.int64],
    count: NDArray[np.int64],
    why: NDArray[np.int8],
    unsure: NDArray[np.bool_],
    out: NDArray[np.int32],
    doubt: NDArray[np.bool_],
    at: NDArray[np.int64],
) -> None:
    n = 0
    for i in range(len(first)):
        for k in range(first[i], first[i] + count[i]):
            out[why[k], i] += 1
            doubt[i] |= unsure[k]
            at[n] = k
            n += 1


def write(
    batches: Sequence[Batch],
    parts: Parts,
    points: Sequence[str],
    standard: str,
    zone: str,
    assessed_at: datetime,
) -> pa.Table:
    """Write batches as findings (`findings.SCHEMA`) in canonical order.

    Parameters
    ----------
    points : ids that batches speak of by number, in alphabetical order.
    """
    some = [batch for batch in batches if len(batch.point)]
    if not some:
        return SCHEMA.empty_table()
    number = {rule: k for k, rule in enumerate(dict.fromkeys(batch.rule for batch in some))}
    rules = list(number)
    which = np.repeat([number[batch.rule] for batch in some], [len(batch.point) for batch in some])

    def joined(name: str) -> NDArray[np.generic]:
        return np.concatenate([getattr(batch, name) for batch in some])

    point, t = joined("point").astype(np.int64), joined("t").astype(np.int64)
    place = {key: k for k, key in enumerate(sorted({(r.averaging, r.code) for r in rules}))}
    kind = np.array([place[r.averaging, r.code] for r in rules])[which]
    by_rule = np.argsort(np.argsort([r.id for r in rules]))[which]
    order = np.lexsort((by_rule, t, kind, point))
    which, point, t = which[order], point[order], t[order]
    period = joined("period").astype(np.int64)[order]
    n = len(order)
    first, count = joined("first").astype(np.int64)[order], joined("count").astype(np.int64)[order]
    columns = [np.concatenate(column) for column in zip(*parts.pieces, strict=True)] if parts.pieces else []
    counts = np.zeros((len(Why), n), dtype=np.int32)
    doubt = joined("unsure").astype(np.bool_)[order]
    at = np.empty(int(count.sum()), dtype=np.int64)
    if columns:
        _count(
            first,
            count,
            columns[4].astype(np.int8, copy=False),
            columns[7].astype(np.bool_, copy=False),
            counts,
            doubt,
            at,
        )
    left_out: dict[Why, NDArray[np.int32]] = {why: counts[why] for why in Why if why != Why.USED and counts[why].any()}
    place_of = np.empty(n, dtype=np.int64)
    place_of[order] = np.arange(n)
    begin = 0
    for batch in some:
        here = place_of[begin : begin + len(batch.point)]
        for why, extra in batch.extra.items():
            left_out.setdefault(why, np.zeros(n, dtype=np.int32))[here] += extra
        begin += len(batch.point)
    sure = np.array([r.sure for r in rules], dtype=np.int32)[which]
    sure = np.where(doubt, len(SURE) - 1, sure).astype(np.int32)

    def words(texts: Sequence[str], number: NDArray[np.generic]) -> pa.Array:
        return pa.DictionaryArray.from_arrays(number.astype(np.int32, copy=False), pa.array(list(texts), pa.string()))

    def of_rule(name: str) -> pa.Array:
        texts = [str(getattr(r, name)) for r in rules]
        place = {text: k for k, text in enumerate(dict.fromkeys(texts))}
        return words(list(place), np.array([place[text] for text in texts])[which])

    def bound(name: str) -> pa.Array:
        limits = np.array([np.nan if getattr(r, name) is None else getattr(r, name) for r in rules], dtype=np.float64)
        return pa.array(limits[which], from_pandas=True)

    found: dict[str, pa.Array] = {
        "finding_id": _ids(rules, which, points, point, t, period),
        "revision": pa.array(np.ones(n, dtype=np.int32)),
        "rule": of_rule("id"),
        "point_id": words(points, point),
        "code": of_rule("code"),
        "basis": of_rule("basis"),
        "time": pa.array(t * 1_000_000, pa.timestamp("us", tz="UTC")),
        "period_s": pa.array(period),
        "zone": words([zone], np.zeros(n, dtype=np.int32)),
        "averaging": of_rule("averaging"),
        "method": of_rule("method"),
        "standard": words([standard], np.zeros(n, dtype=np.int32)),
        "clause": of_rule("clause"),
        "limit_min": bound("limit_min"),
        "limit_max": bound("limit_max"),
        "unit": of_rule("unit"),
        "confidence": words(SURE, sure),
        "value": pa.array(joined("value")[order], from_pandas=True),
        "raw_value": pa.array(joined("raw")[order], from_pandas=True),
        "margin": pa.array(joined("margin")[order], from_pandas=True),
        "verdict": words([str(v) for v in VERDICTS], joined("verdict")[order]),
        "class": words([""], np.zeros(n, dtype=np.int32)),
        "index": pa.nulls(n, pa.int32()),
        "primary": words([""], np.zeros(n, dtype=np.int32)),
        "expected": pa.array(joined("expected")[order].astype(np.int32)),
        "valid": pa.array(joined("valid")[order].astype(np.int32)),
        "left_out": left_out_lists(left_out, n),
        "windows": _windows(columns, at, count, parts),
        "input_digest": _hex(np.concatenate([batch.digest for batch in some])[order]),
        "rule_digest": of_rule("digest"),
        "assessed_at": pa.array(np.full(n, int(assessed_at.timestamp() * 1_000_000)), pa.timestamp("us", tz="UTC")),
        "supersedes": pa.nulls(n, pa.string()),
    }
    return pa.table([found[entry.name] for entry in SCHEMA], schema=SCHEMA)


def _ids(
    rules: Sequence[Rule],
    which: NDArray[np.int64],
    points: Sequence[str],
    point: NDArray[np.int64],
    t: NDArray[np.int64],
    period: NDArray[np.int64],
) -> pa.Array:
    pair = which * len(points) + point
    used = np.zeros(len(rules) * len(points), dtype=np.bool_)
    used[pair] = True
    texts = []
    for k in np.flatnonzero(used).tolist():
        r, p = rules[k // len(points)], points[k % len(points)]
        texts.append(f"{r.id}\x1f{p}\x1f{r.code}\x1f{r.basis}\x1f".encode())
    bounds = np.concatenate([[0], np.cumsum([len(text) for text in texts])]).astype(np.int64)
    prefixes = np.frombuffer(b"".join(texts), dtype=np.uint8)
    return _text(sha256.ids(prefixes, bounds, (np.cumsum(used) - 1)[pair], t, period))


def _hex(digests: NDArray[np.uint8]) -> pa.Array:
    letters = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
    out = np.empty((len(digests), digests.shape[1] * 2), dtype=np.uint8)
    out[:, 0::2] = letters[digests >> 4]
    out[:, 1::2] = letters[digests & 15]
    return _text(out)


def _text(rows: NDArray[np.uint8]) -> pa.Array:
    """Texts of one length, given as rows of ASCII."""
    n, width = rows.shape
    bounds = np.arange(n + 1, dtype=np.int32) * np.int32(width)
    return pa.StringArray.from_buffers(n, pa.py_buffer(bounds), pa.py_buffer(np.ascontiguousarray(rows)))


def _windows(
    columns: Sequence[NDArray[np.generic]], at: NDArray[np.int64], count: NDArray[np.int64], parts: Parts
) -> pa.ListArray:
    bounds = pa.array(np.concatenate([[0], np.cumsum(count)]).astype(np.int32))
    if not columns:
        return pa.ListArray.from_arrays(bounds, pa.array([], WINDOW))
    code, t, period, value, why, flag, label, _ = (column[at] for column in columns)
    there = np.zeros(2**16, dtype=np.bool_)
    there[flag] = True
    letters = np.flatnonzero(there)
    number_of = np.zeros(2**16, dtype=np.int32)
    number_of[letters] = np.arange(len(letters), dtype=np.int32)
    letter = number_of[flag]
    flags = [int(x).to_bytes(2, "little").rstrip(b"\0").decode("ascii") for x in letters]

    def words(texts: Sequence[str], number: NDArray[np.generic]) -> pa.Array:
        return pa.array(list(texts), pa.string()).take(pa.array(number.astype(np.int32, copy=False)))

    struct = pa.StructArray.from_arrays(
        [
            words(parts.codes, code),
            pa.array(t.astype(np.int64) * 1_000_000, pa.timestamp("us", tz="UTC")),
            pa.array(period.astype(np.int64)),
            pa.array(value, from_pandas=True),
            words(IDS, why),
            words(flags, letter),
            words(parts.labels, label),
        ],
        fields=list(WINDOW),
    )
    return pa.ListArray.from_arrays(bounds, struct)

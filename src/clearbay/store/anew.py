"""Packets of a store decoded once more, by the decoder and the rules that decoded them when they came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clearbay.hj212 import layout as k
from clearbay.hj212.batch import ACCEPTED, REASONS, Batch, decode_streams
from clearbay.hj212.sm4 import is_sealed
from clearbay.store.recording import datable, label_times, observation_rows
from clearbay.store.series import Slots

Keys = Mapping[str, Sequence[bytes]]
"""SM4 keys by MN: the one in force, and those before it."""

DAMAGED = "damaged"
"""Why bytes that are not one frame are refused."""


@dataclass(frozen=True)
class Anew:
    """What packets give.

    `rows` are observations in the columns of the store, in the order of their packets; `opened` the numbers of packets
    that a key opened, `sealed` of those that none did, `refused` why others gave nothing, by number.
    """

    rows: pa.Table
    opened: frozenset[int]
    sealed: frozenset[int]
    refused: Mapping[int, str]


def decode_anew(packets: pa.Table, slots: Slots, keys: Keys) -> Anew:
    """Decode packets (columns `number`, `received_at`, `mn`, `bytes`), each alone, with every key of its logger."""
    raws, mns = packets["bytes"].to_pylist(), packets["mn"].to_pylist()
    numbers = packets["number"].to_numpy().astype(np.int64)
    received = packets["received_at"].cast(pa.timestamp("us")).cast(pa.int64()).to_numpy()
    cipher = np.array([is_sealed(raw) for raw in raws], np.bool_)
    read, opened = np.zeros(len(raws), np.bool_), np.zeros(len(raws), np.bool_)
    reasons = dict.fromkeys(range(len(raws)), DAMAGED)
    found: list[pa.Table] = []
    for turn in range(max([1, *(len(keys.get(mn, ())) for mn in set(mns))])):
        chosen = {mn: own[turn] for mn in set(mns) if len(own := keys.get(mn, ())) > turn}
        # A sealed packet is read with a key or not at all: one cipher in 256 has the CRC of its plaintext.
        asked = np.array([i for i, mn in enumerate(mns) if not read[i] and (not cipher[i] or mn in chosen)], np.int64)
        if not len(asked):
            continue
        batch = _decoded([raws[i] for i in asked], chosen)
        frames = asked[batch.frames[:, k.STREAM]]
        good = (batch.verdicts == ACCEPTED) & (np.bincount(frames, minlength=len(raws)) == 1)[frames]
        found.append(_rows(batch, good, slots, numbers[frames], received[frames]))
        read[frames[good]] = True
        opened[frames[good]] = cipher[frames[good]]
        for i, verdict in zip(frames.tolist(), batch.verdicts.tolist(), strict=True):
            if verdict != ACCEPTED:
                reasons[i] = REASONS[verdict - 1].value
    rows = pa.concat_tables(found) if found else _no_rows(slots)
    return Anew(
        rows.take(pa.array(np.argsort(rows["packet"].to_numpy(), kind="stable"))),
        frozenset(numbers[opened].tolist()),
        frozenset(numbers[cipher & ~read].tolist()),
        {int(numbers[i]): reasons[i] for i in np.flatnonzero(~cipher & ~read).tolist()},
    )


def _decoded(raws: Sequence[bytes], keys: Mapping[str, bytes]) -> Batch:
    stops = np.cumsum([len(raw) for raw in raws]).tolist()
    return decode_streams(b"".join(raws), stops, [True] * len(raws), keys=keys)


def _rows(
    batch: Batch, good: NDArray[np.bool_], slots: Slots, numbers: NDArray[np.int64], received: NDArray[np.int64]
) -> pa.Table:
    times = label_times(batch)
    rows, found = slots.find(batch, good & datable(times) & (batch.frames[:, k.COUNT] > 0), times)
    made = observation_rows(batch, rows, found, slots.columns, times, numbers)
    return made.table(received[batch.values[rows, k.FRAME]])


def _no_rows(slots: Slots) -> pa.Table:
    none = np.empty(0, np.int64)
    return _rows(_decoded([b""], {}), np.empty(0, np.bool_), slots, none, none)

"""From a decoded batch to rows: which packets are resends, which values are new, repeated or corrected."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
from numba import njit
from numpy.typing import NDArray

from clearbay.hj212 import layout as k
from clearbay.hj212.batch import Batch
from clearbay.hj212.times import parse_time
from clearbay.store.arrivals import REASON_NAMES, Arrivals, Verdict
from clearbay.store.channels import UTC_OFFSET_S
from clearbay.vocabulary.flags import FLAGS, Quality

_QUALITY = np.full(256, int(Quality.NOT_EVALUATED), np.uint8)
for _letter, _flag in FLAGS.items():
    if len(_letter) == 1:
        _QUALITY[ord(_letter)] = int(_flag.quality)
_REASONS = pa.array(REASON_NAMES)
NEVER = -(2**62)
_EPOCH = datetime(1970, 1, 1)
_INSTANT_LIMIT = 200 * 366 * 86400  # years 1770 to 2170 [s]: what a timestamp in microseconds surely holds


@dataclass(slots=True)
class Rows:
    """Observations about to be written; times in seconds since 1970 UTC, one entry an observation."""

    series: NDArray[np.int32]
    time: k.Longs
    period_s: NDArray[np.int32]
    statistic: NDArray[np.uint8]
    value: k.Floats
    text: pa.Array
    flag: pa.Array
    quality: NDArray[np.uint8]
    packet: k.Longs
    revision: NDArray[np.uint16]

    def take(self, chosen: NDArray[np.bool_]) -> "Rows":
        """The rows chosen by a mask."""
        mask = pa.array(chosen)
        return Rows(
            *(self.series[chosen], self.time[chosen], self.period_s[chosen], self.statistic[chosen]),
            *(self.value[chosen], self.text.filter(mask), self.flag.filter(mask), self.quality[chosen]),
            *(self.packet[chosen], self.revision[chosen]),
        )

    def table(self, received_us: int | k.Longs) -> pa.Table:
        """The rows as the table `observations` has them."""
        count = len(self.series)
        received = np.full(count, received_us, np.int64) if isinstance(received_us, int) else received_us
        return pa.table(
            {
                "series": self.series,
                "time": pa.array(self.time * 1_000_000).cast(pa.timestamp("us")),
                "period_s": self.period_s,
                "statistic": self.statistic,
                "value": pa.array(self.value, mask=np.isnan(self.value)),
                "text": self.text,
                "flag": self.flag,
                "quality": self.quality,
                "packet": self.packet,
                "received_at": pa.array(received).cast(pa.timestamp("us")),
                "revision": self.revision,
            }
        )


def label_times(batch: Batch) -> k.Longs:
    """The instant each frame's DataTime names [s since 1970 UTC]; its QN where there is none, else NEVER."""
    times = np.where(batch.times == k.NO_TIME, NEVER, batch.times - UTC_OFFSET_S)
    for number in np.flatnonzero(times == NEVER):
        frame = batch.frames[number]
        if frame[k.QN_AT] < 0 or frame[k.QN_LEN] < 14:
            continue
        moment = parse_time(batch.text(frame[k.QN_AT], frame[k.QN_LEN]))
        if moment is not None:
            times[number] = int((moment - _EPOCH).total_seconds()) - UTC_OFFSET_S
    return times


def packet_table(arrivals: Arrivals, verdicts: NDArray[np.uint8], numbers: k.Longs, sent_at: k.Longs) -> pa.Table:
    """The packets of a batch as the table `packets` has them."""
    batch = arrivals.batch
    frames = batch.frames
    count = len(frames)
    received = pa.array(np.full(count, arrivals.received_us, np.int64)).cast(pa.timestamp("us"))
    streams = pa.array(frames[:, k.STREAM])
    return pa.table(
        {
            "number": numbers,
            "received_at": received,
            "peer": pa.DictionaryArray.from_arrays(streams, pa.array(list(arrivals.peers), pa.string())),
            "mn": batch.strings(frames[:, k.MN_AT], frames[:, k.MN_LEN]),
            "cn": np.where(frames[:, k.CN] < 0, 0, frames[:, k.CN]).astype(np.uint16),
            "bytes": batch.binaries(frames[:, k.OFFSET], frames[:, k.LENGTH]),
            "verdict": verdicts,
            "reason": pa.DictionaryArray.from_arrays(pa.array(arrivals.refusals.astype(np.int8)), _REASONS),
            "digest": batch.digests,
            "sent_at": sent_at,
        }
    )


def observation_rows(
    batch: Batch, rows: k.Longs, slots: NDArray[np.int32], columns: k.Longs, times: k.Longs, numbers: k.Longs
) -> Rows:
    """The observations of the value rows chosen, each with revision 0."""
    values = batch.values[rows]
    frame_of = values[:, k.FRAME]
    slot = columns[slots]
    time = times[frame_of] - slot[:, 2] * slot[:, 3]
    value = batch.floats[rows]
    starts, sizes = values[:, k.MARK], values[:, k.MARK_LEN]
    letters = np.where(sizes == 1, batch.buffer[np.minimum(starts, len(batch.buffer) - 1)], 0)
    quality = np.where(np.isnan(value), np.uint8(Quality.MISSING), _QUALITY[letters]).astype(np.uint8)
    return Rows(
        *(slot[:, 0].astype(np.int32), time, slot[:, 2].astype(np.int32), slot[:, 1].astype(np.uint8)),
        *(value, batch.strings(values[:, k.TEXT_AT], values[:, k.TEXT_LEN]), batch.strings(starts, sizes)),
        *(quality, numbers[frame_of], np.zeros(len(rows), np.uint16)),
    )


def datable(times: k.Longs) -> NDArray[np.bool_]:
    """Which instants a timestamp can hold; a logger may send any fourteen digits."""
    return np.asarray(np.abs(times) < _INSTANT_LIMIT)


def chosen_frames(batch: Batch, verdicts: NDArray[np.uint8], times: k.Longs) -> NDArray[np.bool_]:
    """The frames whose values become observations: accepted ones that say when."""
    return np.asarray((verdicts == Verdict.ACCEPTED) & datable(times) & (batch.frames[:, k.COUNT] > 0))


@njit(cache=True, nogil=True)
def newest(lines, times, values, last_times, last_values, fresh):  # type: ignore[no-untyped-def]
    """Mark values later than all their line has had, and remember them; the others may be repeats."""
    for i in range(len(lines)):
        line = lines[i]
        fresh[i] = times[i] > last_times[line]
        if fresh[i]:
            last_times[line] = times[i]
            last_values[line] = values[i]
        elif times[i] == last_times[line]:  # the same again, or its correction
            last_values[line] = values[i]


def sender_keys(batch: Batch) -> k.Hashes:
    """A 64-bit key of (MN, CN) for each frame, as `sender_key` gives for one."""
    return batch.mn_hashes ^ (batch.frames[:, k.CN].astype(np.uint64) << np.uint64(40))


def sender_key(mn: str, cn: int) -> int:
    """The key of one (MN, CN)."""
    return k.name_hash(mn.encode()) ^ (cn << 40)

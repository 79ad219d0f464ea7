"""What the gateway hands the store: a decoded batch, who sent it, when, and what the gateway itself refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from clearbay.hj212.batch import REASONS, Batch

REASON_NAMES: tuple[str, ...] = ("", *(reason.value for reason in REASONS))


class Verdict(IntEnum):
    """What became of a packet."""

    ACCEPTED = 0
    DUPLICATE = 1
    REFUSED = 2


@dataclass(frozen=True, slots=True)
class Arrivals:
    """A batch on its way into the store.

    `refusals` has one entry a frame: 0, or the index in REASON_NAMES of why it is refused (the decoder's reason or
    the gateway's). `peers` names the sender of each stream, `received_us` is the arrival time [µs since 1970 UTC].
    """

    batch: Batch
    refusals: NDArray[np.uint8]
    peers: Sequence[str]
    received_us: int

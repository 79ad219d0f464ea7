from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from clearbay.hj212 import frame_segment
from clearbay.hj212.batch import REASONS, decode
from clearbay.hj212.reasons import Reason
from clearbay.store import Arrivals, Store

MN = "010000A8900016F000169DC0"
NOVEMBER = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
Push = Callable[..., list[int]]


def make_frame(
    values: dict[str, str], when: str = "20261120120000", *, cn: str = "2011", qn: str | None = None, mn: str = MN
) -> bytes:
    """A frame with `w01018-Rtd`-like names and their digits."""
    items = ";".join(f"{name}={text}" for name, text in values.items())
    return frame_segment(
        f"QN={qn or when + '000'};ST=32;CN={cn};PW=123456;MN={mn};Flag=5;CP=&&DataTime={when};{items}&&".encode()
    )


def push_into(
    store: Store,
    *frames: bytes,
    at: datetime = NOVEMBER,
    refuse: Reason | None = None,
    keys: Mapping[str, bytes] | None = None,
) -> list[int]:
    """Append frames as one batch; return their verdicts."""
    batch = decode(b"".join(frames), keys=keys or {})
    refusals = batch.verdicts.copy()
    if refuse is not None:
        refusals[:] = REASONS.index(refuse) + 1
    received = int((at - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))
    return np.asarray(store.append(Arrivals(batch, refusals, ["10.0.0.1:5000"], received))).tolist()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store", min_free_bytes=0, now=NOVEMBER) as opened:
        yield opened


@pytest.fixture
def frame() -> Callable[..., bytes]:
    return make_frame


@pytest.fixture
def push() -> Push:
    return push_into

"""A store, the example district and continuous assessment without a network: packets are pushed, time moved by hand."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pyarrow as pa

from clearbay.assess.findings import SCHEMA
from clearbay.assess.permits import parse_permit
from clearbay.district import District, read_district
from clearbay.hj212 import frame_segment
from clearbay.hj212.batch import decode
from clearbay.platform.continuous import Continuous
from clearbay.platform.judging import Judging
from clearbay.standards import Standards, load
from clearbay.store import Arrivals, Store
from clearbay.store.judged import Judged

BEIJING = timezone(timedelta(hours=8))
EXAMPLE = Path(__file__).parents[2] / "examples" / "district"
AIR, AIR_POINT = "010000A8900016F0QW000021", "air-1"
WATER, WATER_POINT = "010000A8900016F0QW000011", "village-1-out"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def example() -> tuple[District, Standards]:
    """The example district with one air station and one sewage station judged by the standards of their kind."""
    district = read_district(EXAMPLE)
    air, water = parse_permit("GB 3095:grade=2"), parse_permit("GB 18918:level=1A,built=2021")
    permits = (replace(air, point_id=AIR_POINT), replace(water, point_id=WATER_POINT))
    return replace(district, permits=permits, tags=()), load()


def hour(mn: str, st: str, start: datetime, values: Mapping[str, str], cn: str = "2061") -> bytes:
    """A packet of hour data (2061), or of another command, whose period begins at `start`."""
    stamp = start.astimezone(BEIJING).strftime("%Y%m%d%H%M%S")
    items = ";".join(f"{code}-Avg={text},{code}-Flag=N" for code, text in values.items())
    head = f"QN={stamp}000;ST={st};CN={cn};PW=123456;MN={mn};Flag=5;"
    return frame_segment(f"{head}CP=&&DataTime={stamp};{items}&&".encode())


class Judge:
    """What a service judges with, moved by hand."""

    def __init__(self, folder: Path, now: datetime, district: District, standards: Standards) -> None:
        self.now = now
        self.told: list[pa.Table] = []
        self.judging = Judging(district, standards, ())
        self.store = Store(folder, min_free_bytes=0, now=now)
        self.store.set_channels(district.channels, now.astimezone(UTC).replace(tzinfo=None))
        self.judged = Judged(self.store, SCHEMA)
        self.begin()

    def begin(self) -> None:
        """Begin to judge, as a service does that was started on this store."""
        self.continuous = Continuous(self.store, self.judged, lambda: self.judging, lambda: self.now, self.told.append)

    def push(self, *frames: bytes, keys: Mapping[str, bytes] | None = None) -> None:
        """Store packets that arrive now; `keys` open encrypted ones."""
        batch = decode(b"".join(frames), keys=keys or {})
        assert not batch.verdicts.any()
        received = int((self.now - EPOCH) / timedelta(microseconds=1))
        self.store.append(Arrivals(batch, np.zeros(len(batch.frames), np.uint8), ["10.0.0.1:5000"], received))

    def look(self) -> int:
        """Judge what has come in; give how many findings were news."""
        return self.continuous.look()

    def found(self, **asked: object) -> list[dict[str, object]]:
        """Findings that stand."""
        rows: list[dict[str, object]] = self.judged.select(**asked).to_pylist()  # type: ignore[arg-type]
        return rows

    def close(self) -> None:
        """Close the store."""
        self.store.close()

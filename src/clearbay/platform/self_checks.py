"""What a running service can say about its own soundness: counts that must agree, findings that must be there."""

import asyncio
import time
from dataclasses import dataclass
from datetime import timedelta

from clearbay.platform.service import Service
from clearbay.store import reading

EVERY_S = 0.2


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what was looked at in Chinese and English, what was found, and whether that is as it must be."""

    zh: str
    en: str
    found: str
    good: bool


async def judged(service: Service, *, patience_s: float) -> bool:
    """Wait until everything that is stored has been judged; False when that takes longer."""
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        if service.continuous.failure is not None:
            return False
        if service.continuous.idle:
            return True
        await asyncio.sleep(EVERY_S)
    return False


def checks(service: Service) -> list[Check]:
    """Check a running service: packets, what is on disk, findings, continuous assessment."""
    total = service.gateway.counters.total()
    on_disk = dict.fromkeys((0, 1, 2), 0)
    con = service.store.cursor()
    try:
        for _, verdict, _, number in reading.packet_counts(con, service.store.manifest, service.store.folder):
            on_disk[verdict] += number
    finally:
        con.close()
    now = service.live.now()
    found = service.live.finding_counts(now - timedelta(days=3700), now + timedelta(days=1))
    points = service.live.latest_all()
    silent = [point.point_id for point in service.live.district().points if not points.get(point.point_id)]
    failure = service.continuous.failure
    return [
        Check(
            "收到 = 入库 + 拒收 + 重复",
            "received = stored + refused + duplicate",
            f"{total.received} = {total.stored} + {total.refused} + {total.duplicate}",
            total.received > 0 and total.balanced,
        ),
        # Read after the counters: packets that came in between may be on disk and not yet in them, never the reverse.
        Check(
            "计数与磁盘一致",
            "counters agree with the disk",
            f"{sum(on_disk.values())} packets",
            on_disk[0] >= total.stored and on_disk[1] >= total.duplicate and on_disk[2] >= total.refused,
        ),
        Check(
            "每个点位都有数据",
            "every point has values",
            f"{len(points)}" + (f", none of {', '.join(silent)}" if silent else ""),
            not silent,
        ),
        Check(
            "已有评价结论",
            "findings are there",
            ", ".join(f"{verdict or 'class'} {number}" for verdict, number in sorted(found.items())),
            sum(found.values()) > 0,
        ),
        Check("连续评价在运行", "continuous assessment runs", str(failure or "✓"), failure is None),
    ]

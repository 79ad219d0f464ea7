"""How often one address may ask: buckets that fill evenly and hold a minute's worth."""

import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, IPv6Network

ADDRESSES = 20_000
"""Addresses remembered; the one unseen for longest is forgotten first, which only gives it a full bucket."""


def counted(address: str) -> str:
    """Give what an address counts as: the /64 of an IPv6 address, since each subscriber holds a whole one."""
    if ":" not in address:
        return address
    try:
        one = IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    return str(one.ipv4_mapped or IPv6Network((one, 64), strict=False))


class Rate:
    """At most so many a minute from one address."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute, self._clock = per_minute, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, address: str) -> float:
        """Take one; give 0, or how many seconds to wait where none is left."""
        now, address = self._clock(), counted(address)
        left, then = self._left.pop(address, (float(self._per_minute), now))
        left = min(left + (now - then) * self._per_minute / 60, float(self._per_minute))
        through = left >= 1
        self._left[address] = (left - 1 if through else left, now)
        if len(self._left) > ADDRESSES:
            self._left.popitem(last=False)
        return 0.0 if through else (1 - left) * 60 / self._per_minute

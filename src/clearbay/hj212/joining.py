"""Joining the parts of a split packet."""

from dataclasses import dataclass, field

from clearbay.hj212.packet import Packet

TIME_LIMIT_S = 600.0
MOST_WAITING = 1024  # half-joined packets kept; a hostile peer cannot fill the memory with first parts

_Key = tuple[str, str, str, int, str]


@dataclass(slots=True)
class _Waiting:
    since: float
    parts: dict[int, Packet] = field(default_factory=dict)


class Joiner:
    """Joins parts by (MN, ST, CN, PNUM, DataTime), in any order, repeats included.

    Not by QN alone: in HJ 212-2017 C.49 each part has its own QN, in HJ/T 212-2005 Annex C all share one.
    """

    def __init__(self, time_limit_s: float = TIME_LIMIT_S, most_waiting: int = MOST_WAITING) -> None:
        self._limit = time_limit_s
        self._most = most_waiting
        self._waiting: dict[_Key, _Waiting] = {}

    def add(self, packet: Packet, now: float) -> Packet | None:
        """Take a packet at a monotonic time [s]; return the whole packet when it is complete, else None.

        A packet that is not in parts comes back at once.
        """
        if not packet.in_parts:
            return packet
        assert packet.pnum is not None
        assert packet.pno is not None
        time = packet.field("DataTime") or packet.exchange_qn or ""
        key = (packet.mn, packet.st, packet.cn, packet.pnum, time)
        self.expire(now)
        waiting = self._waiting.setdefault(key, _Waiting(now))
        waiting.parts[packet.pno] = packet
        if len(waiting.parts) < packet.pnum:
            while len(self._waiting) > self._most:
                del self._waiting[next(iter(self._waiting))]
            return None
        del self._waiting[key]
        ordered = [waiting.parts[number] for number in sorted(waiting.parts)]
        first = ordered[0]
        fields = dict.fromkeys(pair for part in ordered for pair in part.fields)
        items = tuple(item for part in ordered for item in part.items)
        notes = tuple(dict.fromkeys(note for part in ordered for note in part.notes))
        return first._replace(pno=None, pnum=None, fields=tuple(fields), items=items, notes=notes)

    def expire(self, now: float) -> list[tuple[str, str, str, int, str]]:
        """Give up what has waited too long; return the keys (MN, ST, CN, PNUM, DataTime) given up."""
        old = [key for key, waiting in self._waiting.items() if now - waiting.since > self._limit]
        for key in old:
            del self._waiting[key]
        return old

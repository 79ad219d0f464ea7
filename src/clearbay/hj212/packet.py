"""A packet of HJ 212 as values."""

from datetime import datetime
from typing import NamedTuple

from clearbay.hj212.reasons import Deviation
from clearbay.hj212.times import parse_time
from clearbay.hj212.versions import Version, detect_version

ANSWER_WANTED = 1  # bit A of Flag, HJ 212-2017 Table 3
PARTS = 2  # bit D of Flag


class Item(NamedTuple):
    """One factor of a packet: its code and its fields (`Rtd`, `Avg`, `Flag` …) with the text as sent."""

    code: str
    fields: dict[str, str]

    def number(self, field: str) -> float | None:
        """Return a field as a number; None when it is absent, empty or no number."""
        try:
            return float(self.fields[field])
        except (KeyError, ValueError):
            return None

    @property
    def mark(self) -> str:
        """The data mark (x-Flag), empty when none was sent."""
        return self.fields.get("Flag", "")


class Packet(NamedTuple):
    """A parsed data segment. A named tuple, for it is made a hundred thousand times a second.

    `flag` is None when none, or none readable, was sent. `fields` are the plain names of CP in order,
    `items` the
    factors. `notes` say where the packet departs from its standard and was understood all the same.
    """

    st: str
    cn: str
    mn: str
    qn: str | None
    pw: str | None
    flag: int | None
    pnum: int | None
    pno: int | None
    rf: bool
    fields: tuple[tuple[str, str], ...]
    items: tuple[Item, ...]
    notes: tuple[Deviation, ...]

    @property
    def answer_wanted(self) -> bool:
        """Whether the sender wants an answer (bit A of Flag)."""
        return self.flag is not None and bool(self.flag & ANSWER_WANTED)

    @property
    def in_parts(self) -> bool:
        """Whether this is one of several parts."""
        return self.pnum is not None and self.pnum > 1

    def field(self, name: str) -> str | None:
        """Return a plain field of CP by name, whatever its case; None when absent."""
        wanted = name.lower()
        for key, value in self.fields:
            if key.lower() == wanted:
                return value
        return None

    @property
    def data_time(self) -> datetime | None:
        """DataTime as naive local time."""
        text = self.field("DataTime")
        return parse_time(text) if text else None

    @property
    def exchange_qn(self) -> str | None:
        """The QN of the exchange this packet belongs to: 2005 answers carry it in CP, the others in the
        head."""
        return self.qn or self.field("QN")

    def version(self, registered: Version | None = None) -> Version:
        """Return the version spoken, with the station's registration as tie-breaker."""
        return detect_version(self.st, self.flag, registered)

"""What a logger did, counted so that it can be held against what a gateway counted."""

from dataclasses import dataclass, fields


@dataclass(slots=True)
class Counts:
    """Counts of one logger, or of all.

    `sent` counts every frame put on the wire, whole or not: new ones, resends, damaged and cut ones, replies. A gateway
    that took everything has received as many.
    """

    made: int = 0  # frames made of data, each sent at least once
    sent: int = 0
    acknowledged: int = 0  # frames of `made` that were answered
    resent: int = 0  # sent again for want of an answer, or after a reconnection
    repeated: int = 0  # sent twice by a fault
    damaged: int = 0
    cut: int = 0
    dropped: int = 0  # packets never made, by a fault
    replies: int = 0  # to requests: answers and the data asked for
    requests: int = 0
    connects: int = 0

    def add(self, other: "Counts") -> None:
        """Add another's counts."""
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))

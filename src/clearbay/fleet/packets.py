"""From readings to the packets of a version: which fields each command carries, split where they would be too long."""

from collections.abc import Sequence

from clearbay.fleet.plan import DATA_CNS, FURNACE, MEAN_FURNACE, REAL_TIME, Channel, LoggerPlan
from clearbay.fleet.sources.readings import Reading
from clearbay.hj212.building import frame_segment, split_data
from clearbay.hj212.packet import ANSWER_WANTED, Item
from clearbay.hj212.sm4 import must_encrypt, seal_frame
from clearbay.hj212.versions import VERSION_BITS


def channels_of(plan: LoggerPlan, cn: str) -> tuple[Channel, ...]:
    """The channels that go into a command: 2111 carries the mean furnace temperature alone (HJ 212-2025 C31)."""
    assert cn in DATA_CNS
    if cn == FURNACE:
        return tuple(c for c in plan.channels if c.source_code == MEAN_FURNACE)
    return tuple(c for c in plan.channels if (cn in c.only if c.only else c.source_code != MEAN_FURNACE))


def item_of(channel: Channel, reading: Reading, cn: str) -> Item:
    """One factor as its command carries it (HJ 212-2017 Table 4, Annex C): Rtd, or Cou, Min, Avg, Max, with Zs."""
    d = channel.decimals
    if cn == REAL_TIME:
        fields = {"Rtd": f"{reading.avg:.{d}f}"}
        if reading.zs is not None:
            fields["ZsRtd"] = f"{reading.zs[0]:.{d}f}"
    elif cn == FURNACE:
        fields = {"Avg": f"{reading.avg:.{d}f}"}
    else:
        fields = {}
        if reading.total is not None:
            fields["Cou"] = f"{reading.total:.{d}f}"
        fields["Min"] = f"{reading.min:.{d}f}"
        fields["Avg"] = f"{reading.avg:.{d}f}"
        fields["Max"] = f"{reading.max:.{d}f}"
        if reading.zs is not None:
            mean, low, high = reading.zs
            fields["ZsMin"] = f"{low:.{d}f}"
            fields["ZsAvg"] = f"{mean:.{d}f}"
            fields["ZsMax"] = f"{high:.{d}f}"
    fields["Flag"] = reading.flag
    return Item(channel.code, fields)


def segments(
    plan: LoggerPlan,
    cn: str,
    qn: str,
    data_time: str,
    values: Sequence[tuple[Channel, Reading]],
    *,
    password: str,
    supplement: bool = False,
    answered: bool = True,
) -> list[bytes]:
    """The data segments of a packet: one, or its parts. `supplement` marks late data where the version can (RF=1)."""
    flag = VERSION_BITS[plan.version] << 2 | (ANSWER_WANTED if answered else 0)
    return split_data(
        plan.st,
        cn,
        plan.mn,
        qn=qn,
        pw=password,
        flag=flag,
        rf=supplement and VERSION_BITS[plan.version] >= 2,
        fields=[("DataTime", data_time)],
        items=[item_of(channel, reading, cn) for channel, reading in values],
    )


def frame(segment: bytes, cn: str, key: bytes) -> bytes:
    """A segment on the wire, encrypted where the logger has a key and the standard asks for it."""
    return seal_frame(segment, key) if key and must_encrypt(cn) else frame_segment(segment)

"""Writing packets of each version."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from clearbay.hj212.crc import crc16
from clearbay.hj212.framing import LONGEST_SEGMENT, STANDARD_SEGMENT
from clearbay.hj212.packet import PARTS, Item
from clearbay.hj212.times import format_qn, parse_time

LONGEST_CP = 950  # HJ 212-2017 Table 3, content between the && signs and `CP=&&&&` itself aside


def frame_segment(segment: bytes) -> bytes:
    """Put a data segment into a frame: `##`, length, segment, CRC, CR LF.

    Raises ValueError when four digits cannot say its length. Source: HJ 212-2017 §6.3.1 Table 2.
    """
    if len(segment) > LONGEST_SEGMENT:
        raise ValueError(f"a segment of {len(segment)} bytes does not fit four digits; split it (split_data)")
    return b"##%04d%b%04X\r\n" % (len(segment), segment, crc16(segment))


def build_segment(
    st: str,
    cn: str,
    mn: str | None,
    *,
    qn: str | None = None,
    pw: str | None = None,
    flag: int | None = None,
    pnum: int | None = None,
    pno: int | None = None,
    rf: bool = False,
    fields: Iterable[tuple[str, str]] = (),
    items: Iterable[Item] = (),
    separator: str = ";",
    closed: bool = False,
) -> bytes:
    """Write a data segment in the standards' order of fields.

    `fields` are the plain names of CP, joined by `separator` (2005 writes ranges with a comma);
    `closed` adds a last
    `;`. Chinese text is written in UTF-8 (HJ 212-2017 §6.3).
    """
    head = [
        ("QN", qn),
        ("ST", st),
        ("CN", cn),
        ("PW", pw),
        ("MN", mn),
        ("Flag", flag),
        ("PNUM", pnum),
        ("PNO", pno),
    ]
    text = "".join(f"{name}={value};" for name, value in head if value is not None)
    plain = separator.join(f"{name}={value}" for name, value in fields)
    factors = [",".join(f"{i.code}-{field}={value}" for field, value in i.fields.items()) for i in items]
    data = ";".join(([plain] if plain else []) + factors)
    return f"{text}{'RF=1;' if rf else ''}CP=&&{data}{';' if closed else ''}&&".encode()


def build_frame(st: str, cn: str, mn: str | None, **parts: object) -> bytes:
    """Write a whole frame; the keywords are those of `build_segment`."""
    return frame_segment(build_segment(st, cn, mn, **parts))  # type: ignore[arg-type]


def split_data(
    st: str,
    cn: str,
    mn: str,
    *,
    qn: str,
    pw: str,
    flag: int,
    fields: Sequence[tuple[str, str]],
    items: Sequence[Item],
    rf: bool = False,
    longest: int = STANDARD_SEGMENT,
) -> list[bytes]:
    """Write data as one segment, or as several when one would be too long.

    Each part repeats the head with PNUM, PNO and the plain fields (DataTime), and has its own QN one
    millisecond on
    (HJ 212-2017 C.49, C.50). A part is cut between items. Raises ValueError when one item alone does not fit.
    """

    def write(part: Sequence[Item], pnum: int | None, pno: int | None) -> bytes:
        return build_segment(
            st,
            cn,
            mn,
            qn=qn if pno is None else _later(qn, pno - 1),
            pw=pw,
            flag=flag if pnum is None else flag | PARTS,
            pnum=pnum,
            pno=pno,
            rf=rf,
            fields=fields,
            items=part,
        )

    def fits(segment: bytes) -> bool:
        return len(segment) <= longest and len(segment) - segment.index(b"CP=&&") - 7 <= LONGEST_CP

    whole = write(items, None, None)
    if fits(whole):
        return [whole]
    parts: list[list[Item]] = [[]]
    for item in items:
        if parts[-1] and not fits(write([*parts[-1], item], 9999, 9999)):
            parts.append([])
        parts[-1].append(item)
        if not fits(write(parts[-1], 9999, 9999)):
            raise ValueError(f"item {item.code} alone does not fit a segment of {longest} bytes")
    return [write(part, len(parts), number) for number, part in enumerate(parts, 1)]


def _later(qn: str, milliseconds: int) -> str:
    moment = parse_time(qn)
    if moment is None:
        raise ValueError(f"QN {qn!r} is not YYYYMMDDhhmmsszzz")
    return format_qn(moment + timedelta(milliseconds=milliseconds))

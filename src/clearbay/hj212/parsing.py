"""Reading a data segment: by name, case-blind, with every dialect the field is known to speak."""

import re

from clearbay.hj212.commands import COMMANDS
from clearbay.hj212.commands import Kind as CommandKind
from clearbay.hj212.fields import HEAD_BY_CASEFOLD, ITEM, ITEM_BY_CASEFOLD, PLAIN_TIMES, Kind
from clearbay.hj212.framing import HEADER_BYTES, STANDARD_SEGMENT, Frame, crc_reason
from clearbay.hj212.packet import PARTS, Item, Packet
from clearbay.hj212.reasons import Deviation, FrameError, Reason
from clearbay.hj212.times import is_time

_CP = re.compile(r"CP\s*=\s*&&", re.IGNORECASE)
_LOG = re.compile(r"//.*?//", re.DOTALL)
_PLACE = re.compile("\x00([0-9]+)\x00")
_LARGEST = 1e300
_NUMBER, _TIME = Kind.NUMBER, Kind.TIME
_HEAD_NAMES = frozenset(HEAD_BY_CASEFOLD.values())


def parse_frame(frame: Frame) -> Packet:
    """Check a frame's CRC and read its segment.

    Raises FrameError with the one reason why not; the offset counts from the frame's `##` [bytes].
    """
    if frame.printed != frame.crc:
        reason, detail = crc_reason(frame.segment, frame.printed)
        raise FrameError(reason, len(frame.raw) - 4, detail)
    packet = parse_segment(frame.segment)
    if frame.raw[-4:] != frame.raw[-4:].upper():
        return packet._replace(notes=(*packet.notes, Deviation.LOWER_CASE_CRC))
    return packet


def decode_text(segment: bytes) -> tuple[str, bool]:
    """Return the text of a segment and whether it had to be read as GB18030.

    Raises FrameError (`not_text`). HJ 212-2017 §6.3 says ASCII with Chinese in UTF-8; 2005 loggers send GBK.
    """
    try:
        return segment.decode("utf-8"), False
    except UnicodeDecodeError as error:
        try:
            return segment.decode("gb18030"), True
        except UnicodeDecodeError:
            raise FrameError(
                Reason.NOT_TEXT, HEADER_BYTES + error.start, f"byte 0x{segment[error.start]:02X} is no text"
            ) from None


def parse_segment(segment: bytes) -> Packet:
    """Read a data segment.

    Raises FrameError with the one reason why not; the offset counts from the frame's `##` [bytes].
    Source: HJ 212-2017 §6.3.2 and §6.3.3; the tolerated departures are those seen in real messages.
    """
    text, chinese = decode_text(segment)
    if not chinese:
        return _read(segment, text, [])
    try:
        return _read(segment, text, [Deviation.GB18030])
    except FrameError as error:  # offsets were counted in UTF-8
        before = text.encode()[: error.offset - HEADER_BYTES].decode(errors="ignore")
        raise FrameError(error.reason, HEADER_BYTES + len(before.encode("gb18030")), error.detail) from None


def _read(segment: bytes, text: str, notes: list[Deviation]) -> Packet:
    if len(segment) > STANDARD_SEGMENT:
        notes.append(Deviation.SEGMENT_OVER_1024)
    if "\x00" in text:
        raise FrameError(Reason.NOT_TEXT, HEADER_BYTES + segment.index(0), "a NUL byte is no text")
    start = text.find("CP=&&")
    if start >= 0:
        stop = start + 5
    else:
        found = _CP.search(text)
        if not found:
            raise FrameError(Reason.NO_CP, HEADER_BYTES + len(segment), "CP=&& is not there")
        start, stop = found.span()
        notes.append(Deviation.NAME_CASE)
    if not text.endswith("&&") or len(text) < stop + 2:
        if not text.rstrip().endswith("&&") or len(text.rstrip()) < stop + 2:
            raise FrameError(Reason.NO_CP, HEADER_BYTES + len(segment), "the segment does not end with &&")
        notes.append(Deviation.BLANKS)
        text = text.rstrip()
    head = _read_head(text[:start], notes)
    fields, items = _read_data(text, stop, len(text) - 2, notes)
    return _checked(head, fields, items, notes)


def _read_head(text: str, notes: list[Deviation]) -> dict[str, str]:
    if text and text[-1] != ";":
        notes.append(Deviation.MISSING_SEMICOLON)
    if "," in text:
        notes.append(Deviation.COMMA_FOR_SEMICOLON)
        text = text.replace(",", ";")
    head: dict[str, str] = {}
    for piece in text.split(";"):
        name, equals, value = piece.partition("=")
        if name not in _HEAD_NAMES:
            if not piece.strip():
                continue
            name = _head_name(piece, name, equals, text, notes)
        if " " in value:
            notes.append(Deviation.BLANKS)
            value = value.strip()
        if name in head:
            notes.append(Deviation.REPEATED_NAME)
        head[name] = value
    return head


def _head_name(piece: str, name: str, equals: str, text: str, notes: list[Deviation]) -> str:
    if not equals:
        offset = HEADER_BYTES + len(text[: text.index(piece)].encode())
        raise FrameError(Reason.BAD_FIELD, offset, f"{piece[:40]!r} in the head is not name=value")
    notes.append(Deviation.BLANKS if name != name.strip() else Deviation.NAME_CASE)
    return HEAD_BY_CASEFOLD.get(name.strip().lower(), name.strip())


def _read_data(
    whole: str, start: int, stop: int, notes: list[Deviation]
) -> tuple[tuple[tuple[str, str], ...], tuple[Item, ...]]:
    text = whole[start:stop]
    logs: list[str] = []
    if "//" in text:  # a log may hold ; and , (HJ 212-2017 Table B.10): cut it out first

        def cut_out(found: re.Match[str]) -> str:
            logs.append(found.group())
            return f"\x00{len(logs) - 1}\x00"

        text = _LOG.sub(cut_out, text)
    blanks = " " in text or "\t" in text or "\r" in text or "\n" in text
    underscore = "_" in text
    plain: list[tuple[str, str]] = []
    items: list[Item] = []
    last_code = ""
    fields: dict[str, str] = {}
    bare_mark = ""
    for group in text.split(";"):
        pieces = group.split(",")
        for piece in pieces:
            name, equals, value = piece.partition("=")
            if not equals:
                if not piece or piece.isspace():
                    continue
                raise FrameError(Reason.BAD_FIELD, _offset(whole, piece), f"{piece[:40]!r} is not name=value")
            if blanks and (name != name.strip() or value != value.strip()):
                name, value = name.strip(), value.strip()
                notes.append(Deviation.BLANKS)
            code, dash, field = name.rpartition("-")
            if dash:
                if not code:
                    raise FrameError(Reason.BAD_FIELD, _offset(whole, piece), f"{piece[:40]!r} has no code")
                kind = ITEM.get(field)
                if kind is None and field.lower() in ITEM_BY_CASEFOLD:
                    field = ITEM_BY_CASEFOLD[field.lower()]
                    kind = ITEM[field]
                    notes.append(Deviation.NAME_CASE)
                if not value:
                    notes.append(Deviation.EMPTY_VALUE)
                elif kind is _NUMBER:
                    try:
                        number = float(value)
                    except ValueError:
                        number = _LARGEST
                    if not -_LARGEST < number < _LARGEST or (underscore and "_" in value):
                        _refuse_number(whole, piece, code, value)
                elif kind is _TIME:
                    _check_time(whole, piece, value, notes)
                elif logs:
                    value = _PLACE.sub(lambda found: logs[int(found.group(1))], value)
                if code == last_code and field not in fields:
                    fields[field] = value
                else:
                    fields = {field: value}
                    items.append(Item(code, fields))
                    last_code = code
            else:
                if not name:
                    raise FrameError(Reason.BAD_FIELD, _offset(whole, piece), f"{piece[:40]!r} has no name")
                if len(pieces) > 1:
                    notes.append(Deviation.COMMA_FOR_SEMICOLON)
                if name.lower() in PLAIN_TIMES:
                    _check_time(whole, piece, value, notes)
                if logs:
                    value = _PLACE.sub(lambda found: logs[int(found.group(1))], value)
                if name == "Flag":
                    bare_mark = value
                plain.append((name, value))
                last_code = ""
    if bare_mark:
        for item in items:
            item.fields.setdefault("Flag", bare_mark)
    return tuple(plain), tuple(items)


def _refuse_number(whole: str, piece: str, code: str, value: str) -> None:
    # HJ 212-2025 process states are letters: p99101-Rtd is St, N or Sr.
    if not (code.startswith("p") and value.isalpha() and len(value) <= 4):
        raise FrameError(Reason.BAD_NUMBER, _offset(whole, piece), f"{piece[:60]!r} is not a number")


def _check_time(whole: str, piece: str, value: str, notes: list[Deviation]) -> None:
    if not value:
        notes.append(Deviation.EMPTY_VALUE)
        return
    if not is_time(value):
        raise FrameError(Reason.BAD_TIME, _offset(whole, piece), f"{piece[:60]!r} is not YYYYMMDDhhmmss")
    if len(value) == 17:
        notes.append(Deviation.LONG_TIME)


def _offset(whole: str, piece: str) -> int:
    at = whole.find(piece)
    return HEADER_BYTES + len(whole[: max(at, 0)].encode())


def _checked(
    head: dict[str, str], fields: tuple[tuple[str, str], ...], items: tuple[Item, ...], notes: list[Deviation]
) -> Packet:
    cn = head.get("CN", "")
    command = COMMANDS.get(cn)
    if command is None:
        if len(cn) != 4 or not (cn.isascii() and cn.isdigit()):
            raise FrameError(Reason.NO_COMMAND, HEADER_BYTES, f"CN is {cn!r}" if cn else "CN is not there")
        raise FrameError(Reason.UNKNOWN_COMMAND, HEADER_BYTES, f"CN={cn} is in no version of HJ 212")
    st = head.get("ST", "")
    if not (st.isascii() and st.isalnum() and 2 <= len(st) <= 3):  # two (HJ 212-2017 Table 5); three are seen
        raise FrameError(Reason.BAD_SYSTEM, HEADER_BYTES, f"ST is {st!r}" if st else "ST is not there")
    mn = head.get("MN", "")
    if not mn and command.upload is not CommandKind.ANSWER:  # 2005 answers carry no MN (Annex C)
        raise FrameError(Reason.NO_MN, HEADER_BYTES, "MN is not there, or empty")
    qn = head.get("QN")
    if qn is None:
        notes.append(Deviation.NO_QN)
    elif len(qn) != 17 or not is_time(qn):
        notes.append(Deviation.QN_NOT_A_TIME)
    flag = _flag(head.get("Flag"), notes)
    pnum, pno = _parts(head, flag, notes)
    unique = tuple(dict.fromkeys(notes)) if notes else ()
    return Packet(st, cn, mn, qn, head.get("PW"), flag, pnum, pno, head.get("RF") == "1", fields, items, unique)


def _flag(text: str | None, notes: list[Deviation]) -> int | None:
    if text is None:
        notes.append(Deviation.NO_FLAG)
        return None
    if text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= 255:
        return int(text)
    notes.append(Deviation.FLAG_UNREADABLE)
    return None


def _parts(head: dict[str, str], flag: int | None, notes: list[Deviation]) -> tuple[int | None, int | None]:
    pnum, pno = head.get("PNUM"), head.get("PNO")
    if pnum is None and pno is None:
        return None, None
    for text in (pnum, pno):
        if text is None or not (text.isascii() and text.isdigit() and len(text) <= 4):
            raise FrameError(Reason.BAD_PART, HEADER_BYTES, f"PNUM={pnum} and PNO={pno}")
    assert pnum is not None
    assert pno is not None
    if not 1 <= int(pno) <= int(pnum):
        raise FrameError(Reason.BAD_PART, HEADER_BYTES, f"part {pno} of {pnum}")
    if flag is None or not flag & PARTS:
        notes.append(Deviation.UNFLAGGED_PARTS)
    return int(pnum), int(pno)

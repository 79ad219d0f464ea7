"""What a logger answers to a platform's requests (HJ 212-2017 §6.5, Annex C; HJ/T 212-2005 Annex C)."""

from collections.abc import Callable
from datetime import UTC
from typing import TYPE_CHECKING

from clearbay.fleet.clock import BEIJING_S
from clearbay.fleet.packets import frame as framed
from clearbay.fleet.plan import DAY, HOUR, MINUTE, REAL_TIME
from clearbay.hj212.answers import EXECUTION_RESULT, NOTICE_ANSWER, REQUEST_ANSWER, answer
from clearbay.hj212.building import build_segment
from clearbay.hj212.commands import COMMANDS, Kind
from clearbay.hj212.framing import Frame
from clearbay.hj212.packet import Packet
from clearbay.hj212.parsing import parse_frame
from clearbay.hj212.reasons import FrameError
from clearbay.hj212.sm4 import KEY_BYTES, must_encrypt, open_frame
from clearbay.hj212.times import format_time, parse_time
from clearbay.hj212.versions import VERSION_BITS, Version

if TYPE_CHECKING:
    from clearbay.fleet.logger import Logger

ACCEPTED, REFUSED, WRONG_PASSWORD, WRONG_MN = 1, 2, 3, 4  # QnRtn, HJ 212-2017 Table 7
UNKNOWN_COMMAND = 8
DONE, WRONG_CONDITION, NO_DATA = 1, 3, 100  # ExeRtn, Table 6
MOST_PERIODS = 2000  # of one request for history

Found = tuple[int, list[bytes]]
"""ExeRtn and the frames of data that come before it."""


def replies(logger: "Logger", frame: Frame) -> list[bytes]:
    """The frames that answer a request, in order; nothing for what cannot be read, as the standard has it."""
    try:
        packet = _packet(logger, frame)
    except FrameError:
        return []
    command = COMMANDS.get(packet.cn)
    if command is None or command.upload is Kind.ANSWER:
        return []
    logger.counts.requests += 1

    signed = packet._replace(pw=logger.settings.password)  # its own, and the old one in answer to a change of it

    def said(cn: str, value: int | None = None) -> bytes:
        return framed(answer(signed, logger.plan.version, cn, value), cn, b"")

    if packet.mn and packet.mn != logger.plan.mn:
        return [said(REQUEST_ANSWER, WRONG_MN)]
    if packet.pw is not None and packet.pw != logger.settings.password:
        return [said(REQUEST_ANSWER, WRONG_PASSWORD)]
    if command.request is Kind.NOTICE:
        _notice(logger, packet)
        return [said(NOTICE_ANSWER)]
    carry_out = _COMMANDS.get(packet.cn)
    if carry_out is None:
        return [said(REQUEST_ANSWER, UNKNOWN_COMMAND if logger.plan.version is not Version.V2005 else REFUSED)]
    result, data = carry_out(logger, packet)
    return [said(REQUEST_ANSWER, ACCEPTED), *data, said(EXECUTION_RESULT, result)]


def _packet(logger: "Logger", frame: Frame) -> Packet:
    if not frame.crc_fits:
        frame = open_frame(frame, logger.settings.key)
    return parse_frame(frame)


def _data(logger: "Logger", packet: Packet, fields: list[tuple[str, str]]) -> bytes:
    """Data that answer a request, under its own QN and command."""
    plan = logger.plan
    flag = VERSION_BITS[plan.version] << 2
    head = {"qn": packet.exchange_qn, "pw": logger.settings.password, "flag": flag}
    segment = build_segment(plan.st, packet.cn, plan.mn, fields=fields, **head)  # type: ignore[arg-type]
    return framed(segment, packet.cn, logger.settings.key if must_encrypt(packet.cn) else b"")


def _number(packet: Packet, name: str) -> int | None:
    text = packet.field(name)
    return int(text) if text is not None and text.isascii() and text.isdigit() else None


def _notice(logger: "Logger", packet: Packet) -> None:
    if packet.cn == "2012":
        logger.cursors.switch_real_time(on=False, now=logger.now())


def _set_time_out(logger: "Logger", packet: Packet) -> Found:
    seconds, resends = _number(packet, "OverTime"), _number(packet, "ReCount")
    if not seconds or not resends:
        return WRONG_CONDITION, []
    logger.settings.time_out_s, logger.settings.resends = float(seconds), resends
    return DONE, []


def _get_clock(logger: "Logger", packet: Packet) -> Found:
    return DONE, [_data(logger, packet, [("SystemTime", format_time(logger.own_time()))])]


def _set_clock(logger: "Logger", packet: Packet) -> Found:
    moment = parse_time(packet.field("SystemTime") or "")
    if moment is None:
        return WRONG_CONDITION, []
    logger.set_time(moment)
    return DONE, []


def _get_real_time_interval(logger: "Logger", packet: Packet) -> Found:
    return DONE, [_data(logger, packet, [("RtdInterval", str(logger.cursors.steps[REAL_TIME]))])]


def _set_real_time_interval(logger: "Logger", packet: Packet) -> Found:
    seconds = _number(packet, "RtdInterval")
    if seconds is None or not 30 <= seconds <= 3600:  # HJ 212-2017 Table 4
        return WRONG_CONDITION, []
    logger.cursors.set_step(REAL_TIME, seconds, logger.now())
    return DONE, []


def _get_minute_interval(logger: "Logger", packet: Packet) -> Found:
    return DONE, [_data(logger, packet, [("MinInterval", str(logger.cursors.steps[MINUTE] // 60))])]


def _set_minute_interval(logger: "Logger", packet: Packet) -> Found:
    minutes = _number(packet, "MinInterval")
    if not minutes or 60 % minutes:
        return WRONG_CONDITION, []
    logger.cursors.set_step(MINUTE, 60 * minutes, logger.now())
    return DONE, []


def _set_password(logger: "Logger", packet: Packet) -> Found:
    new = packet.field("NewPW") or packet.field("PW")
    if new is None or len(new) != 6:
        return WRONG_CONDITION, []
    logger.settings.password = new
    return DONE, []


def _set_key(logger: "Logger", packet: Packet) -> Found:
    new = packet.field("NewSK")
    if new is None or len(new.encode()) != KEY_BYTES:
        return WRONG_CONDITION, []
    logger.settings.key = new.encode()
    return DONE, []


def _start_real_time(logger: "Logger", packet: Packet) -> Found:
    logger.cursors.switch_real_time(on=True, now=logger.now())
    return DONE, []


def _history(logger: "Logger", packet: Packet) -> Found:
    begin, end = (parse_time(packet.field(name) or "") for name in ("BeginTime", "EndTime"))
    step = logger.cursors.steps.get(packet.cn, 0)
    if begin is None or end is None or end < begin:
        return WRONG_CONDITION, []
    if not step:
        return NO_DATA, []
    now = logger.now()
    first = begin.replace(tzinfo=UTC).timestamp() - BEIJING_S
    last = end.replace(tzinfo=UTC).timestamp() - BEIJING_S
    start = logger.cursors.aligned(packet.cn, first)
    if start < first:
        start += step
    length = logger.cursors.length(packet.cn)
    found: list[bytes] = []
    for _ in range(MOST_PERIODS):
        if start > last or start + length > now:
            break
        if packet.cn != DAY or logger.cursors.is_sample_day(start):
            found += [frame for _, frame in logger.frames_of(packet.cn, start, length, now, answered=False)]
        start += step
    return (DONE if found else NO_DATA), found


def _identity(logger: "Logger", packet: Packet) -> Found:
    code = packet.field("PolId") or packet.field("PolID") or ""
    if code not in logger.plan.codes:
        return WRONG_CONDITION, []
    return DONE, [_data(logger, packet, [("PolId", code), (f"{code}-SN", f"SIM{logger.plan.mn[-8:]}{code}"[:24])])]


def _done(logger: "Logger", packet: Packet) -> Found:
    """Calibrate, sample, clean, keep a sample: there is no instrument to do it, and it is reported as done."""
    return DONE, []


_COMMANDS: dict[str, Callable[["Logger", Packet], Found]] = {
    "1000": _set_time_out,
    "1011": _get_clock,
    "1012": _set_clock,
    "1014": _set_key,
    "1061": _get_real_time_interval,
    "1062": _set_real_time_interval,
    "1063": _get_minute_interval,
    "1064": _set_minute_interval,
    "1072": _set_password,
    "2011": _start_real_time,
    DAY: _history,
    MINUTE: _history,
    HOUR: _history,
    "3011": _done,
    "3012": _done,
    "3013": _done,
    "3019": _identity,
    "3022": _done,
    "3024": _done,
}

"""Saying to a person what a frame is and what is wrong with it."""

from collections.abc import Iterator

from clearbay.hj212.commands import COMMANDS, EXE_RETURNS, QN_RETURNS
from clearbay.hj212.framing import Frame, Refusal
from clearbay.hj212.packet import Packet
from clearbay.hj212.parsing import parse_frame
from clearbay.hj212.reasons import EXPLANATIONS, FrameError
from clearbay.hj212.sm4 import frame_of, open_frame
from clearbay.hj212.versions import Version

_RESULTS = {"QnRtn": QN_RETURNS, "ExeRtn": EXE_RETURNS}


def explain(event: Frame | Refusal, key: bytes | None = None) -> tuple[bool, list[str]]:
    """Return whether the frame is good, and lines for a person; with `key` SM4 data are opened."""
    encrypted = False
    if key is not None and not (isinstance(event, Frame) and event.crc_fits):
        try:
            event = open_frame(event if isinstance(event, Frame) else frame_of(event.raw, event.offset), key)
            encrypted = True
        except FrameError:
            encrypted = False
    if isinstance(event, Refusal):
        return False, list(_refused(event.reason.value, EXPLANATIONS[event.reason], event.detail, event.offset))
    try:
        packet = parse_frame(event)
    except FrameError as error:
        return False, list(
            _refused(error.reason.value, EXPLANATIONS[error.reason], error.detail, event.offset + error.offset)
        )
    lines = list(_accepted(event, packet))
    if encrypted:
        lines.append("  SM4：密文已用所给密钥解开 (decrypted with the key given)")
    return True, lines


def _refused(reason: str, words: tuple[str, str], detail: str, offset: int) -> Iterator[str]:
    yield f"✗ {reason} @ {offset}：{words[0]}"
    yield f"  {words[1]}: {detail}"


def _accepted(frame: Frame, packet: Packet) -> Iterator[str]:
    command = COMMANDS[packet.cn]
    version = packet.version()
    label = "HJ/T 212-2005" if version is Version.V2005 else f"HJ 212-{version.value}"
    if version is Version.SURFACE_WATER:
        label = "HJ 212 地表水方言 surface-water dialect"
    yield f"✓ {label} · CN={packet.cn} {command.zh} ({command.en})"
    part = f" · PNO={packet.pno}/{packet.pnum}" if packet.pnum else ""
    wanted = "是 yes" if packet.answer_wanted else "否 no"
    yield f"  MN={packet.mn or '-'} · ST={packet.st} · QN={packet.qn or '-'} · 应答 answer={wanted}{part}"
    yield f"  长度 length {len(frame.segment)} · CRC {frame.printed:04X} ✓"
    for name, value in packet.fields:
        table = _RESULTS.get(name)
        words = table.get(int(value)) if table and value.isdigit() else None
        yield f"  {name} = {value}" + (f"  {words[0]} ({words[1]})" if words else "")
    for item in packet.items:
        yield f"  {item.code}: " + "  ".join(f"{field}={value}" for field, value in item.fields.items())
    if packet.notes:
        yield "  与标准不同之处 departs from its standard: " + ", ".join(note.value for note in packet.notes)

"""A packet as a person reads it: its bytes with control characters visible, what the protocol says of it."""

import re
from dataclasses import dataclass

from clearbay.hj212.explain import explain
from clearbay.hj212.framing import Framer
from clearbay.hj212.reasons import EXPLANATIONS, Reason
from clearbay.web.settings import Language

PASSWORD = re.compile(rb"((?:PW|NewSK)\s*=)[^;&]*", re.IGNORECASE)
HIDDEN = "••••••".encode()
"""What stands for a password: a page that anyone may open shows none."""

CONTROL = {"\r": "\\r", "\n": "\\n", "\t": "\\t", "\0": "\\0"}
SHOWN_AT_MOST = 16_384
"""Bytes of a packet that a page shows; HJ 212 allows 1,024 (2005, 2017) or 9,999 in a segment."""


@dataclass(frozen=True)
class PacketText:
    """Bytes as text, their count, whether the frame is good, and lines that explain it."""

    text: str
    size: int
    good: bool
    lines: tuple[str, ...]


def packet_text(raw: bytes) -> PacketText:
    """Write a packet for a person. Passwords are hidden; the check is of the bytes as they came."""
    framer = Framer()
    lines: list[str] = []
    good = True
    for event in [*framer.feed(raw), *framer.close()]:
        fine, said = explain(event)
        good &= fine
        lines += said
    return PacketText(visible(raw[:SHOWN_AT_MOST]), len(raw), good and bool(lines), tuple(lines))


def visible(raw: bytes) -> str:
    """Decode bytes (UTF-8, else GB18030, else escaped) with control characters as signs and passwords hidden."""
    hidden = PASSWORD.sub(rb"\1" + HIDDEN, raw)
    for encoding in ("utf-8", "gb18030"):
        try:
            text = hidden.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        text = hidden.decode("ascii", "backslashreplace")
    return "".join(CONTROL.get(c, c if c.isprintable() else f"\\x{ord(c):02x}") for c in text)


def reason_words(reason: str, lang: Language) -> str:
    """Say why a packet was refused."""
    if reason not in set(Reason):
        return reason
    return EXPLANATIONS[Reason(reason)][0 if lang == "zh" else 1]

"""SM4 of HJ 212-2025: ECB over the data of CP, the tail shorter than a block left plain, the CRC over
the plaintext.

Source: HJ 212-2025 §6.4, Annex A.2 and Annex H, as quoted by public code that reproduces the official
vectors (the
standard's own text was not at hand). How cipher stands on the wire is ambiguous there, so three
notations are read:
raw bytes, hex digits, and the printed form `{0xE4,0x3E,…}`. Raw is written: its length is the one the printed
examples carry.
"""

import base64
import re

from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

from clearbay.hj212.commands import COMMANDS
from clearbay.hj212.crc import crc16
from clearbay.hj212.framing import CRC_BYTES, HEADER_BYTES, Frame
from clearbay.hj212.reasons import FrameError, Reason

BLOCK_BYTES = 16
KEY_BYTES = 16
KEY_DAYS = 90  # a key is changed at least this often, HJ 212-2025 §6.4 (by the same source)

_OPEN = re.compile(rb"CP=&&", re.IGNORECASE)
_PRINTED = re.compile(rb"\{((?:0x[0-9A-Fa-f]{2},?)*)\}(.*)\Z", re.DOTALL)
_HEX_PAIRS = re.compile(rb"((?:[0-9A-Fa-f]{32})+)(.{0,15})\Z", re.DOTALL)


def must_encrypt(cn: str) -> bool:
    """Whether a 2025 logger on the Internet encrypts this command: data commands, 1014 and 3020 (§6.4)."""
    return cn in COMMANDS and ("2000" <= cn <= "2999" or cn in ("1014", "3020"))


def encrypt(plain: bytes, key: bytes) -> bytes:
    """Encrypt the whole blocks of a data region and leave its tail as it is; `key` is 16 bytes."""
    return _ecb(plain, key, decrypting=False)


def decrypt(cipher: bytes, key: bytes) -> bytes:
    """Undo `encrypt`."""
    return _ecb(cipher, key, decrypting=True)


def _ecb(data: bytes, key: bytes, *, decrypting: bool) -> bytes:
    if len(key) != KEY_BYTES:
        raise ValueError(f"an SM4 key has {KEY_BYTES} bytes, this one {len(key)}")
    whole = len(data) - len(data) % BLOCK_BYTES
    machine = Cipher(SM4(key), modes.ECB())
    context = machine.decryptor() if decrypting else machine.encryptor()
    return context.update(data[:whole]) + data[whole:]


def seal_frame(segment: bytes, key: bytes) -> bytes:
    """Put a plain segment into a frame with its data encrypted; the CRC is the plaintext's."""
    start, stop = _region(segment)
    sealed = segment[:start] + encrypt(segment[start:stop], key) + segment[stop:]
    return b"##%04d%b%04X\r\n" % (len(sealed), sealed, crc16(segment))


def open_frame(frame: Frame, key: bytes) -> Frame:
    """Return the frame with its data decrypted.

    Takes a frame whose CRC does not fit as it stands; for the printed form, whose length field does not hold
    either, `frame_of` makes one. Raises FrameError (`bad_cipher`) when no notation gives a text with the CRC.
    """
    segment = frame.segment
    start, stop = _region(segment)
    region = segment[start:stop]
    for cipher in _notations(region):
        plain = segment[:start] + decrypt(cipher, key) + segment[stop:]
        if crc16(plain) == frame.printed:
            raw = b"##%04d%b%04X" % (len(plain), plain, frame.printed)
            return Frame(frame.offset, raw, frame.printed, frame.printed)
    raise FrameError(
        Reason.BAD_CIPHER,
        HEADER_BYTES + start,
        f"{len(region)} bytes of data do not decrypt to CRC {frame.printed:04X}",
    )


def is_sealed(raw: bytes) -> bool:
    """Whether the data of a frame look encrypted, in any notation: what a block of cipher is, no text is."""
    found = _OPEN.search(raw)
    if not found:
        return False
    region = raw[found.end() : -CRC_BYTES].removesuffix(b"&&")
    whole = region[: len(region) - len(region) % BLOCK_BYTES]
    if not whole.isascii():
        # Text in GBK has bytes above 127, too, but stands in fields; a cipher begins with its first block.
        return not region[:BLOCK_BYTES].isascii()
    return bool(_PRINTED.match(region) or _HEX_PAIRS.match(region))


def frame_of(raw: bytes, offset: int = 0) -> Frame:
    """Read the bytes of a frame without believing its length field, for `open_frame`. Raises FrameError
    (`cut`)."""
    body = raw.rstrip(b"\r\n")
    digits = body[-CRC_BYTES:]
    if len(body) < HEADER_BYTES + CRC_BYTES or not re.fullmatch(rb"[0-9A-Fa-f]{4}", digits):
        raise FrameError(Reason.CUT, len(body), "no CRC at the end")
    return Frame(offset, body, int(digits, 16), crc16(body[HEADER_BYTES:-CRC_BYTES]))


def _region(segment: bytes) -> tuple[int, int]:
    found = _OPEN.search(segment)
    if not found or not segment.endswith(b"&&") or len(segment) < found.end() + 2:
        raise FrameError(Reason.NO_CP, HEADER_BYTES + len(segment), "there is no CP=&&…&&")
    return found.end(), len(segment) - 2


def _notations(region: bytes) -> list[bytes]:
    forms = [region]
    if found := _PRINTED.match(region):
        digits = found.group(1).replace(b"0x", b"").replace(b",", b"")
        forms.append(bytes.fromhex(digits.decode()) + found.group(2))
    if found := _HEX_PAIRS.match(region):
        forms.append(bytes.fromhex(found.group(1).decode()) + found.group(2))
    return forms


def authorization(user: str, password: str, key: bytes) -> str:
    """Return the Authorization header of the multimedia interface: Base64 of SM4-ECB-PKCS7 (HJ 212-2025
    Annex H)."""
    text = f"{user}:{password}".encode()
    pad = BLOCK_BYTES - len(text) % BLOCK_BYTES
    return base64.b64encode(encrypt(text + bytes([pad]) * pad, key)).decode()

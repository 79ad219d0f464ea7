"""SM4 keys (HJ 212-2025) that were ever in force, those changed over the wire (1014) among them, beside the store."""

import json
import os
import secrets
import string
from dataclasses import replace
from pathlib import Path

from clearbay.gateway.registry import Registry
from clearbay.hj212.sm4 import KEY_BYTES
from clearbay.store.manifest import replace_file

NEW_KEY = "1014"
NAME = "keys.json"


def made_key() -> str:
    """A new key: sixteen letters and digits, for NewSK is sent as text."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(KEY_BYTES))


class KeyRing:
    """Keys that were ever in force. The file is readable by its owner only.

    A change is noted with the registered key it replaced, so that an operator who registers another key wins. Former
    keys stay, for packets sealed with them are kept as they came.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        try:
            self._noted: dict[str, dict[str, str]] = json.loads(self._path.read_text())
        except FileNotFoundError:
            self._noted = {}

    @property
    def known(self) -> dict[str, tuple[bytes, ...]]:
        """All keys by MN, the newest first."""
        return {mn: tuple(map(bytes.fromhex, _known(noted))) for mn, noted in self._noted.items()}

    def apply(self, registry: Registry) -> None:
        """Put the changed keys in force where the registered ones are those they replaced; note those in force."""
        for mn, noted in self._noted.items():
            logger = registry.loggers.get(mn)
            if logger is not None and "key" in noted and logger.key.hex() == noted["registered"]:
                registry.add(replace(logger, key=bytes.fromhex(noted["key"])))
        news = [mn for mn, key in registry.keys.items() if [key.hex()] != _known(self._noted.get(mn, {}))[:1]]
        for mn in news:
            self._note(mn, registry.keys[mn])
        if news:
            self._write()

    def change(self, registry: Registry, mn: str, key: bytes) -> None:
        """Change a logger's key, durably, then put it in force."""
        held, noted = registry.loggers[mn].key, self._noted.get(mn, {})
        # What is in force is either the key of the last change or one that was registered since.
        registered = noted["registered"] if noted.get("key") == held.hex() else held.hex()
        self._note(mn, held)
        self._note(mn, key)
        self._noted[mn] |= {"registered": registered, "key": key.hex()}
        self._write()
        registry.set_key(mn, key)

    def _note(self, mn: str, key: bytes) -> None:
        noted = self._noted.get(mn, {})
        self._noted[mn] = noted | {"known": ",".join(dict.fromkeys([key.hex(), *_known(noted)]))}

    def _write(self) -> None:
        previous = os.umask(0o077)
        try:
            replace_file(self._path, json.dumps(self._noted).encode())
        finally:
            os.umask(previous)


def _known(noted: dict[str, str]) -> list[str]:
    """Keys of a note in hex, the newest first; notes of older versions hold the last change alone."""
    listed = noted.get("known", "").split(",")
    return list(dict.fromkeys(key for key in (*listed, noted.get("key", ""), noted.get("registered", "")) if key))

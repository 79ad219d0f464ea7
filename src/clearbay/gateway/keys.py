"""SM4 keys that were changed over the wire (HJ 212-2025, command 1014), kept beside the store."""

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
    """Keys changed since a logger was registered. The file is readable by its owner only.

    A change is noted with the registered key it replaced, so that an operator who registers another key wins.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        try:
            self._changes: dict[str, dict[str, str]] = json.loads(self._path.read_text())
        except FileNotFoundError:
            self._changes = {}

    def apply(self, registry: Registry) -> None:
        """Put the changed keys in force where the registered ones are those they replaced."""
        for mn, change in self._changes.items():
            logger = registry.loggers.get(mn)
            if logger is not None and logger.key.hex() == change["registered"]:
                registry.add(replace(logger, key=bytes.fromhex(change["key"])))

    def change(self, registry: Registry, mn: str, key: bytes) -> None:
        """Change a logger's key, durably, then put it in force."""
        logger = registry.loggers[mn]
        registered = self._changes.get(mn, {"registered": logger.key.hex()})["registered"]
        self._changes[mn] = {"registered": registered, "key": key.hex()}
        previous = os.umask(0o077)
        try:
            replace_file(self._path, json.dumps(self._changes).encode())
        finally:
            os.umask(previous)
        registry.set_key(mn, key)

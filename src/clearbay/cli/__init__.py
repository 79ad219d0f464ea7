"""The command `clearbay`: thin, one module a command, loaded when it is called."""

from clearbay.cli.root import main

__all__ = ["main"]

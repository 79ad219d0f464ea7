"""Clearbay: what is being emitted, did it comply, and is what was promised getting done."""

__version__ = "0.1.0"

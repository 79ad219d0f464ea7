"""The root of every error that Clearbay raises on purpose."""


class ClearbayError(Exception):
    """Something a person can act on: the message says what was wrong, where, and what to do."""

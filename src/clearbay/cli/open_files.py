"""How many files a service may have open: every logger and every browser is one."""

import sys

CONNECTIONS = 12_000
"""Loggers and browsers of a service (what the gateway and the pages let in at most)."""

SPARE = 512
"""Files of our own: databases, their logs, libraries, sockets."""


def allow_open_files(connections: int) -> None:
    """Raise the soft limit of open files to what so many connections need, as far as the hard limit lets.

    The usual soft limit of 1,024 would let open pages keep loggers out.
    """
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  not on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + SPARE
    if soft != resource.RLIM_INFINITY and soft < wanted:
        top = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, top), hard))

"""Answers that many open pages ask for at once, kept for a moment."""

import threading
import time
from collections.abc import Callable, Hashable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

MOST = 4096
"""Answers kept of one function; a crawler over all points must not fill the memory."""


def kept(seconds: float) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Keep what a function answers for so many seconds, by its arguments; it is asked once at a time for each."""

    def wrap(function: Callable[P, T]) -> Callable[P, T]:
        answers: dict[Hashable, tuple[float, T]] = {}
        asking: dict[Hashable, threading.Lock] = {}
        guard = threading.Lock()

        @wraps(function)
        def asked(*args: P.args, **kwargs: P.kwargs) -> T:
            key = (args, tuple(sorted(kwargs.items())))
            with guard:
                lock = asking.setdefault(key, threading.Lock())
            with lock:
                found = answers.get(key)
                if found is not None and time.monotonic() - found[0] < seconds:
                    return found[1]
                answer = function(*args, **kwargs)
                with guard:
                    if len(answers) >= MOST:
                        answers.clear()
                        asking.clear()
                    answers[key] = (time.monotonic(), answer)
                return answer

        return asked

    return wrap

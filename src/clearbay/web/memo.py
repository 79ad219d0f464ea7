"""Answers that many open pages ask for at once, kept for a moment."""

import threading
import time
from collections.abc import Callable, Hashable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

MOST = 4096
"""Answers kept of one function at most; a crawler over all points must not fill the memory."""


def kept(seconds: float) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Keep what a function answers for so many seconds, by its arguments; it is asked once at a time for each.

    What is too old to be given again is let go, at most `seconds` later when anything is asked: arguments that name an
    instant never come again, and their answers may be large. `asked.answers` are those held, for looking at.
    """

    def wrap(function: Callable[P, T]) -> Callable[P, T]:
        answers: dict[Hashable, tuple[float, T]] = {}
        asking: dict[Hashable, threading.Lock] = {}
        guard = threading.Lock()
        swept = time.monotonic()

        def let_go(now: float) -> None:
            nonlocal swept
            if now - swept >= seconds:
                swept = now
                for old in [key for key, (at, _) in answers.items() if now - at >= seconds]:
                    del answers[old]
                    asking.pop(old, None)
            if max(len(answers), len(asking)) >= MOST:
                answers.clear()
                asking.clear()

        @wraps(function)
        def asked(*args: P.args, **kwargs: P.kwargs) -> T:
            key = (args, tuple(sorted(kwargs.items())))
            with guard:
                let_go(time.monotonic())
                lock = asking.setdefault(key, threading.Lock())
            with lock:
                found = answers.get(key)
                if found is not None and time.monotonic() - found[0] < seconds:
                    return found[1]
                answer = function(*args, **kwargs)
                with guard:
                    answers[key] = (time.monotonic(), answer)
                return answer

        asked.answers = answers  # type: ignore[attr-defined]
        return asked

    return wrap

"""Running something in an event loop until it ends or a signal asks it to."""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine


def run(main: Callable[[], Coroutine[None, None, int]]) -> int:
    """Run a coroutine on the fastest loop there is; give its exit code."""
    if sys.platform == "win32":
        return asyncio.run(main())
    import uvloop  # noqa: PLC0415  not installed on Windows

    return uvloop.run(main())


async def until_stopped(work: Awaitable[None]) -> None:
    """Wait for `work`, or for SIGINT or SIGTERM. What `work` raises is raised."""
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGTERM, signal.SIGINT)
    for number in numbers:
        if sys.platform == "win32":
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(asked.set))
        else:
            loop.add_signal_handler(number, asked.set)
    task, waiting = asyncio.ensure_future(work), asyncio.create_task(asked.wait())
    done, _ = await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if task in done:
        task.result()
    else:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

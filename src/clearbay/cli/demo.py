"""`clearbay demo`: the example district with simulated loggers, for looking around and for checking an installation."""

import asyncio
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from rich.console import Console

from clearbay.casebook import Casebook
from clearbay.cli.account import FILE
from clearbay.cli.console import console, speaks_of_errors
from clearbay.cli.language import Language, language, language_option
from clearbay.cli.loop import run, until_stopped
from clearbay.cli.up import FOLDER, PORT, first_account, say, show, show_stopped
from clearbay.platform.alarm_service import alarms
from clearbay.platform.demonstration import STEERING, Demonstration
from clearbay.platform.self_checks import Check, checks, judged

JUDGED_WITHIN_S = 120.0
ANSWER_WITHIN_S = 20.0
PAGES = ("", "points", "findings", "loggers", "packets", "plans", "api/openapi.json")
"""Pages that must answer; those of every site and point are asked, too."""


@click.command()
@click.option("--speed", default=60.0, show_default=True, help="Simulated seconds for each second.")
@click.option("--data", type=FOLDER, help="Folder to keep the demonstration in; default: a temporary one.")
@click.option(
    "--once", is_flag=True, help="Fill the pages, check everything, print the checks and end (exit code 1: bad)."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where the gateway listens.")
@click.option("--port", type=PORT, default=9212, show_default=True, help="The gateway's port; 0 takes any free one.")
@click.option(
    "--web-port", type=PORT, default=8080, show_default=True, help="The pages' port on 127.0.0.1; 0 takes any free one."
)
@language_option
@speaks_of_errors
def demo(speed: float, data: Path | None, once: bool, host: str, port: int, web_port: int, lang: str | None) -> None:
    """示范区演示。 Run the example district: simulated loggers speak HJ 212 over TCP to a real gateway.

    The first start compiles the plant's model, which takes about half a minute. With --data a demonstration that was
    stopped, or killed, goes on where it was.
    """
    speak = language(lang)
    with ExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="clearbay-demo-")))

        async def main() -> int:
            from clearbay.cli.serving import served, settings_for  # noqa: PLC0415  pulls in the pages

            began, shown = time.monotonic(), console()
            demonstration = Demonstration(folder, speed=speed, host=host, port=port)
            service = demonstration.service
            casebook = Casebook(service.where.data / FILE, wall=lambda: datetime.now(UTC))
            settings = settings_for(casebook, "127.0.0.1", web_port, "", (), speak)
            code = 0
            try:
                await demonstration.start()
                async with (
                    served(service.live, casebook, settings) as address,
                    alarms(service.live, casebook, service.where.data, address),
                ):
                    more = [*_more(demonstration, speed, speak), *first_account(casebook, address, speak)]
                    show(shown, service, address, speak, more)
                    shown.print(say("filling", speak))
                    if once:
                        await demonstration.fill()
                        code = await _once(shown, demonstration, address, began, speak)
                    else:
                        await until_stopped(_live(shown, demonstration, began, speak))
            finally:
                await demonstration.stop()
                casebook.close()
            show_stopped(shown, service, speak)
            return code

        code = run(main)
    raise click.exceptions.Exit(code)


async def _live(shown: Console, demonstration: Demonstration, began: float, speak: Language) -> None:
    """Fill the pages, say so, and go on until asked to stop."""
    await demonstration.fill()
    stored = demonstration.service.gateway.counters.total().stored
    shown.print(say("filled", speak, n=stored, seconds=time.monotonic() - began))
    await demonstration.serve()


def _more(demonstration: Demonstration, speed: float, speak: Language) -> list[tuple[str, str]]:
    live = demonstration.service.live
    now = live.now().astimezone(ZoneInfo(live.district().zone))
    lines = [(say("time", speak), say("time_is", speak, now=f"{now:%Y-%m-%d %H:%M}", speed=speed))]
    if demonstration.resumed:
        lines.append((say("resumed", speak), say("resumed_at", speak)))
    socket = demonstration.service.where.data / STEERING
    return [*lines, (say("faults", speak), say("faults_at", speak, path=socket))]


async def _once(shown: Console, demonstration: Demonstration, address: str, began: float, speak: Language) -> int:
    """Wait until all is judged, check everything, print it; 0 when all is as it must be."""
    service = demonstration.service
    demonstration.clock.pause()
    await demonstration.fleet.settled()
    found: list[Check] = []
    if not await judged(service, patience_s=JUDGED_WITHIN_S):
        said = say("not_judged", speak, seconds=JUDGED_WITHIN_S)
        found.append(Check(said, said, "", good=False))
    found += await asyncio.to_thread(checks, service)
    district = service.live.district()
    paths = [
        *PAGES,
        *(f"points/{p.point_id}" for p in district.points),
        *(f"sites/{s.site_id}" for s in district.sites),
    ]
    for path in paths:
        found.append(await asyncio.to_thread(_page, address, path))
    for check in found:
        mark, style = ("✓", "green") if check.good else ("✗", "red")
        shown.print(f"{mark} {check.zh if speak == 'zh' else check.en}: {check.found}", style=style)
    bad, seconds = sum(not check.good for check in found), time.monotonic() - began
    shown.print(say("once_bad" if bad else "once_good", speak, n=bad, seconds=seconds), style="bold")
    return 1 if bad else 0


def _page(address: str, path: str) -> Check:
    """Ask for a page."""
    began = time.perf_counter()
    try:
        with urllib.request.urlopen(address + path, timeout=ANSWER_WITHIN_S) as reply:
            size, status = len(reply.read()), reply.status
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        return Check(f"页面 /{path}", f"page /{path}", str(error), good=False)
    took = 1000 * (time.perf_counter() - began)
    return Check(
        f"页面 /{path}", f"page /{path}", f"{status}, {size / 1000:.0f} kB, {took:.0f} ms", status == 200 and size > 0
    )

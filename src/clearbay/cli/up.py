"""`clearbay up`: gateway, store, continuous assessment and pages of a district, in one process."""

from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from clearbay.casebook import Casebook
from clearbay.cli.account import FILE
from clearbay.cli.console import console, speaks_of_errors
from clearbay.cli.language import Language, language, language_option
from clearbay.cli.loop import run, until_stopped
from clearbay.cli.open_files import CONNECTIONS, allow_open_files
from clearbay.cli.up_words import WORDS
from clearbay.platform.alarm_service import alarms
from clearbay.platform.service import Service, Where

FOLDER = click.Path(file_okay=False, path_type=Path)
PORT = click.IntRange(0, 65_535)


@click.command()
@click.argument("district", type=click.Path(file_okay=False, exists=True, path_type=Path))
@click.option("--data", type=FOLDER, help="Folder of packets, findings and what people write; default: DISTRICT-data.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where loggers reach the gateway.")
@click.option("--port", type=PORT, default=9212, show_default=True, help="The gateway's port; 0 takes any free one.")
@click.option("--web-host", default="127.0.0.1", show_default=True, help="Where the pages are served.")
@click.option("--web-port", type=PORT, default=8080, show_default=True, help="The pages' port; 0 takes any free one.")
@click.option(
    "--public-url",
    default="",
    help="How readers outside reach the pages, such as https://bay.example.org: for the QR code and for notices.",
)
@click.option("--trusted-host", multiple=True, help="A further name that readers reach the pages by; may be repeated.")
@language_option
@speaks_of_errors
def up(
    district: Path,
    data: Path | None,
    host: str,
    port: int,
    web_host: str,
    web_port: int,
    public_url: str,
    trusted_host: tuple[str, ...],
    lang: str | None,
) -> None:
    """运行一个示范区。 Run DISTRICT until Ctrl-C or SIGTERM: take packets, judge them, serve the pages.

    What was taken is on disk before it is answered, so that the service may be killed at any time.
    """
    # A folder within the district's own would be taken for a part of it.
    where = Where(district, data or district.resolve().parent / f"{district.resolve().name}-data", host, port)
    speak = language(lang)

    async def main() -> int:
        from clearbay.cli.serving import served, settings_for  # noqa: PLC0415  pulls in the pages

        allow_open_files(CONNECTIONS)
        # Before the store is opened and anything listens: who may read is settled first.
        with closing(Casebook(where.data / FILE)) as casebook:
            settings = settings_for(casebook, web_host, web_port, public_url, trusted_host, speak)
            service = Service(where)
            try:
                await service.start()
                async with (
                    served(service.live, casebook, settings) as address,
                    alarms(service.live, casebook, where.data, public_url or address),
                ):
                    show(console(), service, address, speak, first_account(casebook, address, speak))
                    await until_stopped(service.serve())
            finally:
                await service.stop()
        show_stopped(console(), service, speak)
        if service.gateway.intake.failure is not None:
            raise service.gateway.intake.failure
        return 0

    raise click.exceptions.Exit(run(main))


def first_account(casebook: Casebook, address: str, speak: Language) -> list[tuple[str, str]]:
    """Say how the first account is made, while there is none: a token that holds for an hour, once."""
    if casebook.accounts.any():
        return []
    token = casebook.accounts.setup_token(datetime.now(UTC))
    return [(say("first_account", speak), say("first_account_at", speak, address=address, token=token))]


def say(key: str, speak: Language, **values: object) -> str:
    """Give a line of `WORDS` in a language."""
    return WORDS[key][0 if speak == "zh" else 1].format(**values)


def show(shown: Console, service: Service, address: str, speak: Language, more: Sequence[tuple[str, str]] = ()) -> None:
    """Say what runs where; `more` are further lines (heading, text)."""
    district = service.live.district()
    shown.print(f"{district.name.zh}  {district.name.en}", style="bold")
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    table.add_row(say("pages", speak), address)
    loggers = say("loggers_at", speak, host=service.where.host, port=service.port, n=len(district.loggers))
    table.add_row(say("loggers", speak), loggers)
    table.add_row(say("district", speak), say("district_at", speak, folder=service.where.district))
    table.add_row(say("data", speak), str(service.where.data))
    for heading, text in more:
        table.add_row(heading, text)
    table.add_row(say("stop", speak), say("stop_how", speak))
    shown.print(table)


def show_stopped(shown: Console, service: Service, speak: Language) -> None:
    """Say what came in, once everything is on disk."""
    total = service.gateway.counters.total()
    numbers = {"received": total.received, "stored": total.stored, "refused": total.refused}
    shown.print(say("stopped", speak, duplicate=total.duplicate, **numbers))

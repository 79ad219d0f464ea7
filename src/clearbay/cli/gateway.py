"""`clearbay gateway`: run the gateway, look at it, send commands to loggers through it."""

import asyncio
import json
import signal
import sys
from pathlib import Path

import click

from clearbay.cli.open_files import allow_open_files
from clearbay.gateway.control import ask
from clearbay.gateway.settings import Limits, Settings, read_network, read_upper
from clearbay.vocabulary.errors import ClearbayError

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(dir_okay=False, exists=True, path_type=Path)


@click.group()
def gateway() -> None:
    """The HJ 212 gateway. 数据接收网关。"""


@gateway.command()
@click.option("--store", required=True, type=_FOLDER, help="Folder of the store; made when it is not there.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65_535), default=9212, show_default=True, help="0 takes any free port.")
@click.option("--loggers", type=_FILE, help="CSV of loggers: mn,st,pw,version,key,minutes,name.")
@click.option("--accept-unknown", is_flag=True, help="Take data from loggers that are not registered.")
@click.option("--allow", multiple=True, help="Address or network that may connect (may be repeated).")
@click.option("--tls-cert", type=_FILE, help="Certificate chain, PEM.")
@click.option("--tls-key", type=_FILE, help="Private key, PEM.")
@click.option("--metrics-port", type=click.IntRange(0, 65_535), help="Port of the Prometheus page.")
@click.option("--forward", multiple=True, help="Pass packets on: name=host:port (may be repeated).")
@click.option(
    "--min-free-mb", default=256, show_default=True, help="Free space kept; below it nothing is acknowledged."
)
@click.option("--idle-s", default=7500.0, show_default=True, help="Silence after which a peer is dropped.")
@click.option("--unfinished-s", default=60.0, show_default=True, help="How long a frame may stay unfinished.")
@click.option("--connections", default=10_000, show_default=True)
@click.option("--connections-per-address", default=1_000, show_default=True)
@click.option("--bytes-per-s", default=4e6, show_default=True, help="Rate allowed to one connection.")
@click.option("--set-clocks/--no-set-clocks", default=True, help="Answer a request for the time (1013) with 1012.")
def run(
    store: Path,
    host: str,
    port: int,
    loggers: Path | None,
    accept_unknown: bool,
    allow: tuple[str, ...],
    tls_cert: Path | None,
    tls_key: Path | None,
    metrics_port: int | None,
    forward: tuple[str, ...],
    min_free_mb: int,
    idle_s: float,
    unfinished_s: float,
    connections: int,
    connections_per_address: int,
    bytes_per_s: float,
    set_clocks: bool,
) -> None:
    """Run the gateway until SIGTERM or SIGINT; then what was taken is committed and answered before it ends."""
    try:
        settings = Settings(
            store=store,
            host=host,
            port=port,
            loggers=loggers,
            accept_unknown=accept_unknown,
            allow=tuple(read_network(text) for text in allow),
            certificate=tls_cert,
            private_key=tls_key,
            metrics_port=metrics_port,
            uppers=tuple(read_upper(text) for text in forward),
            min_free_bytes=min_free_mb << 20,
            limits=Limits(
                connections=connections,
                connections_per_address=connections_per_address,
                bytes_per_s=bytes_per_s,
                idle_s=idle_s,
                unfinished_s=unfinished_s,
            ),
            set_clocks=set_clocks,
        )
        if sys.platform == "win32":
            asyncio.run(_run(settings))
        else:
            import uvloop  # noqa: PLC0415  not installed on Windows

            uvloop.run(_run(settings))
    except (ClearbayError, OSError) as error:
        raise click.ClickException(str(error)) from error


async def _run(settings: Settings) -> None:
    from clearbay.gateway.service import Gateway  # noqa: PLC0415  pulls in the compiled kernels

    allow_open_files(settings.limits.connections)
    service = Gateway(settings)
    await service.start()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, service.request_stop)
    extra = f" · metrics http://{settings.host}:{service.metrics_port}/metrics" if service.metrics_port else ""
    click.echo(f"HJ 212 网关 gateway {settings.host}:{service.port} · {settings.store}{extra}")
    sys.stdout.flush()
    await service.serve()
    failure = service.intake.failure
    await service.stop()
    total = service.counters.total()
    click.echo(f"已停止 stopped: {total.received} = {total.stored} + {total.refused} + {total.duplicate}")
    if failure is not None:
        raise failure


def _ask(store: Path, request: dict[str, object]) -> dict[str, object]:
    try:
        return ask(store, request)
    except ClearbayError as error:
        raise click.ClickException(str(error)) from error


@gateway.command()
@click.option("--store", required=True, type=_FOLDER)
@click.option("--json", "as_json", is_flag=True, help="Everything, as JSON.")
def status(store: Path, as_json: bool) -> None:
    """Show what a running gateway received and what became of it."""
    reply = _ask(store, {"do": "status"})
    if as_json:
        click.echo(json.dumps(reply, ensure_ascii=False, indent=1))
        return
    loggers = reply["loggers"]
    total = reply["total"]
    assert isinstance(loggers, dict)
    assert isinstance(total, dict)
    click.echo(f"{'MN':26}{'收到 received':>14}{'入库 stored':>14}{'重复 dup':>10}{'拒收 refused':>13}{'应答 ack':>12}")
    for mn, count in [*loggers.items(), ("合计 total", total)]:
        row = [count[name] for name in ("received", "stored", "duplicate", "refused", "acknowledged")]
        click.echo(f"{mn:26}{row[0]:>16}{row[1]:>16}{row[2]:>12}{row[3]:>15}{row[4]:>14}")
    click.echo(
        f"连接 connections {reply['connections']} · 提交 commits {reply['commits']} · "
        f"落盘 durable {reply['durable_ms']} ms · 平衡 balanced {'是 yes' if total['balanced'] else '否 NO'}"
    )
    if reply["full"]:
        click.echo(f"磁盘已满，停止应答 disk full, not acknowledging: {reply['full']}")
    if reply["reasons"]:
        click.echo(f"原因 reasons: {reply['reasons']}")


@gateway.command()
@click.argument("mn")
@click.argument("cn")
@click.argument("fields", nargs=-1)
@click.option("--store", required=True, type=_FOLDER)
@click.option("--time-out-s", default=10.0, show_default=True)
def command(mn: str, cn: str, fields: tuple[str, ...], store: Path, time_out_s: float) -> None:
    """Send command CN with FIELDS (name=value) to logger MN and wait for the result."""
    pairs = [text.partition("=") for text in fields]
    if any(not equals for _, equals, _ in pairs):
        raise click.ClickException("fields are name=value, e.g. PolId=w01018")
    asked: dict[str, object] = {
        "do": "command",
        "mn": mn,
        "cn": cn,
        "fields": [[name, value] for name, _, value in pairs],
        "time_out_s": time_out_s,
    }
    reply = _ask(store, asked)
    click.echo(json.dumps(reply, ensure_ascii=False, indent=1))
    sys.exit(0 if reply["done"] else 1)


@gateway.command()
@click.option("--store", required=True, type=_FOLDER)
def reload(store: Path) -> None:
    """Read the file of loggers again."""
    click.echo(json.dumps(_ask(store, {"do": "reload"})))


@gateway.command()
@click.option("--store", required=True, type=_FOLDER)
def stop(store: Path) -> None:
    """Ask a running gateway to stop."""
    _ask(store, {"do": "stop"})

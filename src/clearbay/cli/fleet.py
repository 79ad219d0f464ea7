"""`clearbay fleet`: run the simulated loggers of a district, and let things go wrong while they run."""

import asyncio
import json
import signal
from datetime import UTC, datetime
from pathlib import Path

import click

from clearbay.fleet import Clock, Fleet, Kind, Manners
from clearbay.fleet.clock import BEIJING
from clearbay.fleet.steering import ask, serve_steering
from clearbay.vocabulary.errors import ClearbayError

_FOLDER = click.Path(file_okay=False, exists=True, path_type=Path)
_SOCKET = click.option(
    "--socket",
    type=click.Path(path_type=Path),
    default=Path("fleet.sock"),
    show_default=True,
    help="Where a running fleet listens. 控制套接字。",
)
_SHOWN_S = 10.0


@click.group()
def fleet() -> None:
    """Simulated loggers that speak HJ 212. 模拟数采仪机群（数据为模拟）。"""


@fleet.command()
@click.argument("district", type=_FOLDER)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=9212, show_default=True)
@click.option("--speed", default=1.0, show_default=True, help="Simulated seconds for every second. 倍速。")
@click.option("--start", help="Where simulated time begins, 2026-03-15T00:00; without it, now. 模拟开始时刻。")
@click.option("--seed", default=20260301, show_default=True, help="The same seed and start give the same values.")
@click.option("--no-history", is_flag=True, help="Do not send the days before the start first. 不补传历史。")
@click.option("--time-out-s", default=10.0, show_default=True, help="Wait for an answer, HJ 212-2017 Table 1.")
@click.option("--window", default=32, show_default=True, help="Packets sent and not yet answered, of one logger.")
@_SOCKET
def run(
    district: Path,
    host: str,
    port: int,
    speed: float,
    start: str | None,
    seed: int,
    no_history: bool,
    time_out_s: float,
    window: int,
    socket: Path,
) -> None:
    """Run the loggers of a district folder until SIGTERM or SIGINT."""
    from clearbay.district import read_district  # noqa: PLC0415  steering alone needs neither districts nor twins
    from clearbay.platform.demo_fleet import demo_fleet  # noqa: PLC0415

    try:
        moment = _moment(start) if start else None
        clock = Clock(moment, speed)
        made = demo_fleet(read_district(district), clock.now(), seed=seed, history={} if no_history else None)
        for name in made.left_out:
            click.echo(f"无模拟来源 nothing simulates {name}", err=True)
        one = Fleet(made.plan, host=host, port=port, clock=clock, manners=Manners(time_out_s=time_out_s, window=window))
        asyncio.run(_run(one, socket))
    except (ClearbayError, OSError) as error:
        raise click.ClickException(str(error)) from error


async def _run(one: Fleet, socket: Path) -> None:
    loop = asyncio.get_running_loop()
    if not one.clock.real:
        one.clock.pause()  # a chosen time begins when everything is ready
        await one.prepare()
        one.clock.resume()
    running = asyncio.create_task(one.run())
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, one.request_stop)
    server = await serve_steering(one, socket)
    click.echo(
        f"模拟机群 simulated fleet: {len(one.loggers)} 台数采仪 loggers · {one.clock.factor:g}× · {socket}\n"
        "数据为模拟，不是任何真实地方的测量。 The data are simulated; they are no measurements of any place."
    )
    try:
        while not running.done():
            await asyncio.wait([running], timeout=_SHOWN_S)
            click.echo(_line(one.status()))
        await running
    finally:
        server.close()
        socket.unlink(missing_ok=True)
    counts = one.counts()
    click.echo(f"已停止 stopped: 发送 sent {counts.sent}, 应答 acknowledged {counts.acknowledged}")


def _line(status: dict[str, object]) -> str:
    local = datetime.fromisoformat(str(status["time"])).astimezone(BEIJING)
    return (
        f"{local:%Y-%m-%d %H:%M:%S} · 在线 connected {status['connected']}/{status['loggers']} · "
        f"发送 sent {status['sent']} · 应答 acknowledged {status['acknowledged']} · 待发 waiting {status['waiting']} · "
        f"故障 faults {status['faults']}"
    )


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no date or time (2026-03-15T00:00)") from None
    return moment.replace(tzinfo=BEIJING) if moment.tzinfo is None else moment.astimezone(UTC)


def _ask(socket: Path, request: dict[str, object]) -> dict[str, object]:
    try:
        return ask(socket, request)
    except ClearbayError as error:
        raise click.ClickException(str(error)) from error


@fleet.command()
@click.argument("kind", type=click.Choice([kind.value for kind in Kind]))
@click.option("--logger", "loggers", multiple=True, help="MN or pattern (may be repeated); without it, all.")
@click.option("--code", "codes", multiple=True, help="Code as the logger sends it (may be repeated); without it, all.")
@click.option("--from", "start", help="Simulated time it begins, 2026-03-15T08:00; without it, now.")
@click.option("--to", "end", help="Simulated time it ends; without it, it lasts until cleared.")
@click.option("--value", type=float, help="clock_skew: seconds fast; drift: share an hour; exceedance: value shown.")
@click.option("--factor", type=float, help="exceedance: what values are multiplied by.")
@click.option("--flag", default="", help="wrong_flag: the data mark sent (N F M S D C T B).")
@_SOCKET
def inject(
    kind: str,
    loggers: tuple[str, ...],
    codes: tuple[str, ...],
    start: str | None,
    end: str | None,
    value: float | None,
    factor: float | None,
    flag: str,
    socket: Path,
) -> None:
    """Let something go wrong in a running fleet. 注入故障。

    \b
    drop_out    nothing is measured: a gap for ever        缺失
    late        the line is down; a supplement follows     断线后补传
    resend      every packet is sent twice                 重复发送
    bad_crc     packets are damaged once on the way        CRC 错
    cut         the connection ends within a packet        传输中断
    clock_skew  the logger's clock is --value s fast       时钟偏差
    drift       values rise by the share --value an hour   漂移
    frozen      a sensor shows its last value              数值冻结
    exceedance  values times --factor, or set to --value   超标
    wrong_flag  values carry the mark --flag               数据标记错误
    """
    request: dict[str, object] = {
        "do": "inject",
        "kind": kind,
        "loggers": list(loggers),
        "codes": list(codes),
        "start": _moment(start).isoformat() if start else None,
        "end": _moment(end).isoformat() if end else None,
        "value": value,
        "factor": factor,
        "flag": flag,
    }
    _say(_ask(socket, request))


@fleet.command()
@_SOCKET
def faults(socket: Path) -> None:
    """List the faults injected so far. 列出故障。"""
    found = _ask(socket, {"do": "faults"})["faults"]
    assert isinstance(found, list)
    for fault in found:
        _say(fault)
    if not found:
        click.echo("没有故障 no faults")


@fleet.command()
@click.argument("fault_id", default="all")
@_SOCKET
def clear(fault_id: str, socket: Path) -> None:
    """End a fault (f1), or all of them. 清除故障。"""
    ended = _ask(socket, {"do": "clear", "fault_id": fault_id})["ended"]
    assert isinstance(ended, list)
    for fault in ended:
        _say(fault)
    if not ended:
        click.echo("没有故障 no faults")


@fleet.command()
@click.option("--json", "as_json", is_flag=True, help="Everything, as JSON.")
@_SOCKET
def status(as_json: bool, socket: Path) -> None:
    """Show where a running fleet stands. 运行状态。"""
    found = _ask(socket, {"do": "status"})
    click.echo(json.dumps(found, indent=1) if as_json else _line(found))


def _say(fault: dict[str, object]) -> None:
    def local(name: str) -> str:
        text = fault.get(name)
        return f"{datetime.fromisoformat(str(text)).astimezone(BEIJING):%Y-%m-%d %H:%M:%S}" if text else "…"

    def listed(name: str) -> str:
        found = fault.get(name)
        return ", ".join(map(str, found)) if isinstance(found, list) and found else "全部 all"

    parts = [f"{fault['fault_id']} {fault['kind']}"]
    parts += [f"{name} {fault[name]:g}" for name in ("value", "factor") if isinstance(fault.get(name), int | float)]
    parts += [f"flag {fault['flag']}"] if fault.get("flag") else []
    parts += [listed("loggers"), listed("codes"), f"{local('start')} – {local('end')}"]
    click.echo(" · ".join(parts))

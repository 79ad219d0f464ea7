"""`clearbay store`: verify, seal, back up, map, re-decode and read a store."""

import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from clearbay.gateway.control import NoService, ask
from clearbay.gateway.keys import KeyRing
from clearbay.store import Store, read_channel_map, reading
from clearbay.store.backup import back_up
from clearbay.store.checking import check_store
from clearbay.store.redecoding import redecode as redecode_packets
from clearbay.store.sealing import seal_month
from clearbay.vocabulary.errors import ClearbayError

_FOLDER = click.Path(file_okay=False, exists=True, path_type=Path)


@click.group()
def store() -> None:
    """The store of packets and observations. 数据仓。"""


def _do(folder: Path, request: dict[str, object], own: Callable[[Store], dict[str, object]]) -> dict[str, object]:
    """Have the service that owns the store do it, or do it here when none runs."""
    try:
        try:
            return ask(folder, request)
        except NoService:
            with Store(folder) as opened:
                return own(opened)
    except (ClearbayError, OSError) as error:
        raise click.ClickException(str(error)) from error


@store.command()
@click.argument("folder", type=_FOLDER)
def check(folder: Path) -> None:
    """Verify counts and digests; the exit status is 1 when something is wrong."""
    found = _do(folder, {"do": "check"}, lambda opened: asdict(check_store(opened)))
    click.echo(
        f"{found['packets']} 个数据包 packets · {found['observations']} 个观测值 observations · "
        f"{found['series']} 个序列 series · {found['sealed_files']} 个封存文件 sealed files"
    )
    problems = found["problems"]
    assert isinstance(problems, list | tuple)
    for problem in problems:
        click.echo(f"✗ {problem}")
    click.echo("✓ 完好 sound" if not problems else f"{len(problems)} 处问题 problems")
    sys.exit(1 if problems else 0)


@store.command()
@click.argument("folder", type=_FOLDER)
@click.argument("month")
def seal(folder: Path, month: str) -> None:
    """Seal MONTH (2026-10) to Parquet."""
    found = _do(folder, {"do": "seal", "month": month}, lambda opened: asdict(seal_month(opened, month)))
    click.echo(f"{month}: {found['packets']} packets, {found['observations']} observations → {found['folder']}")


@store.command()
@click.argument("folder", type=_FOLDER)
@click.argument("target", type=click.Path(file_okay=False, path_type=Path))
def backup(folder: Path, target: Path) -> None:
    """Copy the store to TARGET while it is written to."""
    found = _do(
        folder,
        {"do": "backup", "target": str(target.absolute())},
        lambda opened: {"target": str(back_up(opened, target))},
    )
    click.echo(f"✓ {found['target']}")


@store.command()
@click.argument("folder", type=_FOLDER)
@click.argument("mn")
def redecode(folder: Path, mn: str) -> None:
    """Decode all packets of logger MN again, with the channel map in force."""
    found = _do(
        folder, {"do": "redecode", "mn": mn}, lambda opened: asdict(redecode_packets(opened, mn, KeyRing(folder).known))
    )
    told = f"{found['packets']} 个数据包 packets · 新增 added {found['added']} · 撤回 withdrawn {found['withdrawn']}"
    click.echo(told + (f" · 未读 unread {found['unread']}" if found["unread"] else ""))


@store.command("map")
@click.argument("folder", type=_FOLDER)
@click.argument("channels", type=click.Path(dir_okay=False, exists=True, path_type=Path))
def enter_map(folder: Path, channels: Path) -> None:
    """Put the channel map CHANNELS (a CSV file) in force."""

    def own(opened: Store) -> dict[str, object]:
        rows = read_channel_map(channels)
        return {"revision": opened.set_channels(rows, _now()), "rows": len(rows)}

    found = _do(folder, {"do": "map", "channels": str(channels.absolute())}, own)
    click.echo(f"通道表 channel map revision {found['revision']}: {found['rows']} rows")


@store.command()
@click.argument("folder", type=_FOLDER)
@click.argument("point")
@click.argument("code")
@click.option("--basis", default="raw", show_default=True)
def latest(folder: Path, point: str, code: str, basis: str) -> None:
    """Show the latest values of a series."""

    def own(opened: Store) -> dict[str, object]:
        return {"values": opened.latest(point, code, basis)}

    found = _do(folder, {"do": "latest", "point": point, "code": code, "basis": basis}, own)
    values = found["values"]
    assert isinstance(values, list)
    for statistic, period_s, time, value in values:
        click.echo(f"{time} {statistic} {period_s} s: {value}")
    if not values:
        raise click.ClickException(f"nothing of {code} ({basis}) at {point}")


@store.command()
@click.argument("folder", type=_FOLDER)
def counts(folder: Path) -> None:
    """Count packets by logger, verdict and reason (no service may run)."""

    def own(opened: Store) -> dict[str, object]:
        con = opened.cursor()
        rows = reading.packet_counts(con, opened.manifest, opened.folder)
        con.close()
        return {"rows": rows}

    found = _do(folder, {"do": "counts"}, own)
    rows = found["rows"]
    assert isinstance(rows, list)
    for mn, verdict, reason, number in rows:
        click.echo(f"{mn or '-':26} {('accepted', 'duplicate', 'refused')[verdict]:10} {reason or '-':16} {number}")


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)

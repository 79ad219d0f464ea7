"""`clearbay hj212`: look at frames, and send them."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click

from clearbay.gateway.registry import RegistryError, read_key
from clearbay.gateway.sending import SendError, generated_frames, send_frames
from clearbay.hj212.explain import explain
from clearbay.hj212.framing import Framer

_PIECE = 1 << 16


@click.group()
def hj212() -> None:
    """HJ 212 frames: explain them, send them. 查看与发送 HJ 212 数据包。"""


@hj212.command()
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--key", default="", help="SM4 key: 16 characters or 32 hex digits (HJ 212-2025).")
@click.option("--only-bad", is_flag=True, help="Show only what is refused.")
def check(file: str, key: str, only_bad: bool) -> None:
    """Say what each frame of FILE (- for standard input) is, and what is wrong with it.

    Lines that begin with # are comments. The exit status is 1 when something was refused.
    """
    try:
        sm4 = read_key(key, "--key") or None
    except RegistryError as error:
        raise click.ClickException(str(error)) from error
    good = bad = 0
    framer = Framer()
    try:
        for data in _pieces(file):
            for event in framer.feed(data) if data else framer.close():
                fine, lines = explain(event, sm4)
                good, bad = good + fine, bad + (not fine)
                if not (fine and only_bad):
                    click.echo("\n".join(lines))
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error
    click.echo(f"{good + bad} 条：{good} 条有效，{bad} 条拒收 ({good} good, {bad} refused)")
    sys.exit(1 if bad else 0)


def _pieces(file: str) -> Iterator[bytes]:
    """The bytes of a file without comment lines; an empty piece at the end."""
    held = b""
    with sys.stdin.buffer if file == "-" else Path(file).open("rb") as source:
        while data := source.read(_PIECE):
            lines = (held + data).split(b"\n")
            held = lines.pop()
            yield b"".join(line + b"\n" for line in lines if not line.startswith((b"# ", b"#\n")))
            if len(held) > _PIECE:  # no line at all: cipher bytes, or something else
                yield held
                held = b""
    if not held.startswith(b"# "):
        yield held
    yield b""


@hj212.command()
@click.argument("target")
@click.option(
    "--file", type=click.Path(dir_okay=False, exists=True, path_type=Path), help="Frames to play, one a line."
)
@click.option("--loggers", default=1, show_default=True, help="Generated loggers, a connection each.")
@click.option("--frames", default=10, show_default=True, help="Frames a generated logger sends.")
@click.option("--interval", default=0.0, show_default=True, help="Seconds between frames.")
@click.option("--version", type=click.Choice(["2005", "2017", "2025"]), default="2017", show_default=True)
@click.option("--pw", default="123456", show_default=True)
@click.option("--window", default=1, show_default=True, help="Frames sent before an answer is waited for.")
def send(
    target: str,
    file: Path | None,
    loggers: int,
    frames: int,
    interval: float,
    version: str,
    pw: str,
    window: int,
) -> None:
    """Send frames to TARGET (host:port) and show what is answered: from a file, or from generated loggers."""
    host, colon, port = target.rpartition(":")
    if not colon or not port.isdigit():
        raise click.ClickException(f"{target!r} is not host:port")
    started = time.monotonic()
    if file:
        lines = [line for line in file.read_bytes().split(b"\n") if line.startswith(b"##")]
        streams = [[line.rstrip(b"\r") + b"\r\n" for line in lines]]
    else:
        streams = [generated_frames(number, frames, version, pw) for number in range(loggers)]
    try:
        result = send_frames(host, int(port), streams, interval_s=interval, window=window)
    except SendError as error:
        raise click.ClickException(str(error)) from error
    seconds = time.monotonic() - started
    done = f"{result.sent} sent, {result.answered} answered"
    click.echo(f"已发送 {result.sent} 帧，应答 {result.answered} 帧，{seconds:.1f} s ({done})")
    if result.unanswered:
        click.echo(f"要求应答而未得到应答：{result.unanswered} (wanted an answer and got none)")
        sys.exit(1)

"""What the fault tests share: a gateway process, a logger that resends, and what a store must hold afterwards."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from clearbay.gateway.control import ask
from clearbay.store import Store, reading
from clearbay.store.checking import check_store

START = datetime(2026, 11, 1, tzinfo=UTC)


def must(holds: bool, words: str) -> None:
    if not holds:
        raise SystemExit(f"FAILED: {words}")


class Server:
    """A gateway process on a store of its own."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.options = options
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "clearbay", "gateway", "run", "--store", str(self.folder), "--port", "0"]
        command += ["--accept-unknown", "--min-free-mb", "0", "--connections-per-address", "10000", *self.options]

        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        must("127.0.0.1:" in line, f"the gateway did not start: {line!r}")
        self.port = int(line.split("127.0.0.1:")[1].split()[0])

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        must(self.process.wait(60) == 0, "the gateway did not stop in order")

    def status(self) -> dict:
        return ask(self.folder, {"do": "status"})

    def memory_mb(self) -> float:
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0.0


class Device:
    """A logger that keeps what is not acknowledged and sends it again, as the standard has it."""

    def __init__(self, number: int, frames: list[bytes]) -> None:
        self.number = number
        self.frames = frames
        self.acknowledged: set[bytes] = set()
        self.qns = {frame[9:26]: frame for frame in frames}

    async def talk(self, port: int, window: int = 40) -> None:
        """Send until all is acknowledged or the connection ends."""
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return
        waiting: set[bytes] = set()
        todo = [frame for frame in self.frames if frame not in self.acknowledged]
        at = 0
        try:
            while at < len(todo) or waiting:
                while at < len(todo) and len(waiting) < window:
                    writer.write(todo[at])
                    waiting.add(todo[at])
                    at += 1
                answer = await reader.readuntil(b"\r\n")
                frame = self.qns.get(answer[9:26])
                if frame is not None:
                    self.acknowledged.add(frame)
                    waiting.discard(frame)
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()


@contextlib.contextmanager
def store_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="clearbay-fault-", dir=os.environ.get("CLEARBAY_FAULT_DIR")))
    try:
        yield folder / "store"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def accepted(folder: Path) -> dict[bytes, int]:
    """How often each frame is in the store as accepted; the store must be sound."""
    with Store(folder, min_free_bytes=0) as store:
        found = check_store(store)
        must(not found.problems, f"the store has problems: {found.problems}")
        con = store.cursor()
        rows = reading.packets(con, store.manifest, store.folder, verdict=0)["bytes"].to_pylist()
        con.close()
    counts: dict[bytes, int] = {}
    for raw in rows:
        counts[raw] = counts.get(raw, 0) + 1
    return counts


def all_kept_once(devices: list[Device], folder: Path) -> int:
    counts = accepted(folder)
    promised = [frame.rstrip(b"\r\n") for device in devices for frame in device.acknowledged]
    lost = sum(counts.get(raw, 0) == 0 for raw in promised)
    twice = sum(n > 1 for n in counts.values())
    must(lost == 0, f"{lost} acknowledged frames are not in the store")
    must(twice == 0, f"{twice} frames are in the store more than once")
    return len(promised)

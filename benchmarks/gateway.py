"""The gateway under load: one process, fed from another; every frame answered after it is durable in DuckDB.

    python benchmarks/gateway.py

Prints frames per CPU-second of the gateway's process (all its threads) beside wall time, against the limits set.
"""

import argparse
import os
import resource
import selectors
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from clearbay.gateway.control import ask
from clearbay.hj212 import frame_segment

CONNECTIONS = 200
FRAME_BYTES = 400
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def frames_of(logger: int, count: int, begin: int) -> list[bytes]:
    """Frames of 400 bytes on the wire, each with nine values of its own."""
    made = []
    for step in range(begin, begin + count):
        stamp = time.strftime("%Y%m%d%H%M%S", time.gmtime(1_780_000_000 + 30 * step))
        values = ";".join(
            f"w{21000 + i}-Rtd={(step * 7 + i * 13 + logger) % 900 / 10 + 10:.2f},w{21000 + i}-Flag=N" for i in range(9)
        )
        head = f"QN={stamp}{logger:03d};ST=32;CN=2011;PW=123456;MN=010000A8900016F0{logger:08X};Flag=5;"
        text = f"{head}CP=&&DataTime={stamp};{values}"
        made.append(frame_segment(f"{text}&&".encode()))
    assert all(abs(len(frame) - FRAME_BYTES) <= 2 for frame in made)
    return made


class Server:
    def __init__(self, *options: str) -> None:
        self.folder = tempfile.mkdtemp(prefix="clearbay-bench-", dir=os.environ.get("CLEARBAY_BENCH_DIR"))
        command = [sys.executable, "-m", "clearbay", "gateway", "run", "--store", self.folder, "--port", "0"]
        command += ["--accept-unknown", "--bytes-per-s", "1e9", "--connections-per-address", "10000", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        self.port = int(line.split("127.0.0.1:")[1].split()[0])

    def stop(self) -> str:
        self.process.terminate()
        assert self.process.stdout is not None
        words = self.process.stdout.read()
        self.process.wait()
        return words.strip()

    def clean(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def load(server: Server, stock: list[list[bytes]], *, piece: int, window: int) -> tuple[int, float, float, list[float]]:
    """Send each logger's frames in writes of `piece` frames, at most `window` unanswered a connection."""
    writes = [[b"".join(frames[at : at + piece]) for at in range(0, len(frames), piece)] for frames in stock]
    total = sum(map(len, stock))
    selector = selectors.DefaultSelector()
    sockets = [socket.create_connection(("127.0.0.1", server.port)) for _ in stock]
    for number, connection in enumerate(sockets):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setblocking(False)
        selector.register(connection, selectors.EVENT_READ, number)
    at, answered, rest = [0] * len(stock), [0] * len(stock), [b""] * len(stock)
    begun = [0.0] * len(stock)
    waits: list[float] = []
    cpu, started = cpu_seconds(server.process.pid), time.monotonic()
    while sum(answered) < total:
        for number, connection in enumerate(sockets):
            if not rest[number]:
                if at[number] == len(writes[number]) or at[number] * piece - answered[number] + piece > window:
                    continue
                rest[number] = writes[number][at[number]]
                at[number] += 1
                begun[number] = begun[number] or time.monotonic()
            try:
                rest[number] = rest[number][connection.send(rest[number]) :]
            except BlockingIOError:
                continue
        for key, _ in selector.select(0.002):
            data = key.fileobj.recv(1 << 18)
            if not data:
                raise SystemExit("the gateway closed a connection")
            answered[key.data] += data.count(b"\n")
            if begun[key.data]:
                waits.append(time.monotonic() - begun[key.data])
                begun[key.data] = 0.0
    wall = time.monotonic() - started
    used = cpu_seconds(server.process.pid) - cpu
    for connection in sockets:
        connection.close()
    return total, used, wall, sorted(waits)


def measure(name: str, stock: list[list[bytes]], piece: int, window: int, limit: int) -> None:
    server = Server()
    try:
        load(server, [frames[:50] for frames in stock], piece=piece, window=window)
        frames, cpu, wall, waits = load(server, [frames[50:] for frames in stock], piece=piece, window=window)
        rate = frames / cpu
        print(f"{name}: {rate:,.0f} frames/CPU-s (limit {limit:,}: {'met' if rate >= limit else 'NOT MET'})")
        print(f"{name}: {frames / wall:,.0f} frames/s wall, {frames} frames, {cpu:.1f} CPU-s in {wall:.1f} s")
        middle, late = (1000 * waits[int(len(waits) * part)] for part in (0.5, 0.99))
        print(f"{name}: write to answer p50 {middle:.0f} ms, p99 {late:.0f} ms")
        print(f"{name}: memory {memory_mb(server.process.pid):.0f} MB")
        print(f"{name}: {server.stop()}", flush=True)
    finally:
        server.clean()


def light(stock: list[list[bytes]]) -> None:
    """One logger, one frame at a time: how long until its answer, which is sent when it is on disk."""
    server = Server()
    try:
        load(server, [stock[0][:5]], piece=1, window=1)
        _, _, _, waits = load(server, [stock[0][5:205]], piece=1, window=1)
        middle, late = 1000 * waits[100], 1000 * waits[197]
        print(f"light load: durable and answered p50 {middle:.1f} ms, p99 {late:.1f} ms (limit 50 ms)")
        server.stop()
    finally:
        server.clean()


def idle(count: int) -> None:
    """Memory and CPU of a gateway that holds idle connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 2 * count + 1000), hard))
    server = Server()
    try:
        before = memory_mb(server.process.pid)
        sockets = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(count)]
        time.sleep(2)
        cpu = cpu_seconds(server.process.pid)
        time.sleep(5)
        cpu = cpu_seconds(server.process.pid) - cpu
        after = memory_mb(server.process.pid)
        held = ask(Path(server.folder), {"do": "status"})["connections"]
        print(f"{held} idle connections: {after:.0f} MB (limit 400 MB; {before:.0f} MB without)")
        print(f"{held} idle connections: {20 * cpu:.1f} % of a core")
        for connection in sockets:
            connection.close()
        server.stop()
    finally:
        server.clean()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=1500, help="frames a connection sends")
    parser.add_argument("--idle", type=int, default=5000)
    options = parser.parse_args()
    stock = [frames_of(logger, options.frames, 0) for logger in range(CONNECTIONS)]
    measure("bulk writes", stock, piece=100, window=400, limit=50_000)
    measure("one write a frame", stock, piece=1, window=100, limit=20_000)
    light(stock)
    idle(options.idle)


if __name__ == "__main__":
    main()

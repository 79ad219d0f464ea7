"""Reading HJ 212: our scalar reader and batch decoder, and the one parser on PyPI beside them.

    python benchmarks/hj212_parse.py [--peer-python /path/to/python]

Frames and messages per CPU-second on the reference corpus (every message that verifies), best of several passes.
The peer, pyboot-components-netty, needs Python 3.12 or newer and is installed in a virtual environment of its own:

    python3.13 -m venv peer && peer/bin/pip install pyboot-components-netty==1.3.4
"""

import argparse
import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from clearbay.hj212 import Frame, Framer, Item, build_frame, crc16, parse_frame
from clearbay.hj212.batch import ACCEPTED, decode

PASSES = 9


def corpus() -> list[bytes]:
    """Every reference message whose length and CRC hold, without CR LF."""
    folder = Path(os.environ.get("CLEARBAY_REFERENCE_DATA", Path(__file__).parents[2] / "shared" / "data"))
    found = []
    for path in sorted((folder / "hj212" / "messages").glob("*.txt")):
        for line in path.read_bytes().replace(b"\r", b"").split(b"\n"):
            if line.startswith(b"##") and len(line) == int(line[2:6]) + 10 and int(line[-4:], 16) == crc16(line[6:-4]):
                found.append(line)
    if not found:
        raise SystemExit("reference data not found: set CLEARBAY_REFERENCE_DATA")
    return found


def best(work: Callable[[], int]) -> tuple[float, float, int]:
    """Best CPU rate, its wall rate, and how many were read."""
    work()
    rates = []
    for _ in range(PASSES):
        cpu, wall = time.process_time(), time.perf_counter()
        count = work()
        rates.append((count / (time.process_time() - cpu), count / (time.perf_counter() - wall), count))
    return max(rates)


def show(name: str, work: Callable[[], int], unit: str, limit: int | None = None) -> float:
    cpu, wall, count = best(work)
    against = f" (limit {limit:,}: {'met' if cpu >= limit else 'NOT MET'})" if limit else ""
    print(f"{name}: {cpu:,.0f} {unit}/CPU-s, {wall:,.0f} {unit}/s wall, {count} read{against}", flush=True)
    return cpu


def plain(messages: list[bytes]) -> int:
    """What plain Python costs without validation: check the CRC, split, make floats where it can."""
    read = 0
    for message in messages:
        segment = message[6:-4]
        if crc16(segment) != int(message[-4:], 16):
            continue
        head, _, data = segment.decode().partition("CP=&&")
        fields = dict(pair.split("=", 1) for pair in head.strip(";").split(";") if "=" in pair)
        for item in data.rstrip("&").split(";"):
            for pair in item.split(","):
                name, _, value = pair.partition("=")
                try:
                    fields[name] = float(value)
                except ValueError:
                    fields[name] = value
        read += 1
    return read


def scalar(stream: bytes) -> int:
    framer = Framer()
    return sum(
        parse_frame(event) is not None for event in framer.feed(stream) + framer.close() if isinstance(event, Frame)
    )


PEER = """
import json, sys, time
from pyboot.components.netty.server import HJ212Frame
messages = json.load(sys.stdin)
def work():
    read = 0
    for message in messages:
        try:
            read += HJ212Frame.parse_frame(message) is not None
        except BaseException:  # its errors are not Exceptions
            pass
    return read
work()
rates = []
for _ in range(3):
    began = time.process_time()
    count = work()
    rates.append((count / (time.process_time() - began), count))
print(json.dumps(max(rates)))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--peer-python", help="an interpreter that has pyboot-components-netty")
    options = parser.parse_args()
    messages = corpus()
    many = messages * 20
    stream = b"".join(message + b"\r\n" for message in many)
    print(f"corpus: {len(messages)} messages, mean {sum(map(len, messages)) / len(messages):.0f} bytes")
    ours = show("scalar, framing + CRC + full validation", lambda: scalar(stream), "messages", 40_000)
    show("plain Python, CRC, no validation", lambda: plain(many), "messages")
    batch = stream * 10
    show(
        "batch, framing + CRC + full validation",
        lambda: int((decode(batch).verdicts == ACCEPTED).sum()),
        "frames",
        300_000,
    )
    items = [Item(f"w{21000 + n}", {"Rtd": f"{n * 3.7:.2f}", "Flag": "N"}) for n in range(11)]
    time_field = [("DataTime", "20240601085857")]
    frame = build_frame(
        "32", "2011", "010000A8900016F000169DC0", qn="20240601085857223", pw="1", flag=5, fields=time_field, items=items
    )
    synthetic = frame * 30_000
    show(
        f"batch, {len(frame)} bytes and 11 values a frame",
        lambda: int((decode(synthetic).verdicts == ACCEPTED).sum()),
        "frames",
        300_000,
    )
    if options.peer_python:
        given = json.dumps([message.decode() for message in messages])
        command = [options.peer_python, "-c", PEER]
        done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"the peer failed: {done.stderr[-500:]}")
        rate, read = json.loads(done.stdout)
        print(
            f"peer pyboot-components-netty, CRC, values stay text: {rate:,.0f} messages/CPU-s, "
            f"{read} of {len(messages)} read"
        )
        print(f"scalar against the peer: {ours / rate:.0f} times")


if __name__ == "__main__":
    main()

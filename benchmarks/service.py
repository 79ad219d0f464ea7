"""The whole service under its load: 1,000 loggers x 12 channels at one packet a minute, 50 open pages.

    python benchmarks/service.py [--minutes 4] [--loggers 1000]

Runs `clearbay up` on a district made for it, sends from here, and prints CPU of that process (all its threads),
its memory, how long after its packet a finding is told to pages, and how long a year of minutes takes to be drawn.
"""

import argparse
import json
import os
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from clearbay.gateway.control import ask
from clearbay.hj212 import frame_segment
from gateway import cpu_seconds, memory_mb
from measure import line

BEIJING = timezone(timedelta(hours=8))
CODES = {
    "w01018": ("mg/l", "30.{}"), "w21003": ("mg/l", "2.{}"), "w21001": ("mg/l", "9.{}"), "w21011": ("mg/l", "0.3{}"),
    "w01012": ("mg/l", "6.{}"), "w01001": ("1", "7.{}"), "w01010": ("Cel", "18.{}"), "w00000": ("l/s", "5.{}"),
    "w01009": ("mg/l", "4.{}"), "w01014": ("us/cm", "410.{}"), "w01003": ("NTU", "8.{}"), "w01017": ("mg/l", "5.{}"),
}  # fmt: skip
"""Twelve factors of an effluent: unit, digits sent."""
OVER = "w01018"
LIMIT_CPU, LIMIT_MB, LIMIT_FINDING_S, LIMIT_DRAW_MS = 15.0, 600.0, 5.0, 300.0
LIMIT_PAGE_MS, LIMIT_PAGE_KB = 150.0, 400.0
PAGES = 50


def mn_of(number: int) -> str:
    return f"010000A8900016F0{number:08X}"


def make_district(folder: Path, loggers: int) -> None:
    """Write a district of many sewage stations that are judged by GB 18918."""
    subprocess.run([sys.executable, "-m", "clearbay", "init", str(folder)], check=True, stdout=subprocess.DEVNULL)
    numbers = range(loggers)
    head = {
        "sites.csv": "site_id,kind,name_zh,name_en,lon,lat,operator_zh,operator_en,address_zh,address_en,twin,opened",
        "points.csv": "point_id,site_id,kind,name_zh,name_en,zone,lon,lat,facts",
        "loggers.csv": "mn,st,pw,version,key,minutes,name,site_id",
        "channels.csv": "mn,st,code,point_id,basis,unit,label,valid_from,valid_to",
        "permits.csv": "point_id,standard,profile,parameters,valid_from,valid_to",
    }
    rows = {
        "sites.csv": [
            f"s{n},sewage_station,{n}号站,Station {n},{121.2 + n % 40 / 500:.4f},{30.84 + n // 40 / 1000:.4f}"
            ",,,,,,2022-01-01"
            for n in numbers
        ],
        "points.csv": [f"p{n},s{n},effluent,{n}号出水,Effluent {n},,,,built=2021" for n in numbers],
        "loggers.csv": [f"{mn_of(n)},32,123456,2017,,1,{n}号,s{n}" for n in numbers],
        "channels.csv": [
            f"{mn_of(n)},32,{code},p{n},raw,{unit},start,," for n in numbers for code, (unit, _) in CODES.items()
        ],
        "permits.csv": [f"p{n},GB 18918,level=1A,all,," for n in numbers],
    }
    for name, lines in rows.items():
        (folder / name).write_text("\n".join([head[name], *lines]) + "\n", encoding="utf-8")
    for name in ("tags.csv", "households.csv", "activities.csv"):
        path = folder / name
        if path.exists():
            kept = [text for text in path.read_text(encoding="utf-8").splitlines() if not text.startswith("#")]
            path.write_text(kept[0] + "\n", encoding="utf-8")
    (folder / "alarms.yaml").write_text("rules: []\n", encoding="utf-8")


def frame(number: int, cn: str, start: datetime, digit: int, over: bool = False) -> bytes:
    stamp = start.astimezone(BEIJING).strftime("%Y%m%d%H%M%S")
    items = []
    for code, (_, text) in CODES.items():
        value = "99.0" if over and code == OVER else text.format(digit)
        items.append(f"{code}-Min={value},{code}-Avg={value},{code}-Max={value},{code}-Flag=N")
    head = f"QN={stamp}{number % 1000:03d};ST=32;CN={cn};PW=123456;MN={mn_of(number)};Flag=5;"
    return frame_segment(f"{head}CP=&&DataTime={stamp};{';'.join(items)}&&".encode())


class Loggers:
    """Many connections that each send one packet a minute, spread over it, and count the answers."""

    def __init__(self, port: int, count: int) -> None:
        self.selector = selectors.DefaultSelector()
        self.sockets = []
        for number in range(count):
            made = socket.create_connection(("127.0.0.1", port))
            made.setblocking(False)
            self.selector.register(made, selectors.EVENT_READ, number)
            self.sockets.append(made)
        self.sent = self.answered = 0

    def send(self, number: int, data: bytes) -> None:
        self.sockets[number].sendall(data)
        self.sent += data.count(b"\r\n")

    def listen(self, seconds: float) -> None:
        for key, _ in self.selector.select(seconds):
            data = key.fileobj.recv(1 << 16)  # type: ignore[union-attr]
            self.answered += data.count(b"##")

    def minute(self, start: datetime, length_s: float, digit: int) -> None:
        """Send the minute that begins at `start` within `length_s` seconds of the wall."""
        began = time.monotonic()
        for number in range(len(self.sockets)):
            while (left := began + length_s * number / len(self.sockets) - time.monotonic()) > 0:
                self.listen(left)
            self.send(number, frame(number, "2051", start, digit))
        while (left := began + length_s - time.monotonic()) > 0:
            self.listen(left)


class Page(threading.Thread):
    """An open page: listens to /events and notes when findings arrive."""

    def __init__(self, port: int, points: str) -> None:
        super().__init__(daemon=True)
        self.url = f"http://127.0.0.1:{port}/events?points={points}"
        self.findings: list[float] = []
        self.bytes = 0

    def run(self) -> None:
        with urllib.request.urlopen(self.url, timeout=600) as reply:
            for text in reply:
                self.bytes += len(text)
                if text.startswith(b"event: finding"):
                    self.findings.append(time.monotonic())


def finding_latency(loggers: Loggers, listening: Page, count: int, day: datetime) -> list[float]:
    """Send single hours that exceed a limit; how long until the finding is told [s], each."""
    found = []
    for k in range(count):
        before = len(listening.findings)
        sent = time.monotonic()
        loggers.send(k, frame(k, "2031", day, k % 10, over=True))
        while len(listening.findings) == before and time.monotonic() - sent < 30:
            loggers.listen(0.02)
        found.append(listening.findings[before] - sent if len(listening.findings) > before else 30.0)
        wait = time.monotonic() + 1.0
        while time.monotonic() < wait:
            loggers.listen(0.1)
    return sorted(found)


def page_ms(port: int, path: str) -> tuple[float, float]:
    """How long a page takes [ms] and how large it is [kB]."""
    asked_at = time.monotonic()
    content = urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60).read()
    return 1000 * (time.monotonic() - asked_at), len(content) / 1000


def draw_year(folder: Path) -> list[float]:
    """Draw a year of one series at 1 min, 600 buckets, from a store of its own [ms]."""
    script = Path(__file__).parent / "service_year.py"
    done = subprocess.run([sys.executable, script, str(folder)], check=True, capture_output=True, text=True)
    return sorted(json.loads(done.stdout.splitlines()[-1]))


def percentile(values: list[float], share: float) -> float:
    return values[min(int(share * len(values)), len(values) - 1)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=int, default=4)
    parser.add_argument("--loggers", type=int, default=1000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="clearbay-bench-", dir=os.environ.get("CLEARBAY_BENCH_DIR")) as folder:
        measure(Path(folder), asked.loggers, asked.minutes)


def measure(folder: Path, count: int, minutes: int) -> None:
    make_district(folder / "district", count)
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as two:
        port, web_port = one.getsockname()[1], two.getsockname()[1]
    command = [sys.executable, "-m", "clearbay", "up", str(folder / "district"), "--data", str(folder / "data")]
    service = subprocess.Popen([*command, "--port", str(port), "--web-port", str(web_port), "--lang", "en"])
    try:
        until = time.monotonic() + 120
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{web_port}/", timeout=60).read()
                break
            except OSError:
                if time.monotonic() > until or service.poll() is not None:
                    raise SystemExit("the service does not answer") from None
                time.sleep(0.2)
        loggers = Loggers(port, count)
        pages = [Page(web_port, "*" if k == 0 else f"p{k}") for k in range(PAGES)]
        for opened in pages:
            opened.start()
        now = datetime.now(UTC).replace(second=0, microsecond=0)
        loggers.minute(now - timedelta(minutes=minutes + 1), 15.0, 0)  # series are entered, kernels warm
        cpu, began = cpu_seconds(service.pid), time.monotonic()
        for k in range(minutes):
            loggers.minute(now - timedelta(minutes=minutes - k), 60.0, k % 10)
        used = 100 * (cpu_seconds(service.pid) - cpu) / (time.monotonic() - began)
        memory = memory_mb(service.pid)
        day = now.astimezone(BEIJING).replace(hour=0, minute=0) - timedelta(days=1)
        cpu, began = cpu_seconds(service.pid), time.monotonic()
        waits = finding_latency(loggers, pages[0], 25, day)
        status = ask(folder / "data" / "store", {"do": "status"})
        cold, size = page_ms(web_port, "/")  # nothing has asked for it for minutes: every answer it needs is too old
        warm = [page_ms(web_port, "/")[0] for _ in range(5)]
        point = [page_ms(web_port, "/points/p1")[0] for _ in range(5)]
    finally:
        service.terminate()
        service.wait()
    total = status["total"]
    assert isinstance(total, dict)
    print(f"{count} loggers x {len(CODES)} channels, one packet a minute, {PAGES} open pages, {minutes} min")
    print(f"load of the machine {os.getloadavg()[0]:.1f} (one minute), {os.cpu_count()} cores")
    line("CPU of the service, all threads", used, "% of one core", f"limit {LIMIT_CPU:g}")
    line("resident memory", memory, "MB", f"limit {LIMIT_MB:g}")
    line("packets received", total["received"], "", f"stored {total['stored']}, balanced {total['balanced']}")
    line("finding after its packet, p50", percentile(waits, 0.5), "s", f"limit {LIMIT_FINDING_S:g}")
    line("finding after its packet, p99", percentile(waits, 0.99), "s", f"limit {LIMIT_FINDING_S:g}")
    line("overview, nothing kept", cold, "ms", f"limit {LIMIT_PAGE_MS:g}")
    line("overview, median of the next five", statistics.median(warm), "ms", f"limit {LIMIT_PAGE_MS:g}")
    line("overview", size, "kB", f"limit {LIMIT_PAGE_KB:g}")
    line("page of a point, median", statistics.median(point), "ms", f"limit {LIMIT_PAGE_MS:g}")
    drawn = draw_year(folder / "year")
    line("a year of minutes drawn, median", statistics.median(drawn), "ms", f"limit {LIMIT_DRAW_MS:g}")


if __name__ == "__main__":
    main()

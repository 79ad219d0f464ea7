"""A demonstration as its users start it: the command, what it prints, and its end."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

STARTED_WITHIN_S = 300.0
"""Models may have to be compiled first, beside other tests."""

ENDED_WITHIN_S = 60.0
SPEED = 300
"""Simulated seconds for each second: an hour in twelve."""


@dataclass
class Demo:
    """A running `clearbay demo`: its process and the lines it has printed so far."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    @property
    def printed(self) -> str:
        """All that it has printed."""
        return "\n".join(self.lines)

    @property
    def address(self) -> str:
        """Where the pages are, without the slash at the end."""
        return self._found(r"pages\s+(http://\S+)/")

    @property
    def token(self) -> str:
        """The one-time token of the first account."""
        return self._found(r"one-time token\s+(\S+)")

    @property
    def socket(self) -> str:
        """Where faults are asked for."""
        return self._found(r"fleet inject --socket\s+(\S+)")

    def wait_for(self, text: str, within_s: float = STARTED_WITHIN_S) -> None:
        """Wait until it has printed a text."""
        until = time.monotonic() + within_s
        while text not in self.printed:
            assert self.process.poll() is None, f"the demonstration has ended:\n{self.printed}"
            assert time.monotonic() < until, f"{text!r} was not printed in {within_s:g} s:\n{self.printed}"
            time.sleep(0.05)

    def inject(self, kind: str, *more: str) -> str:
        """Let something go wrong in its fleet, by the command that it names; give what the command prints."""
        command = [sys.executable, "-m", "clearbay", "fleet", "inject", kind, *more, "--socket", self.socket]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=ENDED_WITHIN_S)
        return done.stdout

    def acknowledged(self) -> int:
        """How many packets its loggers have had an answer for."""
        command = [sys.executable, "-m", "clearbay", "fleet", "status", "--socket", self.socket]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=ENDED_WITHIN_S)
        found = re.search(r"acknowledged (\d+)", done.stdout)
        assert found is not None, done.stdout
        return int(found[1])

    def _found(self, pattern: str) -> str:
        found = re.search(pattern, self.printed)
        assert found is not None, f"{pattern!r} was not printed:\n{self.printed}"
        return found[1]


@contextmanager
def started(data: Path, errors: Path, *more: str) -> Iterator[Demo]:
    """Start a demonstration in a folder and wait until its history is stored; kill it at the end if it still runs.

    What it says on standard error is in the file `errors`.
    """
    ports = ["--port", "0", "--web-port", "0"]
    command = [sys.executable, "-m", "clearbay", "demo", "--data", str(data), *ports, "--lang", "en", *more]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with errors.open("w", encoding="utf-8") as said:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, text=True, env=environment)
        demo = Demo(process)
        assert process.stdout is not None
        output = process.stdout
        reading = threading.Thread(target=lambda: demo.lines.extend(line.rstrip() for line in output), daemon=True)
        reading.start()
        try:
            demo.wait_for("history is stored")
            yield demo
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
            reading.join(ENDED_WITHIN_S)
            output.close()


def stopped(demo: Demo) -> int:
    """Ask a demonstration to end, as the system does at its end; give the exit code."""
    demo.process.send_signal(signal.SIGTERM)
    return demo.process.wait(ENDED_WITHIN_S)


def clean(errors: Path) -> None:
    """Hold a demonstration to having had nothing to complain of."""
    said = errors.read_text(encoding="utf-8")
    assert "Traceback" not in said, said


def balanced(printed: str) -> tuple[int, int, int, int]:
    """Read what a demonstration says of its packets at its end: received = stored + refused + duplicate."""
    found = re.search(r"stopped: (\d+) received = (\d+) stored \+ (\d+) refused \+ (\d+) duplicate", printed)
    assert found is not None, printed
    received, kept, refused, duplicate = map(int, found.groups())
    assert received == kept + refused + duplicate
    return received, kept, refused, duplicate

"""`clearbay fleet` as a stranger meets it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from clearbay.cli.root import main

EXAMPLE = Path(__file__).resolve().parent.parent.parent / "examples" / "district"


def said(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["fleet", *arguments])
    return result.exit_code, result.output


def test_nothing_runs_is_said_so(tmp_path: Path):
    code, words = said("status", "--socket", str(tmp_path / "none.sock"))
    assert code == 1
    assert "no fleet listens on" in words


@pytest.mark.parametrize("option", ["--from", "--to"])
def test_a_time_that_is_none_is_said_so(option: str, tmp_path: Path):
    code, words = said("inject", "late", option, "tomorrow", "--socket", str(tmp_path / "none.sock"))
    assert code == 2
    assert "is no date or time" in words


def test_a_folder_that_is_no_district_is_said_so(tmp_path: Path):
    code, words = said("run", str(tmp_path))
    assert code == 1
    assert "district.yaml" in words
    assert "Traceback" not in words


@pytest.fixture
def running(tmp_path: Path):
    """A fleet of the example district without a gateway, ready to be steered."""
    socket = tmp_path / "fleet.sock"
    command = [sys.executable, "-m", "clearbay", "fleet", "run", str(EXAMPLE), "--port", "9", "--no-history"]
    command += ["--start", "2026-03-15T08:00", "--socket", str(socket)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        assert process.stdout is not None
        assert "simulated" in process.stdout.readline()
        yield socket
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert "stopped: 发送 sent 0" in process.stdout.read()
    assert not socket.exists()


def test_a_running_fleet_is_steered(running: Path):
    socket = ("--socket", str(running))
    for _ in range(100):
        if running.exists():
            break
        time.sleep(0.1)
    mn = "010000A8900016F0QW000001"
    code, words = said("inject", "exceedance", "--logger", mn, "--code", "a21002", "--factor", "4", *socket)
    assert code == 0
    assert words.startswith(f"f1 exceedance · factor 4 · {mn} · a21002 · 2026-03-15 08:0")
    code, words = said("inject", "exceedance", "--code", "a21002", *socket)
    assert (code, words) == (1, "Error: an exceedance needs a factor to multiply by, or a value to set, and not both\n")
    assert said("inject", "late", "--to", "2026-03-15T09:00", *socket)[0] == 0
    assert "· 故障 faults 2" in said("status", *socket)[1]
    assert [line[:2] for line in said("faults", *socket)[1].splitlines()] == ["f1", "f2"]
    assert "2026-03-15 08:0" in said("clear", "f1", *socket)[1]
    assert said("clear", *socket)[1].startswith("f2 late")
    assert said("clear", *socket)[1] == "没有故障 no faults\n"

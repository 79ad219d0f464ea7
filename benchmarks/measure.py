"""CPU and wall time of a function, and environments for the peers it is compared with."""

import json
import resource
import subprocess
import sys
import time
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / ".venv-peers"


@dataclass(frozen=True)
class Timing:
    """CPU and wall seconds: the median over several runs."""

    cpu: float
    wall: float


def timed(run: Callable[[], Any], times: int = 5, warm: int = 1) -> Timing:
    """Run a function a few times after warming up; both figures are medians."""
    for _ in range(warm):
        run()
    cpus, walls = [], []
    for _ in range(times):
        wall, cpu = time.perf_counter(), time.process_time()
        run()
        cpus.append(time.process_time() - cpu)
        walls.append(time.perf_counter() - wall)
    middle = times // 2
    return Timing(sorted(cpus)[middle], sorted(walls)[middle])


def peak_memory_mb() -> float:
    """Largest resident size of this process so far [MB]."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def peer(name: str, packages: list[str]) -> Path:
    """Interpreter of an environment that holds a peer, made the first time."""
    folder = PEERS / name
    python = folder / "bin" / "python"
    if not python.exists():
        print(f"installing {', '.join(packages)} into {folder.relative_to(ROOT)} (once) ...", file=sys.stderr)
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *packages], check=True)
    return python


def run_peer(python: Path, script: str, *arguments: str) -> dict[str, Any]:
    """Run a peer's script, which prints one JSON object."""
    done = subprocess.run(
        [python, ROOT / "benchmarks" / "peers" / script, *arguments], check=True, capture_output=True, text=True
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def line(label: str, value: float, unit: str, note: str = "") -> None:
    """Print one figure."""
    text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.3g}"
    print(f"{label:<58} {text:>14} {unit}{'   ' + note if note else ''}")

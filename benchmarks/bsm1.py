"""BSM1: cost and accuracy of the twin, with bsm2-python in the same run.

    python benchmarks/bsm1.py --peer path/to/venv-with-bsm2-python/bin/python

Peer: `python -m venv V && V/bin/pip install bsm2-python==0.0.16`. The influents are found by
CLEARBAY_REFERENCE_DATA
(default ../shared/data). CPU is process CPU time; every figure is the best of the repeats.
"""

import argparse
import gzip
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 7

PEER = """
import logging, sys, time
logging.disable(logging.CRITICAL)
import numpy as np
from bsm2_python import BSM1OL
rows = np.genfromtxt(sys.argv[1], delimiter=",", skip_header=1)
data = np.zeros((len(rows), 22)); data[:, :16] = rows; data[:, 16] = 15.0
def plant():
    return BSM1OL(data_in=data, timestep=15 / 1440, endtime=float(rows[-1, 0]), evaltime=np.array([7.0,
    13.9]))
plant().step(0)
print("READY", flush=True)
for word in sys.stdin:
    p = plant(); c, w = time.process_time(), time.perf_counter()
    if word.strip() == "rest":
        p.stabilize()
    else:
        for i in range(len(p.timesteps)): p.step(i)
    print("PEER", time.process_time() - c, time.perf_counter() - w, flush=True)
"""

COLD = """
import time
c, w = time.process_time(), time.perf_counter()
import numpy as np
from clearbay.twins.activated_sludge import bsm1
from clearbay.twins.activated_sludge.simulate import constant_influent, simulate, steady_state
imported = time.process_time() - c
plant = bsm1.bsm1_plant()
y = steady_state(plant, bsm1.CONSTANT_INFLUENT, bsm1.bsm1_start(plant))
simulate(plant, constant_influent(plant, bsm1.CONSTANT_INFLUENT), np.array([0.0, 0.01]), y)
print("START", imported, time.process_time() - c, time.perf_counter() - w)
"""


def figure(name: str, value: float, unit: str) -> None:
    print(f"{name}: {value:.4g} {unit}", flush=True)


def best(function, repeats: int = 5) -> tuple[float, float]:
    times = []
    for _ in range(repeats):
        c, w = time.process_time(), time.perf_counter()
        function()
        times.append((time.process_time() - c, time.perf_counter() - w))
    return min(times)


def start_up() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("cold", "cached"):
            out = subprocess.run(
                [sys.executable, "-c", COLD], env={**os.environ, "NUMBA_CACHE_DIR": folder},
                capture_output=True,
                text=True, check=True,
            ).stdout.split()  # fmt: skip
            figure(f"import, {name}", float(out[1]), "s CPU")
            figure(f"import and compilation, {name}", float(out[2]), "s CPU")
            figure(f"import and compilation, {name}, wall", float(out[3]), "s")


class Peer:
    """bsm2-python in a process of its own, which waits while ours runs."""

    def __init__(self, python: str, file: Path) -> None:
        self.process = subprocess.Popen(
            [python, "-c", PEER, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )  # fmt: skip
        self._answer("READY")

    def __call__(self, word: str) -> tuple[float, float]:
        """Run once; return CPU and wall seconds."""
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        cpu, wall = self._answer("PEER")
        return float(cpu), float(wall)

    def _answer(self, mark: str) -> list[str]:
        for line in self.process.stdout:
            if line.startswith(mark):
                return line.split()[1:]
        raise SystemExit("bsm2-python ended without an answer")


def against_peer(peer: Peer, ours) -> None:
    """Take turns, so that both see the same machine: a run of the peer's, then as many of ours as it lasts a third of.

    A round's ratio is of means; the ratio that counts is of the two minima.
    """
    rounds, least, theirs = [], 1e9, []
    for _ in range(ROUNDS):
        theirs.append(peer("dry"))
        runs = []
        while sum(runs) < theirs[-1][0] / 3:
            runs.append(best(ours, 1)[0])
        rounds.append(theirs[-1][0] / statistics.mean(runs))
        least = min(least, *runs)
    figure("bsm2-python, dry 14 d, 15-min step", min(theirs)[0], "s CPU")
    figure("bsm2-python, dry 14 d, wall", min(theirs)[1], "s")
    figure("ours, dry 14 d, held, in the same rounds", 1e3 * least, "ms CPU")
    figure("bsm2-python, stabilize()", peer("rest")[0], "s CPU")
    figure("bsm2-python / ours, dry 14 d, of the minima", min(theirs)[0] / least, "times")
    figure("bsm2-python / ours, median of the rounds' means", statistics.median(rounds), "times")
    figure("bsm2-python / ours, lowest round", min(rounds), "times")
    figure("bsm2-python / ours, highest round", max(rounds), "times")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--peer", help="python of a venv with bsm2-python")
    peer = arguments.parse_args().peer
    start_up()

    import numpy as np  # noqa: PLC0415

    from clearbay.twins.activated_sludge import bsm1  # noqa: PLC0415
    from clearbay.twins.activated_sludge.indices import bsm1_indices  # noqa: PLC0415
    from clearbay.twins.activated_sludge.simulate import (  # noqa: PLC0415
        Case,
        InfluentTable,
        simulate,
        simulate_many,
        steady_state,
    )

    data = Path(os.environ.get("CLEARBAY_REFERENCE_DATA", "../shared/data")) / "bsm1"
    plant = bsm1.bsm1_plant()
    rough = bsm1.bsm1_start(plant)
    rest = steady_state(plant, bsm1.CONSTANT_INFLUENT, rough)
    cpu, wall = best(lambda: steady_state(plant, bsm1.CONSTANT_INFLUENT, rough), 9)
    figure("steady state", 1e3 * cpu, "ms CPU")
    figure("steady state, wall", 1e3 * wall, "ms")

    def table(name: str, linear: bool) -> InfluentTable:
        rows = np.genfromtxt(data / "influent" / f"{name}.csv", delimiter=",", skip_header=1)
        return InfluentTable(rows[:, 0].copy(), np.ascontiguousarray(np.delete(rows[:, 1:], 13, axis=1)), linear)

    times = np.arange(1345) / 96.0
    for name in ("dry", "storm"):
        for linear in (False, True):
            given = table(name, linear)
            cpu, wall = best(lambda given=given: simulate(plant, given, times, rest))
            run = simulate(plant, given, times, rest)
            mode = "linear" if linear else "held"
            figure(f"{name}, {mode}, 14 d, default tolerance", 1e3 * cpu, "ms CPU")
            figure(f"{name}, {mode}, wall", 1e3 * wall, "ms")
            figure(f"{name}, {mode}, derivatives", run.derivatives, "-")
            file = data / "reference" / "golden_open_loop" / f"{name}_from_ss_{'linear' if linear else 'zoh'}.csv.gz"
            with gzip.open(file, "rt") as text:
                golden = np.genfromtxt(text, delimiter=",", names=True)
            at = simulate(plant, given, golden["t_d"].copy(), rest)
            for state, column in (("S_NH_1", "eff_S_NH"), ("S_NO_1", "eff_S_NO"), ("TSS_1", "eff_TSS")):
                off = np.abs(at.states[:, plant.place("settler", state)] - golden[column]).max()
                figure(f"{name}, {mode}, {column} off, of its maximum", off / golden[column].max(), "-")
    dry = table("dry", False)
    start = simulate(plant, dry, np.array([0.0, 14.0]), rest).states[-1]
    figure("EQI dry, held", bsm1_indices(simulate(plant, dry, times, start), dry).eqi, "kg/d")
    figure("EQI dry, held, golden", 6691.476524, "kg/d")

    random = np.random.default_rng(1)
    cases = []
    for _ in range(64):
        values = dry.values.copy()
        values[:, :13] *= random.uniform(0.9, 1.1)
        cases.append(Case(plant, InfluentTable(dry.times, values, False), rest))
    cpu, wall = best(lambda: simulate_many(cases, times), 3)
    figure("ensemble of 64, its defaults", 1e3 * cpu / 64, "ms CPU per plant")
    figure("ensemble of 64, its defaults, wall", 1e3 * wall / 64, "ms per plant")
    cpu, wall = best(lambda: simulate_many(cases, times, 1e-3, tight_settlers=True), 1)
    figure("ensemble of 64, as exact as a single run", 1e3 * cpu / 64, "ms CPU per plant")
    if peer is None:
        print("bsm2-python: not measured (give --peer)")
        return
    given = table("dry", False)
    against_peer(Peer(peer, data / "influent" / "dry.csv"), lambda: simulate(plant, given, times, rest))


if __name__ == "__main__":
    main()

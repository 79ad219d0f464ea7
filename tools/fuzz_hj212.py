"""Fuzzing the framer, the readers and the answers: mutated real and made-up frames, random cuts.

    python tools/fuzz_hj212.py --minutes 10 [--seed 1]

Every input must be read without an exception other than FrameError, the batch decoder must agree with the scalar
reader, the framer must not depend on the cuts nor keep more than it may, and no input may take long. Prints what was
run; the exit status is 1 when something was found, with the input printed as bytes.
"""

import argparse
import contextlib
import os
import random
import resource
import sys
import time
from pathlib import Path

from clearbay.hj212 import (
    Frame,
    FrameError,
    Framer,
    Joiner,
    Packet,
    Reason,
    Refusal,
    answer,
    frame_segment,
    parse_frame,
    wants_answer,
)
from clearbay.hj212 import layout as k
from clearbay.hj212.batch import REASONS, decode, decode_streams
from clearbay.hj212.explain import explain
from clearbay.hj212.sm4 import open_frame, seal_frame

SEEDS = [
    b"QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&DataTime=20160801085857;w01018-Rtd=2.2,w01018-Flag=N&&",
    b"ST=91;CN=9014;CP=&&QN=20040516010101001;CN=2051;PNO=1;PNUM=1;&&",
    b"QN=20160801085857535;ST=32;CN=2061;PW=123456;MN=1;Flag=7;PNUM=2;PNO=2;CP=&&DataTime=20160801080000;w01018-Cou=63.0,w01018-Min=40.1&&",
    b"QN=20160801085857223;ST=32;CN=3020;PW=123456;MN=1;Flag=5;CP=&&DataTime=20100301145000;PolId=w01018;i11001-Info=//a;b,c//&&",
]
TOKENS = [
    *(
        b"##",
        b"&&",
        b"\r\n",
        b";",
        b",",
        b"=",
        b"-",
        b"CP=&&",
        b"QN=",
        b"MN=",
        b"Flag=",
        b"PNUM=",
        b"PNO=",
        b"//",
        b"\x00",
    ),
    *(
        b"-Rtd=",
        b"-Flag=",
        b"DataTime=",
        b"9" * 30,
        b"1e999",
        b"-0",
        b"nan",
        b"\xff\xfe",
        "清".encode(),
        "清".encode("gbk"),
    ),
    *(b"##0000", b"##9999", b"{0xE4,", b" ", b"0", b"20240229000000", b"20230229000000", b"00000000000000"),
]
KEY = b"0123456789abcdef"
LONGEST_S = 1.0


def corpus() -> list[bytes]:
    folder = Path(os.environ.get("CLEARBAY_REFERENCE_DATA", Path(__file__).parents[2] / "shared" / "data"))
    lines = [
        line.rstrip(b"\r") + b"\r\n"
        for path in sorted((folder / "hj212" / "messages").glob("*.txt"))
        for line in path.read_bytes().split(b"\n")
        if line.startswith(b"##")
    ]
    return lines + [frame_segment(seed) for seed in SEEDS]


def mutated(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        at = rng.randrange(len(out) + 1)
        kind = rng.randrange(6)
        if kind == 0 and out:
            out[at % len(out)] = rng.randrange(256)
        elif kind == 1:
            out[at:at] = rng.choice(TOKENS)
        elif kind == 2:
            del out[at : at + rng.randrange(1, 20)]
        elif kind == 3:
            out[at : at + rng.randrange(8)] = rng.choice(TOKENS)
        elif kind == 4:
            start = rng.randrange(len(out) + 1)
            out[at:at] = out[start : start + rng.randrange(60)]
        else:
            out[at:at] = rng.randbytes(rng.randrange(30))
    return bytes(out)


def made(seeds: list[bytes], rng: random.Random) -> bytes:
    """One to four frames: whole, mutated, or mutated inside with a right length and CRC."""
    parts = []
    for _ in range(rng.randrange(1, 5)):
        seed = rng.choice(seeds)
        kind = rng.randrange(5)
        if kind == 0:
            parts.append(seed)
        elif kind == 1:
            parts.append(mutated(seed, rng))
        elif kind == 2 and b"CP=&&" in seed and seed.rstrip()[6:-4].endswith(b"&&"):
            parts.append(seal_frame(seed.rstrip()[6:-4], KEY))
        else:
            parts.append(frame_segment(mutated(seed.rstrip()[6:-4], rng)[:9000]))
    return b"".join(parts)


def verdict(event: Frame | Refusal) -> Packet | Reason:
    if isinstance(event, Refusal):
        return event.reason
    try:
        return parse_frame(event)
    except FrameError as error:
        if not 0 <= error.offset <= len(event.raw) + 1:
            raise AssertionError(f"offset outside the frame: {error}") from error
        return error.reason


def examine(data: bytes, rng: random.Random) -> None:
    framer = Framer()
    events = framer.feed(data) + framer.close()
    cut = Framer()
    again: list[Frame | Refusal] = []
    at = 0
    while at < len(data):
        step = rng.choice((1, 2, 7, 50, 400, 5000))
        again += cut.feed(data[at : at + step])
        assert len(cut.waiting) <= 2 * 10_100, "the framer keeps too much"
        at += step
    assert again + cut.close() == events, "the cuts matter"
    verdicts = [verdict(event) for event in events]
    batch = decode(data)
    assert len(batch.frames) == len(events), "the batch decoder finds other frames"
    joiner = Joiner()
    for number, (event, found) in enumerate(zip(events, verdicts, strict=True)):
        assert batch.raw(number) == event.raw
        explain(event, KEY)
        if isinstance(event, Frame) and not event.crc_fits:
            with contextlib.suppress(FrameError):
                open_frame(event, KEY)
        if isinstance(found, Reason):
            assert REASONS[batch.verdicts[number] - 1] is found, (found, batch.verdicts[number])
            continue
        assert batch.verdicts[number] == 0
        fields = len(found.fields) + sum(
            name in k.FIELD_INDEX and name != "Flag" for item in found.items for name in item.fields
        )
        assert batch.frames[number, k.COUNT] == fields, "the batch decoder finds other values"
        joiner.add(found, 0.0)
        if wants_answer(found):
            for version in (found.version(),):
                frame_segment(answer(found, version))
    half = rng.randrange(len(data) + 1)
    decode_streams(data, [half, len(data)], [False, False], keys={"010000A8900016F000169DC0": KEY})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    seeds = corpus()
    decode(seeds[0])
    started, runs, size, slowest = time.monotonic(), 0, 0, 0.0
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    while time.monotonic() - started < 60 * options.minutes:
        data = made(seeds, rng)
        began = time.process_time()
        try:
            examine(data, rng)
        except Exception as error:  # noqa: BLE001  finding any is the purpose
            print(f"FOUND {type(error).__name__}: {error}\n{data!r}")
            sys.exit(1)
        slowest = max(slowest, time.process_time() - began)
        if slowest > LONGEST_S:
            print(f"SLOW {slowest:.1f} s\n{data!r}")
            sys.exit(1)
        runs, size = runs + 1, size + len(data)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) / 1024
    print(
        f"{runs:,} inputs, {size / 1e6:.1f} MB, {(time.monotonic() - started) / 60:.1f} min, "
        f"CPU {time.process_time():.0f} s: "
        f"nothing found; slowest {1000 * slowest:.0f} ms, memory grew {grown:.1f} MB"
    )


if __name__ == "__main__":
    main()

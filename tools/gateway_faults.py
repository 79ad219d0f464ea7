"""Faults against a real gateway process, on this machine only: what is acknowledged must be kept, whatever happens.

    python tools/gateway_faults.py all               every fault, long form
    python tools/gateway_faults.py kill --rounds 20  one of: kill full storm halfopen liar clock day
    python tools/gateway_faults.py all --short       the form the tests run

Each prints its figures; the exit status is 1 when something that must hold did not.
"""

import argparse
import asyncio
import random
import resource
import socket
import sys
import time
from datetime import datetime, timedelta

from clearbay.gateway import Gateway, Settings
from clearbay.gateway.sending import generated_frames
from clearbay.hj212 import Item, build_frame, frame_segment
from clearbay.hj212.times import format_qn, format_time
from clearbay.store import Store
from clearbay.store.checking import check_store
from gateway_process import START, Device, Server, all_kept_once, must, store_folder


def kill(rounds: int = 20, loggers: int = 20, frames: int = 14_000, seed: int = 1) -> None:
    """kill -9 under load, again and again."""
    rng = random.Random(seed)
    devices = [Device(n, generated_frames(n, frames, start=START)) for n in range(loggers)]
    began = time.monotonic()
    with store_folder() as folder:
        per_round = []
        for _ in range(rounds):
            server = Server(folder)

            async def until_killed(server: Server = server) -> None:
                talks = [asyncio.create_task(device.talk(server.port)) for device in devices]
                before = sum(len(device.acknowledged) for device in devices)
                while sum(len(device.acknowledged) for device in devices) == before:
                    must(
                        not all(talk.done() for talk in talks),
                        "the loggers have nothing left to send: give more frames",
                    )
                    await asyncio.sleep(0.005)
                await asyncio.sleep(rng.uniform(0.0, 0.5))
                server.kill()
                await asyncio.gather(*talks)

            before = sum(len(device.acknowledged) for device in devices)
            asyncio.run(until_killed())
            per_round.append(sum(len(device.acknowledged) for device in devices) - before)
        server = Server(folder)
        for device in devices:
            device.frames = device.frames[: len(device.acknowledged) + 200]

        async def finish() -> None:
            await asyncio.gather(*(device.talk(server.port) for device in devices))

        asyncio.run(finish())
        total = server.status()["total"]
        server.stop()
        promised = all_kept_once(devices, folder)
    must(min(per_round) > 0, "a round acknowledged nothing, so it tested nothing")
    print(
        f"kill -9: {rounds} rounds, {promised} frames acknowledged ({min(per_round)} to {max(per_round)} a round), "
        f"0 lost, 0 twice, {total['duplicate']} resends known; {time.monotonic() - began:.0f} s"
    )


def full(frames: int = 3000) -> None:
    """The disk is full: no file of the gateway may grow (RLIMIT_FSIZE makes every write fail), then they may again."""
    devices = [Device(n, generated_frames(n, frames, start=START)) for n in range(20)]
    total = frames * len(devices)
    with store_folder() as folder:
        server = Server(folder)

        def acknowledged() -> int:
            return sum(len(device.acknowledged) for device in devices)

        async def play() -> tuple[int, str]:
            talks = [asyncio.create_task(device.talk(server.port, window=40)) for device in devices]
            while acknowledged() < total // 10:
                await asyncio.sleep(0.005)
            resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
            told = ""
            while not told:
                await asyncio.sleep(0.1)
                told = str((await asyncio.to_thread(server.status))["full"])
            await asyncio.sleep(1)
            stopped = acknowledged()
            must(stopped < total, "all was acknowledged before the disk was full; the fault did not happen")
            await asyncio.sleep(2)
            must(acknowledged() == stopped, f"{acknowledged() - stopped} acknowledged while nothing could be written")
            unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
            resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, unlimited)
            await asyncio.wait_for(asyncio.gather(*talks), 120)
            return stopped, told

        stopped, told = asyncio.run(play())
        status = server.status()
        server.stop()
        promised = all_kept_once(devices, folder)
    must(promised == total, f"{total - promised} frames were never acknowledged")
    must(status["full"] == "" and status["total"]["balanced"], "the gateway did not recover")
    print(f"disk full: {stopped} frames acknowledged before, none during, {promised} in the end, all kept once")
    print(f"disk full: said: {told[:80]} ...")


async def steady(server: Server, device: Device) -> None:
    while len(device.acknowledged) < len(device.frames):
        await device.talk(server.port, window=4)


def storm(connections: int = 6000, at_once: int = 300) -> None:
    """Connections that come, say nothing or nonsense, and go; one honest logger goes on meanwhile."""
    honest = Device(0, generated_frames(0, 1500, start=START))
    rng = random.Random(1)
    with store_folder() as folder:
        server = Server(folder)
        before = server.memory_mb()

        async def one(gate: asyncio.Semaphore) -> None:
            async with gate:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", server.port)
                    writer.write(
                        rng.choice(
                            (b"", b"", b"\x16\x03\x01\x02", b"GET / HTTP/1.1\r\n\r\n", b"##9999", rng.randbytes(300))
                        )
                    )
                    await asyncio.sleep(rng.uniform(0, 0.1))
                    if rng.random() < 0.5:
                        writer.transport.abort()
                    writer.close()
                except OSError:
                    return

        async def play() -> float:
            began = time.monotonic()
            gate = asyncio.Semaphore(at_once)
            await asyncio.gather(steady(server, honest), *(one(gate) for _ in range(connections)))
            return time.monotonic() - began

        seconds = asyncio.run(play())
        time.sleep(1)
        status, memory = server.status(), server.memory_mb()
        server.stop()
        promised = all_kept_once([honest], folder)
    must(promised == 1500, "the honest logger lost frames")
    must(status["total"]["balanced"] and status["connections"] == 0, f"not balanced or not closed: {status['total']}")
    print(
        f"storm: {connections} connections in {seconds:.1f} s, honest logger {promised} of 1500 acknowledged, "
        f"{status['total']['refused']} pieces of nonsense kept, memory {before:.0f} to {memory:.0f} MB"
    )


def halfopen(peers: int = 400) -> None:
    """Peers that begin a frame and fall silent, and peers that never read; all are dropped, one logger goes on."""
    honest = Device(0, generated_frames(0, 800, start=START))
    with store_folder() as folder:
        server = Server(folder, "--idle-s", "4", "--unfinished-s", "2")
        held = []
        for number in range(peers):
            peer = socket.create_connection(("127.0.0.1", server.port))
            peer.sendall(b"##0100QN=2016" if number % 2 else b"")
            held.append(peer)
        asyncio.run(steady(server, honest))
        deadline = time.monotonic() + 30
        while server.status()["connections"] and time.monotonic() < deadline:
            time.sleep(0.5)
        status = server.status()
        for peer in held:
            peer.close()
        server.stop()
        promised = all_kept_once([honest], folder)
    must(status["connections"] == 0, f"{status['connections']} dead peers are still held")
    must(promised == 800, "the honest logger lost frames")
    print(f"half-open: {peers} dead peers dropped {status['dropped']}, honest logger {promised} of 800 acknowledged")


def liar(frames: int = 2000) -> None:
    """A logger whose length fields lie, between frames that do not."""
    rng = random.Random(1)
    good = generated_frames(0, frames, start=START)
    device = Device(0, good)
    lies = 0
    mixed = []
    for frame in good:
        if rng.random() < 0.5:
            length = int(frame[2:6])
            said = rng.choice([n for n in (0, 1, length - 7, length + 5, length * 2, 9999) if n != length])
            mixed.append(b"##%04d" % said + frame[6:].replace(b"-Rtd", b"-Min"))
            lies += 1
        mixed.append(frame)
    with store_folder() as folder:
        server = Server(folder)

        async def play() -> None:
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)

            async def write() -> None:
                for frame in mixed:
                    writer.write(frame)
                    await writer.drain()

            task = asyncio.create_task(write())
            while len(device.acknowledged) < frames:
                answer = await asyncio.wait_for(reader.readuntil(b"\r\n"), 20)
                device.acknowledged.add(device.qns[answer[9:26]])
            await task
            writer.close()

        asyncio.run(play())
        time.sleep(0.5)
        status = server.status()
        server.stop()
        promised = all_kept_once([device], folder)
    must(status["reasons"] == {"wrong_length": lies}, f"{lies} lies, told as {status['reasons']}")
    print(
        f"liar: {lies} lies each told as wrong_length, {promised} of {frames} honest frames acknowledged and kept once"
    )


def clock(frames: int = 400) -> None:
    """The clock of the gateway jumps by years, back and forth, under load."""
    jumps = [0, 3600, -7200, 400 * 86400, -800 * 86400, 86400 * 31, -1, 0]
    device = Device(0, generated_frames(0, frames * len(jumps), start=START))
    everything = device.frames
    offset = [0]
    with store_folder() as folder:

        async def play() -> tuple[int, list[str]]:
            gateway = Gateway(
                Settings(folder, port=0, accept_unknown=True, min_free_bytes=0),
                clock_us=lambda: time.time_ns() // 1000 + offset[0] * 1_000_000,
            )
            await gateway.start()
            for number, jump in enumerate(jumps):
                offset[0] += jump
                device.frames = everything[: frames * (number + 1)]
                await device.talk(gateway.port)
            total = gateway.counters.total()
            months = list(gateway.store.manifest.hot)
            await gateway.stop()
            must(total.balanced, "the counts do not balance")
            return total.stored, months

        stored, months = asyncio.run(play())
        promised = all_kept_once([device], folder)
    must(stored == promised == len(everything), f"{stored} stored, {promised} kept of {len(everything)}")
    print(
        f"clock: {len(jumps) - 1} jumps (up to 800 days back), {promised} frames acknowledged and kept once, "
        f"months {months}"
    )


def day(loggers: int = 20, seed: int = 1) -> None:
    """24 hours of traffic at speed: real-time every 30 s, 10-minute, hour and day data, resends, damage."""
    rng = random.Random(seed)
    expected = {"received": 0, "stored": 0, "duplicate": 0, "refused": 0}
    streams = [_one_day(number, rng, expected) for number in range(loggers)]
    observations = sum(stream[1] for stream in streams)
    began = time.monotonic()
    with store_folder() as folder:
        server = Server(folder)

        async def play(data: bytes, answers: int) -> None:
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)

            async def write() -> None:
                at = 0
                while at < len(data):
                    size = rng.randrange(1, 4000)
                    writer.write(data[at : at + size])
                    at += size
                    await writer.drain()

            task = asyncio.create_task(write())
            for _ in range(answers):
                await asyncio.wait_for(reader.readuntil(b"\r\n"), 60)
            await task
            writer.close()

        async def all_of_them() -> None:
            await asyncio.gather(*(play(data, answers) for data, _, answers in streams))

        asyncio.run(all_of_them())
        time.sleep(1)
        total = server.status()["total"]
        server.stop()
        seconds = time.monotonic() - began
        with Store(folder, min_free_bytes=0) as store:
            found = check_store(store)
            must(not found.problems, f"the store has problems: {found.problems}")
    counted = {name: total[name] for name in expected}
    must(counted == expected, f"sent {expected}, counted {counted}")
    must(found.packets == expected["received"], f"{found.packets} packets in the store")
    must(found.observations == observations, f"{observations} values sent, {found.observations} in the store")
    print(
        f"24 h of {loggers} loggers in {seconds:.0f} s: {expected['received']} in = {expected['stored']} stored + "
        f"{expected['refused']} refused + {expected['duplicate']} duplicate; {found.observations} observations, as sent"
    )


def _one_day(number: int, rng: random.Random, expected: dict[str, int]) -> tuple[bytes, int, int]:
    """A logger's day as bytes, how many observations it holds, and how many answers it is owed."""
    mn = f"010000A8900016F0{number:08X}"
    midnight = datetime(2026, 11, 20)
    plan = [("2011", 30, 0, ("Rtd",)), ("2051", 600, 600, ("Min", "Avg", "Max", "Cou"))]
    plan += [("2061", 3600, 3600, ("Min", "Avg", "Max", "Cou")), ("2031", 86400, 86400, ("Min", "Avg", "Max", "Cou"))]
    events = [
        (midnight + timedelta(seconds=at + period), cn, midnight + timedelta(seconds=at), fields)
        for cn, step, period, fields in plan
        for at in range(0, 86400, step)
    ]
    events.sort(key=lambda event: (event[0], event[1]))
    pieces, observations, answers = [], 0, 0
    for sent_at, cn, label, fields in events:
        items = [
            Item(code, {name: f"{rng.uniform(0, 90):.2f}" for name in fields} | {"Flag": "N"})
            for code in ("w01018", "w21003", "w01001", "w00000")
        ]
        frame = build_frame(
            *("32", cn, mn),
            qn=format_qn(sent_at + timedelta(milliseconds=int(cn) % 1000)),
            pw="123456",
            flag=5,
            fields=[("DataTime", format_time(label))],
            items=items,
        )
        chance = rng.random()
        if chance < 0.01:
            pieces.append(frame_segment(b"x" * 10)[:-3].replace(b"x", b"y", 1) + b"!\r\n")
            expected["refused"] += 1
            expected["received"] += 1
        pieces.append(frame)
        observations += len(items) * len(fields)
        answers += 1
        expected["stored"] += 1
        expected["received"] += 1
        if chance > 0.97:
            pieces.append(frame)
            answers += 1
            expected["duplicate"] += 1
            expected["received"] += 1
    return b"".join(pieces), observations, answers


SHORT = {
    "kill": lambda: kill(rounds=2, loggers=5, frames=1500),
    "full": lambda: full(frames=500),
    "storm": lambda: storm(connections=400, at_once=100),
    "halfopen": lambda: halfopen(peers=40),
    "liar": lambda: liar(frames=300),
    "clock": lambda: clock(frames=40),
    "day": lambda: day(loggers=1),
}
LONG = {"kill": kill, "full": full, "storm": storm, "halfopen": halfopen, "liar": liar, "clock": clock, "day": day}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("fault", choices=["all", *LONG])
    parser.add_argument("--short", action="store_true", help="the form the tests run")
    parser.add_argument("--rounds", type=int, default=20, help="of kill")
    parser.add_argument("--loggers", type=int, default=20, help="of day")
    options = parser.parse_args()
    long = LONG | {"kill": lambda: kill(options.rounds), "day": lambda: day(options.loggers)}
    for name in LONG if options.fault == "all" else [options.fault]:
        (SHORT if options.short else long)[name]()
        sys.stdout.flush()


if __name__ == "__main__":
    main()

"""Verifying a store: files, counts, digests, and that every observation has its packet."""

from dataclasses import dataclass

import numpy as np

from clearbay.hj212.primitives import digest as digest_of
from clearbay.store import reading
from clearbay.store.sealing import file_digest
from clearbay.store.store import Store

_PACKETS_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class Check:
    """What was verified, how many of it, and what is wrong (nothing when all is well)."""

    packets: int
    observations: int
    series: int
    sealed_files: int
    problems: tuple[str, ...]


def check_store(store: Store) -> Check:
    """Verify everything that can be verified, reading all of the store once."""
    problems: list[str] = []
    files = 0
    for entry in store.manifest.sealed:
        for name, digest in entry.files.items():
            files += 1
            path = store.folder / entry.folder / name
            if not path.exists():
                problems.append(f"{path} is missing")
            elif file_digest(path) != digest:
                problems.append(f"{path} has changed since it was sealed (SHA-256)")
    if problems:
        return Check(0, 0, 0, files, tuple(problems))
    con = store.cursor()
    try:
        manifest, folder = store.manifest, store.folder
        packets = reading.union(manifest, folder, "packets")
        observations = reading.union(manifest, folder, "observations")

        def number(query: str) -> int:
            found = con.execute(query).fetchone()
            assert found is not None
            return int(found[0])

        checks = {
            "packet numbers occur twice": f"SELECT count(*) - count(DISTINCT number) FROM ({packets})",
            "accepted packets have the segment of another": (
                "SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM "
                f"({packets}) WHERE verdict = 0 GROUP BY digest, mn HAVING count(*) > 1)"
            ),
            "observations have no packet": (
                f"SELECT count(*) FROM ({observations}) o ANTI JOIN ({packets}) p ON o.packet = p.number"
            ),
            "observations have no series": (
                f"SELECT count(*) FROM ({observations}) o ANTI JOIN book.series s USING (series)"
            ),
            "revisions of an observation occur twice": (
                "SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM "
                f"({observations}) GROUP BY series, time, period_s, statistic, revision HAVING count(*) > 1)"
            ),
        }
        for words, query in checks.items():
            if found := number(query):
                problems.append(f"{found} {words}")
        wrong = _wrong_digests(store)
        if wrong:
            problems.append(f"{wrong} packets do not have the digest of their bytes")
        counts = [number(f"SELECT count(*) FROM ({source})") for source in (packets, observations)]
        series = number("SELECT count(*) FROM book.series")
    finally:
        con.close()
    for table, total in (("packets", counts[0]), ("observations", counts[1])):
        sealed = sum(entry.packets if table == "packets" else entry.observations for entry in manifest.sealed)
        if total < sealed:
            problems.append(f"{total} {table} are readable, the sealed months alone hold {sealed}")
    return Check(counts[0], counts[1], series, files, tuple(problems))


def _wrong_digests(store: Store) -> int:
    wrong, after = 0, -1
    con = store.cursor()
    try:
        while True:
            table = reading.packets(con, store.manifest, store.folder, after=after, verdict=0, limit=_PACKETS_AT_ONCE)
            if not table.num_rows:
                return wrong
            after = int(table["number"][-1].as_py())
            for raw, digest in zip(table["bytes"].to_pylist(), table["digest"].to_pylist(), strict=True):
                segment = np.frombuffer(raw, np.uint8)[6:-4]
                wrong += int(digest_of(segment)) != digest
    finally:
        con.close()

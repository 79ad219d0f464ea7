"""The district's folder while the service runs: what is wrong with it is told, what was in force stays."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from clearbay.district.journal import read
from clearbay.platform import service as service_module
from clearbay.platform.service import Service, Where

EXAMPLE = Path(__file__).parents[2] / "examples" / "district"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    shutil.copytree(EXAMPLE, tmp_path / "district")
    made = Service(Where(tmp_path / "district", tmp_path / "data", port=0, min_free_bytes=0))
    yield made
    made.store.close()


def look(service: Service) -> None:
    """Look twice: a change holds once two looks agree."""
    for _ in range(2):
        asyncio.run(service._look())


def told(service: Service) -> str:
    return "\n".join(one.en for one in service.live.troubles())


def test_a_folder_with_errors_is_told_with_its_lines_until_it_is_whole_again(service: Service) -> None:
    points = service.where.district / "points.csv"
    whole, before = points.read_bytes(), service.live.district()
    lines = whole.decode().splitlines()
    points.write_text("\n".join([*lines, "p-x,no-such-site,air,名,name,,,,"]) + "\n", encoding="utf-8")
    look(service)
    assert f"points.csv:{len(lines) + 1}: " in told(service)
    assert "no-such-site" in told(service)
    assert service.live.district() is before
    points.write_bytes(whole)
    look(service)
    assert told(service) == ""


def test_a_logger_that_was_taken_out_is_no_longer_known(service: Service) -> None:
    folder = service.where.district
    gone = service.live.district().loggers[0].mn
    for name in ("loggers.csv", "channels.csv"):
        kept = [line for line in (folder / name).read_text(encoding="utf-8").splitlines() if not line.startswith(gone)]
        (folder / name).write_text("\n".join(kept) + "\n", encoding="utf-8")
    assert gone in service.gateway.registry.loggers
    look(service)
    assert told(service) == ""
    assert gone not in service.gateway.registry.loggers
    assert len(service.gateway.registry.loggers) == len(service.live.district().loggers) > 0


def test_a_change_that_cannot_be_written_down_is_tried_again(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    site = service.where.district / "sites.csv"
    before = service.live.district()

    def full(*given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(service_module, "append", full)
    text = site.read_text(encoding="utf-8")
    name = before.sites[0].name.en
    site.write_text(text.replace(name, "Renamed"), encoding="utf-8")
    look(service)
    assert "No space left" in told(service)
    assert service.live.district() is before
    monkeypatch.undo()
    asyncio.run(service._look())
    assert told(service) == ""
    assert service.live.district().sites[0].name.en == "Renamed"
    assert [entry.after for _, entry in read(service.where.data / "district-journal.jsonl")] != []

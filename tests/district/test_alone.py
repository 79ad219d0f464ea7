"""The gateway and the store read the same files of loggers and channels on their own."""

from pathlib import Path

import pytest

from clearbay.district import read_district
from clearbay.gateway.registry import RegistryError
from clearbay.gateway.registry import read_loggers as read_for_gateway
from clearbay.store.channels import ChannelMapError, read_channel_map
from tests.district.folders import district_folder

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "district"


@pytest.fixture(params=["example", "starter"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return EXAMPLE if request.param == "example" else district_folder(tmp_path)


def test_the_gateway_knows_the_same_loggers(folder: Path) -> None:
    ours = read_district(folder).loggers
    theirs = read_for_gateway(folder / "loggers.csv")
    assert [(x.mn, x.st, x.password, x.version, x.key, x.minutes, x.name) for x in ours] == [
        (y.mn, y.st, y.pw, str(y.version), y.key, y.minutes, y.name) for y in theirs
    ]


def test_the_store_knows_the_same_channels(folder: Path) -> None:
    assert list(read_district(folder).channels) == read_channel_map(folder / "channels.csv")


def test_comments_do_not_shift_the_line_that_is_told(tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    path.write_text("# one\nmn,st,code,point_id\n# two\nM,31,,p\n", encoding="utf-8")
    with pytest.raises(ChannelMapError, match=r"some\.csv, line 4: code is empty"):
        read_channel_map(path)
    path.write_text("# one\nmn,version\n# two\nM,1999\n", encoding="utf-8")
    with pytest.raises(RegistryError, match=r"some\.csv, line 4: version"):
        read_for_gateway(path)

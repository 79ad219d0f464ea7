"""Settings and the file of loggers: what is wrong is told, with where and what it may be."""

from pathlib import Path

import pytest

from clearbay.gateway import Logger, Settings, SettingsError, Upper
from clearbay.gateway.registry import RegistryError, read_loggers
from clearbay.gateway.settings import read_network, read_upper
from clearbay.hj212 import Version


def test_the_file_of_loggers(tmp_path: Path):
    path = tmp_path / "loggers.csv"
    path.write_text(
        "mn,st,pw,version,key,minutes,name\nA,31,123456,2025,0123456789abcdef,5,焚烧炉\nB,,,2005,,,\n",
        encoding="utf-8-sig",
    )
    first, second = read_loggers(path)
    assert first == Logger("A", "31", "123456", Version.V2025, b"0123456789abcdef", 5, "焚烧炉")
    assert second == Logger("B", "32", "", Version.V2005)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (",31,1,2017,,10,", "mn is empty"),
        ("A,31,1,2010,,10,", "version '2010'"),
        ("A,31,1,2017,short,10,", "SM4 key"),
        ("A,31,1,2017,,7,", "minutes '7'"),
    ],
)
def test_a_wrong_row_is_told_with_its_line(tmp_path: Path, row: str, words: str):
    path = tmp_path / "loggers.csv"
    path.write_text(f"mn,st,pw,version,key,minutes,name\n{row}\n")
    with pytest.raises(RegistryError, match=rf"line 2: .*{words}"):
        read_loggers(path)


def test_settings_that_cannot_be(tmp_path: Path):
    with pytest.raises(SettingsError, match="loggers"):
        Settings(tmp_path)
    with pytest.raises(SettingsError, match="TLS"):
        Settings(tmp_path, accept_unknown=True, certificate=tmp_path)
    with pytest.raises(SettingsError, match=r"10\.0\.0\.0/8"):
        read_network("ten")
    with pytest.raises(SettingsError, match="name=host:port"):
        read_upper("host")
    assert read_upper("city=[::1]:9212") == Upper("city", "::1", 9212)

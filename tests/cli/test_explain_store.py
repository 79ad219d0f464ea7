"""`clearbay explain --store`: a finding of a service, made anew from its packets, encrypted ones among them."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from clearbay.cli.explain import explain
from clearbay.district import read_district
from clearbay.hj212.sm4 import seal_frame
from clearbay.platform.example import copied
from clearbay.standards import load
from tests.platform.judged_district import BEIJING, Judge, hour

DAY = datetime(2026, 3, 16, tzinfo=BEIJING)
MN, POINT, AMMONIA = "010000A8900016F0QW000013", "village-3-out", "w21003"
"""A logger of the example district that speaks HJ 212-2025 and encrypts."""


@pytest.fixture
def district(tmp_path: Path) -> Path:
    return copied(tmp_path / "district")


@pytest.fixture
def finding_id(tmp_path: Path, district: Path) -> str:
    """A day of encrypted hours is in the store and judged."""
    read = read_district(district)
    logger = read.logger(MN)
    assert logger is not None
    judge = Judge(tmp_path / "data" / "store", DAY, read, load())
    hours = [hour(MN, "32", DAY + k * timedelta(hours=1), {AMMONIA: "2.5"}) for k in range(24)]
    judge.push(*(seal_frame(frame[6:-6], logger.key) for frame in hours), keys={MN: logger.key})
    judge.now = DAY + timedelta(days=1, minutes=5)
    judge.look()
    [row] = [r for r in judge.found() if r["code"] == AMMONIA and r["averaging"] == "day" and r["time"] == DAY]
    judge.close()
    return str(row["finding_id"])


def explained(tmp_path: Path, district: Path, finding_id: str, lang: str) -> Result:
    asked = [finding_id, "--store", str(tmp_path / "data"), "--district", str(district), "--lang", lang]
    return CliRunner().invoke(explain, asked)


@pytest.mark.parametrize(
    ("lang", "same"),
    [("en", "24 of them opened with the SM4 key; of 24 values"), ("zh", "其中 24 个以 SM4 密钥解密")],
)
def test_encrypted_packets_are_opened_with_the_key_of_the_district(
    tmp_path: Path, district: Path, finding_id: str, lang: str, same: str
):
    told = explained(tmp_path, district, finding_id, lang)
    assert told.exit_code == 0, told.output
    assert same in told.output.replace("\n", " ")
    assert "✓" in told.output


@pytest.mark.parametrize(("lang", "said"), [("en", f"not opened: no key for MN {MN}"), ("zh", f"没有 MN {MN} 的密钥")])
def test_without_the_key_it_is_said_that_packets_were_not_opened(
    tmp_path: Path, district: Path, finding_id: str, lang: str, said: str
):
    loggers = district / "loggers.csv"
    loggers.write_text(loggers.read_text(encoding="utf-8").replace("clearbay-demo-k2", ""), encoding="utf-8")
    (tmp_path / "data" / "store" / "keys.json").unlink(missing_ok=True)
    told = explained(tmp_path, district, finding_id, lang)
    assert told.exit_code == 2, told.output
    assert said in told.output.replace("\n", " ")
    assert "✓" not in told.output


@pytest.mark.parametrize(("lang", "stored", "decoded"), [("en", "stored:", "decoding:"), ("zh", "存储：", "解码：")])
def test_a_tampered_value_is_named_with_what_its_packet_gives(
    tmp_path: Path, district: Path, finding_id: str, lang: str, stored: str, decoded: str
):
    judge = Judge(tmp_path / "data" / "store", DAY + timedelta(days=1), read_district(district), load())
    judge.store.cursor().execute("UPDATE hot_2026_03.observations SET value = 0.5, text = '0.5' WHERE packet = 7")
    judge.close()
    told = explained(tmp_path, district, finding_id, lang)
    assert told.exit_code == 1, told.output
    lines = [line.strip() for line in told.output.splitlines()]
    assert any(line.startswith(f"{stored}") and "0.5 N" in line for line in lines)
    assert any(line.startswith(f"{decoded}") and "2.5 N" in line for line in lines)
    assert any(line.startswith("✗") and MN in line and AMMONIA in line for line in lines)

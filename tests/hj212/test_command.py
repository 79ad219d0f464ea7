"""`clearbay hj212 check` as a person meets it."""

from pathlib import Path

from click.testing import CliRunner, Result

from clearbay.cli.hj212 import hj212
from clearbay.hj212 import frame_segment
from clearbay.hj212.sm4 import seal_frame

HEAD = b"QN=20160801085857223;ST=32;CN=%b;PW=100000;MN=010000A8900016F000169DC0;Flag=%b;CP=&&"
GOOD = frame_segment(HEAD % (b"1062", b"5") + b"RtdInterval=30&&")


def check(tmp_path: Path, content: bytes, *options: str) -> Result:
    path = tmp_path / "frames.txt"
    path.write_bytes(content)
    return CliRunner().invoke(hj212, ["check", str(path), *options])


def test_a_good_frame_is_explained(tmp_path: Path):
    found = check(tmp_path, b"# a comment\n" + GOOD)
    assert found.exit_code == 0
    assert "✓ HJ 212-2017 · CN=1062 设置实时数据间隔 (set real-time interval)" in found.output
    assert "CRC 1C80 ✓" in found.output
    assert "1 条：1 条有效，0 条拒收" in found.output


def test_the_typing_error_of_the_standard_is_told(tmp_path: Path):
    found = check(tmp_path, GOOD.replace(b"1C80", b"1C08"))
    assert found.exit_code == 1
    assert "✗ wrong_crc" in found.output
    assert "1C08 should be 1C80" in found.output


def test_a_modbus_crc_is_named(tmp_path: Path):
    assert "CRC-16/MODBUS" in check(tmp_path, GOOD.replace(b"1C80", b"0759")).output


def test_results_are_put_in_words(tmp_path: Path):
    answer = frame_segment(HEAD % (b"9011", b"4") + b"QnRtn=3&&")
    assert "QnRtn = 3  PW 错误 (PW wrong)" in check(tmp_path, answer).output


def test_cipher_is_opened_with_the_key(tmp_path: Path):
    sealed = seal_frame(HEAD % (b"2011", b"9") + b"DataTime=20260101000000;w01018-Rtd=40.2&&", b"0" * 16)
    assert check(tmp_path, sealed).exit_code == 1
    opened = check(tmp_path, sealed, "--key", "0" * 16)
    assert opened.exit_code == 0
    assert "w01018: Rtd=40.2" in opened.output
    assert "SM4" in opened.output
    assert "16 characters" in check(tmp_path, sealed, "--key", "short").output


def test_only_what_is_refused(tmp_path: Path):
    found = check(tmp_path, GOOD + b"junk\r\n" + GOOD, "--only-bad")
    assert "✓" not in found.output
    assert "✗ garbage" in found.output


def test_a_file_that_is_not_there():
    found = CliRunner().invoke(hj212, ["check", "nowhere.txt"])
    assert found.exit_code == 1
    assert "No such file" in found.output


def test_standard_input():
    found = CliRunner().invoke(hj212, ["check", "-"], input=GOOD)
    assert found.exit_code == 0


def test_no_server_at_the_other_end():
    found = CliRunner().invoke(hj212, ["send", "127.0.0.1:9"])
    assert found.exit_code == 1
    assert "Traceback" not in found.output
    assert CliRunner().invoke(hj212, ["send", "nowhere"]).exit_code == 1

from pathlib import Path

import pytest
from click.testing import CliRunner

from clearbay.cli.root import main

EXAMPLE = Path(__file__).parents[2] / "examples" / "district"


def test_pages_for_other_machines_need_an_account_and_nothing_is_begun_without(tmp_path: Path) -> None:
    arguments = ["up", str(EXAMPLE), "--data", str(tmp_path), "--port", "0", "--web-port", "0"]
    done = CliRunner().invoke(main, [*arguments, "--web-host", "0.0.0.0"])
    assert done.exit_code == 2
    assert "clearbay account add" in done.output
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize(
    "url",
    ["bay.example.org", "ftp://bay.example.org", "https://", "https://[::1", "https://a:b@x.org", "https://x.org?y=1"],
)
def test_a_public_address_that_nobody_could_open_is_refused(tmp_path: Path, url: str) -> None:
    done = CliRunner().invoke(main, ["up", str(EXAMPLE), "--data", str(tmp_path), "--public-url", url, "--lang", "zh"])
    assert done.exit_code == 2
    assert "不是网址" in done.output
    assert not (tmp_path / "store").exists()


def test_a_port_that_does_not_exist_is_refused_before_anything_begins(tmp_path: Path) -> None:
    for option in ("--port", "--web-port"):
        done = CliRunner().invoke(main, ["up", str(EXAMPLE), "--data", str(tmp_path), option, "99999"])
        assert done.exit_code == 2
        assert "99999" in done.output
    assert not (tmp_path / "store").exists()

from pathlib import Path

from click.testing import CliRunner

from clearbay.cli.root import main

EXAMPLE = Path(__file__).parents[2] / "examples" / "district"


def test_pages_for_other_machines_need_an_account_and_nothing_is_begun_without(tmp_path: Path) -> None:
    arguments = ["up", str(EXAMPLE), "--data", str(tmp_path), "--port", "0", "--web-port", "0"]
    done = CliRunner().invoke(main, [*arguments, "--web-host", "0.0.0.0"])
    assert done.exit_code == 2
    assert "clearbay account add" in done.output
    assert not (tmp_path / "store").exists()

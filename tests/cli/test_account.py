from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from clearbay.casebook import Casebook
from clearbay.cli.root import main

SECRET = "correct horse battery\n"


def run(*arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(main, ["account", *arguments, "--lang", "en"], input=given)


def test_an_account_is_made_listed_changed_and_disabled(tmp_path: Path) -> None:
    data = ("--data", str(tmp_path))
    assert run("add", "root", "--role", "admin", *data, given=SECRET).exit_code == 0
    assert run("add", "li", "--role", "editor", *data, given=SECRET).exit_code == 0
    assert run("password", "li", *data, given="another long secret\n").exit_code == 0
    assert run("disable", "li", *data).exit_code == 0
    lines = run("list", *data).output.splitlines()
    assert [line.split()[:3] for line in lines[1:]] == [["li", "editor", "disabled"], ["root", "admin", "enabled"]]
    book = Casebook(tmp_path / "casebook.sqlite")
    assert {e.person for e in book.audit.entries()} == {"command-line"}
    book.close()


def test_a_password_is_no_argument(tmp_path: Path) -> None:
    done = run("add", "root", "secret", "--data", str(tmp_path))
    assert done.exit_code == 2
    assert not (tmp_path / "casebook.sqlite").exists()


def test_a_role_is_changed_and_an_account_opened_again_and_the_log_says_both(tmp_path: Path) -> None:
    data = ("--data", str(tmp_path))
    run("add", "root", "--role", "admin", *data, given=SECRET)
    run("add", "li", *data, given=SECRET)
    assert "has the role operator" in run("role", "li", "operator", *data).output
    run("disable", "li", *data)
    assert run("enable", "li", *data).exit_code == 0
    lines = run("list", *data).output.splitlines()
    assert lines[1].split()[:3] == ["li", "operator", "enabled"]
    book = Casebook(tmp_path / "casebook.sqlite")
    told = [(e.what, e.subject) for e in book.audit.entries()]
    role = next(e for e in book.audit.entries() if e.what == "account.role")
    book.close()
    assert [what for what, subject in told if subject == "li" and what != "session.end_all"] == [
        "account.enable", "account.disable", "account.role", "account.add",
    ]  # fmt: skip
    assert '"role": "viewer"' in role.before
    assert '"role": "operator"' in role.after


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("disable", "root"), "last administrator"),
        (("password", "nobody"), "no account nobody"),
        (("role", "root", "viewer"), "last administrator"),
        (("enable", "nobody"), "no account nobody"),
        (("role", "root", "chief"), "chief"),
    ],
)
def test_a_mistake_gets_a_sentence(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    run("add", "root", "--role", "admin", "--data", str(tmp_path), given=SECRET)
    done = run(*arguments, "--data", str(tmp_path), given=SECRET)
    assert done.exit_code == 2
    assert told in done.output


def test_a_wrong_folder_is_named_and_left_alone(tmp_path: Path) -> None:
    done = run("list", "--data", str(tmp_path / "nowhere"))
    assert done.exit_code == 2
    assert "casebook.sqlite" in done.output
    assert not (tmp_path / "nowhere").exists()

"""`clearbay account`: who may sign in to the pages."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.table import Table

from clearbay.casebook import Casebook, CasebookError, Writer
from clearbay.casebook.accounts import ROLES
from clearbay.cli.console import console, speaks_of_errors
from clearbay.cli.language import language, language_option

FILE = "casebook.sqlite"
"""Name of the casebook in a service's data folder."""

WORDS = {
    "password": ("密码（至少 12 个字符）", "Password (at least 12 characters)"),
    "again": ("再输一次", "Again"),
    "added": ("已建立账号 {name}，角色 {role}", "account {name} made, role {role}"),
    "changed": ("账号 {name} 的密码已修改，其会话已结束", "the password of {name} is changed; its sessions have ended"),
    "role_given": ("账号 {name} 的角色改为 {role}，立即生效", "{name} has the role {role} from now on"),
    "enabled": ("账号 {name} 已重新启用", "{name} may sign in again"),
    "disabled": ("账号 {name} 已停用，其会话已结束", "{name} is disabled; its sessions have ended"),
    "name": ("账号", "account"),
    "role": ("角色", "role"),
    "state": ("状态", "state"),
    "since": ("自", "since"),
    "on": ("启用", "enabled"),
    "off": ("停用", "disabled"),
    "none": ("还没有账号", "there is no account yet"),
}

data_option = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The service's data folder (as of `clearbay up`).",
)


@click.group()
def account() -> None:
    """账号管理。 Make, list, disable and enable accounts, change roles and passwords; while the service runs, too."""


@account.command()
@click.argument("name")
@click.option("--role", type=click.Choice(list(ROLES)), default="viewer", show_default=True)
@data_option
@language_option
@speaks_of_errors
def add(name: str, role: str, data: Path, lang: str | None) -> None:
    """Make an account. The password is asked for, or read from standard input; never give it as an argument."""
    with _Book(data) as book:
        book.accounts.add(_writer(), name, role, _password(lang))
    console().print(_say("added", lang, name=name, role=role))


@account.command(name="list")
@data_option
@language_option
@speaks_of_errors
def list_(data: Path, lang: str | None) -> None:
    """List the accounts."""
    with _Book(data, must_exist=True) as book:
        accounts = book.accounts.listed()
    if not accounts:
        console().print(_say("none", lang))
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("name", "role", "state", "since"):
        table.add_column(_say(heading, lang))
    for one in accounts:
        state = _say("off" if one.disabled else "on", lang)
        table.add_row(one.account, one.role, state, f"{one.changed.astimezone():%Y-%m-%d %H:%M}")
    console().print(table)


@account.command()
@click.argument("name")
@data_option
@language_option
@speaks_of_errors
def disable(name: str, data: Path, lang: str | None) -> None:
    """Shut an account; what it wrote stays."""
    with _Book(data, must_exist=True) as book:
        book.accounts.disable(_writer(), name)
    console().print(_say("disabled", lang, name=name))


@account.command()
@click.argument("name")
@data_option
@language_option
@speaks_of_errors
def enable(name: str, data: Path, lang: str | None) -> None:
    """Open an account again that was disabled, with the role and the password it had."""
    with _Book(data, must_exist=True) as book:
        book.accounts.enable(_writer(), name)
    console().print(_say("enabled", lang, name=name))


@account.command()
@click.argument("name")
@click.argument("role", type=click.Choice(list(ROLES)))
@data_option
@language_option
@speaks_of_errors
def role(name: str, role: str, data: Path, lang: str | None) -> None:
    """Give an account another role; it holds from the next request on."""
    with _Book(data, must_exist=True) as book:
        book.accounts.set_role(_writer(), name, role)
    console().print(_say("role_given", lang, name=name, role=role))


@account.command()
@click.argument("name")
@data_option
@language_option
@speaks_of_errors
def password(name: str, data: Path, lang: str | None) -> None:
    """Give an account another password; its sessions end."""
    with _Book(data, must_exist=True) as book:
        book.accounts.set_password(_writer(), name, _password(lang))
    console().print(_say("changed", lang, name=name))


class _Book:
    """The casebook of a data folder, closed at the end."""

    def __init__(self, data: Path, *, must_exist: bool = False) -> None:
        if must_exist and not (data / FILE).exists():
            raise CasebookError(
                f"{data}: there is no {FILE} here; name the data folder of `clearbay up`",
                f"{data}：这里没有 {FILE}；请给出 `clearbay up` 的数据文件夹",
            )
        self._book = Casebook(data / FILE)

    def __enter__(self) -> Casebook:
        return self._book

    def __exit__(self, *_: object) -> None:
        self._book.close()


def _writer() -> Writer:
    return Writer("command-line", datetime.now(UTC), "this machine")


def _password(lang: str | None) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    given: str = click.prompt(
        _say("password", lang), hide_input=True, confirmation_prompt=_say("again", lang), err=True
    )
    return given


def _say(key: str, lang: str | None, **values: object) -> str:
    return WORDS[key][0 if language(lang) == "zh" else 1].format(**values)

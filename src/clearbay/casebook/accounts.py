"""Accounts: passwords as argon2id, roles in order, sessions by random tokens of which only digests are kept."""

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from typing import Literal, TypeAlias

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from clearbay.casebook.audit import AuditLog
from clearbay.casebook.database import CasebookError, Database, Row
from clearbay.casebook.writer import Writer, instant_of, instant_text

Role: TypeAlias = Literal["viewer", "operator", "editor", "admin"]

ROLES: Mapping[str, int] = {"viewer": 1, "operator": 2, "editor": 3, "admin": 4}
"""Roles with their rank; each may do what those below it may."""

SHORTEST, LONGEST = 12, 256
"""Characters of a password (NIST SP 800-63B asks for length, not for kinds of characters)."""

SESSION = timedelta(hours=12)
SETUP = timedelta(hours=1)
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_HASHER = PasswordHasher()
_AT_ONCE = BoundedSemaphore(2)
"""Passwords hashed at once: each takes 64 MiB (RFC 9106), and many who guess must not take the machine's memory."""

# Checked where there is no such account, so that the answer takes as long and says nothing.
_NOBODY = _HASHER.hash(secrets.token_hex(16))

WINDOW = timedelta(minutes=15)
"""Span over which failed logins are counted."""

FAILURES_PAIR, FAILURES_ORIGIN, FAILURES_ACCOUNT = 5, 20, 100
"""Failures within the span after which a login waits: of an account from one address, of one address, of an account."""


class LoginRefused(CasebookError):
    """Name or password is wrong, or the account is disabled: which one is not said."""


class LoginThrottled(LoginRefused):
    """Too many failures; the password was not looked at."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account as it is now."""

    account: str
    role: str
    disabled: bool
    changed: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in."""

    account: str
    role: str
    expires: datetime

    def may(self, role: str) -> bool:
        """Whether the role is at least the one asked."""
        return ROLES.get(self.role, 0) >= ROLES[role]


class Accounts:
    """Accounts of a casebook."""

    def __init__(self, database: Database, audit: AuditLog) -> None:
        self._database, self._audit = database, audit

    def add(self, writer: Writer, account: str, role: str, password: str) -> None:
        """Make an account.

        Raises
        ------
        CasebookError : the name is taken or no name, the role unknown, the password too short.
        """
        if not _NAME.fullmatch(account):
            raise CasebookError(
                "an account's name has 2 to 40 of a-z, 0-9, dot, underscore, hyphen",
                "账号由 2 至 40 个小写字母、数字、点、下划线或连字符组成",
            )
        with self._database.writing():
            if self._row(account) is not None:
                raise CasebookError(
                    f"there is an account {account} already; choose another name",
                    f"账号 {account} 已存在；请换一个名称",
                )
            self._enter(writer, account, role, _hashed(account, password), disabled=False, what="account.add")

    def set_password(self, writer: Writer, account: str, password: str) -> None:
        """Give another password; every session of the account ends.

        Raises
        ------
        CasebookError : there is no such account, or the password is too short.
        """
        hashed = _hashed(account, password)
        with self._database.writing():
            row = self._needed(account)
            self._enter(writer, account, row["role"], hashed, disabled=bool(row["disabled"]), what="account.password")
            self.end_sessions(writer, account, "password changed")

    def set_role(self, writer: Writer, account: str, role: str) -> None:
        """Give another role; it holds from the next request on.

        Raises
        ------
        CasebookError : there is no such account or role, or it is the last administrator.
        """
        with self._database.writing():
            row = self._needed(account)
            if role != "admin":
                self._keep_an_admin(row)
            self._enter(writer, account, role, row["password"], disabled=bool(row["disabled"]), what="account.role")

    def disable(self, writer: Writer, account: str) -> None:
        """Shut an account; its sessions end, what it wrote stays.

        Raises
        ------
        CasebookError : there is no such account, or it is the last administrator.
        """
        with self._database.writing():
            row = self._needed(account)
            self._keep_an_admin(row)
            self._enter(writer, account, row["role"], row["password"], disabled=True, what="account.disable")
            self.end_sessions(writer, account, "account disabled")

    def enable(self, writer: Writer, account: str) -> None:
        """Open an account again that was shut, with the role and the password it had.

        Raises
        ------
        CasebookError : there is no such account.
        """
        with self._database.writing():
            row = self._needed(account)
            self._enter(writer, account, row["role"], row["password"], disabled=False, what="account.enable")

    def listed(self) -> Sequence[Account]:
        """All accounts by name."""
        rows = self._database.rows("SELECT * FROM current_accounts ORDER BY account")
        return [Account(r["account"], r["role"], bool(r["disabled"]), instant_of(r["at"])) for r in rows]

    def any(self) -> bool:
        """Whether anybody could sign in."""
        return self._database.count("SELECT count(*) FROM current_accounts WHERE NOT disabled") > 0

    # Signing in ------------------------------------------------------------------------------------------------

    def sign_in(self, at: datetime, origin: str, account: str, password: str, lasts: timedelta = SESSION) -> str:
        """Check a password and begin a session; give its token, which is kept nowhere else.

        Raises
        ------
        LoginRefused : it is not so. LoginThrottled : too many failures before.
        """
        name = account.strip().lower()[:64]
        self._hold_off(at, origin, name)
        row = self._row(name)
        fits = _fits(row["password"] if row is not None else _NOBODY, password[:LONGEST])
        if row is None or not fits or row["disabled"]:
            self._attempt(at, name, origin, "failed")
            raise LoginRefused("name or password is wrong", "账号或密码不对")
        token = secrets.token_urlsafe(32)
        writer = Writer(name, at, origin)
        with self._database.writing() as con:
            if _HASHER.check_needs_rehash(row["password"]):
                self._enter(writer, name, row["role"], _HASHER.hash(password), disabled=False, what="account.rehash")
            self._attempt(at, name, origin, "ok")
            con.execute(
                "INSERT INTO sessions VALUES (?, ?, ?, ?, ?)",
                (_digest(token), name, instant_text(at), instant_text(at + lasts), origin),
            )
            self._audit.enter(writer, "session.begin", name)
        return token

    def session(self, token: str, at: datetime) -> Session | None:
        """Find who holds a token, while it lasts and the account is not disabled."""
        if not token:
            return None
        row = self._database.row(
            "SELECT s.account, a.role, s.expires FROM sessions AS s JOIN current_accounts AS a USING (account) "
            "LEFT JOIN session_ends AS e USING (token_digest) "
            "WHERE s.token_digest = ? AND s.expires > ? AND e.at IS NULL AND NOT a.disabled",
            (_digest(token), instant_text(at)),
        )
        return None if row is None else Session(row["account"], row["role"], instant_of(row["expires"]))

    def sign_out(self, writer: Writer, token: str) -> None:
        """End one session."""
        with self._database.writing() as con:
            query = "INSERT OR IGNORE INTO session_ends SELECT token_digest, ?, ? FROM sessions WHERE token_digest = ?"
            con.execute(query, (instant_text(writer.at), "signed out", _digest(token)))
            self._audit.enter(writer, "session.end", writer.person)

    def end_sessions(self, writer: Writer, account: str, why: str) -> None:
        """End all sessions of an account."""
        with self._database.writing() as con:
            query = "INSERT OR IGNORE INTO session_ends SELECT token_digest, ?, ? FROM sessions WHERE account = ?"
            con.execute(query, (instant_text(writer.at), why, account))
            self._audit.enter(writer, "session.end_all", account, after={"why": why})

    # The first account -----------------------------------------------------------------------------------------

    def setup_token(self, at: datetime) -> str:
        """Make a token with which the first account, an administrator, can be made once within an hour.

        Raises
        ------
        CasebookError : there is an account already.
        """
        if self.any():
            raise CasebookError(
                "there are accounts already; an administrator makes further ones", "已有账号；其他账号由管理员建立"
            )
        token = secrets.token_urlsafe(24)
        with self._database.writing() as con:
            con.execute(
                "INSERT INTO setup_tokens VALUES (?, ?, ?)",
                (_digest(token), instant_text(at), instant_text(at + SETUP)),
            )
        return token

    def set_up(self, at: datetime, origin: str, token: str, account: str, password: str) -> None:
        """Make the first account with a setup token.

        Raises
        ------
        CasebookError : the token is wrong, used or too old; there is an account already; name or password do not do.
        """
        self._hold_off(at, origin, "(setup)")
        with self._database.writing() as con:
            row = self._database.row(
                "SELECT 1 FROM setup_tokens AS t LEFT JOIN setup_token_uses AS u USING (token_digest) "
                "WHERE t.token_digest = ? AND t.expires > ? AND u.at IS NULL",
                (_digest(token.strip()), instant_text(at)),
            )
            usable = row is not None and not self.any()
            if usable:
                self.add(Writer("setup", at, origin), account, "admin", password)
                con.execute("INSERT INTO setup_token_uses VALUES (?, ?)", (_digest(token.strip()), instant_text(at)))
        if not usable:
            self._attempt(at, "(setup)", origin, "failed")
            raise LoginRefused(
                "the setup token is wrong, used, or older than an hour; start the service again for one",
                "令牌不对、已用过或超过一小时；请重新启动服务以获得新令牌",
            )

    # -----------------------------------------------------------------------------------------------------------

    def _hold_off(self, at: datetime, origin: str, account: str) -> None:
        since, failed = (
            instant_text(at - WINDOW),
            "SELECT count(*) FROM login_attempts WHERE outcome = 'failed' AND at > ?",
        )
        count = self._database.count
        if (
            count(f"{failed} AND account = ? AND origin = ?", (since, account, origin)) >= FAILURES_PAIR
            or count(f"{failed} AND origin = ?", (since, origin)) >= FAILURES_ORIGIN
            or count(f"{failed} AND account = ?", (since, account)) >= FAILURES_ACCOUNT
        ):
            raise LoginThrottled(
                "too many failed logins; wait a quarter of an hour", "登录失败次数过多；请一刻钟后再试"
            )

    def _attempt(self, at: datetime, account: str, origin: str, outcome: str) -> None:
        with self._database.writing() as con:
            con.execute(
                "INSERT INTO login_attempts (at, account, origin, outcome) VALUES (?, ?, ?, ?)",
                (instant_text(at), account, origin, outcome),
            )

    def _enter(self, writer: Writer, account: str, role: str, hashed: str, *, disabled: bool, what: str) -> None:
        if role not in ROLES:
            raise CasebookError(f"role is one of {', '.join(ROLES)}", f"角色须为 {'、'.join(ROLES)} 之一")
        before = self._row(account)
        with self._database.writing() as con:
            con.execute(
                "INSERT INTO accounts (account, at, person, role, password, disabled) VALUES (?, ?, ?, ?, ?, ?)",
                (account, instant_text(writer.at), writer.person, role, hashed, int(disabled)),
            )
            was = {} if before is None else {"role": before["role"], "disabled": bool(before["disabled"])}
            self._audit.enter(writer, what, account, before=was, after={"role": role, "disabled": disabled})

    def _keep_an_admin(self, row: Row) -> None:
        others = "SELECT count(*) FROM current_accounts WHERE role = 'admin' AND NOT disabled AND account <> ?"
        if row["role"] == "admin" and not self._database.count(others, (row["account"],)):
            raise CasebookError(
                f"{row['account']} is the last administrator; make another one first",
                f"{row['account']} 是最后一个管理员；请先设立另一个管理员",
            )

    def _row(self, account: str) -> Row | None:
        return self._database.row("SELECT * FROM current_accounts WHERE account = ?", (account,))

    def _needed(self, account: str) -> Row:
        row = self._row(account)
        if row is None:
            raise CasebookError(
                f"there is no account {account[:64]}; see `clearbay account list`",
                f"没有账号 {account[:64]}；账号列表见 `clearbay account list`",
            )
        return row


def _hashed(account: str, password: str) -> str:
    if not SHORTEST <= len(password) <= LONGEST:
        raise CasebookError(
            f"a password has {SHORTEST} to {LONGEST} characters", f"密码须为 {SHORTEST} 至 {LONGEST} 个字符"
        )
    if account in password.lower() or len(set(password)) < 5:
        raise CasebookError(
            "the password is too easy: it holds the account's name or few different characters",
            "密码过于简单：含有账号名称，或不同的字符太少",
        )
    with _AT_ONCE:
        return _HASHER.hash(password)


def _fits(hashed: str, password: str) -> bool:
    try:
        with _AT_ONCE:
            return _HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

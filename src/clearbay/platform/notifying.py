"""Sends what waits in the outbox: by e-mail, webhook, DingTalk, WeCom or Feishu, again and again until it arrives.

A notice is written before it is sent, and each attempt before and after it: a crash loses none. One that was cut off
amid an attempt is sent again and says that it may be a repeat; its number tells the two to be one.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from clearbay.casebook import Casebook, CasebookError
from clearbay.casebook.outbox import ATTEMPTS, Notice
from clearbay.platform.receivers import Receivers

LOG = logging.getLogger(__name__)

EVERY_S = 2.0
SIMULTANEOUS = 4


class Send(Protocol):
    """Sends a text to an address; whether it was taken there."""

    def __call__(self, address: str, title: str, body: str, severity: str) -> bool: ...  # noqa: D102


def by_apprise(address: str, title: str, body: str, severity: str) -> bool:
    """Send through apprise. Addresses are those of its documentation: mailtos://, jsons://, dingtalk://, feishu://."""
    import apprise  # noqa: PLC0415  takes half a second, and only services that tell somebody need it

    kinds = {"critical": apprise.NotifyType.FAILURE, "warning": apprise.NotifyType.WARNING}
    asset = apprise.AppriseAsset(app_id="Clearbay", app_desc="Clearbay", secure_logging=True)
    service = apprise.Apprise(asset=asset)
    if not service.add(address):
        return False
    kind = kinds.get(severity, apprise.NotifyType.INFO)
    return bool(service.notify(body=body, title=title, notify_type=kind, body_format=apprise.NotifyFormat.TEXT))


class Notifying:
    """Sends in the background while the service runs."""

    def __init__(
        self,
        casebook: Casebook,
        receivers: Receivers,
        send: Send = by_apprise,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._casebook, self._receivers, self._send, self._clock = casebook, receivers, send, clock
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin sending, in the running event loop."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End sending; what waits is sent after the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def once(self) -> int:
        """Attempt everything that is due; give how many were sent."""
        due = await asyncio.to_thread(self._casebook.outbox.due, self._clock())
        gate = asyncio.Semaphore(SIMULTANEOUS)

        async def one(notice: Notice) -> bool:
            async with gate:
                return await asyncio.to_thread(self._attempt, notice)

        return sum(await asyncio.gather(*(one(notice) for notice in due)))

    async def _run(self) -> None:
        while True:
            try:
                await self.once()
            except (CasebookError, sqlite3.Error):
                LOG.exception("notices could not be looked at; trying again")
            await asyncio.sleep(EVERY_S)

    def _attempt(self, notice: Notice) -> bool:
        outbox = self._casebook.outbox
        address = self._receivers.address(notice.receiver)
        if address is None:
            outbox.note(notice.notice_id, self._clock(), "given_up", "there is no such receiver any more")
            return False
        again = "\n（可能重复 this may be a repeat）" if notice.uncertain else ""
        outbox.note(notice.notice_id, self._clock(), "begun")
        body = f"{notice.body}{again}\n[{notice.notice_id}]"
        try:
            taken = self._send(address, notice.title, body, notice.severity)
        except Exception as error:  # noqa: BLE001  whatever a channel's own code raises, other notices must go on
            # The text of the error may quote the address; its kind does not.
            LOG.warning("notice %s to %s: %s", notice.notice_id, notice.receiver, type(error).__name__)
            taken = False
        if taken:
            outbox.note(notice.notice_id, self._clock(), "sent")
        elif notice.attempts + 1 >= ATTEMPTS:
            outbox.note(notice.notice_id, self._clock(), "given_up", f"not taken after {ATTEMPTS} attempts")
            LOG.warning("notice %s to %s is given up", notice.notice_id, notice.receiver)
        else:
            outbox.note(notice.notice_id, self._clock(), "failed", "the receiver's server did not take it")
        return taken

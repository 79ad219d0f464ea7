"""Alarms and notices of a running service, begun and ended together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from clearbay.casebook import Casebook
from clearbay.platform.alarming import Alarming
from clearbay.platform.live import Live
from clearbay.platform.notifying import Notifying
from clearbay.platform.receivers import FILE, read_receivers


@asynccontextmanager
async def alarms(live: Live, casebook: Casebook, data: Path, link: str = "") -> AsyncIterator[Alarming]:
    """Look for alarms and send notices while the block runs. `data` holds `receivers.yaml`; `link` leads to the pages.

    Raises
    ------
    ReceiversError : the file of receivers may be read by others, lies in the district's folder, or is wrong.
    """
    receivers = read_receivers(data / FILE, live.district().folder)
    alarming, notifying = Alarming(live, casebook, receivers, link=link), Notifying(casebook, receivers)
    await alarming.start()
    notifying.start()
    try:
        yield alarming
    finally:
        await alarming.stop()
        await notifying.stop()

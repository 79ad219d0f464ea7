"""A finding of the store, its evidence and what comes out when it is made anew, as plain values for a command."""

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TypeAlias, cast

from clearbay.platform.live import Live
from clearbay.store.judged import Judged
from clearbay.vocabulary.errors import ClearbayError

Plain: TypeAlias = "dict[str, object]"

PACKETS_AT_MOST = 60


class NotOneFinding(ClearbayError):
    """No finding, or more than one, has an id that begins so."""


def explained(live: Live, judged: Judged, beginning: str) -> Plain:
    """Explain the finding whose id begins with `beginning`.

    Returns
    -------
    `finding` and `again` (None: it does not come out any more) as records, `differing` columns, how many values stand
    in the store (`inputs`) and how many of them came out of their packets the same (`checked`), how many packets were
    `decoded`, `opened` with a key and `sealed` (by MN: no key opens them), the `differences`, and the `packets` that
    bring values of its parameter. Instants are text.

    Raises
    ------
    NotOneFinding
    """
    found = judged.select(["starts_with(finding_id, ?)"], [beginning], columns=["finding_id"], limit=2).to_pylist()
    if len(found) != 1:
        how = "more than one finding has" if found else "no finding has"
        raise NotOneFinding(f"{how} an id that begins with {beginning[:64]!r}")
    finding_id = str(found[0]["finding_id"])
    stored = live.finding(finding_id)
    assert stored is not None
    again = live.recompute(finding_id)
    start = stored["time"]
    assert isinstance(start, datetime)
    end = start + timedelta(seconds=max(int(str(stored["period_s"])), 1))
    behind = live.packets_behind(str(stored["point_id"]), str(stored["code"]), start, end, PACKETS_AT_MOST)
    told = {
        "finding": stored,
        "again": again.finding,
        "differing": list(again.differing),
        "inputs": again.inputs,
        "checked": again.checked,
        "decoded": again.packets,
        "opened": again.opened,
        "sealed": dict(again.sealed),
        "differences": [asdict(one) for one in again.differences],
        "packets": [
            {name: row[name] for name in ("packet_id", "received_at", "mn", "cn")} | {"bytes": len(row["bytes"])}
            for row in behind.to_pylist()
        ],
    }
    return cast("Plain", json.loads(json.dumps(told, default=str, ensure_ascii=False)))

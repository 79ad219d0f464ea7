"""The digest of an approved plan: over what it promises, not over how its files are written."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import date

from clearbay.plans.model import Plan

#: What approval fixes. Titles, sources, claims and meetings may be put right later without a break in the
#: chain.
_APPROVED = (
    "id", "start", "end", "approved_on", "levels", "themes", "phases", "terms", "calendar",
    "projects", "milestones",
    "indicators",
)  # fmt: skip


def digest_of_plan(plan: Plan) -> str:
    """SHA-256 over the approved parts of a plan, as hex; the journal's first line names it.

    Saving a file again in another encoding, order of columns or line end does not change it; another due date
    does.
    """
    content = {name: _canonical(getattr(plan, name)) for name in _APPROVED}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical(value: object) -> object:
    """Plain JSON; fields at their default are left out, so that a field added to the model later changes
    nothing.
    """
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _canonical(getattr(value, field.name))
            for field in fields(value)
            if field.default is MISSING or getattr(value, field.name) != field.default
        }
    if isinstance(value, Mapping):
        return {str(name): _canonical(own) for name, own in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_canonical(own) for own in value]
    return value

"""Tables that are in force but whose figures are not known: what they cover is not evaluable, and says so."""

from dataclasses import replace

import numpy as np
import pyarrow as pa

from clearbay.assess.context import Context, days_in_force, evidence, in_force
from clearbay.assess.exact import places
from clearbay.assess.findings import Outcome, Rule, Verdict, batch, rule_digest
from clearbay.assess.permits import Permit
from clearbay.assess.reasons import Why
from clearbay.assess.slots import days_since_epoch
from clearbay.standards import Standard

METHOD_VERSION = "pending/1"
GIVEN_AS = {"instant": "sample"}
"""Limits of instantaneous values are for single samples."""


def not_evaluable_yet(context: Context, permit: Permit, standard: Standard) -> list[pa.Table]:
    """Findings without a verdict for values that a table without known figures covers."""
    found: list[pa.Table] = []
    for pending in standard.pending:
        _, end = days_in_force(standard)
        for source in context.sources(GIVEN_AS.get(pending.averaging, pending.averaging)):
            for code in pending.codes:
                if permit.parameters is not None and code not in permit.parameters:
                    continue
                mine = np.array([c == code for _, c in source.windows.keys], dtype=np.bool_)
                which = in_force(source.windows, permit, days_since_epoch(pending.valid_from), end)
                windows = source.windows.take(which & mine[source.windows.series])
                if len(windows) == 0:
                    continue
                unit = source.records.units_by_code()[code]
                proof = evidence(source, windows)
                unknown = {**proof.left_out, Why.LIMIT_NOT_KNOWN: np.ones(len(windows), dtype=np.int32)}
                rule = Rule(
                    f"{standard.id}/{code}/{pending.averaging}/pending",
                    rule_digest(METHOD_VERSION, standard.id, code, pending.averaging, pending.clause),
                    standard.id,
                    pending.clause,
                    unit,
                    "unverified",
                )
                outcome = Outcome(
                    np.where(windows.ok, windows.s / 10.0 ** places(unit), np.nan),
                    np.full(len(windows), np.nan),
                    [Verdict.NOT_EVALUABLE] * len(windows),
                )
                found.append(
                    batch(
                        rule,
                        windows,
                        code,
                        outcome,
                        replace(proof, left_out=unknown),
                        context.zone,
                        context.assessed_at,
                    )
                )
    return found

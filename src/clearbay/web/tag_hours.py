"""The hours of tags that a furnace line has used of its year or quarter, as its pages show them."""

from clearbay.assess.judge import editions_of
from clearbay.assess.stack.budgets import Drawn, drawn_so_far
from clearbay.assess.stack.judge_stack import furnace_of
from clearbay.standards.errors import StandardNotFound
from clearbay.standards.stack_rules import StackRules
from clearbay.vocabulary.clocks import local_date
from clearbay.web.memo import kept
from clearbay.web.source import Live
from clearbay.web.text import standards


@kept(30)
def hours_of_tags(live: Live, point_id: str, zone: str) -> tuple[Drawn, ...]:
    """Give what each budget of a stack was drawn on so far; nothing where its permits have none."""
    today = local_date(live.now(), zone)
    for permit in live.district().permits:
        begun = permit.valid_from is None or permit.valid_from <= today
        if not (permit.applies_to(point_id) and begun and (permit.valid_to is None or today <= permit.valid_to)):
            continue
        try:
            editions = editions_of(standards(), permit.standard)
        except StandardNotFound:
            continue  # one of the district's own, which pages do not read
        for edition in editions:
            in_force = edition.valid_from <= today and (edition.valid_to is None or today <= edition.valid_to)
            if in_force and isinstance(edition.rules, StackRules) and edition.rules.budgets:
                own, furnace = live.tags(point_id), furnace_of(permit, point_id)
                burning = own if furnace == point_id else live.tags(furnace)
                monitor = own if furnace == point_id else [*own, *burning]
                return tuple(drawn_so_far(burning, monitor, edition.rules, zone, live.now()))
    return ()

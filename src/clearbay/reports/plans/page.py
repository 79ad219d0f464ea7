"""The frame of a plan page: templates of this package, words and marks they may use."""

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from clearbay.plans.wording import (
    COLOUR_WORDS,
    GRADE_WORDS,
    OUTCOMES,
    SHAPES,
    day_words,
    percent_words,
    reason_words,
    status_words,
    target_words,
)


def render(template: str, **values: object) -> str:
    """A page from a template of this package; everything that came from people is escaped."""
    frame = Environment(
        loader=PackageLoader("clearbay.reports.plans"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    frame.globals.update(
        colours=COLOUR_WORDS,
        shapes=SHAPES,
        grades=GRADE_WORDS,
        outcomes=OUTCOMES,
        reason=reason_words,
        status=status_words,
        target=target_words,
    )
    frame.filters.update(percent=percent_words, day=day_words)
    return frame.get_template(template).render(**values)

"""Pictures of a page: their specifications stand in it as data, a script draws them as they come near the screen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from clearbay.reports.assessment.page import as_script
from clearbay.reports.pictures.theme import config
from clearbay.web.text import Text


@dataclass(frozen=True)
class Picture:
    """A picture: its place in the page, what it is called, what it shows in a sentence, its specification."""

    id: str
    title: str
    alt: str
    spec: Mapping[str, Any]


def data_of(pictures: Sequence[Picture], t: Text) -> Markup:
    """Write pictures and how they look as JSON that may stand in a page, whatever texts it holds."""
    return Markup(
        as_script(
            {
                "specs": {picture.id: picture.spec for picture in pictures},
                "light": config(),
                "dark": config(dark=True),
                "failed": t("shell.failed"),
                "menu": t("shell.picture_menu"),
                "png": t("shell.save_png"),
                "svg": t("shell.save_svg"),
            }
        )
    )

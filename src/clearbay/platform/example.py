"""The example district that comes with Clearbay, and a copy of it to work in."""

import shutil
from pathlib import Path

from clearbay.vocabulary.errors import ClearbayError

PLACES = (
    Path(__file__).parents[1] / "example_district",  # in an installed package
    Path(__file__).parents[3] / "examples" / "district",  # in a checkout
)


class ExampleNotFound(ClearbayError):
    """The example district did not come with this installation."""


def example_district() -> Path:
    """Give the folder of the example district.

    Raises
    ------
    ExampleNotFound : it lies neither in the package nor in a checkout around it.
    """
    found = next((place for place in PLACES if (place / "district.yaml").is_file()), None)
    if found is None:
        raise ExampleNotFound(
            "the example district did not come with this installation; `clearbay init FOLDER` makes a district of your "
            "own, `clearbay up FOLDER` runs it"
        )
    return found


def copied(to: Path) -> Path:
    """Copy the example district to a folder, unless one is there already; give that folder.

    Raises
    ------
    ExampleNotFound : there is none to copy.
    """
    if not (to / "district.yaml").exists():
        shutil.copytree(example_district(), to, dirs_exist_ok=True)
    return to

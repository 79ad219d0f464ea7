"""docs/district.md names every file, column and kind."""

from pathlib import Path

from clearbay.district.columns import FILES, TABLES
from clearbay.district.model import ACTIVITY_KINDS, POINT_KINDS, SITE_KINDS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "district.md").read_text(encoding="utf-8")


def test_every_file_and_column_is_documented_as_it_is_read() -> None:
    assert [name for name in FILES if f"`{name}`" not in PAGE] == []
    for name, columns in TABLES.items():
        section = PAGE.split(f"## `{name}`\n")[1].split("\n## ")[0]
        for column in columns:
            needed = " *" if column.needed else ""
            assert f"| `{column.name}`{needed} | {column.zh} | {column.says_en} |" in section, name


def test_every_kind_is_documented() -> None:
    assert [kind for kind in (*SITE_KINDS, *POINT_KINDS, *ACTIVITY_KINDS) if f"`{kind}`" not in PAGE] == []

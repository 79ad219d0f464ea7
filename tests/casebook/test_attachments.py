import io
import zipfile
from pathlib import Path

import pytest

from clearbay.casebook import Casebook, CasebookError, Writer
from clearbay.casebook.attachments import LARGEST, AttachmentRefused, Attachments, shown_name

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\..\\boot.ini", "/etc/cron.d/x", "a\0b.png", "\u202egnp.exe"])
def test_a_name_never_chooses_where_a_file_goes(book: Casebook, officer: Writer, name: str) -> None:
    one = book.attachments.add(officer, name, PNG)
    assert not {"/", "\\", "\0", "\u202e"} & set(one.name)
    assert one.name.endswith(".png")
    folder = book.database.path.parent / "attachments"
    assert [p.name for p in folder.rglob("*") if p.is_file()] == [one.digest]


@pytest.mark.parametrize("digest", ["../casebook.sqlite", "..", "0" * 64, "' OR 1=1 --"])
def test_only_digests_of_what_was_attached_open(book: Casebook, digest: str) -> None:
    with pytest.raises(CasebookError):
        book.attachments.content(digest)


def test_the_same_content_is_kept_once_and_read_back(book: Casebook, officer: Writer) -> None:
    first = book.attachments.add(officer, "a.png", PNG)
    assert book.attachments.add(officer, "b.png", PNG) == first
    assert book.attachments.content(first.digest) == PNG


def test_a_file_changed_on_the_disk_is_not_given_out(book: Casebook, officer: Writer) -> None:
    one = book.attachments.add(officer, "a.png", PNG)
    path = book.database.path.parent / "attachments" / one.digest[:2] / one.digest
    path.write_bytes(PNG + b"x")
    with pytest.raises(CasebookError, match="changed on the disk"):
        book.attachments.content(one.digest)


def zipped(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name in names:
            packed.writestr(name, "x")
    return made.getvalue()


def test_kind_comes_from_content(book: Casebook, officer: Writer) -> None:
    assert book.attachments.add(officer, "x.html", "时间,数值\n".encode()).name == "x.txt"
    assert book.attachments.add(officer, "x.exe", zipped("xl/workbook.xml")).name == "x.xlsx"


@pytest.mark.parametrize(
    "content",
    [b"", b"MZ\x90\0", b"\x7fELF" + b"\0" * 20, zipped("a.txt"), zipped("xl/workbook.xml", "xl/vbaProject.bin")],
)
def test_other_kinds_are_refused(book: Casebook, officer: Writer, content: bytes) -> None:
    with pytest.raises(AttachmentRefused):
        book.attachments.add(officer, "x.png", content)


def test_large_files_are_refused(book: Casebook, officer: Writer) -> None:
    with pytest.raises(AttachmentRefused, match="10 MiB"):
        book.attachments.add(officer, "x.png", PNG + b"\0" * LARGEST)


def test_names_keep_what_people_wrote() -> None:
    assert shown_name("整改 报告.v2.pdf", ".pdf") == "整改 报告.v2.pdf"
    assert shown_name("...", ".pdf") == "file.pdf"


def test_a_stranger_hands_in_pictures_only(book: Casebook, officer: Writer) -> None:
    assert book.attachments.add(officer, "x.png", PNG, picture=True).media_type == "image/png"
    for content in (b"%PDF-1.4 a document", b"plain words"):
        with pytest.raises(AttachmentRefused, match="JPEG, PNG or WebP"):
            book.attachments.add(officer, "x.png", content, picture=True)


def test_files_are_not_taken_where_measurements_need_the_room(tmp_path: Path, officer: Writer) -> None:
    book = Casebook(tmp_path / "casebook.sqlite")
    full = Attachments(book.database, book.audit, tmp_path / "attachments", least_free=1 << 62)
    with pytest.raises(AttachmentRefused, match="nearly full"):
        full.add(officer, "x.png", PNG)
    assert not (tmp_path / "attachments").exists()
    book.close()

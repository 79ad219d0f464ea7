"""Files that people attach: kept under the digest of their content, known by their first bytes, never by their name."""

import hashlib
import os
import re
import tempfile
import unicodedata
import zipfile
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from shutil import disk_usage

from clearbay.casebook.audit import AuditLog, Said
from clearbay.casebook.database import CasebookError, Database, Row
from clearbay.casebook.writer import Writer, instant_of, instant_text

LARGEST = 10 * 1024 * 1024
"""Bytes of the largest file taken."""

LEAST_FREE = 1 << 30
"""Free bytes of the disk below which no file is taken: measurements need the room (`store` stops at 256 MiB)."""

NAME_AT_MOST = 120

_STARTS = (
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (b"%PDF-", "application/pdf", ".pdf"),
)
_OFFICE = {
    "xl/workbook.xml": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
    "word/document.xml": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"),
}


class AttachmentRefused(CasebookError):
    """A file is too large, empty, or of no kind that is taken."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file: SHA-256 of its content, the name it is shown by, its kind as its content shows, its size [bytes]."""

    digest: str
    name: str
    media_type: str
    size: int
    at: datetime
    person: str


class Attachments:
    """Files of a casebook, in a folder beside it."""

    def __init__(
        self, database: Database, audit: AuditLog, folder: Path, largest: int = LARGEST, least_free: int = LEAST_FREE
    ) -> None:
        self._database, self._audit, self._folder = database, audit, folder
        self._largest, self._least_free = largest, least_free

    def add(self, writer: Writer, name: str, content: bytes, *, picture: bool = False) -> Attachment:
        """Keep a file; the same content is kept once, under the name it first came with.

        Parameters
        ----------
        picture : take nothing but JPEG, PNG and WebP: documents of strangers are not handed to who reads reports.

        Raises
        ------
        AttachmentRefused : it is empty, larger than allowed, of a kind that is not taken, or the disk is nearly full.
        """
        if not content:
            raise AttachmentRefused("the file is empty; attach one with content", "文件是空的；请另选文件")
        if len(content) > self._largest:
            raise AttachmentRefused(
                f"the file has {len(content) / 2**20:.1f} MiB; at most {self._largest / 2**20:g} MiB are taken",
                f"文件有 {len(content) / 2**20:.1f} MiB；最大 {self._largest / 2**20:g} MiB",
            )
        media_type, ending = kind_of(content)
        if picture and not media_type.startswith("image/"):
            raise AttachmentRefused("a picture is JPEG, PNG or WebP", "照片须为 JPEG、PNG 或 WebP")
        digest = hashlib.sha256(content).hexdigest()
        held = self.get(digest)
        if held is not None:
            return held
        if disk_usage(self._folder.parent).free < self._least_free:
            raise AttachmentRefused(
                "the disk is nearly full, so no files are taken now; send the words without it",
                "磁盘空间不足，暂不接收文件；请先只提交文字",
            )
        _write(self._path(digest), content)
        one = Attachment(digest, shown_name(name, ending), media_type, len(content), writer.at, writer.person)
        with self._database.writing() as con:
            con.execute(
                "INSERT OR IGNORE INTO attachments (digest, name, media_type, bytes, at, person) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (digest, one.name, media_type, one.size, instant_text(writer.at), writer.person),
            )
            said: Said = {"name": one.name, "media_type": media_type, "bytes": one.size}
            self._audit.enter(writer, "attachment.add", digest, after=said)
        return one

    def get(self, digest: str) -> Attachment | None:
        """Find a file by its digest; anything that is no digest finds nothing."""
        row = self._database.row("SELECT * FROM attachments WHERE digest = ?", (digest,))
        return None if row is None else _attachment(row)

    def content(self, digest: str) -> bytes:
        """Read a file.

        Raises
        ------
        CasebookError : there is none, or what is on the disk is no longer what was attached.
        """
        if self.get(digest) is None:
            raise CasebookError(f"there is no attachment {digest[:64]}", f"没有附件 {digest[:64]}")
        try:
            content = self._path(digest).read_bytes()
        except OSError as error:
            raise CasebookError(
                f"attachment {digest}: its file cannot be read ({error.strerror})",
                f"附件 {digest}：文件读不出来（{error.strerror}）",
            ) from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise CasebookError(
                f"attachment {digest}: its file was changed on the disk; bring back the copy",
                f"附件 {digest}：磁盘上的文件已被改动；请用备份恢复",
            )
        return content

    def _path(self, digest: str) -> Path:
        if not re.fullmatch(r"[0-9a-f]{64}", digest):
            raise CasebookError("an attachment is named by 64 hexadecimal digits", "附件编号是 64 位十六进制数字")
        return self._folder / digest[:2] / digest


def kind_of(content: bytes) -> tuple[str, str]:
    """Tell media type and file ending by content: JPEG, PNG, WebP, PDF, XLSX, DOCX, or plain text (UTF-8, CSV too).

    Raises
    ------
    AttachmentRefused : it is none of these.
    """
    for start, media_type, ending in _STARTS:
        if content.startswith(start):
            return media_type, ending
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp", ".webp"
    if content.startswith(b"PK\x03\x04") and (office := _office(content)) is not None:
        return office
    if _is_text(content):
        return "text/plain; charset=utf-8", ".txt"
    raise AttachmentRefused(
        "the file is of a kind that is not taken; attach JPEG, PNG, WebP, PDF, XLSX, DOCX, or plain text in UTF-8",
        "不接受这种文件；可用 JPEG、PNG、WebP、PDF、XLSX、DOCX 或 UTF-8 纯文本",
    )


def shown_name(name: str, ending: str) -> str:
    """Make the name that a file is shown by: no folders, no control or direction characters, the ending of its kind."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(c for c in last if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*;')
    stem = kept.rsplit(".", 1)[0] if "." in kept else kept
    return (stem.strip(" .")[:NAME_AT_MOST] or "file") + ending


def _office(content: bytes) -> tuple[str, str] | None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            names = set(packed.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    # A file with macros is refused: vbaProject.bin is where they live.
    if any(name.endswith("vbaProject.bin") for name in names):
        return None
    return next((kind for member, kind in _OFFICE.items() if member in names), None)


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not any(unicodedata.category(c) == "Cc" and c not in "\t\r\n" for c in text)


def _write(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, even when the power goes."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise CasebookError(
            f"the file cannot be kept ({error.strerror}); look at the disk",
            f"文件存不下（{error.strerror}）；请检查磁盘",
        ) from error
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _attachment(row: Row) -> Attachment:
    return Attachment(
        row["digest"], row["name"], row["media_type"], int(row["bytes"]), instant_of(row["at"]), row["person"]
    )

"""Evidence files: what is taken, where it lies, and that it is never changed (domain.md F.8).

They lie outside everything that a web server shows, under the hash of their content. What a file is
its content says; a name that says otherwise is refused.
"""

import hashlib
import os
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO

from opsboard.config import config

MEGABYTE = 1024 * 1024
LONGEST_NAME = 200
# What a text may hold besides letters: tab, line feed, carriage return, form feed.
PLAIN = {9, 10, 12, 13}
MACROS = "vbaproject.bin"


class Unfit(ValueError):
    """A file that is not taken; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of file: its media type, the endings of its names, and how its content is known."""

    media_type: str
    endings: tuple[str, ...]
    fits: Callable[[bytes, IO[bytes]], bool]


@dataclass(frozen=True, slots=True)
class Taken:
    """A file as it was stored."""

    name: str
    media_type: str
    size: int
    sha256: str


def _begins(*marks: bytes) -> Callable[[bytes, IO[bytes]], bool]:
    return lambda head, _: head.startswith(marks)


def _office(part: str) -> Callable[[bytes, IO[bytes]], bool]:
    """A package of Office Open XML with this part in it, and without macros."""

    def fits(head: bytes, file: IO[bytes]) -> bool:
        if not head.startswith(b"PK\x03\x04"):
            return False
        try:
            with zipfile.ZipFile(file) as package:
                names = {name.lower() for name in package.namelist()}
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            return False
        return part in names and not any(name.endswith(MACROS) for name in names)

    return fits


def _is_text(head: bytes, file: IO[bytes]) -> bool:
    """UTF-8 to its end, without the control characters that only programs write."""
    file.seek(0)
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not any(unicodedata.category(one) == "Cc" and ord(one) not in PLAIN for one in text)


SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LETTER = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
KINDS = (
    Kind("application/pdf", (".pdf",), _begins(b"%PDF-")),
    Kind("image/png", (".png",), _begins(b"\x89PNG\r\n\x1a\n")),
    Kind("image/jpeg", (".jpg", ".jpeg"), _begins(b"\xff\xd8\xff")),
    Kind(SHEET, (".xlsx",), _office("xl/workbook.xml")),
    Kind(LETTER, (".docx",), _office("word/document.xml")),
    Kind("text/plain", (".txt", ".csv", ".eml", ".md", ".log"), _is_text),
)
TAKEN = "PDF, PNG, JPEG, XLSX, DOCX without macros, and text"


def take(name: str, file: IO[bytes]) -> Taken:
    """Store a file for good; the same content twice lies there once. Raises Unfit."""
    name = clean_name(name)
    size = _size(file)
    kind = _kind_of(name, file)
    digest = _digest(file)
    place = place_of(digest)
    if not place.exists():
        _write(place, file)
    return Taken(name, kind.media_type, size, digest)


def clean_name(name: str) -> str:
    """The last part of whatever path was sent, without what a screen or a shell would act on."""
    last = PurePosixPath(PureWindowsPath(name).name).name
    kept = "".join(one for one in last if unicodedata.category(one)[0] != "C").strip(". ")
    stem, dot, ending = kept.rpartition(".")
    if not stem or not dot:
        raise Unfit("Give the file a name with an ending, such as contract.pdf.")
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"


def place_of(digest: str) -> Path:
    return config().evidence_folder / digest[:2] / digest


def content_of(digest: str) -> bytes:
    """What was put there, or nothing at all: raises Unfit when it is gone or not the same."""
    try:
        content = place_of(digest).read_bytes()
    except OSError:
        raise Unfit("The file is not where it was stored; an administrator must look.") from None
    if hashlib.sha256(content).hexdigest() != digest:
        raise Unfit("The stored file is not the one that was put on record; it is not shown.")
    return content


def _size(file: IO[bytes]) -> int:
    size, most = file.seek(0, os.SEEK_END), config().evidence.most_mb
    if not size:
        raise Unfit("The file is empty.")
    if size > most * MEGABYTE:
        raise Unfit(f"The file has more than {most} MB; send a part of it, or a link.")
    return size


def _kind_of(name: str, file: IO[bytes]) -> Kind:
    file.seek(0)
    head = file.read(16)
    for kind in KINDS:
        file.seek(0)
        if kind.fits(head, file):
            if not name.lower().endswith(kind.endings):
                said = " or ".join(kind.endings)
                raise Unfit(f"Its content is not what its name says; such a file ends in {said}.")
            return kind
    raise Unfit(f"Such a file is not taken. Taken are {TAKEN}.")


def _digest(file: IO[bytes]) -> str:
    file.seek(0)
    found = hashlib.sha256()
    while part := file.read(MEGABYTE):
        found.update(part)
    return found.hexdigest()


def _write(place: Path, file: IO[bytes]) -> None:
    """Whole or not at all, and for reading only."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, draft = tempfile.mkstemp(dir=place.parent, prefix=".draft-")
    file.seek(0)
    with os.fdopen(handle, "wb") as out:
        while part := file.read(MEGABYTE):
            out.write(part)
        out.flush()
        os.fsync(out.fileno())
    os.chmod(draft, 0o400)
    os.replace(draft, place)

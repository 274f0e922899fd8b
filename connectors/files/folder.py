"""Which files lie in the folder, which of them are whole, and when they were exported.

A half-written file is never taken. Whatever the exporter does, one of these holds it back:
- its name ends in .part, .tmp, .partial and the like, or begins with a dot;
- with `marker = true`, no companion `<name>.done` lies beside it yet;
- without a marker, it was changed less than `settle` seconds ago;
- a .gz whose trailer is missing cannot be complete, however old it is;
- its size or time changed while it was read.
Files are taken in the order of their names, so a file that must wait holds back those after it.
"""

import gzip
import hashlib
import io
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from connectors.base import NeedsHuman, TryAgain
from connectors.files.streams import FileStream
from connectors.transforms import EPOCH, Unfit, to_instant

UNFINISHED = (".part", ".tmp", ".partial", ".filepart", ".crdownload", ".done", "~")
STAMPS = (
    "%Y%m%dT%H%M%SZ",
    "%Y-%m-%dT%H-%M-%SZ",
    "%Y%m%dT%H%M%S",
    "%Y%m%d%H%M%S",
    "%Y%m%dT%H%M",
    "%Y%m%d%H%M",
    "%Y%m%d-%H%M%S",
    "%Y%m%d_%H%M%S",
    "%Y-%m-%dT%H-%M-%S",
    "%Y-%m-%d_%H-%M-%S",
    "%Y-%m-%d",
    "%Y%m%d",
)
SLACK = timedelta(days=1)
CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class File:
    """A file as it lay there when the folder was listed. `modified` is in nanoseconds."""

    name: str
    path: Path
    size: int
    modified: int

    @property
    def mark(self) -> list[int]:
        return [self.size, self.modified]

    @property
    def modified_at(self) -> datetime:
        return EPOCH + timedelta(microseconds=self.modified // 1000)

    def unpacked(self) -> BinaryIO:
        return gzip.open(self.path) if self.name.endswith(".gz") else open(self.path, "rb")

    def text(self, encoding: str) -> io.TextIOWrapper:
        """The text with its own line ends. Bytes that cannot be decoded stay recognisable (see
        rows.is_damaged), so that they cost one row and not the file.
        """
        name = "utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding
        return io.TextIOWrapper(
            self.unpacked(), encoding=name, errors=_on_damage(encoding), newline=""
        )

    def check_unchanged(self) -> None:
        """Raise TryAgain when somebody is still writing."""
        seen = self.path.stat()
        if [seen.st_size, seen.st_mtime_ns] != self.mark:
            raise TryAgain(f"{self.name} changed while it was read; it is still being written")

    def digest(self) -> str:
        """A hash of the content. Reading to the end is also what proves a .gz complete."""
        if self.size == 0 and self.name.endswith(".gz"):
            raise EOFError
        whole = hashlib.sha256()
        with self.unpacked() as stream:
            while chunk := stream.read(CHUNK):
                whole.update(chunk)
        self.check_unchanged()
        return whole.hexdigest()[:16]


def listing(folder: str, stream: FileStream) -> list[File]:
    """The stream's files by name. Links that lead out of the folder are not followed."""
    home = Path(folder)
    try:
        names = sorted(os.listdir(home))
        inside = home.resolve(strict=True)
    except OSError as error:
        raise NeedsHuman(
            f"The folder {folder} cannot be read: {error.strerror}",
            "Create the folder, or give opsboard's user the right to read it; see 'folder'.",
        ) from None
    wanted = name_pattern(stream.pattern)
    found = (_file(inside, name) for name in names if wanted.fullmatch(name) and _is_whole(name))
    return [file for file in found if file]


def _file(inside: Path, name: str) -> File | None:
    try:
        path = (inside / name).resolve(strict=True)
        seen = path.stat()
    except (OSError, RuntimeError):
        return None
    if not path.is_relative_to(inside) or not path.is_file():
        return None
    return File(name, path, seen.st_size, seen.st_mtime_ns)


def _is_whole(name: str) -> bool:
    return not name.startswith(".") and not name.lower().endswith(UNFINISHED)


def name_pattern(pattern: str) -> re.Pattern[str]:
    """The pattern of a stream as a regular expression with a group `stamp`."""
    known = {"*": ".*", "?": ".", "{stamp}": "(?P<stamp>.+)"}
    parts = re.split(r"(\*|\?|\{stamp\})", pattern)
    return re.compile("".join(known.get(part, re.escape(part)) for part in parts), re.DOTALL)


def is_settled(file: File, stream: FileStream, now: datetime) -> bool:
    """Whether its writer has left it alone. A time well in the future only shows that the clocks
    differ; then the checks of the content must do.
    """
    if stream.marker:
        return file.path.with_name(f"{file.name}.done").exists()
    age = now.timestamp() - file.modified / 1_000_000_000
    return abs(age) >= stream.settle


def stamp_of(file: File, stream: FileStream) -> datetime:
    """The instant in the file's name. A bare day means its beginning: less is never claimed."""
    found = name_pattern(stream.pattern).fullmatch(file.name)
    text = found["stamp"] if found else ""
    for form in (stream.stamp,) if stream.stamp else STAMPS:
        if not stream.stamp and not _is_written_so(text, form):
            continue
        try:
            return to_instant(
                text, f"{'UTC' if form.endswith('Z') else stream.zone or 'UTC'}|{form}"
            )
        except Unfit:
            continue
    raise NeedsHuman(
        f"{file.name}: the time in its name, '{text}', cannot be read",
        "Rename the file, or write its form as 'stamp' in the stream's settings.",
    )


def _is_written_so(text: str, form: str) -> bool:
    """strptime takes one digit for two: 0930 would pass for 09:03:00 of a form with seconds."""
    try:
        return datetime.strptime(text, form).replace(tzinfo=UTC).strftime(form) == text
    except ValueError:
        return False


def check_past(as_of: datetime, file: File, now: datetime) -> None:
    """A watermark in the future would turn whatever has not arrived yet into an exception."""
    if as_of > now + SLACK:
        raise NeedsHuman(
            f"{file.name} claims to be exported at {as_of.isoformat()}, which is yet to come",
            "Rename or remove the file, and check the exporter's clock.",
        )


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Whatever goes wrong with a file becomes TryAgain or NeedsHuman."""
    try:
        yield
    except FileNotFoundError:
        raise TryAgain(f"{name} vanished while it was read") from None
    except PermissionError:
        raise NeedsHuman(
            f"{name} may not be read", "Give opsboard's user the right to read the file."
        ) from None
    except EOFError:
        raise TryAgain(
            f"{name} ends in the middle: it is still being written, or was cut off"
        ) from None
    except (gzip.BadGzipFile, zlib.error):
        raise NeedsHuman(
            f"{name} is damaged, it cannot be unpacked", "Export the file again."
        ) from None
    except OSError as error:
        raise TryAgain(f"{name} cannot be read just now: {error.strerror}") from None


def _on_damage(encoding: str) -> str:
    """Wide encodings cannot keep a single wrong byte; there the replacement sign tells."""
    try:
        return "surrogateescape" if "a\n".encode(encoding) == b"a\n" else "replace"
    except UnicodeError:
        return "replace"

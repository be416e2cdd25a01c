"""Writing one archive to the disk as it comes: each file hashed while it passes, and a line of the index for it."""

import hashlib
import shutil
import zipfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.core.files.storage import default_storage

from reports.archive import names

_PIECE = 2**20
_PACKED = (".jpg", ".jpeg", ".png", ".webp", ".pdf", ".docx", ".xlsx", ".zip")
"""What is packed already is stored as it is."""


@dataclass(frozen=True)
class Entry:
    """One file of the archive: where it stands, what it is, and the keys of the records that stand in it, by kind."""

    path: str
    what: str
    size: int
    sha256: str
    records: dict[str, list[int]] = field(default_factory=dict)

    @property
    def is_missing(self) -> bool:
        """It is on record, and was not on the disk when the archive was made."""
        return not self.sha256


class Writer:
    """The zip being written; ``entries`` is its index so far."""

    def __init__(self, path: Path, at):
        self.path = path
        self.entries: list[Entry] = []
        self._zip = zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED)
        self._taken = names.Taken()
        self._at = at.timetuple()[:6]

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if error[0] is None:
            self._zip.close()
            return
        # What is broken off has no directory and is thrown away: closing it would write on a full disk once more.
        file, self._zip.fp = self._zip.fp, None
        with suppress(OSError):
            file.close()

    def put(self, folder: str, name: str, content: bytes, *, what: str, records=None) -> Entry:
        """A file whose content is at hand."""
        return self._write(folder, name, lambda out: out.write(content), what, records)

    def move(self, folder: str, name: str, path: Path, *, what: str, records=None) -> Entry:
        """A file that was written aside, which is gone afterwards."""
        with path.open("rb") as source:
            made = self._write(folder, name, lambda out: shutil.copyfileobj(source, out, _PIECE), what, records)
        path.unlink()
        return made

    def keep(self, folder: str, name: str, stored: str, *, what: str, records=None) -> Entry:
        """A file that people uploaded; one that is lost is written into the index as missing."""
        try:
            source = default_storage.open(stored)
        except OSError:
            return self._miss(folder, name, what, records)
        with source:
            return self._write(folder, name, lambda out: shutil.copyfileobj(source, out, _PIECE), what, records)

    def _miss(self, folder, name, what, records) -> Entry:
        made = Entry(self._taken.free(folder, name), what, 0, "", records or {})
        self.entries.append(made)
        return made

    def _write(self, folder, name, fill: Callable, what, records) -> Entry:
        path = self._taken.free(folder, name) if folder else name
        about = zipfile.ZipInfo(path, self._at)
        about.compress_type = zipfile.ZIP_STORED if path.lower().endswith(_PACKED) else zipfile.ZIP_DEFLATED
        about.external_attr = 0o600 << 16
        with self._zip.open(about, "w", force_zip64=True) as out:
            passing = _Hashed(out)
            fill(passing)
        made = Entry(path, what, passing.size, passing.digest.hexdigest(), records or {})
        self.entries.append(made)
        return made


class _Hashed:
    """A file to write to that counts and hashes what passes."""

    def __init__(self, out):
        self._out, self.size, self.digest = out, 0, hashlib.sha256()

    def write(self, piece: bytes) -> int:
        self.size += len(piece)
        self.digest.update(piece)
        return self._out.write(piece)


def sums(entries: Iterable[Entry]) -> bytes:
    """The list that ``sha256sum -c`` reads."""
    return "".join(f"{one.sha256}  {one.path}\n" for one in entries if not one.is_missing).encode()

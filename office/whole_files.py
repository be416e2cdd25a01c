"""Files that are there whole or not at all: written aside, then moved into their place."""

import errno
import os
from contextlib import suppress
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

REASONS = {
    errno.ENOENT: gettext_lazy("the folder does not exist"),
    errno.ENOTDIR: gettext_lazy("the folder does not exist"),
    errno.EISDIR: gettext_lazy("there is a folder of this name"),
    errno.EACCES: gettext_lazy("not allowed"),
    errno.EROFS: gettext_lazy("not allowed"),
    errno.ENOSPC: gettext_lazy("the disk is full"),
    errno.EFBIG: gettext_lazy("the file would be larger than is allowed here"),
    errno.EDQUOT: gettext_lazy("the disk is full"),
    errno.EPIPE: gettext_lazy("nobody reads it any more"),
    errno.ENAMETOOLONG: gettext_lazy("the name is too long"),
}


class Unwritable(Exception):
    """A file cannot be written; the text names it and says why. What stood in its place is still there."""


def write(out: Path, content: bytes) -> None:
    """Put ``content`` at ``out``: whoever looks finds the old file or the new one, never a part. Raises Unwritable.

    A link stays one and its file is replaced; into a device or a pipe is written, there is nothing to replace.
    """
    try:
        if out.exists() and not out.is_file() and not out.is_dir():
            out.write_bytes(content)
        else:
            _replace(Path(os.path.realpath(out)), content)
    except OSError as error:
        raise _unwritable(out, error) from error


def send(content: bytes, to) -> None:
    """Put ``content`` into an open stream, as the standard output of a command. Raises Unwritable."""
    try:
        with open(to.fileno(), "wb", closefd=False) as stream:
            stream.write(content)
    except OSError as error:
        raise _unwritable(_("standard output"), error) from error


def _unwritable(out, error) -> Unwritable:
    text = _("%(file)s cannot be written: %(reason)s")
    return Unwritable(text % {"file": out, "reason": REASONS.get(error.errno, error.strerror)})


def _replace(out, content):
    beside = out.parent / f".{out.name[:80]}-{os.getpid()}"
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(out)
    finally:
        with suppress(OSError):
            beside.unlink()

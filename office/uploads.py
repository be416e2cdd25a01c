"""Which files are taken from people, and how each is made harmless before it is kept.

A file is what its name says, what its content says and what its own parser says, all three alike, or it is refused.
Pictures are drawn anew: location, thumbnails and whatever hung behind the picture are gone. Other files stay as they
are and are only ever served as downloads (see ``office.files``).
"""

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass, replace
from hashlib import sha256
from uuid import uuid4

import filetype
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

MAX_BYTES = 10 * 2**20
MAX_PIXELS = 40_000_000
LONG_SIDE = 2000
"""Pixels; enough to read a photographed page on paper."""
THUMBNAIL_SIDE = 240
MAX_NAME = 100
"""Characters of a name that is shown."""
MAX_UNPACKED = 200 * 2**20
MAX_MEMBERS = 1_000
MAX_RATIO = 100
"""How many times larger than the file its unpacked content may be."""

CONTENT_TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PICTURES = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}
"""The kinds that are pictures, with Pillow's name for each."""

SCANS = {*PICTURES, "pdf"}

_EXTENSIONS = {**{kind: kind for kind in CONTENT_TYPES}, "jpeg": "jpg"}
_MAIN_PART = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_OLD = bytes.fromhex("d0cf11e0a1b11ae1")
"""How files of the old kind begin, and those of the new kind that are locked with a password."""
_MACROS = re.compile(r"vbaproject|vbadata|/activex/|macrosheets", re.IGNORECASE)


class Refused(Exception):
    """This file is not taken; the message is for the person and says what to do."""


@dataclass(frozen=True)
class Cleaned:
    """A harmless file: the name it is shown by, its kind (a key of ``CONTENT_TYPES``) and its bytes.

    ``digest`` is the SHA-256 of the bytes as they were sent.
    """

    name: str
    kind: str
    content: bytes
    digest: str = ""

    def stored_name(self) -> str:
        """A new name that nobody can guess and that says nothing of the person's own."""
        return f"{uuid4()}.{self.kind}"

    def thumbnail(self) -> "Cleaned":
        """The same picture, small enough for a list."""
        with Image.open(io.BytesIO(self.content)) as picture:
            picture.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
            return replace(self, content=_written(picture, PICTURES[self.kind]))


def clean(file) -> Cleaned:
    """The harmless form of an uploaded file (``name``, ``read``). Raises ``Refused`` for everything else."""
    return _clean(
        file, CONTENT_TYPES, _("Only pictures (jpg, png, webp), PDF, Word (docx) and Excel (xlsx) are taken.")
    )


def clean_photo(file) -> Cleaned:
    """The same for pictures alone."""
    return _clean(file, PICTURES, _("Only pictures are taken here: jpg, png or webp."))


def clean_scan(file) -> Cleaned:
    """The same for sheets of paper that were scanned or photographed."""
    return _clean(file, SCANS, _("Scans are taken as PDF or as a picture: jpg, png or webp."))


def clean_template(file) -> Cleaned:
    """The same for a template of a report, which is a Word document; what it may hold is checked on top of it."""
    return _clean(file, {"docx"}, _("A template is a Word document (docx). In WPS, save it as .docx and retry."))


def _clean(file, kinds, otherwise) -> Cleaned:
    kind = _EXTENSIONS.get((file.name or "").rpartition(".")[2].lower())
    if kind not in kinds:
        raise Refused(otherwise)
    content = _read(file)
    if kind in _MAIN_PART and content.startswith(_OLD):
        text = _("This is an old Word or Excel file, or one with a password. Save it as %(kind)s without a password.")
        raise Refused(text % {"kind": kind})
    guess = filetype.guess(content)
    if guess is None or guess.mime not in (CONTENT_TYPES[kind], "application/zip" if kind in _MAIN_PART else ""):
        raise Refused(_("The content of this file is not what its name says. Open it, save it again and retry."))
    return Cleaned(shown_name(file.name, kind), kind, _harmless(kind, content), sha256(content).hexdigest())


def _read(file) -> bytes:
    content = file.read(MAX_BYTES + 1)
    if not content:
        raise Refused(_("This file is empty."))
    if len(content) > MAX_BYTES:
        raise Refused(_("This file is larger than 10 MB. Make it smaller and retry."))
    return content


def shown_name(name: str, kind: str) -> str:
    """A name for show: no folder, no character that steers a screen or a writing direction, at most 100 characters."""
    stem = re.split(r"[/\\]", name)[-1].rpartition(".")[0]
    stem = "".join(sign for sign in stem if unicodedata.category(sign)[0] != "C").strip(" .")
    return f"{stem[: MAX_NAME - len(kind) - 1] or kind}.{kind}"


def _harmless(kind, content) -> bytes:
    if kind in PICTURES:
        return _drawn_anew(content, PICTURES[kind])
    if kind in _MAIN_PART:
        refuse_package(kind, content)
    return content


# -- pictures


def _drawn_anew(content, form) -> bytes:
    try:
        with Image.open(io.BytesIO(content), formats=[form]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise _too_many_pixels()
            return _written(_upright(picture), form)
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except Exception:  # a parser of foreign bytes fails in many ways, all of them the file's
        raise Refused(_("This picture is damaged. Open it, save it again and retry.")) from None


def _upright(picture):
    """The pixels alone, made smaller first (it saves memory), then turned as the camera was held."""
    picture.thumbnail((LONG_SIDE, LONG_SIDE))
    turned = ImageOps.exif_transpose(picture)
    alpha = picture.format != "JPEG" and turned.has_transparency_data
    pixels = turned.convert("RGBA" if alpha else "RGB")
    bare = Image.new(pixels.mode, pixels.size)
    bare.paste(pixels)
    return bare


def _written(pixels, form) -> bytes:
    out = io.BytesIO()
    pixels.save(out, form, **({} if form == "PNG" else {"quality": 85}))
    return out.getvalue()


def _too_many_pixels():
    return Refused(_("This picture has more than 40 million pixels. Make it smaller and retry."))


# -- Word and Excel


def refuse_package(kind: str, content: bytes) -> None:
    """Raise ``Refused`` for a docx or xlsx that is no harmless one.

    It is a zip file: what it declares is judged before anything is unpacked, then it is read once.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_members(kind, archive.infolist(), len(content))
            types = archive.read("[Content_Types].xml")
            broken = archive.testzip()
    except Refused:
        raise
    except Exception:  # as above: the unpacker fails in many ways
        raise _damaged() from None
    if broken or b"<!DOCTYPE" in types:
        raise _damaged()
    if _MACROS.search(types.decode("utf-8", "replace")) or b"macroEnabled" in types:
        raise _has_macros()


def _refuse_members(kind, members, size):
    names = {member.filename for member in members}
    unpacked = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS or unpacked > min(MAX_UNPACKED, MAX_RATIO * size):
        raise Refused(_("This file unpacks to far more than it should. Open it, save it again and retry."))
    if not {"[Content_Types].xml", _MAIN_PART[kind]} <= names or any(_is_odd(member) for member in members):
        raise _damaged()
    if any(_MACROS.search(name) for name in names):
        raise _has_macros()


def _is_odd(member) -> bool:
    name = member.filename.replace("\\", "/")
    large = name == "[Content_Types].xml" and member.file_size > 2**20
    return large or bool(member.flag_bits & 0x1) or name.startswith("/") or ":" in name or ".." in name.split("/")


def _damaged():
    return Refused(_("This file is damaged or protected. Open it, save it again without a password and retry."))


def _has_macros():
    return Refused(_("This file contains macros. Save it without macros and retry."))

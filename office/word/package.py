"""The zip file that a .docx is: read with suspicion, and written fast.

The parts that are the same in every document of a template are packed once (the styles alone cost more than all the
rest), so that writing a document is putting pieces side by side.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _
from lxml import etree

from office import uploads

_MOST_EXTERNAL = 3
"""So many of the things that lie outside the file are named in the message."""
_FETCHES = re.compile(r"\b(INCLUDEPICTURE|INCLUDETEXT|DDEAUTO|DDE|IMPORT|LINK)\b")
_FOREIGN = ("/embeddings/", "/afchunk", "altchunk")
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_DAY = 33  # 1 January 1980: the same content is the same file
_UTF8 = 0x800


class BrokenTemplate(Exception):
    """This file is no template that can be filled in; the message is for the person and says what to do."""


def read(content: bytes) -> dict[str, bytes]:
    """The parts of a .docx by name. Raises ``BrokenTemplate`` for what is no harmless Word document."""
    try:
        uploads.refuse_package("docx", content)
    except uploads.Refused as refused:
        raise BrokenTemplate(str(refused)) from None
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
    _refuse_foreign(parts)
    return parts


def _refuse_foreign(parts):
    """Nothing that is fetched from elsewhere, or that is a document of another kind inside this one."""
    found = []
    for name, content in parts.items():
        if b"<!DOCTYPE" in content[:4096] or any(sign in f"/{name.lower()}" for sign in _FOREIGN):
            found.append(name)
        elif name.endswith(".rels"):
            found += [link.get("Target", "") for link in _parsed(name, content) if link.get("TargetMode") == "External"]
        elif name.startswith("word/") and name.endswith(".xml") and (fetched := _fetched(_parsed(name, content))):
            found.append(fetched)
    if found:
        named = "、".join(one[:60] for one in found[:_MOST_EXTERNAL])
        text = _("The template refers to something outside of it (%(found)s). Take it out or put it in, then retry.")
        raise BrokenTemplate(text % {"found": named})


def _fetched(tree) -> str:
    """The field that fetches something, if there is one."""
    told = " ".join(node.text or "" for node in tree.iter("{*}instrText"))
    told += " ".join(value for node in tree.iter("{*}fldSimple") for value in node.attrib.values())
    found = _FETCHES.search(told)
    return found[1] if found else ""


def _parsed(name, content):
    try:
        return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        raise damaged(name) from None


def damaged(part) -> BrokenTemplate:
    return BrokenTemplate(_("The template is damaged (%(part)s). Open it, save it again and retry.") % {"part": part})


class Part(NamedTuple):
    """One member of the zip file, packed."""

    name: bytes
    crc: int
    size: int
    packed: bytes


def pack(name: str, content: bytes, level: int = 6) -> Part:
    squeeze = zlib.compressobj(level, zlib.DEFLATED, -15)
    return Part(name.encode(), zlib.crc32(content), len(content), squeeze.compress(content) + squeeze.flush())


class Base:
    """The members that never change, put side by side once."""

    def __init__(self, parts: Iterable[Part]):
        self._front, self._directory = b"", b""
        self._n = 0
        for part in parts:
            self._directory += _entry(part, len(self._front))
            self._front += _member(part)
            self._n += 1

    def write(self, parts: Iterable[Part]) -> bytes:
        """The whole file: what never changes, and these."""
        out, directory, at, n = [self._front], [self._directory], len(self._front), self._n
        for part in parts:
            member = _member(part)
            directory.append(_entry(part, at))
            out.append(member)
            at += len(member)
            n += 1
        listed = b"".join(directory)
        end = _END.pack(b"PK\5\6", 0, 0, n, n, len(listed), at, 0)
        return b"".join([*out, listed, end])


def _member(part) -> bytes:
    sizes = (part.crc, len(part.packed), part.size, len(part.name), 0)
    return _LOCAL.pack(b"PK\3\4", 20, _UTF8, 8, 0, _DAY, *sizes) + part.name + part.packed


def _entry(part, at) -> bytes:
    sizes = (part.crc, len(part.packed), part.size, len(part.name), 0, 0, 0, 0, 0, at)
    return _CENTRAL.pack(b"PK\1\2", 20, 20, _UTF8, 8, 0, _DAY, *sizes) + part.name

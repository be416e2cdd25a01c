"""Filling in a Word template: compiled once, then a document a fraction of a millisecond.

A template is a .docx with placeholders in the manner of docxtpl (``{{ 名称 }}``, ``{%p for 节 in 各节 %}``,
``{%tr for 行 in 各行 %}``), made by ``gbt9704`` or changed by the office in WPS. docxtpl reads its paragraphs once;
from then on the text is filled in here, in a sandbox, and the parts that never change are never packed again.
"""

import ast
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path

from django.utils.translation import gettext as _
from docxtpl import DocxTemplate
from jinja2 import TemplateSyntaxError, UndefinedError
from lxml import etree

from office.word import package, placeholders, sandbox
from office.word.drawing import PNG, Picture
from office.word.package import BrokenTemplate

MAIN, LINKS, TYPES = "word/document.xml", "word/_rels/document.xml.rels", "[Content_Types].xml"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_HELD = 30
"""Signs of a paragraph that are quoted in a message."""
_OTHER = re.compile(r"word/(header|footer|footnotes|endnotes)\d*\.xml$|docProps/core\.xml$")
_TAGS = re.compile(r"<[^>]+>")
_PARAGRAPH = re.compile(r"(?=<w:p[ >])")
_ALONE = re.compile(r"\{[{%](?:p|tr|tc)\s.*?[}%]\}")
_SAYS = re.compile(r"\{[{%#]")
_SAID = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")
_ALIKE = re.compile(r"[{｛][｛％]|｛[{%]|[｝％][}｝]|[%}]｝|\}\}|%\}")
"""Braces of a Chinese keyboard, or of a pair that was half taken away: no placeholder, and printed as they are."""
_DRAWN = re.compile(r'(<wp:docPr\s[^>]*?\bid=")\d+')
_SINGLE = re.compile(r"[{｛]\s*(\w+)[^{}｛｝]*[}｝]")
_CHANGED = re.compile(rb"<w:(ins|del|moveFrom|moveTo) ")
_SIGN = re.compile(r"unexpected char '(\\?.[^']*)'")


class TooLarge(Exception):
    """This document would hold more than a document can."""


class Template:
    """A checked template. ``schema`` says which placeholders there are (see ``placeholders``); None: all are known.

    Raises ``BrokenTemplate`` with what is wrong and in which paragraph. Safe to share between threads.
    """

    def __init__(self, content: bytes, schema: dict | None = None):
        parts = package.read(content)
        if _CHANGED.search(parts[MAIN]):
            text = _("There are tracked changes in it. Accept or reject all of them, save it and retry.")
            raise BrokenTemplate(text)
        self._environment = sandbox.Sandbox()
        self._paragraphs = _paragraphs(parts[MAIN])
        self._refuse_company()
        self._refuse_lookalikes(schema)
        texts = {MAIN: _main(content, parts[MAIN])}
        texts |= {name: _patched(text.decode()) for name, text in parts.items() if _OTHER.match(name)}
        texts = {name: text for name, text in texts.items() if name == MAIN or _SAYS.search(text)}
        for name, text in texts.items():
            self._check(name, text, schema)
        self._texts = {name: self._environment.from_string(text) for name, text in texts.items()}
        self._links = parts.get(LINKS, b"").decode()
        parts[TYPES] = _with_pictures(parts[TYPES])
        constant = [name for name in sorted(parts, key=_first) if name not in texts and name != LINKS]
        self._base = package.Base(package.pack(name, parts[name], level=9) for name in constant)
        self._plain_links = package.pack(LINKS, parts[LINKS]) if LINKS in parts else None
        if schema is not None:
            self._try(schema)

    def render(self, context: dict, pictures: Iterable[Picture] = ()) -> bytes:
        """The document of ``context``; ``pictures`` are those that may stand in it. Raises ``TooLarge``."""
        told = {**context, "_steps": sandbox.Steps()}
        texts = self._filled(told)
        used = [one for one in pictures if one.key in texts[MAIN]]
        if used:
            texts[MAIN] = _numbered(texts[MAIN])
        made = [package.pack(name, text.encode()) for name, text in texts.items()]
        return self._base.write([*made, *self._linked(used)])

    def text(self, context: dict) -> str:
        """The main part alone, as XML."""
        return self._filled({**context, "_steps": sandbox.Steps()})[MAIN]

    def _filled(self, told) -> dict[str, str]:
        try:
            return {name: text.render(told) for name, text in self._texts.items()}
        except sandbox.TooMuch:
            raise TooLarge(_("This document would be larger than Word can open. Choose a smaller part.")) from None
        except UndefinedError as error:
            text = _(
                "A list may be empty, so no member of it can be named by its number. Go through it with {%p for … %}."
            )
            raise BrokenTemplate(text) from error

    def _linked(self, used) -> Iterator[package.Part]:
        """The pictures that stand in the text, and the list of what the text refers to."""
        if not used:
            if self._plain_links:
                yield self._plain_links
            return
        links = "".join(f'<Relationship Id="{one.key}" Type="{PNG}" Target="media/{one.key}.png"/>' for one in used)
        yield package.pack(LINKS, self._links.replace("</Relationships>", f"{links}</Relationships>").encode())
        for one in used:
            yield package.pack(f"word/media/{one.key}.png", one.content, level=0)

    def _refuse_company(self):
        """A loop takes the place of its whole paragraph: what stands beside it would be lost without a word."""
        for n, paragraph in enumerate(self._paragraphs, 1):
            if _ALONE.search(paragraph) and _ALONE.sub("", paragraph).strip():
                fault = _("A placeholder with p, tr or tc stands alone in its paragraph; the rest would be lost.")
                raise BrokenTemplate(_at(n, paragraph, fault))

    def _refuse_lookalikes(self, schema):
        """What was meant as a placeholder and is none: it would stand in every report as it was typed."""
        for n, paragraph in enumerate(self._paragraphs, 1):
            rest = _SAID.sub("", paragraph)
            single = _SINGLE.search(rest)
            if _ALIKE.search(rest) or (single and single[1] in (schema or ())):
                fault = _("Placeholders are written in two braces of the English keyboard: {{ … }}, {% … %}.")
                raise BrokenTemplate(_at(n, paragraph, fault))

    def _check(self, name, text, schema):
        """Whether the language and the names are known, said with the paragraph in which they are not."""
        source = "\n".join(_PARAGRAPH.split(text.replace("\n", " ")))
        try:
            found = sandbox.faults(self._environment.parse(source), schema)
        except TemplateSyntaxError as error:
            found = [sandbox.Fault(error.lineno, _why(error.message))]
        if found:
            told = [self._placed(fault, source.split("\n"), name) for fault in dict.fromkeys(found)]
            raise BrokenTemplate("\n".join(told))

    def _placed(self, fault, lines, name) -> str:
        """A fault with the paragraph in which it stands, as it is counted on the page; in a header, with that."""
        if name != MAIN:
            return _("Header or footer: %(fault)s") % {"fault": fault.text}
        said = _TAGS.sub("", lines[min(fault.line, len(lines)) - 1]).strip()
        for n, paragraph in enumerate(self._paragraphs, 1):
            named = fault.word and fault.word in paragraph
            if (named and "{" in paragraph) or paragraph == said or ("{{" in paragraph and paragraph in said):
                return _at(n, paragraph, fault.text)
        return _("At “%(text)s”: %(fault)s") % {"text": _quoted(said), "fault": fault.text}

    def _try(self, schema):
        """Fill it in with examples, and with nothing at all: what comes out must be a document."""
        for empty in (False, True):
            texts = self._filled({**placeholders.example(schema, empty=empty), "_steps": sandbox.Steps()})
            for name, text in texts.items():
                _refuse_disorder(name, text)


def _at(n: int, paragraph: str, fault: str) -> str:
    """A fault with the number and the beginning of its paragraph, by which Word finds it."""
    return _("Paragraph %(n)d “%(text)s”: %(fault)s") % {"n": n, "text": _quoted(paragraph), "fault": fault}


def _numbered(text: str) -> str:
    """Each drawing under a number of its own, those of the template too, as Word wants it."""
    numbers = count(1)
    return _DRAWN.sub(lambda found: f"{found[1]}{next(numbers)}", text)


def _main(content: bytes, part: bytes) -> str:
    """The main part as docxtpl reads it: each placeholder in one piece, loops in place of their paragraphs."""
    template = DocxTemplate(io.BytesIO(content))
    template.init_docx()
    body = template.patch_xml(template.get_xml())
    head = re.search(r"<w:document[^>]*>", part.decode())
    if head is None:
        raise package.damaged(MAIN)
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{head[0]}{body}</w:document>'


def _patched(text: str) -> str:
    return DocxTemplate(io.BytesIO()).patch_xml(text) if _SAYS.search(_TAGS.sub("", text)) else text


def _first(name):
    return (name != TYPES, not name.startswith("_rels"), name)


def _with_pictures(types: bytes) -> bytes:
    if re.search(rb'Extension="png"', types, re.IGNORECASE):
        return types
    return re.sub(rb"(<Types[^>]*>)", rb'\1<Default Extension="png" ContentType="image/png"/>', types, count=1)


def _why(message) -> str:
    """Why a template cannot be read."""
    if "end of template" in message or "unknown tag" in message:
        return _("A loop or condition has no end, or an end without a beginning (endfor, endif).")
    if sign := _SIGN.match(message):
        sign = ast.literal_eval(f"'{sign[1]}'")
        shown = sign if sign.isprintable() else f"U+{ord(sign[0]):04X}"
        return _("The sign “%(sign)s” cannot stand in a placeholder.") % {"sign": shown}
    if message.startswith("expected token 'end of print statement', got '"):
        word = message.split("'")[-2]
        return _("“%(word)s” is one word too many: the name of a placeholder has no blanks in it.") % {"word": word}
    return _("A placeholder is not whole: {{ and }}, {% and %} come in pairs.")


def _quoted(text) -> str:
    return text[:_HELD] + ("…" if len(text) > _HELD else "")


def _paragraphs(part: bytes) -> list[str]:
    """The texts of the paragraphs in their order, those in tables too."""
    body = etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))
    found = body.iter(f"{{{W}}}p")
    return ["".join(text.text or "" for text in one.iter(f"{{{W}}}t")).strip() for one in found]


_INSIDE = {
    "p": {"body", "tc", "hdr", "ftr", "txbxContent", "sdtContent", "footnote", "endnote", "comment", "ins", "del"},
    "tbl": {"body", "tc", "hdr", "ftr", "txbxContent", "sdtContent", "footnote", "endnote", "ins", "del"},
    "tr": {"tbl", "sdtContent", "ins", "del"},
    "tc": {"tr", "sdtContent", "ins", "del"},
}
"""What may hold what."""
_WORDLESS = {"body", "tbl", "tr", "tc", "p", "r"}
_LOOSE = {"pPr", "rPr", "tblPr", "trPr", "tcPr"}


def _refuse_disorder(name, text):
    """What a misplaced loop makes: broken XML, words outside of any paragraph, a table inside a line, an empty cell."""
    try:
        tree = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    except etree.XMLSyntaxError:
        raise BrokenTemplate(
            _(
                "A loop or condition begins in one paragraph and ends in another. Write it with {%p … %}, each alone "
                "in a paragraph; in a table with {%tr … %}, each alone in a row."
            )
        ) from None
    for node in tree.iter(f"{{{W}}}*"):
        kind = etree.QName(node).localname
        parent = etree.QName(node.getparent()).localname if node.getparent() is not None else ""
        if parent and kind in _INSIDE and parent not in _INSIDE[kind]:
            raise BrokenTemplate(_("A table or list stands inside a line of text. Put it in with {{p … }}, alone."))
        if kind in _WORDLESS and _loose_words(node):
            raise BrokenTemplate(
                _("“%(text)s” would stand outside of any paragraph.") % {"text": _quoted(_loose_words(node))}
            )
        if kind == "tc" and not [one for one in node if etree.QName(one).localname not in _LOOSE]:
            raise BrokenTemplate(_("A cell would be empty: all its paragraphs lie in a loop or a condition."))


def _loose_words(node) -> str:
    return "".join([node.text or "", *(child.tail or "" for child in node)]).strip()


def many(documents: Iterable[tuple[str, bytes]], out: Path) -> int:
    """Write one zip file at ``out`` with these documents (name, content), one after the other; how many.

    What is drawn from ``documents`` is written and forgotten: memory does not grow with their number.
    """
    written = 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in documents:
            archive.writestr(zipfile.ZipInfo(name), content)
            written += 1
    return written

"""PDF out: a template of our own typeset by typst, with fonts that stand in the file.

A template is ``templates/paper/NAME.typ``; what all share is ``page.typ`` beside it. The data reach it as JSON, so no
text of anybody is ever read as markup. The office's own fonts (仿宋, 楷体, 小标宋) are used by their names where
``FONT_DIRS`` holds them; the song and hei faces that come with the system stand in for the rest.
"""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst
from django.conf import settings
from django.utils.translation import gettext as _

from office import clock

FOLDER = "paper"
"""Below the folder of templates."""
ARCHIVE = "a-2b"
"""PDF/A: everything that is needed to read the file in fifty years stands in it."""
SONG, HEI = "Noto Serif SC", "Noto Sans SC"
FACES = {
    "title": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "方正小标宋简体", "方正小标宋_GBK"),
    "fang": ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "STFangsong", "FZFangSong-Z02S", "FZFangSong-Z02"),
    "kai": ("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "STKaiti", "FZKai-Z03S", "FZKai-Z03"),
    "song": ("SimSun", "宋体", "STSong", "FZShuSong-Z01S"),
    "hei": ("SimHei", "黑体", "STHeiti", "FZHei-B01S"),
}
"""The names under which the faces of GB/T 9704 are sold, the best first."""
_UNBROKEN = re.compile(r"[!-~]{25,}")
_BREAK = "\u200b"
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class PaperRefused(Exception):
    """A paper cannot be made; the text says why, for whoever asked for it."""


def render(template: str, data: dict, *, files: Mapping[str, bytes] | None = None, tagged: bool = True) -> bytes:
    """``template`` filled with ``data`` as a PDF; ``files`` are pictures that it names.

    ``tagged`` writes the structure for screen readers too, which a table of thousands of rows is better without.
    Raises PaperRefused for a template that is missing or broken, for a missing font, and where memory or disk is full.
    """
    sources = {**(files or {}), **_sources(Path(settings.PAPER_TEMPLATES))}
    if f"{template}.typ" not in sources:
        raise PaperRefused(_("There is no template “%s” for this paper.") % template)
    sources["main.typ"] = f'#include "{template}.typ"'.encode()
    inputs = {"data": json.dumps(_printable(data), ensure_ascii=False), "faces": json.dumps(faces())}
    try:
        return _typeset(sources, inputs, tagged)
    except typst.TypstError as error:
        raise PaperRefused(_of_template(template, error)) from error
    except OSError as error:
        raise PaperRefused(_("The paper cannot be made: %s") % error.strerror) from error


def picture(svg: str, *, width: float) -> bytes:
    """A drawing as a PNG, ``width`` millimetres wide with 220 dots an inch, its words in a face that has them.

    Raises PaperRefused for a drawing that cannot be read.
    """
    main = f'#set page(width: auto, height: auto, margin: 0mm)\n#image("drawing.svg", width: {width}mm)'
    try:
        fonts = _fonts(tuple(settings.FONT_DIRS))
        sources = {"main.typ": main.encode(), "drawing.svg": _in_our_face(svg).encode()}
        compiler = typst.Compiler(sources, font_paths=fonts, ignore_system_fonts=True)
        return compiler.compile(format="png", ppi=220)
    except typst.TypstError as error:
        raise PaperRefused(_of_template("svg", error)) from error


def _in_our_face(svg) -> str:
    return svg.replace("<svg ", f'<svg font-family="{HEI}" ', 1)


def faces() -> dict[str, list[str]]:
    """The families that each face is set in, as far as they are there: the office's own first."""
    there = {name.casefold(): name for name in _fonts(tuple(settings.FONT_DIRS)).families()}
    missing = [name for name in (SONG, HEI) if name.casefold() not in there]
    if missing:
        text = _("The font %s is missing, so no paper can be printed. Please install the program's packages anew.")
        raise PaperRefused(text % "、".join(missing))
    stand_in = {face: HEI if face == "hei" else SONG for face in FACES}
    return {
        face: [there[name.casefold()] for name in names if name.casefold() in there] + [stand_in[face]]
        for face, names in FACES.items()
    }


@lru_cache(maxsize=4)
def _fonts(own: tuple, everywhere: bool = False) -> typst.Fonts:
    """The fonts in the folders ``own`` and those that come along; with ``everywhere`` the machine's after them."""
    bundled = Path(pylopdf_fonts_zh_cn.__file__).parent
    folders = [str(folder) for folder in (*own, bundled) if Path(folder).is_dir()]
    return typst.Fonts(include_system_fonts=everywhere, include_embedded_fonts=False, font_paths=folders)


def _sources(folder: Path) -> dict[str, bytes]:
    try:
        return {file.name: file.read_bytes() for file in folder.glob("*.typ")}
    except OSError as error:
        raise PaperRefused(_("The templates of the papers cannot be read: %s") % error.strerror) from error


def _typeset(sources, inputs, tagged) -> bytes:
    """A sign that our fonts lack (a rare name) is looked for in those of this machine.

    One that none has (an emoji) is no reason to refuse a paper; it only keeps it from being PDF/A.
    """
    own = tuple(settings.FONT_DIRS)
    for fonts, standards in ((_fonts(own), [ARCHIVE]), (_fonts(own, True), [ARCHIVE])):
        try:
            return _compiled(sources, inputs, tagged, fonts, standards)
        except typst.TypstError as error:
            if "PDF/A" not in error.message:
                raise
    return _compiled(sources, inputs, tagged, _fonts(own, True), [])


def _compiled(sources, inputs, tagged, fonts, standards) -> bytes:
    """A compiler reads its sources once, so each attempt has its own."""
    compiler = typst.Compiler(sources, font_paths=fonts, ignore_system_fonts=True)
    made_at = int(clock.now().timestamp())
    told = {"sys_inputs": inputs, "pdf_standards": standards, "pdf_tags": tagged, "timestamp": made_at}
    return compiler.compile(format="pdf", **told)


def _of_template(name, error) -> str:
    text = _("The template “%(name)s” cannot be typeset: %(why)s")
    return text % {"name": name, "why": "；".join([error.message, *error.hints])}


def _printable(value):
    """The same data with every text so that it prints: no control signs, and what is too long to fit can break."""
    if isinstance(value, str):
        return _UNBROKEN.sub(_loose, _UNPRINTABLE.sub("", value.replace("\r\n", "\n").replace("\r", "\n")))
    if isinstance(value, Mapping):
        return {key: _printable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(one) for one in value]
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def _loose(run) -> str:
    return _BREAK.join(run.group())


def pages_of(content: bytes) -> int:
    """How many pages a PDF of ours has: its page tree says so at its root."""
    return max(int(count) for count in re.findall(rb"/Type\s*/Pages\b[^>]*?/Count\s+(\d+)", content))

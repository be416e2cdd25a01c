"""Opening a workbook: xlsx, xls, ods; nothing that could fill the memory, and one clear refusal for what is none."""

import io
import os
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

import python_calamine
from django.utils.translation import gettext as _

MAX_BYTES = 50 * 2**20
MAX_UNPACKED = 200 * 2**20
MAX_MEMBERS = 1_000
MAX_ROWS = 50_000
MAX_CELLS = 5_000_000

_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*)>")
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_NO_RESULT = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</"
)
_ODS_REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="(\d+)"[^>]*office:value')
_NAMESPACE = re.compile(r"\{.*\}")


class WorkbookRefused(Exception):
    """The file cannot be read as a workbook; the message says why and what to do, ``code`` is stable."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Unreadable:
    """A cell whose formula failed or was never calculated; ``sign`` is what Excel shows there."""

    sign: str

    def __str__(self):
        return self.sign


@dataclass
class Sheet:
    """One sheet: its cells from A1 on, row by row, and its merged ranges as (top, left, bottom, right) from 0."""

    file: str
    name: str
    hidden: bool
    rows: list[list]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return all(cell in ("", None) for row in self.rows for cell in row)


@dataclass
class Workbook:
    """One opened workbook: the file's name and its sheets."""

    name: str
    sheets: list[Sheet]


def open_workbook(source: str | os.PathLike | bytes, name: str = "") -> Workbook:
    """Open a workbook from a path or from its bytes and take out every sheet.

    Raises ``WorkbookRefused`` for what is no workbook, is locked, damaged, empty or too large.
    """
    content = source if isinstance(source, bytes) else _content(Path(source))
    name = name or (Path(source).name if not isinstance(source, bytes) else "")
    _refuse_by_content(content)
    try:
        book = python_calamine.CalamineWorkbook.from_object(io.BytesIO(content))
        sheets = [_sheet(book, meta, name) for meta in book.sheets_metadata if _is_worksheet(meta)]
    except python_calamine.PasswordError:
        raise _locked() from None
    except WorkbookRefused:
        raise
    except Exception:
        raise WorkbookRefused("damaged", _("The workbook is damaged; open it, save it again and retry.")) from None
    if all(sheet.is_empty for sheet in sheets):
        raise WorkbookRefused("empty", _("The workbook is empty: there is nothing on any of its sheets."))
    _mark_errors(content, sheets)
    return Workbook(name, sheets)


def _content(path: Path) -> bytes:
    if path.stat().st_size > MAX_BYTES:
        raise _too_large()
    return path.read_bytes()


def _refuse_by_content(content: bytes):
    if len(content) > MAX_BYTES:
        raise _too_large()
    if content.startswith(b"PK"):
        _refuse_bomb(content)
    elif not content.startswith(b"\xd0\xcf\x11\xe0"):
        raise _no_workbook()
    elif "EncryptedPackage".encode("utf-16-le") in content:
        raise _locked()


def _refuse_bomb(content: bytes):
    """A workbook is a zip file: look at the sizes it declares, and at how far its cells spread, before unpacking it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
                raise _too_large()
            if not any(member.filename.startswith("xl/") or member.filename == "content.xml" for member in members):
                raise _no_workbook()
            for member in members:
                _refuse_spread(archive, member)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        raise WorkbookRefused("damaged", _("The workbook is damaged; open it, save it again and retry.")) from None


def _refuse_spread(archive, member):
    """Two cells at opposite corners of a sheet would be unpacked into all the cells between them."""
    if re.fullmatch(r"xl/worksheets/[^/]+\.xml", member.filename):
        references = [_REFERENCE.search(found[1]) for found in _CELL.finditer(archive.read(member))]
        rows = max((int(found[2]) for found in references if found), default=0)
        columns = max((_column(found[1]) + 1 for found in references if found), default=0)
    elif member.filename == "content.xml":
        rows = max((int(n) for n in _ODS_REPEATED.findall(archive.read(member))), default=0)
        columns = 1
    else:
        return
    if rows > MAX_ROWS:
        raise too_many_rows()
    if rows * columns > MAX_CELLS:
        raise _too_large()


def _column(letters: bytes) -> int:
    """A is 0, Z is 25, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _too_large():
    return WorkbookRefused(
        "too_large",
        _("The workbook is too large, or cells far outside the table are filled; delete what is not needed."),
    )


def too_many_rows():
    return WorkbookRefused(
        "too_many_rows", _("A sheet has more than %(count)d rows; split the workbook.") % {"count": MAX_ROWS}
    )


def _no_workbook():
    return WorkbookRefused(
        "not_a_workbook",
        _("This is not an Excel workbook. If it opens in Excel, save it there as .xlsx and use that file."),
    )


def _locked():
    return WorkbookRefused(
        "locked", _("The workbook is protected by a password; take the password off in Excel, save it and retry.")
    )


def _is_worksheet(meta) -> bool:
    return meta.typ == python_calamine.SheetTypeEnum.WorkSheet


def _sheet(book, meta, file: str) -> Sheet:
    cells = book.get_sheet_by_name(meta.name)
    if cells.end and cells.end[0] >= MAX_ROWS:
        raise too_many_rows()
    merged = [(*start, *end) for start, end in cells.merged_cell_ranges or []]
    hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
    return Sheet(file, meta.name, hidden, cells.to_python(skip_empty_area=False), merged)


def _mark_errors(content: bytes, sheets: list[Sheet]):
    """Put a mark where an xlsx shows #N/A or has a formula without a result: read plainly, both would look blank."""
    if not content.startswith(b"PK"):
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = _members(archive)
        for sheet in sheets:
            for row, column, sign in _errors(archive.read(members[sheet.name])) if sheet.name in members else ():
                if row < len(sheet.rows) and column < len(sheet.rows[row]) and sheet.rows[row][column] == "":
                    sheet.rows[row][column] = Unreadable(sign)


def _members(archive) -> dict[str, str]:
    """Which file inside the xlsx holds which sheet."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return {}
    targets = {
        relation.get("Id"): relation.get("Target", "").removeprefix("/").removeprefix("xl/")
        for relation in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    found = {}
    for element in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        if _NAMESPACE.sub("", element.tag) == "sheet":
            relation = next((value for key, value in element.items() if _NAMESPACE.sub("", key) == "id"), "")
            found[element.get("name")] = f"xl/{targets.get(relation)}"
    return {name: member for name, member in found.items() if member in names}


def _errors(xml: bytes):
    if b't="e"' in xml:
        for found in _CELL.finditer(xml):
            if b't="e"' in found[1]:
                yield from _place(found[1], "#N/A")
    if b"<f" in xml or b":f" in xml:
        for found in _NO_RESULT.finditer(xml):
            yield from _place(found[1], "=")


def _place(attributes: bytes, sign: str):
    if found := _REFERENCE.search(attributes):
        yield int(found[2]) - 1, _column(found[1]), sign

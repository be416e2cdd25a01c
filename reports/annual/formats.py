"""The forms in which a duty report leaves the system: one registry for the command, the page and the exports.

Every maker takes the same ``Document``. It runs inside the ``report_tx()`` in which the document was read, so that a
form with lists of records says the same as its figures.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from office import clock
from office.pdf import PaperRefused
from office.word.fill import BrokenTemplate, TooLarge
from reports import annual_xlsx, closing
from reports.annual import document, pdf, records, word
from reports.annual.document import Document
from reports.annual.lists import lists
from reports.annual.period import Period
from reports.annual.wording import closing_of
from reports.narrative.templates import CannotUse
from reports.snapshot import report_tx
from reports.subjects import find

__all__ = ["FORMATS", "CannotWrite", "Format", "NothingRecorded", "Written", "write"]


class CannotWrite(Exception):
    """A report cannot be had in this form; the message says why (a broken template, more than a file can hold)."""


class NothingRecorded(Exception):
    """A period in which the office has neither a contact nor a petition on record."""


class Format(NamedTuple):
    """One form: its name, what a browser is told it is, and ``make(document, at=, user=, letter=) -> bytes``."""

    label: str
    content_type: str
    make: Callable


class Written(NamedTuple):
    """A report in one form: the name of its file, its content, and the document it was made from."""

    title: str
    content: bytes
    document: Document


def _xlsx(made: Document, *, at: datetime, user=None, letter=None) -> bytes:
    return annual_xlsx.workbook(made, at=at, behind=_lists(made, clock.local_date(at), user), state=closing_of(made))


def _lists(made, on, user):
    """The lists of records: as the report was counted from them, or as those of a closed year stand ``on`` a day."""
    if made.report:
        return lists(made, records.read(made.report, user=user))
    return lists(replace(made, on=on), records.of_closed(made, on=on), closed=True)


def _docx(made: Document, *, at: datetime, user=None, letter=None) -> bytes:
    try:
        return word.docx_of(made, letter=letter or word.Letter(clock.local_date(at)))
    except (BrokenTemplate, CannotUse, PaperRefused, TooLarge) as refused:
        raise CannotWrite(str(refused)) from refused


def _pdf(made: Document, *, at: datetime, user=None, letter=None) -> bytes:
    try:
        return pdf.pdf_of(made, letter=letter or word.Letter(clock.local_date(at)))
    except (PaperRefused, TooLarge) as refused:
        raise CannotWrite(str(refused)) from refused


def _json(made: Document, *, at: datetime, user=None, letter=None) -> bytes:
    return json.dumps(made.as_json() | {"made": at.isoformat()}, ensure_ascii=False, indent=1).encode()


_OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS = {
    "xlsx": Format(gettext_lazy("Excel workbook"), f"{_OFFICE}.spreadsheetml.sheet", _xlsx),
    "docx": Format(gettext_lazy("Word document"), f"{_OFFICE}.wordprocessingml.document", _docx),
    "pdf": Format(gettext_lazy("PDF file"), "application/pdf", _pdf),
    "json": Format(gettext_lazy("JSON"), "application/json", _json),
}


def write(
    text: str | None, period: Period, name: str, *, at: datetime, user=None, number="", to_office="", signer=""
) -> Written:
    """The report of a subject's period in one form, counted as of ``at`` (a closed year as it was frozen).

    ``number``, ``to_office`` and ``signer`` are what the office writes on a letter: 发文字号, 主送机关 and 签发人.

    UnknownSubject when there is no such subject in sight, NothingRecorded for a period without records, CannotWrite
    where the form cannot be had, KeyError for a form that is none.
    """
    form, letter = FORMATS[name], word.Letter(clock.local_date(at), number=number, to=to_office, signer=signer)
    with report_tx():
        subject, _offered, years = find(text, user=user)
        if not set(years) & set(range(period.first.year, period.last.year + 1)):
            raise NothingRecorded(_nothing(period))
        try:
            kept = closing.frozen(subject, period)
        except closing.Damaged as damaged:
            raise CannotWrite(str(damaged)) from damaged
        made = kept or document.read(subject, period, on=clock.local_date(at), user=user)
        return Written(f"{made.title}.{name}", form.make(made, at=at, user=user, letter=letter), made)


def _nothing(period) -> str:
    if period.is_year:
        return _("The office has no records of %(year)d.") % {"year": period.first.year}
    return _("The office has no records of %(period)s.") % {"period": period}

"""Typing in what was written on paper (N5): a sheet of rows, each right or named with what is wrong in it."""

import csv
import io
import re
from functools import cached_property
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import TOTAL_FORM_COUNT
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from constituents.forms import Files, FilesInput, Told, Words
from constituents.models import Petition
from constituents.verb_forms import attrs
from constituents.workbooks import PETITIONS
from office import normalise, uploads

COLUMNS = ("on", "visitor", "address", "phone", "situation", "request", "category", "deputy")
"""The columns of the sheet, in the order in which they stand and are pasted."""
MOST = 60
"""Rows of one sheet."""
_EMPTY_ROWS = 6
_PREFIX = "row"
_NARROW = {"on": 20, "deputy": 50}
# What the office's own registers call these columns.
_HEADERS = {"received": "on", **{name: name for name in COLUMNS}}
_SCANS = ",".join(f".{kind}" for kind in sorted(uploads.SCANS))


class Scans(Files):
    """Sheets that were scanned or photographed."""

    clean_one = staticmethod(uploads.clean_scan)


class OneScan(Scans):
    """One file that holds all the sheets."""

    default_error_messages = {"many": _("One file holds all the sheets: please choose a PDF, or one picture.")}
    most = 1


class PaperRow(Told):
    """One visitor's form as it stands on paper."""

    field_order = [*COLUMNS, "files"]
    on = Words(
        longest=_NARROW["on"],
        label=_("Day on the paper"),
        error_messages={"required": _("On which day did they come? Please enter it as on the paper.")},
    )
    deputy = Words(longest=_NARROW["deputy"], label=_("Who received"), required=False)
    files = Scans(label=_("Scan"), required=False, widget=FilesInput(attrs(accept=_SCANS)))

    def __init__(self, *args, sheet, **kwargs):
        super().__init__(*args, **kwargs)
        self.sheet = sheet
        self.fields["deputy"].widget.attrs["list"] = "deputies"
        for name, field in self.fields.items():
            field.help_text = ""
            field.widget.attrs |= {"aria-label": field.label, "class": "form-control", "autocomplete": "off"}
            if name in ("situation", "request"):
                field.widget.attrs["rows"] = 2

    @property
    def is_empty(self) -> bool:
        """Nothing was typed here: such rows are left out."""
        return not self.has_changed()

    def clean_on(self):
        try:
            on = normalise.day(self.cleaned_data["on"], self.sheet.on.year)
        except normalise.NotUnderstood as reason:
            raise ValidationError(str(reason)) from None
        if on > self.sheet.on:
            raise ValidationError(_("This day has not come yet."))
        if on.year < self.sheet.on.year - 1:
            raise ValidationError(_("This is before last year. Please check the year; older registers are imported."))
        return on

    def clean(self):
        told = super().clean()
        if told.get("deputy") and told.get("on"):
            found = self.sheet.deputies_named(told["deputy"], told["on"])
            if len(found) == 1:
                told["deputy"] = found[0]
            else:
                self.add_error("deputy", self._which(found))
        return told

    def _which(self, found) -> str:
        if found:
            return _t("Two deputies of this station have this name. Please leave it empty and add it afterwards.")
        return _t("No deputy of this name served at this station on that day. Please check it, or leave it empty.")

    def matter(self) -> dict:
        """The row as ``actions.register`` takes it: at the reception of that day where the deputy had a turn."""
        told = {**self.cleaned_data, "deputy": self.cleaned_data["deputy"] or None}
        reception = told["deputy"] and self.sheet.reception_of(told["deputy"], told["on"])
        if reception:
            told |= {"channel": Petition.Channel.RECEPTION, "reception": reception}
        return told


class _Rows(forms.BaseFormSet):
    """The rows of one sheet; what is in the register already, or twice in the sheet, is named."""

    def __init__(self, *args, station, on, **kwargs):
        super().__init__(*args, prefix=_PREFIX, **kwargs)
        self.station, self.on = station, on

    def get_form_kwargs(self, index):
        return {"sheet": self}

    @cached_property
    def deputies(self) -> list:
        return list(self.station.deputies.all())

    def deputies_named(self, name, on) -> list:
        """The deputies of this name whose mandate ran on that day."""
        wanted = normalise.word(name)
        return [one for one in self._in_office(on) if normalise.word(one.name) == wanted]

    def _in_office(self, on) -> list:
        known = self.__dict__.setdefault("_served", {})
        if on not in known:
            known[on] = list(self.station.deputies.in_office(on, on))
        return known[on]

    def reception_of(self, deputy, on):
        """The reception of that day at which a deputy had a turn, if there was just one."""
        rows = self.station.receptions.filter(planned_on=on, cancelled=False, duties__deputy=deputy)
        found = list(rows[:2])
        return found[0] if len(found) == 1 else None

    @property
    def filled(self) -> list[PaperRow]:
        return [form for form in self.forms if not form.is_empty]

    @property
    def all_known(self) -> bool:
        """Nothing stands against the rows but that they are in the register, each of them."""
        found = [form.errors.as_data() for form in self.filled]
        return bool(found) and all(
            list(errors) == ["visitor"] and errors["visitor"][0].code == "known" for errors in found
        )

    def clean(self):
        if not self.filled:
            raise ValidationError(_("Nothing is typed in yet."), code="empty")
        known = self._registered()
        for n, form in enumerate(self.forms, 1):
            if form.is_empty or not form.is_valid():
                continue
            same = _same(form.cleaned_data)
            if same in known:
                form.add_error("visitor", _known(known[same]))
            else:
                known[same] = _t("row %d of this sheet") % n

    def _registered(self) -> dict:
        days = {form.cleaned_data["on"] for form in self.filled if form.is_valid()}
        rows = Petition.objects.filter(station=self.station, received_on__in=days).exclude(status=Petition.Status.VOID)
        return {(one.received_on, one.visitor, one.situation): one.number for one in rows.select_related("station")}


def _known(where) -> ValidationError:
    return ValidationError(_("This is in the register already: %s.") % where, code="known")


def _same(told) -> tuple:
    return told["on"], told["visitor"], told["situation"]


PaperRows = forms.formset_factory(PaperRow, formset=_Rows, extra=0, max_num=MOST, absolute_max=MOST)


class PaperSheet(forms.Form):
    """The sheet as a whole: sent once, with a scan of all its papers where there is one."""

    key = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid"), _("The form was not sent whole. Please save once more.")),
    )
    scan = OneScan(
        label=_("Scan of all sheets"), required=False, widget=FilesInput(attrs(accept=_SCANS, multiple=False))
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, initial={"key": uuid4()}, **kwargs)

    def renew_key(self):
        """Let this sending count as a new one."""
        self.data = self.data.copy()
        self.data["key"] = str(uuid4())
        self.full_clean()


def rows_typed(data) -> list[dict]:
    """The rows of a sent sheet that are not empty, as they were typed."""
    total = data.get(f"{_PREFIX}-{TOTAL_FORM_COUNT}", "")
    count = min(int(total), MOST) if re.fullmatch(r"\d{1,4}", total) else 0
    rows = [{name: data.get(f"{_PREFIX}-{n}-{name}", "") for name in COLUMNS} for n in range(count)]
    return [row for row in rows if any(value.strip() for value in row.values())]


def rows_pasted(text: str) -> list[dict]:
    """The rows of a piece of a spreadsheet; its own header is understood, without one they stand as in the sheet."""
    lines = _lines(text)
    names = _header(lines[0]) if lines else {}
    body = lines[1:] if names else lines
    names = names or dict(enumerate(COLUMNS))
    blank = dict.fromkeys(COLUMNS, "")
    return [blank | {names[n]: cell.strip() for n, cell in enumerate(line) if n in names} for line in body]


def _lines(text) -> list[list[str]]:
    cells = csv.reader(io.StringIO(text, newline=""), dialect="excel-tab")
    try:
        return [line for line in cells if any(map(str.strip, line))]
    except csv.Error:
        return []


def _header(cells) -> dict[int, str]:
    """Which column is which, where this line says so; nothing for a line that is a row."""
    found = {}
    for n, cell in enumerate(cells):
        written = normalise.word(cell)
        for column in PETITIONS.columns:
            fits = any(re.fullmatch(pattern, written) for pattern in (column.name, *column.headers))
            if written and fits and column.key in _HEADERS:
                found.setdefault(n, _HEADERS[column.key])
    return found if len(found) >= 3 else {}


def sheet_of(rows, *, station, on, empty=_EMPTY_ROWS) -> PaperRows:
    """The sheet with these rows, and some empty ones behind them."""
    total = min(MOST, len(rows) + empty)
    data = {f"{_PREFIX}-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}
    data |= {f"{_PREFIX}-TOTAL_FORMS": str(total), f"{_PREFIX}-INITIAL_FORMS": "0"}
    return PaperRows(data, station=station, on=on)

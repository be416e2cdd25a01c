"""What is filled in about a report to voters."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from constituents.forms import Files, FilesInput
from constituents.verb_forms import Reason, VerbForm, attrs, line, paragraphs
from deputies.models import Deputy
from office import clock, uploads
from office.roles import STAFF
from visits.models import ReportExemption, VoterReport
from visits.models.voters import BALLOTS, PARTS
from visits.record_forms import FilesForm
from visits.voters import actions

_DAY = dict.fromkeys(("required", "invalid"), gettext_lazy("Say on which day it was."))
_NUMBER = dict.fromkeys(("required", "invalid", "min_value"), gettext_lazy("A whole number, 0 or more."))
_MOST = 100_000
"""More voters or ballots than any district has."""


def _column(name):
    return VoterReport._meta.get_field(name)


def _day(label, **more):
    widget = forms.DateInput(attrs(type="date"), format="%Y-%m-%d")
    told = dict.fromkeys(("required", "invalid"), gettext_lazy("Which day? Please choose one."))
    return forms.DateField(label=label, widget=widget, error_messages=told, **more)


def _time():
    widget = forms.TimeInput(attrs(type="time"), format="%H:%M")
    told = {"invalid": gettext_lazy("A time such as 09:00.")}
    return forms.TimeField(label=gettext_lazy("from"), widget=widget, required=False, error_messages=told)


def _number(name, *, required=True, **more):
    widget = forms.NumberInput(attrs(inputmode="numeric", min=0))
    told = {**_NUMBER, "max_value": gettext_lazy("This number is too large.")}
    return forms.IntegerField(
        label=_column(name).verbose_name,
        min_value=0,
        max_value=_MOST,
        required=required,
        widget=widget,
        error_messages=told,
        **more,
    )


def _place():
    told = {"required": gettext_lazy("Say where it takes place.")}
    return line(gettext_lazy("place"), longest=_column("place").max_length, error_messages=told)


def _agenda():
    return paragraphs(
        gettext_lazy("agenda"),
        longest=_column("agenda").max_length,
        required=False,
        help_text=gettext_lazy("One point a line; without one, the usual order stands on the paper."),
    )


class Several(forms.ModelMultipleChoiceField):
    """Rows to be ticked; a key that no database has is no choice either."""

    widget = forms.CheckboxSelectMultiple(attrs("form-check-input"))

    def clean(self, value):
        try:
            return super().clean(value)
        except OverflowError as error:
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from error


class OwnPlanForm(VerbForm):
    """A deputy plans the own report."""

    planned_on = _day(gettext_lazy("date"))
    starts_at = _time()
    place = _place()
    agenda = _agenda()

    def told(self):
        told = super().told()
        day = told.pop("planned_on")
        return {**told, "on": day}


class PlanForm(OwnPlanForm):
    """The office plans many at once."""

    deputies = Several(
        label=gettext_lazy("deputies"),
        queryset=Deputy.objects.none(),
        error_messages={
            "required": gettext_lazy("Choose at least one deputy."),
            "invalid_choice": gettext_lazy("Not all of them can be chosen any more. Please choose again."),
        },
    )
    each_district = forms.BooleanField(
        label=gettext_lazy("each district on its own day: one working day after the other, from this day on"),
        required=False,
        widget=forms.CheckboxInput(attrs("form-check-input")),
    )
    pilot = forms.BooleanField(
        label=gettext_lazy("part of the pilot"),
        required=False,
        widget=forms.CheckboxInput(attrs("form-check-input")),
        help_text=gettext_lazy("Reports to voters that the groups try out, guided by the standing committee (D9-2一)."),
    )

    def __init__(self, *args, offered, **kwargs):
        super().__init__(*args, **kwargs)
        self.offered = offered
        seen = Deputy.objects.visible_to(self.user, roles=STAFF)
        self.fields["deputies"].queryset = seen.filter(pk__in=[one.pk for one in offered])

    @property
    def plain(self):
        return [self[name] for name in ("planned_on", "starts_at", "place", "agenda")]

    @property
    def chosen(self) -> set[str]:
        """The keys that are ticked at the moment."""
        return {str(one) for one in self["deputies"].value() or ()}


class TextForm(VerbForm):
    """The text of a report, kept as far as it is written."""

    def __init__(self, *args, **kwargs):
        row = kwargs["row"]
        super().__init__(*args, **{**kwargs, "initial": {name: getattr(row, name) for name in PARTS}})
        for name in PARTS:
            column = _column(name)
            self.fields[name] = paragraphs(column.verbose_name, longest=column.max_length, rows=7, required=False)


class _WithOthers(VerbForm):
    """A step that the reports of the same meeting may take together."""

    together = Several(
        label=gettext_lazy("The same meeting: also for"), queryset=VoterReport.objects.none(), required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        others = self._others()
        self.fields["together"].queryset = others
        self.fields["together"].label_from_instance = lambda row: str(row.deputy)
        self.initial["together"] = [row.pk for row in others]
        if not self.initial["together"]:
            del self.fields["together"]

    def _others(self):
        seen = VoterReport.objects.visible_to(self.user, roles=STAFF).of_meeting(self.row)
        planned = seen.filter(status=VoterReport.Status.PLANNED).exclude(pk=self.row.pk)
        return planned.select_related("deputy").order_by("pk")

    def told(self):
        told = super().told()
        return {**told, "together": [row.pk for row in told.get("together", ())]}


class MoveForm(_WithOthers):
    """Another day or place."""

    field_order = ("on", "starts_at", "place", "reason", "together")
    on = _day(gettext_lazy("new date"))
    starts_at = _time()
    place = _place()
    reason = line(
        gettext_lazy("Reason"),
        longest=_column("moved_reason").max_length,
        error_messages={"required": gettext_lazy("Say why it is moved.")},
    )

    def __init__(self, *args, row, **kwargs):
        had = {"on": row.planned_on, "starts_at": row.starts_at, "place": row.place}
        super().__init__(*args, row=row, **kwargs, initial=had)


class HoldForm(_WithOthers):
    """When it was held, and before how many."""

    field_order = ("on", "voters_present", "voters_invited", "observers", "together")
    on = forms.DateField(
        label=gettext_lazy("held on"),
        widget=forms.DateInput(attrs(type="date"), format="%Y-%m-%d"),
        error_messages=_DAY,
    )
    voters_present = _number("voters_present", help_text=gettext_lazy("The number on the sign-in sheet."))
    voters_invited = _number("voters_invited", required=False)
    observers = line(
        gettext_lazy("observers"),
        longest=_column("observers").max_length,
        required=False,
        help_text=gettext_lazy("Offices and posts; no names of voters."),
    )

    def __init__(self, *args, row, **kwargs):
        today = clock.today()
        super().__init__(*args, row=row, **kwargs, initial={"on": min(row.planned_on, today)})
        self.fields["on"].widget.attrs["max"] = today.isoformat()

    def told(self):
        told = super().told()
        present, invited = told.pop("voters_present"), told.pop("voters_invited")
        return {**told, "present": present, "invited": invited}


class TallyForm(VerbForm):
    """The ballots, which must add up."""

    def __init__(self, *args, row, **kwargs):
        names = (*BALLOTS, "counted_by", "watched_by", "comments")
        super().__init__(*args, row=row, **kwargs, initial={name: getattr(row, name) for name in names})
        for name in BALLOTS:
            self.fields[name] = _number(name)
        for name in ("counted_by", "watched_by"):
            told = {"required": _("Say who it was.")}
            self.fields[name] = line(_column(name).verbose_name, longest=_column(name).max_length, error_messages=told)
        self.fields["comments"] = paragraphs(
            _column("comments").verbose_name,
            longest=_column("comments").max_length,
            rows=6,
            required=False,
            help_text=_("As it was said; no names of voters."),
        )

    @property
    def ballots(self):
        return [self[name] for name in BALLOTS]

    @property
    def others(self):
        return [self[name] for name in ("counted_by", "watched_by", "comments")]

    def clean(self):
        told = super().clean()
        if all(name in told for name in BALLOTS):
            try:
                actions.check_ballots(told, present=self.row.voters_present or 0)
            except actions.CannotReport as refused:
                self.add_error(refused.field, str(refused))
        return told


class ShortReason(Reason):
    """Why it is cancelled or taken back."""

    reason = line(
        gettext_lazy("Reason"),
        longest=_column("cancelled_reason").max_length,
        error_messages={"required": gettext_lazy("Please give the reason.")},
    )


class ExemptForm(VerbForm):
    """Why a deputy need not report this year, and who said so."""

    reason = line(
        gettext_lazy("Reason"),
        longest=ReportExemption._meta.get_field("reason").max_length,
        error_messages={"required": gettext_lazy("Please give the reason.")},
    )
    approved_by = line(
        gettext_lazy("approved by"),
        longest=ReportExemption._meta.get_field("approved_by").max_length,
        error_messages={"required": gettext_lazy("An exemption needs somebody who approved it.")},
    )


class Scans(Files):
    """Sheets of paper, scanned or photographed."""

    clean_one = staticmethod(uploads.clean_scan)


class SheetsForm(FilesForm):
    """Scans of what was signed on paper."""

    files = Scans(
        widget=FilesInput(attrs()), help_text=gettext_lazy("Pictures (jpg, png, webp) or PDF, at most 10 MB each.")
    )


FORMS = {
    "move": MoveForm,
    "cancel": ShortReason,
    "hold": HoldForm,
    "tally": TallyForm,
    "give": VerbForm,
    "file": VerbForm,
    "publish": VerbForm,
    "take_back": ShortReason,
}
"""The form of each verb."""
ACTS = {
    "move": actions.move,
    "cancel": actions.cancel,
    "hold": actions.hold,
    "tally": actions.tally,
    "give": actions.give,
    "file": actions.put_on_file,
    "publish": actions.publish,
    "take_back": actions.take_back,
}

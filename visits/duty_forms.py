"""What office and group leader enter for many deputies, and what a deputy declares."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from constituents.forms import Files, FilesInput
from constituents.verb_forms import VerbForm, attrs, choice, line, paragraphs
from deputies.models import CongressSession, Deputy
from visits.duty_entries import KEEPING
from visits.models import DutyEntry, DutyPart

_Kind = DutyEntry.Kind


def _column(name):
    return DutyEntry._meta.get_field(name)


def _day(label, **more):
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs(type="date"), format="%Y-%m-%d"),
        error_messages=dict.fromkeys(("required", "invalid"), gettext_lazy("Say on which day it was.")),
        **more,
    )


class EntryForm(VerbForm):
    """What it was: kind and part, days, title, place, role, note."""

    kind = choice(
        gettext_lazy("what it was"),
        _Kind.choices,
        error_messages={"required": gettext_lazy("Choose what it was.")},
    )
    session = forms.ModelChoiceField(
        None,
        label=gettext_lazy("which congress session"),
        required=False,
        empty_label=gettext_lazy("none of them"),
        widget=forms.Select(attrs("form-select")),
        help_text=gettext_lazy("Only for a congress session: its name and days are taken over."),
    )
    title = line(gettext_lazy("title"), longest=_column("title").max_length, required=False)
    happened_on = _day(gettext_lazy("date"), required=False)
    until = _day(gettext_lazy("last day (for several days)"), required=False)
    place = line(gettext_lazy("place"), longest=_column("place").max_length, required=False)
    role = line(
        gettext_lazy("role or result"),
        longest=_column("role").max_length,
        required=False,
        help_text=gettext_lazy("Such as: spoke on the budget, convener, title of honour and who gave it."),
    )
    part = forms.ChoiceField(
        label=gettext_lazy("part of the duty file"),
        choices=[("", gettext_lazy("by the kind")), *DutyPart.choices],
        required=False,
        widget=forms.Select(attrs("form-select")),
        help_text=gettext_lazy("Only for what is none of the kinds above."),
    )
    note = paragraphs(gettext_lazy("note"), longest=_column("note").max_length, rows=2, required=False)

    COLUMNS = ("kind", "session", "title", "happened_on", "until", "place", "role", "part", "note")

    def __init__(self, *args, today, **kwargs):
        row = kwargs["row"]
        had = {name: getattr(row, name) for name in self.COLUMNS} if row.pk else {}
        super().__init__(*args, **{**kwargs, "initial": had})
        self.today = today
        self.fields["session"].queryset = self._sessions()
        for name in ("happened_on", "until"):
            self.fields[name].widget.attrs["max"] = today.isoformat()

    def _sessions(self):
        """Those that have begun, of the congresses of whom it is about."""
        begun = CongressSession.objects.filter(opens_on__lte=self.today)
        return begun.filter(term__in=self.deputies().order_by().values("term"))

    def deputies(self):
        """Whom it may be about."""
        raise NotImplementedError

    @property
    def plain(self):
        return [self[name] for name in self.COLUMNS]

    def clean(self):
        told = super().clean()
        kind = told.get("kind")
        if kind == _Kind.SESSION:
            self._take_over(told)
        elif told.get("session"):
            told["session"] = None
        if kind and not told.get("title"):
            self.add_error("title", _("Give it a title."))
        if kind and not told.get("happened_on") and "happened_on" not in self.errors:
            self.add_error("happened_on", _("Say on which day it was."))
        self._check_days(told)
        self._check_part(told, kind)
        return told

    def _take_over(self, told):
        """Name and days of the session, where nothing else is said."""
        session = told.get("session")
        if session is None:
            self.add_error("session", _("Choose the session."))
            return
        told["title"] = told.get("title") or session.name
        told["happened_on"] = told.get("happened_on") or session.opens_on
        ended = session.closes_on if session.closes_on and session.closes_on <= self.today else None
        told["until"] = told.get("until") or ended

    def _check_days(self, told):
        first, last = told.get("happened_on"), told.get("until")
        if first and first > self.today:
            self.add_error("happened_on", _("This day has not come yet."))
        if last and last > self.today:
            self.add_error("until", _("This day has not come yet."))
        if first and last and last < first:
            self.add_error("until", _("The last day lies before the first."))

    def _check_part(self, told, kind):
        fixed = DutyEntry.PART_OF.get(kind)
        if fixed:
            told["part"] = fixed
        elif kind and not told.get("part") and "part" not in self.errors:
            self.add_error("part", _("Say in which part of the file it stands."))

    def columns(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.COLUMNS}


def _shown_by():
    return Files(
        label=gettext_lazy("Sign-in sheet, certificate or notice (may stay empty)"),
        widget=FilesInput(attrs()),
        required=False,
    )


class ManyForm(EntryForm):
    """One thing, and for each deputy whether it is about them and whether they were there."""

    shown_by = _shown_by()

    def __init__(self, *args, group=None, **kwargs):
        self.group = group
        super().__init__(*args, **kwargs)
        self.members = list(self.deputies().select_related("district", "group"))
        for one in self.members:
            self.fields[f"at_{one.pk}"] = choice(one.name, DutyEntry.Attendance.choices, required=False)
            self.fields[f"why_{one.pk}"] = line(_("Reason of %s") % one.name, longest=100, required=False)

    def deputies(self):
        """Those in sight of whoever enters, whose mandate has not ended; nobody enters for themselves."""
        rows = Deputy.objects.visible_to(self.user, roles=KEEPING).filter(end_reason="")
        rows = rows.exclude(Q(user=self.user, user__isnull=False))
        return rows.filter(group=self.group) if self.group else rows

    @property
    def attendance(self):
        """Each deputy with the two fields about them."""
        return [(one, self[f"at_{one.pk}"], self[f"why_{one.pk}"]) for one in self.members]

    def clean(self):
        told = super().clean()
        if not any(told.get(f"at_{one.pk}") for one in self.members):
            self.add_error(None, _("Nobody is chosen. Please mark the deputies whom it is about."))
        return told

    def told(self) -> dict:
        given = self.cleaned_data
        marked = [one.pk for one in self.members if given[f"at_{one.pk}"]]
        attendance = {pk: (given[f"at_{pk}"], given[f"why_{pk}"]) for pk in marked}
        return {**self.columns(), "attendance": attendance, "cleaned": given["shown_by"]}


class OneForm(EntryForm):
    """One thing about one deputy: what they declare, or what is corrected."""

    attendance = choice(
        gettext_lazy("attendance"),
        DutyEntry.Attendance.choices,
        required=False,
        initial=DutyEntry.Attendance.PRESENT,
        help_text=gettext_lazy("For meetings, inspections, surveys and training."),
    )
    shown_by = _shown_by()
    field_order = ["kind", "session", "title", "happened_on", "until", "place", "attendance", "role", "part", "note"]

    def __init__(self, *args, deputy, **kwargs):
        self.deputy = deputy
        super().__init__(*args, **kwargs)
        if self.row.pk:
            self.initial["attendance"] = self.row.attendance
            del self.fields["shown_by"]

    def deputies(self):
        return Deputy.objects.visible_to(self.user).filter(pk=self.deputy.pk)

    @property
    def plain(self):
        return [self[name] for name in self.field_order]

    def clean(self):
        told = super().clean()
        if told.get("kind") in DutyEntry.ATTENDED and not told.get("attendance"):
            self.add_error("attendance", _("Was this deputy there?"))
        return told

    def told(self) -> dict:
        files = {"cleaned": self.cleaned_data["shown_by"]} if "shown_by" in self.fields else {}
        return {**self.columns(), "attendance": self.cleaned_data["attendance"], **files}


class RefuseForm(VerbForm):
    """Why it is not taken into the file."""

    reason = paragraphs(
        pgettext_lazy("duty entry", "Why it is not taken into the file"),
        longest=_column("reason").max_length,
        rows=2,
        error_messages={"required": gettext_lazy("Please tell the deputy why.")},
    )


class TakeOutForm(VerbForm):
    """Why it is taken out."""

    reason = line(
        pgettext_lazy("duty entry", "Why it is taken out"),
        longest=_column("reason").max_length,
        required=False,
    )

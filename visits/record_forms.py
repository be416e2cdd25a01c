"""What a group leader writes about an activity, asks about a record, and what a deputy answers."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from constituents.forms import Files, FilesInput
from constituents.verb_forms import VerbForm, attrs, choice, line, paragraphs
from deputies.models import Deputy
from visits import rules
from visits.filing import LEADING, WRITTEN
from visits.models import ActivityAbsence, GroupActivity, Review

PRESENT = "present"
ATTENDANCE = [(PRESENT, pgettext_lazy("attendance", "present")), *ActivityAbsence.Kind.choices]
_REASON = ActivityAbsence._meta.get_field("reason").max_length


def _column(name):
    return GroupActivity._meta.get_field(name)


class RecordForm(VerbForm):
    """One activity of a group: what it was, and for each member whether they were there (D9-3)."""

    happened_on = forms.DateField(
        label=gettext_lazy("date"),
        widget=forms.DateInput(attrs(type="date"), format="%Y-%m-%d"),
        error_messages=dict.fromkeys(("required", "invalid"), gettext_lazy("Say on which day it was.")),
    )
    kind = choice(
        gettext_lazy("kind"),
        GroupActivity.Kind.choices,
        error_messages={"required": gettext_lazy("Choose how it took place.")},
    )
    topic = line(
        gettext_lazy("topic"),
        longest=_column("topic").max_length,
        error_messages={"required": gettext_lazy("Say in one line what it was about.")},
    )
    place = line(
        gettext_lazy("place"),
        longest=_column("place").max_length,
        error_messages={"required": gettext_lazy("Say where it took place.")},
    )
    content = paragraphs(
        gettext_lazy("minutes"),
        longest=rules.CONTENT_LIMIT,
        rows=8,
        help_text=gettext_lazy(
            "What was done, whom you met, what was heard, what was agreed. A file can be added after."
        ),
        error_messages={"required": gettext_lazy("Write down what was done and heard.")},
    )

    def __init__(self, *args, group, today, **kwargs):
        row = kwargs["row"]
        had = {name: getattr(row, name) for name in WRITTEN} if row.pk else {"happened_on": today}
        super().__init__(*args, **{**kwargs, "initial": had})
        self.fields["happened_on"].widget.attrs["max"] = today.isoformat()
        self.today = today
        self.members = self._members(group, row)
        for member in self.members:
            self._add(member)

    def _members(self, group, row) -> list[Deputy]:
        """The group's deputies whose mandate has not ended, and whoever is named already."""
        there = dict.fromkeys(row.visits.values_list("deputy", flat=True), PRESENT) if row.pk else {}
        away = {one.deputy_id: one for one in row.absences.all()} if row.pk else {}
        seen = Deputy.objects.visible_to(self.user, roles=LEADING).filter(group=group)
        members = [one for one in seen.select_related("district") if not one.has_ended or one.pk in {**there, **away}]
        for member in members:
            gone = away.get(member.pk)
            member.was = there.get(member.pk) or (gone.kind if gone else "")
            member.why = gone.reason if gone else ""
        return members

    def _add(self, member):
        self.fields[f"at_{member.pk}"] = choice(member.name, ATTENDANCE, required=False, initial=member.was)
        self.fields[f"why_{member.pk}"] = line(
            _("Reason of %s") % member.name, longest=_REASON, required=False, initial=member.why
        )

    @property
    def attendance(self):
        """Each member with the two fields about them."""
        return [(one, self[f"at_{one.pk}"], self[f"why_{one.pk}"]) for one in self.members]

    @property
    def plain(self):
        return [self[name] for name in WRITTEN]

    def clean_happened_on(self):
        day = self.cleaned_data["happened_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    def clean(self):
        told, day = super().clean(), self.cleaned_data.get("happened_on")
        serving = self._serving(day) if day else set()
        for member in self.members:
            self._check(member, told.get(f"at_{member.pk}"), bool(day), member.pk in serving)
        return told

    def _serving(self, day) -> set[int]:
        keys = [one.pk for one in self.members]
        return set(Deputy.objects.in_office(day, day).filter(pk__in=keys).order_by().values_list("pk", flat=True))

    def _check(self, member, said, is_dated, serves):
        if is_dated and serves and not said and f"at_{member.pk}" not in self.errors:
            self.add_error(f"at_{member.pk}", _("Was this deputy there?"))
        elif is_dated and said and not serves:
            self.add_error(f"at_{member.pk}", _("Not in office on this day; please leave this open."))

    def told(self) -> dict:
        given = self.cleaned_data
        said = {one.pk: given[f"at_{one.pk}"] for one in self.members}
        there = [key for key, kind in said.items() if kind == PRESENT]
        away = {key: (kind, given[f"why_{key}"]) for key, kind in said.items() if kind and kind != PRESENT}
        present = Deputy.objects.visible_to(self.user, roles=LEADING).filter(pk__in=there)
        return {**{name: given[name] for name in WRITTEN}, "present": present, "absent": away}


class FilesForm(forms.Form):
    """Files to be added to a record; ``label`` says which."""

    files = Files(
        widget=FilesInput(attrs()),
        help_text=gettext_lazy("Pictures (jpg, png, webp), PDF, Word or Excel, at most 10 MB each."),
    )

    def __init__(self, *sent, label=""):
        super().__init__(*sent)
        self.fields["files"].label = label


class AskForm(VerbForm):
    """A question about one record."""

    question = paragraphs(
        pgettext_lazy("review", "question"),
        longest=Review._meta.get_field("question").max_length,
        error_messages={"required": gettext_lazy("What do you want to know? Please write it down.")},
    )


class AnswerForm(VerbForm):
    """What the deputy says to it."""

    finding = choice(
        gettext_lazy("what was found"),
        Review.Finding.choices,
        error_messages={"required": gettext_lazy("Please choose one.")},
    )
    answer = paragraphs(
        gettext_lazy("answer"),
        longest=Review._meta.get_field("answer").max_length,
        error_messages={"required": gettext_lazy("Please answer in a few words.")},
        help_text=gettext_lazy("If the record is wrong, say what it should be. The office then corrects it."),
    )


class SettleForm(VerbForm):
    """How it was settled."""

    note = line(gettext_lazy("how it was settled"), longest=Review._meta.get_field("note").max_length, required=False)

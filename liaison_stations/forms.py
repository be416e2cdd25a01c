"""What people write about receptions and turns. The forms read and narrow; ``actions`` does the work."""

from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.dates import WEEKDAYS
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget

from liaison_stations import rota
from liaison_stations.models import Recurrence, Station
from office import uploads
from office.admin_site import ScopedForm

_LINE = 200
"""Characters of a reason, an answer, a topic."""


def _line(label, *, longest=_LINE, required=False, missing="", rows=0, **kwargs):
    widget = forms.Textarea({"rows": rows}) if rows else forms.TextInput()
    widget.attrs.update({"class": "form-control", "autocomplete": "off"})
    errors = {
        "required": missing,
        "max_length": _("Too long: at most %(limit_value)d characters, here are %(show_value)d."),
        "null_characters_not_allowed": _("Some characters here cannot be read. Please type them again."),
    }
    field = forms.CharField(
        label=label, max_length=longest, required=required, widget=widget, error_messages=errors, **kwargs
    )
    # A browser would cut a pasted text without a word; here it is refused and kept.
    field.widget.attrs.pop("maxlength", None)
    return field


def _choice(label, missing):
    widget = forms.Select({"class": "form-select"})
    errors = {"required": missing, "invalid_choice": _("This cannot be chosen any more. Please look at the list anew.")}
    return forms.ModelChoiceField(None, label=label, widget=widget, empty_label="", error_messages=errors)


class KeyedForm(forms.Form):
    """A form that, sent twice, acts once."""

    key = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid"), _("The form was not sent whole. Please send it once more.")
        ),
    )

    def __init__(self, data=None, **kwargs):
        kwargs.setdefault("initial", {})
        kwargs["initial"].setdefault("key", uuid4())
        kwargs.setdefault("auto_id", f"{type(self).__name__.lower()}_%s")
        super().__init__(data, **kwargs)

    def said(self) -> dict:
        """What was written, as the action takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}

    def renew_key(self):
        """After a refusal the next sending counts as a new one."""
        self.data = self.data.copy()
        self.data["key"] = str(uuid4())


class LeaveForm(KeyedForm):
    reason = _line(_("Why you cannot come"), required=True, missing=_("Please say why you cannot come."), rows=2)


class SubstituteForm(KeyedForm):
    to_deputy = _choice(_("Who shall come instead"), _("Please choose a deputy."))
    reason = _line(_("Reason"))

    def __init__(self, *args, deputies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to_deputy"].queryset = deputies


class TurnChoice(forms.ModelChoiceField):
    def label_from_instance(self, duty):
        return f"{duty.deputy}（{duty.reception.planned_on:%Y-%m-%d} {duty.reception.hours}）"


class SwapForm(KeyedForm):
    to_duty = TurnChoice(
        None,
        label=_("Against whose turn"),
        empty_label="",
        widget=forms.Select({"class": "form-select"}),
        error_messages={
            "required": _("Please choose a turn."),
            "invalid_choice": _("This cannot be chosen any more. Please look at the list anew."),
        },
    )
    reason = _line(_("Reason"))

    def __init__(self, *args, turns, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to_duty"].queryset = turns


class AnswerForm(KeyedForm):
    """Yes or no; the office may name who stands in for a deputy on leave."""

    YES, NO = "yes", "no"
    agree = forms.ChoiceField(
        choices=[(YES, _("agree")), (NO, _("refuse"))],
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Agree or refuse?")),
    )
    stand_in = _choice(_("Who stands in (may stay empty)"), "")
    answer = _line(_("A word on it (may stay empty)"))

    def __init__(self, *args, deputies=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["stand_in"].required = False
        if deputies is None:
            del self.fields["stand_in"]
        else:
            self.fields["stand_in"].queryset = deputies

    def clean_agree(self):
        return self.cleaned_data["agree"] == self.YES


class NoticeForm(KeyedForm):
    topics = _line(_("Topics (may stay empty)"))


class HeldForm(KeyedForm):
    nobody_came = forms.BooleanField(
        label=_("Nobody came"), required=False, widget=forms.CheckboxInput({"class": "form-check-input"})
    )
    note = _line(_("Note"), longest=300)


class CancelForm(KeyedForm):
    reason = _line(_("Why it is cancelled"), required=True, missing=_("Please say why the reception is cancelled."))


class _Day(forms.DateInput):
    input_type = "date"

    def __init__(self):
        super().__init__({"class": "form-control"}, format="%Y-%m-%d")


class _Hour(forms.TimeInput):
    input_type = "time"

    def __init__(self):
        super().__init__({"class": "form-control"}, format="%H:%M")


class AppointForm(KeyedForm):
    """A meeting between deputies and voters at a time of its own (D5-二b)."""

    with_whom = _line(_("With whom"), longest=100, required=True, missing=_("With whom? Please enter a name."))
    about = _line(_("About what"), required=True, missing=_("What is it about? Please enter a few words."))
    day = forms.DateField(
        label=_("Day of the appointment"),
        widget=_Day,
        error_messages=dict.fromkeys(("required", "invalid"), _("On which day? E.g. 2026-03-15.")),
    )
    starts_at = forms.TimeField(
        label=_("Begins at"),
        widget=_Hour,
        error_messages=dict.fromkeys(("required", "invalid"), _("At what time? E.g. 09:00.")),
    )
    ends_at = forms.TimeField(
        label=_("Ends at"),
        widget=_Hour,
        error_messages=dict.fromkeys(("required", "invalid"), _("Until when? E.g. 11:00.")),
    )
    deputies = forms.ModelMultipleChoiceField(
        None,
        label=_("Deputies"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Which deputies come? Please choose at least one."),
            "invalid_choice": _("This cannot be chosen any more. Please look at the list anew."),
            "invalid_pk_value": _("This cannot be chosen any more. Please look at the list anew."),
        },
    )

    def __init__(self, *args, deputies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["deputies"].queryset = deputies

    def clean(self):
        told = super().clean()
        if told.get("starts_at") and told.get("ends_at") and told["ends_at"] <= told["starts_at"]:
            self.add_error("ends_at", _("The end lies before the beginning."))
        return told


# For the office


class StationForm(ScopedForm):
    """A station; its photo is drawn anew before it is kept, so that nothing is hidden behind it."""

    class Meta:
        # The photo that is there stands below, behind the page that asks who looks.
        widgets = {"photo": forms.FileInput}

    def clean_photo(self):
        file = self.cleaned_data["photo"]
        if not file or "photo" not in self.changed_data:
            return file
        try:
            cleaned = uploads.clean_photo(file)
        except uploads.Refused as refused:
            raise ValidationError(str(refused)) from refused
        return ContentFile(cleaned.content, name=cleaned.stored_name())


class RuleFields(forms.ModelForm):
    """A recurrence as a person says it: how often, and on which day; the rule is made of that."""

    month_day = forms.IntegerField(
        label=_("day of the month"),
        required=False,
        min_value=1,
        max_value=31,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("Only for every month; a month without that day takes its last one."),
    )
    weekday = forms.TypedChoiceField(
        label=_("weekday"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "–"), *WEEKDAYS.items()],
        widget=UnfoldAdminSelectWidget,
        help_text=_("Only for every week."),
    )

    class Meta:
        model = Recurrence
        fields = [
            "kind",
            "month_day",
            "weekday",
            "rule",
            "starts_at",
            "ends_at",
            "deputies_each",
            "since",
            "until",
            "shift",
        ]
        help_texts = {"rule": _("Only for a rule of one's own, e.g. FREQ=MONTHLY;BYDAY=2TU (second Tuesday).")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["rule"].required = False
        if self.instance.pk and self.instance.kind == rota.MONTHLY:
            self.initial["month_day"] = rota.month_day_of(self.instance.rule)
        if self.instance.pk and self.instance.kind == rota.WEEKLY:
            self.initial["weekday"] = rota.weekday_of(self.instance.rule)

    @cached_property
    def changed_data(self):
        """The columns that change: the day of the month and the weekday stand in the rule."""
        changed = super().changed_data
        days = {"month_day", "weekday"} & set(changed)
        return [name for name in changed if name not in days] + (["rule"] if days and "rule" not in changed else [])

    def clean(self):
        told = super().clean()
        kind = told.get("kind")
        if kind and not self.errors:
            try:
                told["rule"] = rota.rule_of(
                    kind, month_day=told["month_day"], weekday=told["weekday"], text=told["rule"]
                )
            except rota.NoRule as problem:
                self.add_error(_FIELD_OF.get(kind, "rule"), str(problem))
        return told


_FIELD_OF = {rota.MONTHLY: "month_day", rota.WEEKLY: "weekday"}


class RecurrenceForm(RuleFields, ScopedForm):
    """A recurrence below its station."""


class ManyStationsForm(RuleFields):
    """One recurrence for several stations at once."""

    class Meta(RuleFields.Meta):
        widgets = {"since": _Day, "until": _Day, "starts_at": _Hour, "ends_at": _Hour}

    stations = forms.ModelMultipleChoiceField(
        None,
        label=_("liaison stations"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please choose at least one station.")},
    )

    def __init__(self, *args, stations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["stations"].queryset = stations

    def said(self) -> dict:
        names = ("kind", "rule", "starts_at", "ends_at", "deputies_each", "since", "until", "shift")
        return {name: self.cleaned_data[name] for name in names}


class GenerateForm(forms.Form):
    """Which year, and at which stations."""

    year = forms.IntegerField(
        label=_("year"),
        min_value=2000,
        max_value=2100,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), _("Which year? E.g. 2027.")),
        widget=forms.NumberInput({"class": "office-input"}),
    )
    stations = forms.ModelMultipleChoiceField(
        Station.objects.none(),
        label=_("liaison stations"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all of them."),
        error_messages=dict.fromkeys(("invalid_choice", "invalid_pk_value"), _("There is no such station.")),
    )

    def __init__(self, *args, stations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["stations"].queryset = stations

    def chosen(self):
        """The stations that were ticked, or all that could be."""
        ticked = self.cleaned_data["stations"]
        return ticked if ticked else self.fields["stations"].queryset

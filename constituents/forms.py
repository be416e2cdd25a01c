"""The form at the station's desk. It reads and narrows; ``actions.register`` does the work."""

from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from constituents import rules
from constituents.models import Petition
from office import normalise


def _attrs(css="form-control", **more):
    return {"class": css, "autocomplete": "off", **more}


class Words(forms.CharField):
    """What somebody typed or pasted, kept as it is.

    Too long is said, never cut: a ``maxlength`` in the page would cut a pasted text without a word.
    """

    default_error_messages = {
        "unreadable": _("There is a character in this text that cannot be stored. Please type that part anew."),
        "long": _("Too long: %(n)d characters, at most %(limit)d are possible."),
    }

    def __init__(self, *, longest, **kwargs):
        self.longest = longest
        super().__init__(**kwargs)

    def to_python(self, value):
        text = super().to_python(rules.even_breaks(value or ""))
        if not rules.is_readable(text):
            raise ValidationError(self.error_messages["unreadable"], code="unreadable")
        if len(text) > self.longest:
            count = {"n": len(text), "limit": self.longest}
            raise ValidationError(self.error_messages["long"], code="long", params=count)
        return "" if rules.is_blank(text) else text


def _line(name, **kwargs):
    """A field for one column of the register that is one line."""
    column = Petition._meta.get_field(name)
    widget = kwargs.pop("widget", None) or forms.TextInput(_attrs())
    return Words(longest=column.max_length, required=not column.blank, widget=widget, **kwargs)


def _paragraphs(name, **kwargs):
    """A field for the visitor's own words: required, for both parts must be on record (D5-三a)."""
    longest = Petition._meta.get_field(name).max_length
    return Words(longest=longest, widget=forms.Textarea(_attrs(rows=5)), **kwargs)


class DeputyChoice(forms.ModelChoiceField):
    def label_from_instance(self, deputy):
        return f"{deputy.name}（{deputy.district}）"


class PetitionForm(forms.Form):
    """One matter as the visitor tells it, at one station on one day."""

    CHANNELS = [(c.value, c.label) for c in (Petition.Channel.WALK_IN, Petition.Channel.LETTER, Petition.Channel.PHONE)]

    key = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid"), _("The form was not sent whole. Please save once more.")),
    )
    visitor = _line(
        "visitor", label=_("Visitor's name"), error_messages={"required": _("Who came? Please enter a name.")}
    )
    phone = _line(
        "phone",
        label=_("Phone"),
        help_text=_("So that the visitor can be told the outcome."),
        widget=forms.TextInput(_attrs(inputmode="tel")),
    )
    address = _line("address", label=_("Address or village"))
    visitor_count = forms.IntegerField(
        label=_("Number of visitors"),
        min_value=1,
        max_value=9999,
        initial=1,
        error_messages=dict.fromkeys(("required", "invalid", "min_value"), _("How many came? At least one.")),
        widget=forms.TextInput(_attrs(inputmode="numeric")),
    )
    deputy = DeputyChoice(
        None,
        label=_("Receiving deputy"),
        required=False,
        empty_label=_("no deputy present"),
        widget=forms.Select(_attrs("form-select")),
    )
    channel = forms.ChoiceField(
        label=_("Came by"), choices=CHANNELS, initial="walk_in", widget=forms.Select(_attrs("form-select"))
    )
    category = _line(
        "category",
        label=_("Category"),
        help_text=_("Choose one in use, or type a new one."),
        widget=forms.TextInput(_attrs(list="categories")),
    )
    situation = _paragraphs(
        "situation",
        label=_("Main situation (D5-三a)"),
        error_messages={"required": _("Please write down what the visitor tells.")},
        help_text=_("In the visitor's own words, without a judgement."),
    )
    request = _paragraphs(
        "request",
        label=_("Problem to be solved (D5-三a)"),
        error_messages={"required": _("Please write down what the visitor asks for.")},
        help_text=_("What the visitor asks for, in their own words."),
    )
    urgent = forms.BooleanField(
        label=_("Urgent"),
        required=False,
        help_text=_("To be reported to the county and township congress offices at once (D3-六i)."),
        widget=forms.CheckboxInput(_attrs("form-check-input")),
    )

    def __init__(self, *args, station, on, **kwargs):
        kwargs.setdefault("initial", {"key": uuid4()})
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = station.deputies.in_office(on, on).select_related("district")
        if not self.is_bound:
            self.fields["visitor"].widget.attrs["autofocus"] = True

    def clean_visitor(self):
        return rules.tidy_name(self.cleaned_data["visitor"])

    def clean_phone(self):
        written = self.cleaned_data["phone"]
        try:
            return normalise.phones(written) if written else ""
        except normalise.NotUnderstood:
            wrong = _(
                "Please check this number: a mobile has 11 digits, a landline 7 or 8. None known: leave it empty."
            )
            raise ValidationError(wrong, code="phone") from None

    def clean_address(self):
        return " ".join(self.cleaned_data["address"].split())

    def clean_category(self):
        return "".join(self.cleaned_data["category"].split())

    def matter(self) -> dict:
        """What was typed, as ``actions.register`` takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}

    def repeats(self, petition) -> bool:
        """Whether ``petition`` already holds what stands in the form."""
        return all(getattr(petition, name) == value for name, value in self.matter().items())

    def renew_key(self):
        """Let the next sending of this form count as a new one."""
        self.data = self.data.copy()
        self.data["key"] = str(uuid4())

    def focus_first_error(self):
        """Put the cursor where something must be corrected."""
        wrong = next((name for name in self.errors if name in self.fields and name != "key"), "visitor")
        self.fields[wrong].widget.attrs["autofocus"] = True

"""The form at the station's desk. It reads and narrows; ``actions.register`` does the work."""

from itertools import zip_longest
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from constituents import rules
from constituents.models import Attachment, Petition, Representative
from office import normalise, uploads


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


def _paragraphs(name, *, rows, **kwargs):
    """A field for the visitor's own words: required, for both parts must be on record (D5-三a)."""
    longest = Petition._meta.get_field(name).max_length
    return Words(longest=longest, widget=forms.Textarea(_attrs(rows=rows)), **kwargs)


class DeputyChoice(forms.ModelChoiceField):
    def label_from_instance(self, deputy):
        return f"{deputy.name}（{deputy.district}）"


class ReceptionChoice(forms.ModelChoiceField):
    def label_from_instance(self, reception):
        return f"{reception.get_kind_display()} {reception.hours}".strip()


def _phone(written: str) -> str:
    """A telephone number evened out, or nothing; raises ``ValidationError``."""
    try:
        return normalise.phones(written) if written else ""
    except normalise.NotUnderstood:
        wrong = _("Please check this number: a mobile has 11 digits, a landline 7 or 8. None known: leave it empty.")
        raise ValidationError(wrong, code="phone") from None


class PeopleInput(forms.Widget):
    """Reads rows of a name and a phone; rows that somebody added by hand are read too, so that nobody is lost unsaid.

    The page itself writes the rows (``PetitionForm.people``).
    """

    def value_from_datadict(self, data, files, name):
        names, phones = (data.getlist(f"{name}_{part}") for part in ("name", "phone"))
        return list(zip_longest(names, phones, fillvalue=""))


class People(forms.Field):
    """Those who came with the visitor, as (name, phone); with the visitor they are at most five (L2-20)."""

    widget = PeopleInput
    default_error_messages = {
        "many": _("A group sends at most five representatives, the visitor among them (L2-20)."),
        "nameless": _("There is a phone number without a name."),
        "long": _("Too long: a name or number has at most %(limit)d characters."),
    }

    def clean(self, value):
        people = [self._person(*row) for row in value if any(part.strip() for part in row)]
        if len(people) >= Representative.MOST:
            raise ValidationError(self.error_messages["many"], code="many")
        return people

    def _person(self, name, phone) -> tuple[str, str]:
        name, phone = rules.tidy_name(name), phone.strip()
        longest = Representative._meta.get_field("name").max_length
        if rules.is_blank(name):
            raise ValidationError(self.error_messages["nameless"], code="nameless")
        if not (rules.is_readable(name) and rules.is_readable(phone)):
            raise ValidationError(Words.default_error_messages["unreadable"], code="unreadable")
        if len(name) > longest or len(phone) > longest:
            raise ValidationError(self.error_messages["long"], code="long", params={"limit": longest})
        return name, _phone(phone)


class FilesInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data, files, name):
        return files.getlist(name) if files else []


class Files(forms.FileField):
    """Several files, each made harmless (``office.uploads``); every one that is refused is named with the reason."""

    widget = FilesInput
    most = Attachment.MOST
    clean_one = staticmethod(uploads.clean)
    default_error_messages = {"many": _("A matter holds at most %(limit)d files; here are %(n)d.")}

    def has_changed(self, initial, data):
        return bool(data)

    def clean(self, value, initial=None):
        chosen = value or []
        if len(chosen) > self.most:
            count = {"n": len(chosen), "limit": self.most}
            raise ValidationError(self.error_messages["many"], code="many", params=count)
        cleaned, refused = [], []
        for file in chosen:
            try:
                cleaned.append(self.clean_one(file))
            except uploads.Refused as reason:
                refused.append(ValidationError(f"{_shown(file.name)}：{reason}", code="refused"))
        if refused:
            raise ValidationError(refused)
        return cleaned


def _shown(name) -> str:
    return "".join(sign for sign in name if sign.isprintable())[: uploads.MAX_NAME]


class Told(forms.Form):
    """What a visitor tells, whether it is typed in while they speak or from paper."""

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
    category = _line(
        "category",
        label=_("Category"),
        help_text=_("Choose one in use, or type a new one."),
        widget=forms.TextInput(_attrs(list="categories")),
    )
    situation = _paragraphs(
        "situation",
        rows=5,
        label=_("Main situation (D5-三a)"),
        error_messages={"required": _("Please write down what the visitor tells.")},
        help_text=_("In the visitor's own words, without a judgement."),
    )
    request = _paragraphs(
        "request",
        rows=3,
        label=_("Problem to be solved (D5-三a)"),
        error_messages={"required": _("Please write down what the visitor asks for.")},
        help_text=_("What the visitor asks for, in their own words."),
    )

    def clean_visitor(self):
        return rules.tidy_name(self.cleaned_data["visitor"])

    def clean_phone(self):
        return _phone(self.cleaned_data["phone"])

    def clean_address(self):
        return " ".join(self.cleaned_data["address"].split())

    def clean_category(self):
        return "".join(self.cleaned_data["category"].split())


class PetitionForm(Told):
    """One matter as the visitor tells it, at one station on one day."""

    # In the order in which one goes through them: the cursor stops at the first that is wrong.
    field_order = ["key", "visitor", "phone", "address", "visitor_count", "representatives", "reception", "deputy"]
    field_order += ["channel", "category", "situation", "request", "urgent", "files"]
    # What was raised at a visit comes from the deputy's own page.
    CHANNELS = [choice for choice in Petition.Channel.choices if choice[0] != Petition.Channel.VISIT]

    key = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid"), _("The form was not sent whole. Please save once more.")),
    )
    visitor_count = forms.IntegerField(
        label=_("Number of visitors"),
        min_value=1,
        max_value=9999,
        initial=1,
        error_messages=dict.fromkeys(("required", "invalid", "min_value"), _("How many came? At least one.")),
        widget=forms.TextInput(_attrs(inputmode="numeric")),
    )
    representatives = People(label=_("More people"), required=False)
    reception = ReceptionChoice(
        None,
        label=_("Reception of today"),
        required=False,
        empty_label=_("none of these"),
        widget=forms.Select(_attrs("form-select")),
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
    urgent = forms.BooleanField(
        label=_("Urgent"),
        required=False,
        help_text=_("To be reported to the county and township congress offices at once (D3-六i)."),
        widget=forms.CheckboxInput(_attrs("form-check-input")),
    )

    files = Files(
        label=_("Photos and papers"),
        required=False,
        help_text=_("Pictures, PDF, Word or Excel, at most 20 files of 10 MB."),
        widget=FilesInput(_attrs(accept=",".join(f".{kind}" for kind in uploads.CONTENT_TYPES))),
    )
    merge_into = forms.ModelChoiceField(
        None,
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("The other matter can no longer be merged into. Please choose again.")},
    )

    def __init__(self, *args, station, on, into=None, reception=None, **kwargs):
        """``into``: what it may be merged into as it is saved; ``reception``: the key of the one it was opened at."""
        receptions = list(station.receptions.filter(Q(planned_on=on) | Q(held_on=on), cancelled=False)[:5])
        receptions.sort(key=lambda one: str(one.pk) != reception)
        kwargs.setdefault("initial", {"key": uuid4(), **_preset(receptions)})
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = station.deputies.in_office(on, on).select_related("district")
        self.fields["merge_into"].queryset = Petition.objects.none() if into is None else into
        self._offer(receptions, station)
        if not self.is_bound:
            self.fields["visitor"].widget.attrs["autofocus"] = True

    def _offer(self, receptions, station):
        if receptions:
            today = [one.pk for one in receptions]
            self.fields["reception"].queryset = station.receptions.filter(pk__in=today)
        else:
            del self.fields["reception"]

    def matter(self) -> dict:
        """What was typed, as ``actions.register`` takes it."""
        told = {name: value for name, value in self.cleaned_data.items() if name not in ("key", "merge_into")}
        if told["channel"] != Petition.Channel.RECEPTION:
            told.pop("reception", None)
        return told

    def repeats(self, petition) -> bool:
        """Whether ``petition`` already holds what stands in the form."""
        told = self.matter()
        people, files = told.pop("representatives"), {one.name for one in told.pop("files")}
        told["visitor_count"] = max(told["visitor_count"], 1 + len(people))
        return (
            all(getattr(petition, name) == value for name, value in told.items())
            and list(petition.representatives.values_list("name", "phone")) == people
            and files <= set(petition.attachments.values_list("name", flat=True))
        )

    def people(self) -> list:
        """The rows of those who came too, as they stand in the form, with empty ones behind them."""
        rows = list(self["representatives"].value() or [])
        return rows + [("", "")] * (Representative.MOST - 1 - len(rows))

    @property
    def files_were_chosen(self) -> bool:
        """Whether files came with what was sent: no page can put them back into its form."""
        return bool(self.files and self.files.getlist("files"))

    def renew_key(self):
        """Let the next sending of this form count as a new one."""
        self.data = self.data.copy()
        self.data["key"] = str(uuid4())

    def focus_first_error(self):
        """Put the cursor where something must be corrected."""
        wrong = next((name for name in self.errors if name in self.fields and name != "key"), "visitor")
        self.fields[wrong].widget.attrs["autofocus"] = True


def _preset(receptions) -> dict:
    """Who comes while a reception is held comes to it; the person at the desk may say otherwise."""
    return {"channel": Petition.Channel.RECEPTION, "reception": receptions[0].pk} if receptions else {}

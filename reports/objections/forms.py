"""What a deputy writes to object, and what the office answers."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from constituents.models import Designation, Household
from constituents.verb_forms import VerbForm, attrs, choice, line, paragraphs
from office import masked_fields, uploads
from reports.models import Objection, ObjectionStep
from visits import rules
from visits.models import Visit

LONGEST = ObjectionStep._meta.get_field("text").max_length
_OFTEN = (Visit.Kind.HOME, Visit.Kind.VISIT, Visit.Kind.PHONE, Visit.Kind.MET, Visit.Kind.ONLINE, Visit.Kind.FORUM)
_RARE = (Visit.Kind.SURVEY, Visit.Kind.INSPECTION, Visit.Kind.REPORT, Visit.Kind.RECEPTION, Visit.Kind.OTHER)
WAYS = [(kind.value, kind.label) for kind in (*_OFTEN, *_RARE)]


def _day(**more):
    wrong = gettext_lazy("Say on which day it was.")
    return forms.DateField(
        label=gettext_lazy("date"),
        widget=forms.DateInput(attrs(type="date"), format="%Y-%m-%d"),
        error_messages=dict.fromkeys(("required", "invalid"), wrong),
        **more,
    )


def _way():
    return choice(gettext_lazy("way"), WAYS, error_messages={"required": gettext_lazy("Choose how it took place.")})


class File(forms.FileField):
    """One file, made harmless (``office.uploads``)."""

    def clean(self, value, initial=None):
        if not value:
            return None
        try:
            return uploads.clean(value)
        except uploads.Refused as reason:
            raise forms.ValidationError(str(reason), code="refused") from reason


class ObjectForm(VerbForm):
    """What is wrong, what it should be, and what shows it."""

    text = paragraphs(
        pgettext_lazy("objection", "What is wrong, and what should it be?"),
        longest=LONGEST,
        rows=5,
        error_messages={"required": gettext_lazy("Please say what is wrong, and what it should be.")},
    )
    file = File(
        label=gettext_lazy("Photo or file that shows it (may stay empty)"),
        required=False,
        widget=forms.FileInput(attrs()),
    )


class MissingForm(ObjectForm):
    """A contact that is missing, which the deputy cannot write down themselves."""

    happened_on = _day()
    way = _way()
    met = line(
        gettext_lazy("who was met"),
        longest=Objection._meta.get_field("met").max_length,
        error_messages={"required": gettext_lazy("Say who was met.")},
    )
    field_order = ["happened_on", "way", "met", "text", "file"]

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["happened_on"].widget.attrs["max"] = today.isoformat()
        self.fields["text"].label = pgettext_lazy("objection", "What was heard, and why it is not on record")

    def clean_happened_on(self):
        if self.cleaned_data["happened_on"] > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        return self.cleaned_data["happened_on"]


class AddForm(VerbForm):
    """What the deputy adds to a refusal."""

    text = paragraphs(
        pgettext_lazy("objection", "What you want to add"),
        longest=LONGEST,
        error_messages={"required": gettext_lazy("Please write what you want to add.")},
    )


class RefuseForm(VerbForm):
    text = paragraphs(
        pgettext_lazy("objection", "Why the record stays as it is"),
        longest=LONGEST,
        error_messages={"required": gettext_lazy("Please tell the deputy why.")},
    )


class AcceptForm(VerbForm):
    """What was corrected; with a flag, whether it is waived at once."""

    text = paragraphs(
        pgettext_lazy("objection", "What was corrected"),
        longest=LONGEST,
        error_messages={"required": gettext_lazy("Please tell the deputy what was corrected.")},
    )
    waives = forms.BooleanField(label=gettext_lazy("Waive the flag, with these words as the reason"), required=False)

    takes_out = forms.BooleanField(
        label=gettext_lazy("Take the contact off the record: it never was, or it stands twice"), required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not (self.row.kind == Objection.Kind.RECORD and self.row.visit_id):
            del self.fields["takes_out"]
        if not (self.row.flag and self.row.flag.cleared_on is None):
            del self.fields["waives"]


class EnterForm(AcceptForm):
    """The contact that was missing, as the office writes it down on the deputy's behalf."""

    on = _day()
    way = _way()
    household = forms.ModelChoiceField(
        None,
        label=gettext_lazy("contact household"),
        required=False,
        empty_label=gettext_lazy("none of them"),
        widget=forms.Select(attrs("form-select")),
    )
    met = line(gettext_lazy("who was met"), longest=80, required=False)
    content = paragraphs(gettext_lazy("what was heard"), longest=rules.CONTENT_LIMIT, required=False)
    field_order = ["on", "way", "household", "met", "content", "text"]

    def __init__(self, *args, **kwargs):
        row = kwargs["row"]
        first = row.steps.filter(verb=ObjectionStep.Verb.RAISED).first()
        told = {"on": row.happened_on, "way": row.way, "met": row.met, "content": first.text if first else ""}
        super().__init__(*args, **{**kwargs, "initial": {**told, "text": _("The contact is entered on your behalf.")}})
        named = Designation.objects.filter(deputy=row.deputy).order_by().values("household")
        masked_fields.mask(self, row, by=self.user)
        self.fields["household"].queryset = Household.objects.visible_to(self.user).filter(pk__in=named)

    def told(self) -> dict:
        given = self.cleaned_data
        enter = {name: given[name] for name in ("on", "household", "met", "content")}
        return {"text": given["text"], "enter": {**enter, "kind": given["way"]}}

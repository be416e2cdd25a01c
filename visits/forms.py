"""The page on which a deputy writes down a contact."""

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from constituents.forms import Files, FilesInput
from office import uploads
from visits import rules
from visits.models import Visit

Kind = Visit.Kind

AT_A_HOUSEHOLD = (Kind.HOME, Kind.PHONE, Kind.MET)
ELSEWHERE = (
    Kind.MET,
    Kind.VISIT,
    Kind.PHONE,
    Kind.ONLINE,
    Kind.FORUM,
    Kind.SURVEY,
    Kind.INSPECTION,
    Kind.REPORT,
    Kind.GROUP,
    Kind.RECEPTION,
    Kind.OTHER,
)


class Line(forms.CharField):
    """Text whose refusals are in plain words."""

    default_error_messages = {
        "max_length": gettext_lazy("Too long: at most %(limit_value)d characters, here are %(show_value)d."),
        "null_characters_not_allowed": gettext_lazy("Some characters here cannot be read. Please type them again."),
    }


class Words(Line):
    """Text as a person counts it: a line break is one character, though browsers send two."""

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")

    def widget_attrs(self, widget):
        # No maxlength: a browser would cut a pasted text without a word; here it is refused and kept.
        return {}


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


class Photos(Files):
    """The photos of one contact, each drawn anew."""

    # Only these kinds: a telephone then hands its own format over as jpg. Not "capture": that would shut the album.
    widget = FilesInput({"accept": "image/jpeg,image/png,image/webp"})
    most = rules.PHOTOS
    clean_one = staticmethod(uploads.clean_photo)
    default_error_messages = {"many": gettext_lazy("A contact holds at most %(limit)d photos; here are %(n)d.")}


class LogForm(forms.Form):
    """One contact: with a given household, or (``household=None``) with anybody else.

    Without ``today`` it is an empty form, of no day and no household in particular. ``topics`` are those on which the
    deputy asks (D8-四3).
    """

    key = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid"), gettext_lazy("Please open this form again.")),
    )
    on = forms.DateField(
        label=gettext_lazy("date"),
        widget=DayInput,
        # Where the browser has no date field, people write a date in one of these ways.
        input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"],
        error_messages=dict.fromkeys(("required", "invalid"), gettext_lazy("Say on which day it was.")),
    )
    kind = forms.TypedChoiceField(
        label=gettext_lazy("way"),
        coerce=Kind,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("Choose how it took place.")),
    )
    met = Line(
        label=gettext_lazy("who was met"),
        max_length=80,
        error_messages={"required": gettext_lazy("Say who was met.")},
    )
    place = Line(label=gettext_lazy("place"), max_length=150, required=False)
    content = Words(
        label=gettext_lazy("what was heard"),
        max_length=rules.CONTENT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Write down what you heard, in a few words.")},
    )
    matter_raised = forms.BooleanField(label=gettext_lazy("a matter was raised"), required=False)
    matter = Line(label=gettext_lazy("the matter"), max_length=200, required=False)
    consultation = forms.TypedChoiceField(
        label=gettext_lazy("an opinion on"),
        required=False,
        empty_value=None,
        error_messages={"invalid_choice": gettext_lazy("This topic is over. Please choose another one, or none.")},
    )
    photos = Photos(label=gettext_lazy("photos"), required=False)
    # Said by a phone on which the contact waited; what cannot be read is no reason to refuse the contact.
    written_at = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, household, today, topics=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.household = household
        self._offer(topics, anybody=today is None)
        if today:
            self.fields["on"].widget.attrs |= {"min": rules.oldest_day(today).isoformat(), "max": today.isoformat()}
        kinds = AT_A_HOUSEHOLD if household else ELSEWHERE
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]
        if household:
            del self.fields["met"], self.fields["place"]

    def _offer(self, topics, anybody):
        offered, field = {str(topic.pk): topic for topic in topics}, self.fields["consultation"]
        if anybody:
            # A phone keeps the topic of a contact that waits there, without a word of it.
            field.widget = forms.HiddenInput()
        elif not offered:
            del self.fields["consultation"]
        field.choices, field.coerce = [("", _("no topic")), *offered.items()], offered.get

    def clean(self):
        given = super().clean()
        if given.get("matter_raised") and not given.get("matter"):
            self.add_error("matter", _("Say what the matter is, in a few words."))
        return given

    def contact(self) -> dict:
        """The valid form in the words of ``actions.log_visit``."""
        given = self.cleaned_data
        return {
            "household": self.household,
            "on": given["on"],
            "kind": given["kind"],
            "met": given.get("met", ""),
            "place": self._place(),
            "content": self._content(),
            "matter_raised": given["matter_raised"],
            "photos": given["photos"],
            "consultation": given.get("consultation"),
            "written_at": _instant(given["written_at"]),
        }

    def _place(self):
        # Written down with the contact: the household may move, the visit stays where it was.
        if self.household:
            return self.household.address if self.cleaned_data["kind"] == Kind.HOME else ""
        return self.cleaned_data["place"]

    def _content(self):
        given = self.cleaned_data
        if not given["matter_raised"]:
            return given["content"]
        return "{}\n{}".format(given["content"], _("The matter: %s") % given["matter"])


def _instant(text):
    """The instant that is written as in ``2026-11-26T10:00:00Z``; None for anything else."""
    try:
        instant = parse_datetime(text)
    except ValueError:
        return None
    return instant if instant and is_aware(instant) else None

"""What a deputy and the office write about inspections, surveys and talks."""

from django import forms
from django.utils.translation import gettext_lazy as _

from constituents.models import Engagement, Petition
from constituents.verb_forms import VerbForm, attrs, choice, line, paragraphs
from liaison_stations.models import StationPost
from office.roles import Role

_GONE = {"invalid_choice": _("This cannot be chosen any more. Please look at the list anew.")}
_MATTERS_OFFERED = 40
KINDS = [
    (Engagement.Kind.REQUEST, _("I ask for an inspection or survey with my deputy's card (D3-六d)")),
    (Engagement.Kind.PROPOSAL, _("I propose that the congress inspect or survey (D3-六e)")),
    (Engagement.Kind.INVITATION, _("I was invited to a talk, survey or coordination (D3-六g)")),
]


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self):
        super().__init__(attrs(), format="%Y-%m-%d")


def _day(label, *, required):
    wrong = _("On which day? E.g. 2026-03-15.")
    return forms.DateField(
        label=label,
        required=required,
        widget=DayInput,
        error_messages=dict.fromkeys(("required", "invalid"), wrong),
    )


def _one(label, *, required=False, empty=""):
    widget = forms.Select(attrs("form-select"))
    errors = {"required": _("Please choose one."), **_GONE}
    return forms.ModelChoiceField(
        None, label=label, required=required, widget=widget, empty_label=empty, error_messages=errors
    )


class OfficerChoice(forms.ModelChoiceField):
    def label_from_instance(self, post):
        return f"{post.name}（{post.station}）"


def _officer(label, *, required):
    widget = forms.Select(attrs("form-select"))
    errors = {"required": _("Whom do you send? Please choose an officer."), **_GONE}
    return OfficerChoice(None, label=label, required=required, widget=widget, empty_label="", error_messages=errors)


def _officers(user):
    """The officers of the deputy's own stations."""
    posts = StationPost.objects.visible_to(user, roles={Role.DEPUTY}).filter(kind=StationPost.Kind.OFFICER)
    return posts.select_related("station").order_by("station__number", "id")


class Ask(VerbForm):
    """What a deputy wants to inspect or survey, or was invited to, and because of which matter."""

    kind = choice(_("What it is"), KINDS, error_messages={"required": _("Please choose one.")})
    about = paragraphs(
        _("About what, and why"), longest=2000, rows=5, error_messages={"required": _("What is it about, and why?")}
    )
    place = line(
        _("Place or unit"), longest=150, error_messages={"required": _("Where, or at which unit? Please enter it.")}
    )
    planned_on = _day(_("Day that suits (may stay empty)"), required=False)
    petition = _one(_("Because of which matter (may stay empty)"))
    delegate = _officer(_("Officer whom you send instead (invitations only)"), required=False)

    def __init__(self, *args, deputy, **kwargs):
        super().__init__(*args, **kwargs)
        own = Petition.objects.visible_to(self.user, roles={Role.DEPUTY}).filter(deputy=deputy)
        latest = list(own.values_list("pk", flat=True)[:_MATTERS_OFFERED])
        asked_for = [one for one in [self.initial.get("petition")] if one]
        self.fields["petition"].queryset = own.filter(pk__in=[*latest, *asked_for]).select_related("station")
        self.fields["delegate"].queryset = _officers(self.user)

    def clean(self):
        told = super().clean()
        if told.get("delegate") and told.get("kind") != Engagement.Kind.INVITATION:
            self.add_error("delegate", _("Only to what you were invited to can an officer go instead (D3-六g)."))
        return told


class Delegate(VerbForm):
    to = _officer(_("Officer whom you send"), required=True)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = _officers(self.user)


class Agree(VerbForm):
    answer = paragraphs(
        _("What is arranged"), longest=500, required=False, help_text=_("Day, place, who goes along; may stay empty.")
    )


class Refuse(VerbForm):
    answer = paragraphs(
        _("Why it does not take place"), longest=500, error_messages={"required": _("Please tell the deputy why.")}
    )


class Hold(VerbForm):
    """When it took place and what came of it."""

    on = _day(_("Held on"), required=True)
    outcome = paragraphs(
        _("What came of it"),
        longest=2000,
        rows=6,
        error_messages={"required": _("Please write down what came of it.")},
    )

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, initial={"on": today}, **kwargs)
        self.today = today

    def clean_on(self):
        on = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        if on < self.row.asked_on:
            raise forms.ValidationError(_("This day lies before the day on which it was asked for."))
        return on

"""What a deputy writes of a suggestion, and what the office decides of it."""

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from constituents.actions.routing import units_for
from constituents.deadlines import ReplyClock
from constituents.models import HintWord, Petition, Referral
from constituents.models.petitions import Satisfaction
from constituents.verb_forms import VerbForm, attrs, choice, line, paragraphs
from deputies.models import Deputy
from office.roles import Role

_MATTERS_OFFERED = 40
_GONE = {"invalid_choice": _("This cannot be chosen any more. Please look at the list anew.")}
_SEVERAL_GONE = dict.fromkeys(("invalid_choice", "invalid_pk_value"), _GONE["invalid_choice"])


def several(label, **kwargs):
    """Some rows of a list that is all seen at once."""
    widget = forms.CheckboxSelectMultiple(attrs("form-check-input"))
    return forms.ModelMultipleChoiceField(
        None, label=label, required=False, widget=widget, error_messages=_SEVERAL_GONE, **kwargs
    )


class SuggestionForm(VerbForm):
    """A suggestion in the deputy's own words; the words of the matters it comes from stand beside it, to be read."""

    title = line(
        _("Title"),
        longest=100,
        help_text=_("One matter a suggestion, e.g. “On widening the road to the village school”."),
        error_messages={"required": _("Please give it a title.")},
    )
    grounds = paragraphs(
        pgettext_lazy("suggestion", "Grounds"),
        rows=7,
        help_text=_("What you have seen and heard yourself, whom it concerns, and why it is not settled yet."),
        error_messages={"required": _("Please write down why you suggest it.")},
    )
    proposal = paragraphs(
        _("What you suggest"),
        rows=7,
        help_text=_("What should be done, and who could do it."),
        error_messages={"required": _("Please write down what you suggest.")},
    )
    wide = forms.BooleanField(
        label=_("It concerns many places or is difficult"),
        required=False,
        help_text=_("Then the unit has six months for its reply instead of three (L1-51); the office decides."),
        widget=forms.CheckboxInput(attrs("form-check-input")),
    )
    sources = several(
        _("From which of your matters"),
        help_text=_(
            "Choose them, read what the people said, and then write it up in your own words: what was merely pasted "
            "is refused."
        ),
    )
    signers = several(_("Who shall sign with you"))

    def __init__(self, *args, deputy, on, **kwargs):
        super().__init__(*args, **kwargs)
        if self.row.pk:
            self.initial |= _as_written(self.row)
        self.fields["sources"].queryset = _matters_of(deputy, self.user, self.initial.get("sources", ()))
        self.fields["signers"].queryset = _colleagues(deputy, on)


def _as_written(suggestion) -> dict:
    text = {name: getattr(suggestion, name) for name in ("title", "grounds", "proposal", "wide")}
    sources, signers = suggestion.sources.values_list("pk", flat=True), suggestion.signatures
    return text | {"sources": list(sources), "signers": list(signers.values_list("deputy", flat=True))}


def _matters_of(deputy, user, chosen):
    """The deputy's latest matters, and those that were chosen before."""
    own = Petition.objects.visible_to(user, roles={Role.DEPUTY}).filter(deputy=deputy)
    latest = list(own.values_list("pk", flat=True)[:_MATTERS_OFFERED])
    return own.filter(pk__in=[*latest, *chosen]).select_related("station")


def _colleagues(deputy, on):
    """The deputies of the same congress, whoever else may see them: by name and district, as on every roster."""
    others = Deputy.objects.filter(term=deputy.term_id).in_office(on, on).exclude(pk=deputy.pk)
    return others.select_related("district")


class Submit(VerbForm):
    """The last look before it is handed in: what is no suggestion, and which words hint at that."""

    read = forms.BooleanField(
        label=_("I have read what is no suggestion: this one is none of it."),
        error_messages={"required": _("Please confirm that it is none of these.")},
        widget=forms.CheckboxInput(attrs("form-check-input")),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        text = f"{self.row.title}\n{self.row.grounds}\n{self.row.proposal}"
        words = HintWord.objects.filter(kind=HintWord.Kind.NO_SUGGESTION)
        self.hints = [one for one in words if one.word in text]
        for one in self.hints:
            self.fields[f"hint_{one.pk}"] = _confirmation(one)

    def told(self):
        named = "、".join(f"“{one.word}”" for one in self.hints)
        return {"note": _t("Looked at and confirmed: %s") % named if named else ""}


def _confirmation(hint):
    words = {"word": hint.word, "why": hint.why or _t("This may be no suggestion.")}
    return forms.BooleanField(
        label=_t("I have looked at “%(word)s”. It is not what this word hints at.") % words,
        help_text=_t("“%(word)s” stands in your text. %(why)s") % words,
        error_messages={"required": _("Please look at this and confirm it, or rewrite the suggestion.")},
        widget=forms.CheckboxInput(attrs("form-check-input")),
    )


class PutOnFile(VerbForm):
    """Whether it is wide or difficult decides how long the unit has (L1-51)."""

    wide = choice(_("How long the unit has"), ())

    def __init__(self, *args, on, **kwargs):
        super().__init__(*args, **kwargs)
        clock, place = ReplyClock.load(), self.row.jurisdiction
        three = clock.due(on, place, kind=Referral.Kind.SUGGESTION)
        six = clock.due(on, place, kind=Referral.Kind.WIDE)
        self.fields["wide"].choices = [
            ("no", _until(_t("three months"), *three)),
            ("yes", _until(_t("six months: it concerns many places or is difficult"), *six)),
        ]
        self.initial["wide"] = "yes" if self.row.wide else "no"

    def told(self):
        return {"wide": self.cleaned_data["wide"] == "yes"}


def _until(label, due, rule) -> str:
    if due is None:
        return label
    words = {"label": label, "due": due, "clause": rule.clause}
    return _t("%(label)s; routed today, until %(due)s (%(clause)s)") % words


def one_unit(label):
    """One handling unit out of those somebody may route to."""
    widget = forms.Select(attrs("form-select"))
    errors = {"required": _("Which unit? Please choose one."), **_GONE}
    return forms.ModelChoiceField(None, label=label, widget=widget, empty_label="", error_messages=errors)


class Route(VerbForm):
    unit = one_unit(_("Lead unit"))
    assisting = several(_("Assisting units"))
    person = line(_("Responsible person, if known"), longest=50, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("unit", "assisting"):
            self.fields[name].queryset = units_for(self.user)


class AddUnit(VerbForm):
    unit = one_unit(_("Assisting unit"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        held = self.row.referrals.filter(Referral.IN_HAND).order_by().values("unit")
        self.fields["unit"].queryset = units_for(self.user).exclude(pk__in=held)


class Judge(VerbForm):
    """The deputy's verdict on the attitude and on the result (D7-四4)."""

    attitude = choice(
        _("The unit's attitude"),
        Satisfaction.choices,
        error_messages={"required": _("Please say whether you are satisfied.")},
    )
    result = choice(
        _("The result"), Satisfaction.choices, error_messages={"required": _("Please say whether you are satisfied.")}
    )
    words = paragraphs(_("Why (may stay empty)"), longest=1000, required=False)


class Withdraw(VerbForm):
    reason = paragraphs(_("Why (may stay empty)"), longest=500, required=False)

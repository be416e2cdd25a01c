"""The forms of what office, desk and deputies do with a matter: one a verb, with what each needs to know beside it."""

from copy import deepcopy

from django import forms
from django.db.models import F, Q, TextField, Value
from django.utils.functional import SimpleLazyObject, lazy
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from constituents.actions.intake import complained_units
from constituents.actions.routing import units_for
from constituents.deadlines import ReplyClock
from constituents.forms import Files, FilesInput, PetitionForm
from constituents.models import DeclineReason, Feedback, HintWord, Petition, Referral, Satisfaction, Snippet
from constituents.verb_forms import VerbForm, attrs, choice, line, paragraphs
from deputies.models import Deputy
from office import masked_fields, personal_data
from office.clocks import unit_of
from office.deadlines import amount_in_words
from office.models import Unit, User
from office.places import paths_to
from office.roles import STAFF, Role
from office.uploads import CONTENT_TYPES

SNIPPETS = 200
"""So many policy texts are at hand on a page; the office keeps some dozens."""


class Choices(forms.ModelMultipleChoiceField):
    """Several of a list, each with its own tick."""

    def __init__(self, label, **kwargs):
        widget = forms.CheckboxSelectMultiple(attrs("form-check-input"))
        super().__init__(None, label=label, required=False, widget=widget, **kwargs)


class Decline(VerbForm):
    """Why, and where the person is guided to (D3-五b)."""

    reason = forms.ModelChoiceField(
        None,
        label=_("Reason"),
        empty_label=None,
        widget=forms.RadioSelect(attrs("form-check-input")),
        error_messages={"required": _("Please choose the reason.")},
    )
    guidance = paragraphs(
        _("Where the person is guided to"),
        required=False,
        help_text=_("Left empty, the words of the chosen reason are used."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].queryset = DeclineReason.objects.filter(active=True)

    def reasons(self):
        """Each reason with its tick, its guidance and its basis."""
        kept = {one.pk: one for one in self.fields["reason"].queryset}
        return [(tick, kept[tick.data["value"].value]) for tick in self["reason"]]

    def hints(self):
        """The words of the office's table that stand in the text; a person decides what they mean."""
        text = Value(f"{self.row.situation}\n{self.row.request}", output_field=TextField())
        said = HintWord.objects.annotate(text=text).filter(kind=HintWord.Kind.DECLINE, text__contains=F("word"))
        return said.select_related("reason")


class Said(VerbForm):
    """What the person was told, with the policy texts at hand (D3-六a, D5-四a)."""

    text = paragraphs(
        _("What the person was told"),
        rows=7,
        error_messages={"required": _("Please write down what the person was told.")},
    )

    def snippets(self):
        """The policy texts, those of the matter's category first."""
        texts = list(Snippet.objects.filter(active=True)[:SNIPPETS])
        return sorted(texts, key=lambda one: not self.row.category or one.category != self.row.category)


class Escalate(VerbForm):
    note = paragraphs(
        _("Why it needs the county"),
        longest=1000,
        help_text=_("Whose business it is, and what was tried here (D3-六c)."),
        error_messages={"required": _("Please say why the county is needed.")},
    )


class Route(VerbForm):
    """To whom, as what, in which form, with which words (D3-六b, D3-六c, D5-三c)."""

    unit = forms.ModelChoiceField(
        None,
        label=_("Lead unit"),
        empty_label=_("please choose"),
        widget=forms.Select(attrs("form-select")),
        error_messages={
            "required": _("Please choose the unit that leads."),
            "invalid_choice": _("It cannot be routed to this unit. Please choose another."),
        },
    )
    assisting = Choices(_("Assisting units"))
    person = line(_("Responsible person, if known"), longest=50, required=False)
    kind = choice(_("What it is, and when the reply is due"), Referral.Kind.choices)
    mode = choice(_("Form in which it is handed over (D5-三c)"), Referral.Mode.choices, initial=Referral.Mode.LETTER)
    brief = paragraphs(
        _("What the unit reads"),
        rows=9,
        help_text=_(
            "The unit reads exactly this and nothing else. Take out names, numbers and whatever it need not know."
        ),
        error_messages={"required": _("Please write what is asked of the unit.")},
    )
    files = Choices(_("Files that the units may open"))

    def __init__(self, *args, on, **kwargs):
        row = kwargs["row"]
        words = "\n\n".join(part for part in (row.situation, row.request) if part)
        super().__init__(*args, initial={"brief": words, "kind": Referral.Kind.STATION}, **kwargs)
        units = routable(row, self.user)
        self.fields["unit"].queryset = self.fields["assisting"].queryset = units
        self.fields["kind"].choices = _kinds(row.station.jurisdiction, on)
        self.fields["files"].queryset = row.attachments.filter(reply_to=None)


def routable(petition, user):
    """The units to which this person may route a matter; whom it complains about is not among them."""
    return units_for(user).exclude(pk__in=complained_units(petition)).select_related("jurisdiction")


def _kinds(place, on) -> list[tuple]:
    """What a visitor's matter may be, each with the day its reply would be due and the clause that says so."""
    clock = SimpleLazyObject(ReplyClock.load)
    told = lazy(lambda kind: _kind(kind, *clock.due(on, place, kind)), str)
    # In words only where the page is shown: what was sent names the kind.
    return [(kind, told(kind)) for kind in (Referral.Kind.STATION, Referral.Kind.LETTERS)]


def _kind(kind, due, rule) -> str:
    if due is None:
        return _t("%s: no rule sets a day") % kind.label
    time = amount_in_words(rule.amounts["days"], unit_of(rule))
    words = {"kind": kind.label, "time": time, "clause": rule.clause.key, "due": due}
    return _t("%(kind)s: %(time)s, %(clause)s → %(due)s") % words


class AddUnit(VerbForm):
    unit = forms.ModelChoiceField(
        None,
        label=_("Assisting unit"),
        empty_label=_("please choose"),
        help_text=_("It reads what the lead unit reads."),
        widget=forms.Select(attrs("form-select")),
        error_messages={"required": _("Please choose a unit.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        held = self.row.referrals.filter(Referral.IN_HAND).values("unit")
        self.fields["unit"].queryset = routable(self.row, self.user).exclude(pk__in=held)


class Forward(VerbForm):
    """To one of the three whom the rules name (D1-3①e, D8-一b)."""

    RECIPIENTS = [
        ("group", _("deputy group (convener)")),
        ("presidium", _("township congress presidium (chair)")),
        ("county", _("working committee of the county's standing committee")),
    ]

    to = choice(_("To whom"), RECIPIENTS, error_messages={"required": _("Please choose to whom.")})
    note = paragraphs(_("Remark"), longest=500, required=False)

    def told(self):
        told = super().told()
        return told | {"to": str(dict(self.RECIPIENTS)[told["to"]])}


class NameComplained(VerbForm):
    """Units, people who can sign in, and names; each is enough."""

    units = Choices(_("Handling units"))
    people = Choices(_("People who can sign in"))
    names = paragraphs(_("Other people, by name"), longest=500, rows=2, required=False, help_text=_("One name a line."))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        units = units_at(self.row.station.jurisdiction)
        self.fields["units"].queryset = units
        self.fields["people"].queryset = _officials(self.row.station, units).exclude(pk=self.user.pk)

    def clean_names(self):
        names = [" ".join(one.split()) for one in self.cleaned_data["names"].splitlines() if one.strip()]
        if any(len(name) > 50 for name in names):
            raise forms.ValidationError(_("A name has at most 50 characters; one name a line."))
        return names


def units_at(place):
    """The units of a place and of the places above it."""
    here = Unit.objects.annotate(here=Value(place.path, output_field=TextField()))
    return here.filter(active=True, here__startswith=F("jurisdiction__path"))


def _officials(station, units):
    """Who may be meant: the offices and leaders of the place and above it, its units' people, the station's own."""
    above = paths_to(station.jurisdiction.path)
    offices = Q(assignments__role__in=[*STAFF, Role.LEADER], assignments__jurisdiction__path__in=above)
    handling = Q(assignments__unit__in=units.order_by().values("pk"))
    return User.objects.filter(offices | handling | Q(posts__station=station), is_active=True).distinct()


class Merge(VerbForm):
    """Into which matter it goes; which ones come into question is shown beside it."""

    into = forms.ModelChoiceField(
        None,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), _("Please choose the matter under which this one goes on.")
        ),
    )

    def __init__(self, *args, others, **kwargs):
        """``others``: the matters into which it may be merged."""
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = others

    def other(self):
        """The matter that is chosen at the moment, or None."""
        try:
            return self.fields["into"].clean(self["into"].value())
        except forms.ValidationError:
            return None


class Correct(VerbForm):
    """All that was written down of the visitor and the matter (D5-三a)."""

    NAMES = ("visitor", "visitor_count", "phone", "address", "channel", "deputy", "category", "situation", "request")
    LONG = ("situation", "request")

    clean_visitor = PetitionForm.clean_visitor
    clean_phone = PetitionForm.clean_phone
    clean_address = PetitionForm.clean_address
    clean_category = PetitionForm.clean_category

    def __init__(self, *args, **kwargs):
        row = kwargs["row"]
        stands = {name: getattr(row, name) for name in self.NAMES} | {"deputy": row.deputy_id}
        super().__init__(*args, initial=stands, **kwargs)
        self.fields |= {name: deepcopy(PetitionForm.base_fields[name]) for name in self.NAMES}
        self.fields["channel"].choices = Petition.Channel.choices
        self.fields["request"].required = not row.imported
        there = row.station.deputies.in_office(row.received_on, row.received_on)
        known = Deputy.objects.filter(Q(pk__in=there.order_by().values("pk")) | Q(pk=row.deputy_id))
        self.fields["deputy"].queryset = known.select_related("district")

        if personal_data.view_of(kwargs["user"], row) == personal_data.ASK:
            masked_fields.mask(self, row, by=kwargs["user"])

    def beside(self):
        """Each field with what stands in the register now, where that is not what stands in the form."""
        return [(self[name], self._theirs(name)) for name in self.NAMES]

    def _theirs(self, name):
        if self.fields[name].disabled:
            return ""
        stands = getattr(self.row, name)
        written = str(stands.pk if isinstance(stands, Deputy) else stands if stands is not None else "")
        typed = self[name].value()
        if written == str("" if typed is None else typed).replace("\r\n", "\n"):
            return ""
        shown = getattr(self.row, f"get_{name}_display", None)
        return str(shown() if shown else stands or "—")


class Attach(VerbForm):
    files = Files(
        label=_("Photos and papers"),
        required=False,
        help_text=_("Pictures, PDF, Word or Excel, at most 20 files of 10 MB."),
        widget=FilesInput(attrs(accept=",".join(f".{kind}" for kind in CONTENT_TYPES))),
    )

    def clean_files(self):
        if not self.cleaned_data["files"]:
            raise forms.ValidationError(_("Please choose at least one file."))
        return self.cleaned_data["files"]


_VERDICT = {"choices": Satisfaction.choices}


class FeedBack(VerbForm):
    """When and how the outcome was brought back, and what the person said of it (D3-六f, D5-四b)."""

    way = choice(_("Way"), Feedback.Way.choices, error_messages={"required": _("How was the person told?")})
    told_words = paragraphs(
        _("What the person was told"),
        rows=6,
        help_text=_("The unit's reply stands here; put it into words for the person."),
        error_messages={"required": _("Please write down what the person was told.")},
    )
    reaction = paragraphs(_("What the person said"), longest=2000, rows=2, required=False)
    result = choice(_("Satisfied with the result"), required=False, **_VERDICT)
    attitude = choice(_("Satisfied with the attitude"), required=False, **_VERDICT)

    def __init__(self, *args, **kwargs):
        lead = kwargs["row"].referrals.filter(part=Referral.Part.LEAD, replied_on__isnull=False).order_by("-pk").first()
        super().__init__(*args, initial={"told_words": lead.reply[:4000] if lead else ""}, **kwargs)

    def clean(self):
        told = super().clean()
        if told.get("attitude") and not told.get("result"):
            self.add_error("result", _("Please say also whether the person is satisfied with the result."))
        if told.get("way") == Feedback.Way.NOT_REACHED and told.get("result"):
            self.add_error("result", _("Who was not reached has said nothing. Please leave it empty."))
        return told

    def told(self):
        told = super().told()
        return told | {"told": told.pop("told_words")}


class Judge(VerbForm):
    """The person's verdict (D7-四4); dissatisfied for the first time, the matter goes back to the unit once."""

    result = choice(
        _("Satisfied with the result"),
        help_text=_("Dissatisfied for the first time: the unit handles it once more, with a new deadline."),
        error_messages={"required": _("Please say whether the person is satisfied.")},
        **_VERDICT,
    )
    attitude = choice(
        _("Satisfied with the attitude"), required=False, help_text=_("Left open, it is the same."), **_VERDICT
    )
    words = paragraphs(_("What the person said"), longest=1500, required=False)


class Close(VerbForm):
    note = paragraphs(
        _("Explanation"),
        longest=1000,
        required=False,
        help_text=_("Needed where the person has not judged, or is dissatisfied (D8-四4)."),
    )

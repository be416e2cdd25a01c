"""The forms on which the office changes a rule and says where a rule set applies."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from office.admin_site import ScopedForm
from office.models import Rule, RuleSet, RuleSetUse
from office.regulations.entries import overlap
from office.regulations.measures import DEDUCTED, EARNING, KINDS_OF_CONTACT, MEASURES, bounds
from office.regulations.wording import NAMES, UNITS, kinds_of

HELP = {
    **{f"points_{item}": gettext_lazy("empty: earns no points") for item in EARNING},
    **{f"cap_{item}": gettext_lazy("more than this is not earned in a year; empty: no limit") for item in EARNING},
    **{f"minus_{item}": gettext_lazy("empty: takes no points off") for item in DEDUCTED},
    "total_cap": gettext_lazy("more than this is no total; empty: no limit"),
    "good": gettext_lazy("a total from this on is good; empty: this grade is not given"),
    "fair": gettext_lazy("a total from this on is fair, below it is poor; empty: neither is given"),
    "minimum": gettext_lazy("fewer than this is too few"),
    "maximum": gettext_lazy("more than this is too many"),
    "days": gettext_lazy("how long it may take"),
    "unit": gettext_lazy("working days leave out weekends and holidays by the working-day calendar"),
    "amber_days": gettext_lazy("so many days before the deadline it turns amber; empty: never"),
    "month": gettext_lazy("1 to 12"),
    "amber_day": gettext_lazy("what is missing on this day of the month turns amber; 1 to 28"),
    "amber_month": gettext_lazy("what is missing on the first day of this month turns amber; 1 to 12"),
    "full_months": gettext_lazy("who was in office for fewer full months of the year does not owe it"),
    "every_months": gettext_lazy("1, 2, 3, 4, 6 or 12, counted from January; empty: nothing is asked"),
    "days_after": gettext_lazy("so many days after the last day of the period it is due; empty: on that day"),
    "met_share": gettext_lazy("of the months owed, so many per cent with a contact (D1-3①b)"),
    "contacts": gettext_lazy("at least; empty: not asked"),
    "receptions": gettext_lazy("at least; empty: not asked"),
    "suggestions": gettext_lazy("at least; empty: not asked"),
    "satisfied_share": gettext_lazy("of the visitors who said how satisfied they were; empty: not asked"),
    "activities": gettext_lazy("of a group, at least; empty: not asked"),
    "filed_share": gettext_lazy("of a group's activities (D9-3); empty: not asked"),
    "counting": gettext_lazy("a contact of another kind does not count"),
    "not_counting": gettext_lazy("a contact of any other kind counts"),
}


def _day(**more) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


class AmendForm(forms.Form):
    """A new version of one rule: from when it holds, and the amounts that its measure takes."""

    effective_from = _day(
        label=gettext_lazy("in force from"),
        help_text=gettext_lazy("The version before ends the day before. A month or year counts by its last day."),
    )
    recipient = forms.CharField(label=gettext_lazy("recipient"), max_length=60, required=False)
    note = forms.CharField(
        label=gettext_lazy("grounds"),
        help_text=gettext_lazy("which meeting or document decided it, and what it means"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, rule: Rule, **kwargs):
        super().__init__(*args, **kwargs)
        self.rule, self.measure = rule, MEASURES[rule.measure]
        for name in self.measure.amounts:
            self.fields[name] = self._amount(name)
        if self.measure.raises_flags:
            self.fields["severity"] = forms.ChoiceField(label=_("severity"), choices=Rule.Severity.choices)
        self.order_fields(["effective_from", *self.measure.amounts, "severity", "recipient", "note"])

    def _amount(self, name) -> forms.Field:
        said = {"label": NAMES[name], "help_text": HELP[name], "required": name in self.measure.needed}
        if name == "unit":
            return forms.ChoiceField(choices=UNITS, widget=forms.RadioSelect, **said)
        if name in KINDS_OF_CONTACT:
            kinds = kinds_of(self.measure)
            return forms.MultipleChoiceField(choices=kinds, widget=forms.CheckboxSelectMultiple, **said)
        lowest, highest = bounds(name)
        return forms.IntegerField(min_value=lowest, max_value=highest, **said)

    @staticmethod
    def initial_of(rule: Rule) -> dict:
        """What the form holds at first: the old version, without the grounds that were given for it."""
        return {**rule.amounts, "severity": rule.severity, "recipient": rule.recipient}

    def said(self) -> dict:
        """What was filled in, as a version of a rule takes it."""
        filled = self.cleaned_data
        amounts = {name: filled[name] for name in self.measure.amounts if filled[name] not in (None, "", [])}
        same = {name: filled[name] for name in ("effective_from", "recipient", "note")}
        return {**same, "severity": filled.get("severity", ""), "amounts": amounts}


class EndForm(forms.Form):
    """The last day of a version that nothing follows."""

    effective_to = _day(
        label=gettext_lazy("last day"), help_text=gettext_lazy("From the next day on nothing is asked.")
    )


WHERE_AND_WHEN = ("rule_set", "level", "area", "effective_from", "effective_to")


class RuleSetUseForm(ScopedForm):
    """Where a set applies. The set is locked while its uses are compared, so that two people do not both add one."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "level" in self.fields:
            self.fields["level"].choices = [("", _("every level")), *RuleSetUse.Level.choices]
            self.fields["area"].empty_label = _("everywhere")

    def clean(self):
        told = super().clean()
        if not self.errors:
            said = {name: told.get(name, getattr(self.instance, name, None)) for name in WHERE_AND_WHEN}
            self._refuse_overlap(RuleSetUse(**said))
        return told

    def _refuse_overlap(self, use):
        RuleSet.objects.select_for_update().get(pk=use.rule_set_id)
        same = RuleSetUse.objects.filter(rule_set=use.rule_set_id, level=use.level, area=use.area_id)
        for other in same.exclude(pk=self.instance.pk):
            if overlap(use, other):
                day = other.effective_from.isoformat()
                self.add_error("effective_from", _("For this level and area the set is in use already, from %s.") % day)

"""What is asked on the office's own pages."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from office.clocks import CLOCKS, unit_of
from office.deadlines import MOST, UNIT_NAMES, WORKING_DAYS, Uncountable, amount_in_words, reckon
from office.models import Rule


class RuleChoice(forms.ModelChoiceField):
    """The rules that set a deadline, each with its clause and how much it gives."""

    def label_from_instance(self, rule):
        return f"{rule.clause.key} {rule.name}（{amount_in_words(amount_of(rule), unit_of(rule))}）"


def amount_of(rule: Rule) -> int:
    """How much a rule gives; below zero where it counts backwards."""
    return -rule.amounts["days"] if CLOCKS[rule.measure].before else rule.amounts["days"]


class DeadlineForm(forms.Form):
    """A start day with either a rule or an amount and its unit."""

    start = forms.DateField(
        label=gettext_lazy("From (this day is not counted)"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    amount = forms.IntegerField(
        label=gettext_lazy("How many"), required=False, min_value=0, max_value=max(MOST.values())
    )
    unit = forms.ChoiceField(label=gettext_lazy("unit of time"), choices=UNIT_NAMES, required=False)
    rule = RuleChoice(
        label=gettext_lazy("or by a rule"),
        queryset=Rule.objects.none(),
        required=False,
        empty_label=gettext_lazy("– no rule: the number above counts –"),
    )

    def __init__(self, *args, on, calendar, **kwargs):
        super().__init__(*args, **kwargs)
        self.calendar = calendar
        self.fields["start"].widget.attrs["autofocus"] = not self.is_bound
        lasts = Q(effective_to__isnull=True) | Q(effective_to__gte=on)
        self.fields["rule"].queryset = Rule.objects.sweepable(on, CLOCKS).filter(lasts).select_related("clause")

    def clean(self):
        told = super().clean()
        rule, amount = told.get("rule"), told.get("amount")
        if self.errors:
            return told
        if rule is None and amount is None:
            self.add_error("amount", _("Enter a number, or choose a rule."))
            return told
        unit = unit_of(rule) if rule else told["unit"] or WORKING_DAYS
        try:
            told["reckoning"] = reckon(told["start"], amount_of(rule) if rule else amount, unit, calendar=self.calendar)
        except Uncountable as problem:
            self.add_error("start" if rule else "amount", str(problem))
        return told

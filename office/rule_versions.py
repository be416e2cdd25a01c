"""How the office changes a rule: a new dated version begins, the one before ends the day before, and both stay."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from office import audit, clock, watermarks
from office.models import Clause, Rule
from office.regulations.entries import last_day, overlap
from office.regulations.measures import MEASURES, fault
from office.regulations.wording import NAMES, in_words


class RuleNotChanged(ValueError):
    """The change cannot be made; the text is for the person. ``field`` says what it is about, if it is one field."""

    def __init__(self, text, field: str = ""):
        super().__init__(text)
        self.field = field


def versions(rule: Rule):
    """Every version of the same reading: clause, measure and rule set; the newest first."""
    same = {"clause": rule.clause_id, "measure": rule.measure, "rule_set": rule.rule_set_id}
    return Rule.objects.filter(**same).order_by("-effective_from")


def successor(old: Rule, others, *, effective_from: date, **said) -> Rule:
    """The version that would take the place of ``old`` among the ``others``, not yet written; it lasts as long as old.

    ``said`` are the amounts, severity, recipient and note. Raises ``RuleNotChanged``.
    """
    _check_amounts(old, said["amounts"], said["severity"])
    if all(getattr(old, name) == said[name] for name in ("amounts", "severity", "recipient")):
        raise RuleNotChanged(_("Nothing is changed yet."))
    if effective_from <= old.effective_from:
        text = _("It must begin after the version it replaces, which began on %s.")
        raise RuleNotChanged(text % old.effective_from.isoformat(), "effective_from")
    lasts = old.effective_to if last_day(old) >= effective_from else None
    same = {name: getattr(old, name) for name in ("clause", "rule_set", "kind", "name", "measure", "period")}
    new = Rule(**same, **said, effective_from=effective_from, effective_to=lasts, edited=True)
    for other in others:
        if other.pk != old.pk and overlap(new, other):
            text = _("A version that begins on %s is there already: change that one.")
            raise RuleNotChanged(text % other.effective_from.isoformat(), "effective_from")
    return new


@transaction.atomic
def amend(rule: Rule, *, by, at, effective_from: date, amounts: dict, severity: str, recipient: str, note: str) -> Rule:
    """Let a new version of ``rule`` begin on a day.

    Periods that end before that day, and deadlines already stamped, keep the old version. Raises ``RuleNotChanged``.
    """
    held = _held(rule)
    old, said = held[rule.pk], {"amounts": amounts, "severity": severity, "recipient": recipient, "note": note}
    new = successor(old, held.values(), effective_from=effective_from, **said)
    if last_day(old) >= effective_from:
        Rule.objects.filter(pk=old.pk).update(effective_to=effective_from - timedelta(days=1))
    new.save()
    audit.record(by=by, at=at, action="rule.amended", subject=new, detail=_difference(old, new))
    sweep_again(effective_from, today=clock.local_date(at))
    return new


@transaction.atomic
def end(rule: Rule, *, by, at, on: date) -> Rule:
    """Let a version end after the day ``on``, with no other in its place. Raises ``RuleNotChanged``."""
    held = _held(rule)[rule.pk]
    if on < held.effective_from:
        day = held.effective_from.isoformat()
        raise RuleNotChanged(_("The last day lies before the first, which is %s.") % day, "effective_to")
    if last_day(held) <= on:
        raise RuleNotChanged(_("This version has ended by then anyway."), "effective_to")
    before = held.effective_to
    held.effective_to, held.edited = on, True
    held.save(update_fields=["effective_to", "edited"])
    detail = {"fields": {"effective_to": [before and before.isoformat(), on.isoformat()]}}
    audit.record(by=by, at=at, action="rule.ended", subject=held, detail=detail)
    sweep_again(on + timedelta(days=1), today=clock.local_date(at))
    return held


def sweep_again(day: date, *, today: date):
    """Judge again what was judged since ``day``; years before the last one are told and stay as they were told."""
    watermarks.rewind(watermarks.SWEEP, to=max(day, date(today.year - 1, 1, 1)))


def _held(rule) -> dict[int, Rule]:
    """All versions. Whoever writes the next one holds the clause first: a lock on the rows would not see a new one."""
    Clause.objects.select_for_update(no_key=True).get(pk=rule.clause_id)
    return {row.pk: row for row in versions(rule).select_related("clause", "rule_set")}


def _check_amounts(rule, amounts, severity):
    if rule.measure not in MEASURES:
        raise RuleNotChanged(_("This rule has no numbers: it is carried out by the program."))
    measure = MEASURES[rule.measure]
    if severity not in (Rule.Severity.values if measure.raises_flags else [""]):
        raise RuleNotChanged(_("Choose amber or red."), "severity")
    found = fault(measure, amounts, called=lambda name: NAMES[name])
    if found:
        name, reason = found
        raise RuleNotChanged(reason, name)


def _difference(old, new) -> dict:
    """For the trail: what the new version says otherwise, with the version whose place it takes."""
    pairs = {
        "effective_from": [old.effective_from.isoformat(), new.effective_from.isoformat()],
        "amounts": [in_words(old), in_words(new)],
        "severity": [old.severity, new.severity],
        "recipient": [old.recipient, new.recipient],
        "note": [old.note, new.note],
    }
    return {"old": old.pk, "fields": {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}}

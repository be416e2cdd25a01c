"""The pages of one rule: its clause, its versions and today's findings; the form of a new version; its end."""

from datetime import date, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from office import clock, rule_versions
from office.admin_site import for_county
from office.models import AuditEvent, Rule
from office.regulations.measures import MEASURES
from office.regulations.wording import NAMES, UNITS, in_words, kinds_of
from office.roles import STAFF
from office.rule_forms import AmendForm, EndForm
from office.rule_versions import RuleNotChanged


def show(request, model_admin, object_id):
    """Everything about one rule, whichever version was asked for."""
    asked, today = model_admin.found(request, object_id), clock.today()
    versions = list(rule_versions.versions(asked))
    context = {
        "title": f"{asked.clause} {asked.name}",
        "rule": asked,
        "words": in_words(asked),
        "versions": _told(versions, today),
        "uses": asked.rule_set.uses.select_related("area"),
        "findings": _findings(request.user, versions),
        "may_change": for_county(request) and asked.measure in MEASURES,
        "newest": versions[0],
        "may_end": rule_versions.last_day(versions[0]) > today,
        "opts": model_admin.opts,
        "today": today,
    }
    return model_admin.page(request, "admin/rule.html", context)


def _told(versions, today) -> list[dict]:
    """Each version with its amounts in words, who wrote it, and how it stands today."""
    written = AuditEvent.objects.filter(
        subject_type="office.rule", subject_id__in=[version.pk for version in versions], action__startswith="rule."
    )
    events = {event.subject_id: event for event in written.select_related("user").order_by("pk")}
    return [
        {
            "rule": version,
            "words": in_words(version),
            "event": events.get(version.pk),
            "state": "held" if version.holds_on(today) else "later" if version.effective_from > today else "ended",
        }
        for version in versions
    ]


def _findings(user, versions):
    """Open flags of every version by severity, as far as the person sees them; red first."""
    flags = versions[0].flags.model.objects.visible_to(user, roles=STAFF).filter(cleared_on=None)
    flags = flags.filter(rule_key=versions[0].clause.key, rule__in=versions)
    return flags.values("rule_key", "severity").annotate(n=Count("pk")).order_by("-severity")


def amend(request, model_admin, object_id):
    """The form of a new version; then what it changes; then it is written."""
    rule = _changeable(request, model_admin, object_id)
    if rule.measure not in MEASURES:
        raise PermissionDenied
    form = AmendForm(request.POST or None, rule=rule, initial=_at_first(rule))
    if request.method == "POST" and form.is_valid() and "again" not in request.POST:
        try:
            return _preview_or_write(request, model_admin, rule, form)
        except RuleNotChanged as problem:
            form.add_error(problem.field or None, str(problem))
    context = {"title": _("Change: %s") % rule, "rule": rule, "form": form, "opts": model_admin.opts}
    return model_admin.page(request, "admin/rule_amend.html", context)


def _changeable(request, model_admin, object_id) -> Rule:
    if not for_county(request):
        raise PermissionDenied
    return model_admin.found(request, object_id)


def _at_first(rule) -> dict:
    """Proposed is the first day of the next month: no month is then judged by two versions."""
    first = clock.add_months(clock.month_start(clock.today()), 1)
    return {**AmendForm.initial_of(rule), "effective_from": max(first, rule.effective_from + timedelta(days=1))}


def _preview_or_write(request, model_admin, rule, form):
    if "confirmed" in request.POST:
        new = rule_versions.amend(rule, by=request.user, at=clock.now(), **form.said())
        messages.success(request, _("The new version is in force from %s.") % new.effective_from.isoformat())
        return redirect("admin:office_rule_change", new.pk)
    new = rule_versions.successor(rule, rule_versions.versions(rule), **form.said())
    context = {
        "title": _("Change: %s") % rule,
        "rule": rule,
        "new": new,
        "until": min(rule_versions.last_day(rule), new.effective_from - timedelta(days=1)),
        "rows": _differences(rule, new),
        "past": new.effective_from <= clock.today(),
        "form": form,
        "opts": model_admin.opts,
    }
    return model_admin.page(request, "admin/rule_preview.html", context)


def _differences(old, new) -> list[tuple]:
    """What is said now and then, line by line: label, before, after, whether they differ."""
    measure = MEASURES[old.measure]
    rows = [
        (NAMES[name], *(_value(measure, name, v.amounts.get(name)) for v in (old, new))) for name in measure.amounts
    ]
    rows.append((_("severity"), old.get_severity_display(), new.get_severity_display()))
    rows.append((_("recipient"), old.recipient, new.recipient))
    return [(label, before or "–", after or "–", before != after) for label, before, after in rows if before or after]


def _value(measure, name, value) -> str:
    if isinstance(value, list):
        labels = kinds_of(measure)
        return "、".join(str(labels.get(word, word)) for word in value)
    return str(UNITS.get(value, value)) if value is not None else ""


def end(request, model_admin, object_id):
    """The last day of the newest version."""
    rule = _changeable(request, model_admin, object_id)
    form = EndForm(request.POST or None, initial={"effective_to": _end_of_year()})
    if request.method == "POST" and form.is_valid():
        try:
            rule_versions.end(rule, by=request.user, at=clock.now(), on=form.cleaned_data["effective_to"])
        except RuleNotChanged as problem:
            form.add_error(problem.field or None, str(problem))
        else:
            messages.success(request, _("Its last day is %s.") % form.cleaned_data["effective_to"].isoformat())
            return redirect("admin:office_rule_change", rule.pk)
    context = {"title": _("End: %s") % rule, "rule": rule, "form": form, "opts": model_admin.opts}
    return model_admin.page(request, "admin/rule_end.html", context)


def _end_of_year() -> date:
    return date(clock.today().year, 12, 31)


def show_set(request, model_admin, object_id):
    """One rule set: where it applies, and the rules it holds today."""
    rule_set, today = model_admin.found(request, object_id), clock.today()
    rules = rule_set.rules.select_related("clause")
    context = {
        "title": rule_set.name,
        "rule_set": rule_set,
        "uses": rule_set.uses.select_related("area"),
        "rules": [(rule, in_words(rule)) for rule in rules if rule.holds_on(today)],
        "may_change": for_county(request),
        "opts": model_admin.opts,
        "today": today,
    }
    return model_admin.page(request, "admin/rule_set.html", context)

"""A deputy's objections on the phone: what is wrong, the office's answer, one addition (D8-五b)."""

from datetime import date
from typing import NamedTuple

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from constituents.verb_forms import VerbForm
from constituents.verb_pages import carry_out
from deputies.models import Deputy
from office import audit, clock, files, masking, typed
from office.models import Rule
from office.roles import STAFF, Role
from reports.annual.own import label_of
from reports.duty_file import reading as duty_file
from reports.models import Flag, Objection, ObjectionStep
from reports.objections import actions
from reports.objections.forms import AddForm, MissingForm, ObjectForm
from visits import reviews
from visits.models import Visit

SHOWN = 50
Kind = Objection.Kind
_DEPUTY = frozenset({Role.DEPUTY})


class About(NamedTuple):
    """What is objected to: the columns of the row, its name in words, and the page it was seen on."""

    columns: dict
    words: str
    back: str


def mine(request):
    """The deputy's own objections, those that wait first."""
    rows = Objection.objects.visible_to(request.user, roles=_DEPUTY)
    return render(request, "reports/objections.html", {"objections": list(rows[:SHOWN])})


def new(request):
    """Object to ``?visit=``, ``?line=&on=``, ``?rule=&period=``, ``?figure=&period=``, or to what is ``?missing``."""
    deputy = Deputy.objects.visible_to(request.user, roles=_DEPUTY).present().filter(user=request.user).first()
    if deputy is None:
        return render(request, "visits/no_mandate.html")
    about = _about(request, deputy)
    form_class, more = (
        (MissingForm, {"today": clock.today()}) if about.columns["kind"] == Kind.MISSING else (ObjectForm, {})
    )
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = form_class(*sent, row=Objection(deputy=deputy), user=request.user, **more)
    if request.method == "POST" and form.is_valid():
        told = _with_words(about, form.told())

        def act(at):
            return actions.raise_objection(by=request.user, at=at, deputy=deputy, **told)

        if address := _once(request, form, act):
            return redirect(address)
    return render(request, "reports/objection_form.html", {"form": form, "about": about, "kind": about.columns["kind"]})


def _with_words(about, told) -> dict:
    words = about.words
    if about.columns["kind"] == Kind.MISSING:
        words = f"{told['happened_on']:%Y-%m-%d} {masking.name(told['met'])} {Visit.Kind(told['way']).label}"
    return {**about.columns, **told, "about": words[:200]}


def _about(request, deputy) -> About:
    asked = request.GET
    if asked.get("visit"):
        return _record(request.user, deputy, asked["visit"])
    if asked.get("line"):
        return _line(deputy, asked["line"], asked.get("on", ""))
    if asked.get("rule"):
        return _duty(deputy, asked["rule"], asked.get("period", ""))
    if asked.get("figure"):
        return _figure(asked["figure"], asked.get("period", ""))
    return About({"kind": Kind.MISSING}, _("A contact that is missing"), reverse("visits:my_month"))


def _record(user, deputy, key) -> About:
    own = Visit.objects.visible_to(user, roles=_DEPUTY).filter(deputy=deputy).select_related("household")
    visit = get_object_or_404(own, pk=typed.key(key))
    back = f"{reverse('visits:my_month')}?month={clock.month_key(visit.happened_on)}"
    return About({"kind": Kind.RECORD, "visit": visit}, reviews.in_words(visit), back)


def _line(deputy, key, day) -> About:
    """A line of the own duty file that is no contact: what it says of itself stays, whatever becomes of the record."""
    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise Http404 from None
    [file] = duty_file.read(Deputy.objects.filter(pk=deputy.pk), on, on)
    line = next((one for one in file.lines if f"{one.source}:{one.pk}" == key), None)
    if line is None:
        raise Http404
    back = f"{reverse('reports:my_duty_file')}?year={on.year}#{line.part}"
    return About({"kind": Kind.RECORD}, f"{line.on:%Y-%m-%d} {line.what} {line.kind}", back)


def _duty(deputy, key, period) -> About:
    rule = Rule.objects.filter(clause__key=key).order_by("-effective_from").first()
    if rule is None or len(period) > 10:
        raise Http404
    flag = Flag.objects.filter(deputy=deputy, rule_key=key, period=period).first()
    columns = {"kind": Kind.DUTY, "key": key, "period": period, "flag": flag}
    return About(columns, f"{rule.name} {period}".strip(), reverse("reports:duties"))


def _figure(key, period) -> About:
    label = label_of(key)
    if label is None or not (period.isdigit() and len(period) == 4):
        raise Http404
    back = f"{reverse('reports:my_year')}?year={period}"
    return About({"kind": Kind.FIGURE, "key": key, "period": period}, f"{period} {label}", back)


def show(request, pk):
    """One objection with what was said so far, and what can be done with it."""
    return render(request, "reports/objection.html", _shown(request, _own(request, pk)))


@require_POST
def add(request, pk):
    """Add something to a refusal, once."""
    row = _own(request, pk)
    return _done(request, row, AddForm(request.POST, row=row, user=request.user), "add_form", actions.add)


@require_POST
def withdraw(request, pk):
    """Take the objection back."""
    row = _own(request, pk)
    return _done(request, row, VerbForm(request.POST, row=row, user=request.user), "back_form", actions.withdraw)


def file(request, pk):
    """The file that belongs to an objection; each opening is written down."""
    row = get_object_or_404(Objection.objects.visible_to(request.user, roles=_DEPUTY | STAFF).exclude(file=""), pk=pk)
    audit.record(by=request.user, at=clock.now(), action="objection.opened", subject=row)
    return files.download(row.file.name, row.file_name, row.file_kind, inline="inline" in request.GET)


def _done(request, row, form, name, action):
    if form.is_valid():
        seen = form.cleaned_data["seen"]
        if address := _once(request, form, lambda at: action(row, by=request.user, at=at, seen=seen, **form.told())):
            return redirect(address)
        form.row = row = _own(request, row.pk)
        form.open_anew()
    return render(request, "reports/objection.html", {**_shown(request, row), name: form})


def _once(request, form, act) -> str:
    def done(at):
        return reverse("reports:objection", args=[act(at).pk])

    return carry_out(request, form, done, refusals=actions.CannotObject, said=_("Saved. The office is told."))


def _shown(request, row) -> dict:
    steps = list(row.steps.select_related("by"))
    may_add = row.status == Objection.Status.REFUSED and not any(one.verb == ObjectionStep.Verb.ADDED for one in steps)
    return {
        "objection": row,
        "steps": steps,
        "add_form": AddForm(row=row, user=request.user) if may_add else None,
        "back_form": VerbForm(row=row, user=request.user) if row.is_open else None,
    }


def _own(request, pk) -> Objection:
    rows = Objection.objects.visible_to(request.user, roles=_DEPUTY).select_related("visit", "deputy")
    return get_object_or_404(rows, pk=pk)

"""The pages of a change of term in the admin site: one step a page, a preview of each, one confirmation."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from constituents.verb_pages import carry_out
from deputies.models import Term, TermChange
from office import clock
from office.admin_site import may
from office.roles import STAFF
from office.versions import ChangedMeanwhile
from office.workbooks import WorkbookRefused
from visits.terms import actions, draft, proposal
from visits.terms.actions import STEPS
from visits.terms.forms import (
    GONE,
    AgainForm,
    ConfirmForm,
    DistrictsForm,
    NextTermForm,
    PassOnForm,
    RosterForm,
    StepForm,
    UndoForm,
)

REFUSED = (actions.NotChanged, ChangedMeanwhile)
PARTS = {
    "homes": gettext_lazy("Contact households"),
    "matters": gettext_lazy("Open petitions"),
    "suggestions": gettext_lazy("Open suggestions"),
    "turns": gettext_lazy("Turns at receptions"),
}
"""What passes on, part by part."""
PROBLEMS = 50


def _terms(request):
    return Term.objects.visible_to(request.user, roles=STAFF).running().select_related("jurisdiction")


def _page(request, model_admin, template, change, found, step, **context):
    """A page of one step, with all steps beside it."""
    open_ = set(found.faults) if found else set()
    steps = [
        {"name": name, "key": key, "open": key in open_, "here": key == step, "address": _address(key, change)}
        for key, name in STEPS.items()
    ]
    told = {
        "title": _("Change of term: %s") % change.term if change else _("Change of term"),
        "opts": model_admin.opts,
        "change": change,
        "found": found,
        "steps": steps,
        **context,
    }
    return model_admin.page(request, f"admin/terms/{template}.html", told)


def _address(step, change):
    return reverse(f"admin:deputies_termchange_{step}", args=[change.pk]) if change else ""


def _change(request, model_admin, object_id) -> TermChange:
    if not may(request.user, STAFF):
        raise PermissionDenied
    return model_admin.found(request, object_id)


def _drafted(request, model_admin, object_id):
    """The draft with what it would do; None once it is no draft any more."""
    change = _change(request, model_admin, object_id)
    return (change, proposal.read(change)) if change.state == TermChange.State.DRAFT else (change, None)


def _keep(request, form, change, step, *, done="", stay=False, **said):
    """Write the step into the draft; on to the next, or back to it where something is open or is to be looked at.

    ``done`` is what was kept, in words.
    """

    def act(at):
        kept = actions.keep(change, by=request.user, at=at, seen=form.cleaned_data["seen"], **said)
        left = proposal.read(kept).faults
        keys = list(STEPS)
        return _address(step if stay or step in left else keys[keys.index(step) + 1], change)

    return carry_out(request, form, act, refusals=REFUSED, said=f"{done}{_('Kept. Nothing is written yet.')}")


def new(request, model_admin):
    """Begin: which term ends, and what the next one is."""
    if not may(request.user, STAFF):
        raise PermissionDenied
    terms = _terms(request)
    if drafted := TermChange.objects.filter(term__in=terms.order_by(), state=TermChange.State.DRAFT).first():
        messages.info(request, _("A change of this term is in preparation already."))
        return redirect("admin:deputies_termchange_change", drafted.pk)
    first = terms.first()
    initial = {"term": first, "ordinal": first.ordinal + 1 if first and first.ordinal else None}
    form = NextTermForm(request.POST or None, terms=terms, initial=initial)
    if request.method == "POST" and form.is_valid():

        def act(at):
            change = actions.begin(form.cleaned_data["term"], by=request.user, at=at, plan=form.told())
            return _address("districts", change)

        if address := carry_out(request, form, act, refusals=REFUSED, said=_("Kept. Nothing is written yet.")):
            return redirect(address)
    return _page(request, model_admin, "begin", None, None, "begin", form=form, is_new=True)


def begin(request, model_admin, object_id):
    """Change what was said of the next term."""
    change, found = _drafted(request, model_admin, object_id)
    if found is None:
        return redirect("admin:deputies_termchange_change", change.pk)
    plan = change.plan
    initial = {"term": change.term, **{name: plan.get(name) for name in ("ordinal", "first_day", "records_since")}}
    terms = Term.objects.filter(pk=change.term_id)
    form = NextTermForm(request.POST or None, change=change, terms=terms, initial=initial)
    if (
        request.method == "POST"
        and form.is_valid()
        and (address := _keep(request, form, change, "begin", **form.told()))
    ):
        return redirect(address)
    return _page(request, model_admin, "begin", change, found, "begin", form=form)


def districts(request, model_admin, object_id):
    """The new districts, and which of them follow each old one; ``?take_over`` proposes those there are."""
    change, found = _drafted(request, model_admin, object_id)
    if found is None:
        return redirect("admin:deputies_termchange_change", change.pk)
    initial = _districts_so_far(found, "take_over" in request.GET)
    congress = change.term.jurisdiction
    form = DistrictsForm(request.POST or None, change=change, found=found, congress=congress, initial=initial)
    if (
        request.method == "POST"
        and form.is_valid()
        and (address := _keep(request, form, change, "districts", done=_districts_said(form), **form.told()))
    ):
        return redirect(address)
    names = [one["name"] for one in change.plan.get("districts", ())]
    told = {"names": names, "gone": GONE, "is_taken_over": "take_over" in request.GET and not form.is_bound}
    # What became of each is asked for where it is not plain: nothing was kept yet, or all have their successor.
    told["must_say"] = bool(form.errors) or (bool(names) and bool(found.unmapped))
    return _page(request, model_admin, "districts", change, found, "districts", form=form, **told)


def _districts_said(form) -> str:
    told = form.told()
    return _("%(n)d new districts; of %(old)d old ones it is said what follows them. ") % {
        "n": len(told["districts"]),
        "old": len(told["map"]),
    }


def _districts_so_far(found, take_over) -> dict:
    lines = found.plan.get("districts", [])
    if take_over:
        lines = [{"number": one.number, "name": one.name, "place": one.jurisdiction_id} for one in found.districts]
    follows = {f"old_{pk}": "、".join(names) or GONE for pk, names in found.follows.items()}
    same = {f"old_{one.pk}": one.name for one in found.districts} if take_over else {}
    return {"lines": draft.as_lines(lines), **same, **follows}


def roster(request, model_admin, object_id):
    """The new roster: read, counted, and compared with the districts."""
    change, found = _drafted(request, model_admin, object_id)
    if found is None:
        return redirect("admin:deputies_termchange_change", change.pk)
    initial = {"groups": change.plan.get("groups", "kept")}
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = RosterForm(*sent, change=change, initial=initial)
    if request.method == "POST" and form.is_valid() and (address := _take_roster(request, form, change)):
        return redirect(address)
    return _page(request, model_admin, "roster", change, found, "roster", form=form)


def _take_roster(request, form, change) -> str:
    said, file, problems = {"groups": form.cleaned_data["groups"]}, form.cleaned_data["file"], []
    if file:
        try:
            towns = draft.towns_below(change.term.jurisdiction)
            rows, problems = draft.read_roster(file.read(), file.name, towns, change.plan["ordinal"])
        except (WorkbookRefused, draft.NotUnderstood) as refused:
            form.add_error("file", str(refused))
            return ""
        named = [problem.as_json() for problem in problems[:PROBLEMS]]
        said |= {"roster": rows, "problems": named, "again": {}, "homes": {}, "matters": {}, "turns": {}}
    done = _("%d deputies of the roster were read. ") % len(said.get("roster", change.plan.get("roster", ())))
    return _keep(request, form, change, "roster", done=done, stay=bool(problems), **said)


def again(request, model_admin, object_id):
    """Who was elected again: proposed by name and telephone, said by somebody."""
    change, found = _drafted(request, model_admin, object_id)
    if found is None:
        return redirect("admin:deputies_termchange_change", change.pk)
    form = AgainForm(request.POST or None, change=change, found=found)
    if (
        request.method == "POST"
        and form.is_valid()
        and (address := _keep(request, form, change, "again", done=_again_said(form), **form.told()))
    ):
        return redirect(address)
    return _page(request, model_admin, "again", change, found, "again", form=form)


def _again_said(form) -> str:
    told = form.told()["again"].values()
    again = sum(bool(pk) for pk in told)
    return _("Elected again: %(again)d; somebody else of the same name: %(others)d. ") % {
        "again": again,
        "others": len(told) - again,
    }


def pass_on(request, model_admin, object_id):
    """``?what=homes&left``: what of the old deputies goes to whom, part by part; each can be chosen otherwise."""
    change, found = _drafted(request, model_admin, object_id)
    if found is None:
        return redirect("admin:deputies_termchange_change", change.pk)
    what = request.GET.get("what") if request.GET.get("what") in PARTS else "homes"
    rows = [one for one in getattr(found, what) if "left" not in request.GET or not one.to]
    # What somebody has to decide stands before what goes on as it was.
    rows.sort(key=lambda one: (bool(one.to), one.continues))
    page = Paginator(rows, draft.SHOWN).get_page(request.GET.get("page"))
    kept = "matters" if what == "suggestions" else what
    form = PassOnForm(request.POST or None, change=change, page=list(page), mark="s" if what == "suggestions" else "")
    if request.method == "POST" and form.is_valid():

        def act(at):
            chosen = {**change.plan.get(kept, {}), **form.chosen()}
            actions.keep(change, by=request.user, at=at, seen=form.cleaned_data["seen"], **{kept: chosen})
            return _address("confirm", change) if "on" in request.POST else request.get_full_path()

        if address := carry_out(request, form, act, refusals=REFUSED, said=_("Kept. Nothing is written yet.")):
            return redirect(address)
    parts = [(key, name, len(getattr(found, key)), key == what) for key, name in PARTS.items()]
    told = {"parts": parts, "what": what, "page": page, "only_left": "left" in request.GET}
    told |= {"count": _counted(getattr(found, what))}
    return _page(request, model_admin, "pass_on", change, found, "pass_on", form=form, **told)


def confirm(request, model_admin, object_id):
    """All that will be written, once more; then it is written."""
    change, found = _drafted(request, model_admin, object_id)
    if found is None:
        return redirect("admin:deputies_termchange_change", change.pk)
    form = ConfirmForm(request.POST or None, change=change, initial={"fingerprint": found.fingerprint})
    if request.method == "POST" and form.is_valid():

        def act(at):
            seen, mark = form.cleaned_data["seen"], form.cleaned_data["fingerprint"]
            on = clock.local_date(at)
            actions.carry_out(change, by=request.user, at=at, on=on, seen=seen, fingerprint=mark)
            return reverse("admin:deputies_termchange_change", args=[change.pk])

        if address := carry_out(request, form, act, refusals=REFUSED, said=_opened_said(change, found)):
            return redirect(address)
        form.data = {**form.data.dict(), "fingerprint": found.fingerprint, "seen": change.version}
    return _page(request, model_admin, "confirm", change, found, "confirm", form=form, **_summary(found))


def _opened_said(change, found) -> str:
    told = {"old": change.term.ordinal or "–", "n": found.plan.get("ordinal"), "deputies": len(found.seats)}
    return _("Term %(old)s is closed, term %(n)s is open with %(deputies)d deputies.") % told


def _counted(rows) -> dict:
    """How many go on as they are, go to somebody else, or stay without a deputy."""
    on, left = sum(one.continues for one in rows), sum(not one.to for one in rows)
    return {"all": len(rows), "on": on, "to_others": len(rows) - on - left, "left": left}


def _summary(found) -> dict:
    parts = [{"key": key, "name": name, **_counted(getattr(found, key))} for key, name in PARTS.items()]
    return {"parts": parts, "last": proposal.last_day(found) if found.first else None}


def show(request, model_admin, object_id):
    """How a change stands: the next step of a draft, or what came of it."""
    change = _change(request, model_admin, object_id)
    if change.state == TermChange.State.DRAFT:
        found = proposal.read(change)
        return redirect(_address(next(iter(found.faults), "pass_on"), change))
    return _shown(request, model_admin, change, UndoForm(change=change))


def _shown(request, model_admin, change, form):
    new_term = change.term.successor if change.state == TermChange.State.DONE else None
    told = {"form": form, "new_term": new_term, "numbers": change.written.get("numbers", {})}
    return _page(request, model_admin, "show", change, None, "", **told)


def undo(request, model_admin, object_id):
    """Take a change back as a whole."""
    said = _("The change of term was taken back: the old term runs again, all of it stands as it did before.")
    return _end(request, model_admin, object_id, UndoForm, actions.undo, said)


def drop(request, model_admin, object_id):
    """Give a draft up."""
    return _end(request, model_admin, object_id, StepForm, actions.drop, _("The draft was given up."))


def _end(request, model_admin, object_id, asked, deed, said):
    change = _change(request, model_admin, object_id)
    form = asked(request.POST or None, change=change)
    back = reverse("admin:deputies_termchange_change", args=[change.pk])
    if request.method != "POST":
        return redirect(back)
    if form.is_valid():

        def act(at):
            deed(change, by=request.user, at=at, seen=form.cleaned_data["seen"])
            return back

        if address := carry_out(request, form, act, refusals=REFUSED, said=said):
            return redirect(address)
    return _shown(request, model_admin, change, form)

"""What stands in a duty file and nowhere else: entered for many, declared by one, confirmed or refused (D8-五)."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from constituents.verb_forms import VerbForm
from constituents.verb_pages import carry_out
from deputies.models import Deputy, DeputyGroup
from office import clock, paging, typed
from office.roles import Role
from visits import duty_entries, file_views
from visits.duty_entries import KEEPING
from visits.duty_forms import ManyForm, OneForm, RefuseForm, TakeOutForm
from visits.handing_in import CannotFile
from visits.models import DutyEntry, DutyFile, DutyPart
from visits.record_forms import FilesForm

SHOWN = 40
_READING = KEEPING | {Role.DEPUTY, Role.LEADER}
_Status = DutyEntry.Status


def entries(request):
    """``?part=&status=&deputy=&page=``: the entries in sight, those that wait to be confirmed first."""
    asked = request.GET
    part = asked.get("part") if asked.get("part") in DutyPart.values else ""
    status = asked.get("status") if asked.get("status") in _Status.values else ""
    rows = DutyEntry.objects.visible_to(request.user, roles=_READING)
    rows = rows.filter(part=part) if part else rows
    rows = rows.filter(status=status) if status else rows
    rows = rows.filter(deputy=typed.key(asked.get("deputy"))) if asked.get("deputy") else rows
    shown = rows.select_related("deputy__district", "logged_by").order_by("-happened_on", "-pk")
    page = paging.page(shown, asked.get("page"), SHOWN)
    context = {
        "entries": page.rows,
        "n_waiting": rows.waiting().count(),
        "parts": DutyPart.choices,
        "statuses": _Status.choices,
        "part": part,
        "status": status,
        "page": page,
        "keeps": request.user.has_role(*KEEPING),
        "declares": request.user.has_role(Role.DEPUTY),
    }
    return render(request, "visits/duty_entries.html", context)


def enter(request):
    """Enter one thing for many deputies (D8-五a); ``?group=`` narrows whom."""
    groups = list(DeputyGroup.objects.visible_to(request.user, roles=KEEPING).order_by("name", "pk"))
    group = typed.one_of(groups, request.GET.get("group"))
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ManyForm(*sent, row=DutyEntry(), user=request.user, today=clock.today(), group=group)
    if request.method == "POST" and form.is_valid():
        told = form.told()

        def act(at):
            rows = duty_entries.enter(by=request.user, at=at, **told)
            return reverse("duty:entry", args=[rows[0].pk]) if len(rows) == 1 else reverse("duty:entries")

        said = _("Entered for %d deputies.") % len(told["attendance"])
        if address := carry_out(request, form, act, refusals=CannotFile, said=said):
            return redirect(address)
        form.open_anew()
    return render(request, "visits/duty_enter.html", {"form": form, "groups": groups, "group": group})


def declare(request):
    """The deputy declares something of their own (D8-五b)."""
    deputy = Deputy.objects.visible_to(request.user, roles={Role.DEPUTY}).present().filter(user=request.user).first()
    if deputy is None:
        return render(request, "visits/no_mandate.html")
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = OneForm(*sent, row=DutyEntry(), user=request.user, today=clock.today(), deputy=deputy)
    if request.method == "POST" and form.is_valid():
        told = form.told()

        def act(at):
            row = duty_entries.declare(by=request.user, at=at, deputy=deputy, **told)
            return reverse("duty:entry", args=[row.pk])

        said = _("Declared. The group leader and the congress office are told.")
        if address := carry_out(request, form, act, refusals=CannotFile, said=said):
            return redirect(address)
        form.open_anew()
    context = {"form": form, "row": None, "deputy": deputy, "back": reverse("duty:entries")}
    return render(request, "visits/duty_form.html", context)


def entry(request, pk):
    """One entry: what it was, the files that show it, who entered or confirmed it, and what can be done with it."""
    return render(request, "visits/duty_entry.html", _shown(request, _found(request, pk)))


def edit(request, pk):
    """Correct an entry."""
    row = _found(request, pk)
    if not _may_change(row, request.user):
        raise PermissionDenied
    form = OneForm(request.POST or None, row=row, user=request.user, today=clock.today(), deputy=row.deputy)
    if request.method == "POST" and form.is_valid():
        told, seen = form.told(), form.cleaned_data["seen"]

        def act(at):
            duty_entries.correct(row, by=request.user, at=at, seen=seen, **told)
            return reverse("duty:entry", args=[row.pk])

        if address := carry_out(request, form, act, refusals=CannotFile, said=_("The record is saved.")):
            return redirect(address)
        form.row.refresh_from_db(fields=["version"])
        form.open_anew()
    context = {"form": form, "row": row, "deputy": row.deputy, "back": reverse("duty:entry", args=[pk])}
    return render(request, "visits/duty_form.html", context)


@require_POST
def confirm(request, pk):
    """What was declared is so."""
    row = _found(request, pk)
    form = VerbForm(request.POST, row=row, user=request.user)
    return _done(request, row, form, "confirm_form", duty_entries.confirm, _("Confirmed; it stands in the duty file."))


@require_POST
def refuse(request, pk):
    """What was declared is not taken into the file."""
    row = _found(request, pk)
    form = RefuseForm(request.POST, row=row, user=request.user)
    return _done(request, row, form, "refuse_form", duty_entries.refuse, _("Saved. The deputy is told."))


@require_POST
def take_out(request, pk):
    """Take an entry off the file, or take back what was declared."""
    row = _found(request, pk)
    form = TakeOutForm(request.POST, row=row, user=request.user)

    def act(at):
        duty_entries.take_out(row, by=request.user, at=at, seen=form.cleaned_data["seen"], **form.told())
        return reverse("duty:entries")

    if form.is_valid() and (address := carry_out(request, form, act, refusals=CannotFile, said=_("It is taken out."))):
        return redirect(address)
    return render(request, "visits/duty_entry.html", {**_shown(request, row), "out_form": form})


def _done(request, row, form, name, action, said):
    def act(at):
        done = action(row, by=request.user, at=at, seen=form.cleaned_data["seen"], **form.told())
        return reverse("duty:entry", args=[done.pk])

    if form.is_valid() and (address := carry_out(request, form, act, refusals=CannotFile, said=said)):
        return redirect(address)
    row = _found(request, row.pk)
    form.row = row
    form.open_anew()
    return render(request, "visits/duty_entry.html", {**_shown(request, row), name: form})


@require_POST
def add_files(request, pk):
    """Add a sign-in sheet, a certificate, a notice."""
    return file_views.add(request, _found(request, pk), duty_entries.add_files, page=reverse("duty:entry", args=[pk]))


@require_POST
def remove_file(request, pk):
    """Take a file away again."""
    file = get_object_or_404(DutyFile.objects.visible_to(request.user, roles=_READING).select_related("entry"), pk=pk)
    page = reverse("duty:entry", args=[file.entry_id])
    return file_views.change(request, duty_entries.remove_file, file, page=page)


def opened(request, pk):
    """One file, to whoever may see the entry."""
    one = get_object_or_404(DutyFile.objects.visible_to(request.user, roles=_READING), pk=pk)
    return file_views.hand_out(request, one)


def _found(request, pk) -> DutyEntry:
    rows = DutyEntry.objects.visible_to(request.user, roles=_READING)
    about = ("deputy__district", "deputy__group", "session", "logged_by", "decided_by")
    return get_object_or_404(rows.select_related(*about), pk=pk)


def _may_change(row, user) -> bool:
    own = row.deputy.user_id == user.pk
    return row.is_waiting if own else user.has_role(*KEEPING)


def _shown(request, row) -> dict:
    user, is_mine = request.user, row.deputy.user_id == request.user.pk
    decides = row.is_waiting and not is_mine and user.has_role(*KEEPING)
    may_change = _may_change(row, user)
    return {
        "entry": row,
        "is_mine": is_mine,
        "files": list(row.files.select_related("added_by")),
        "may_change": may_change,
        "confirm_form": VerbForm(row=row, user=user) if decides else None,
        "refuse_form": RefuseForm(row=row, user=user) if decides else None,
        "out_form": TakeOutForm(row=row, user=user) if may_change else None,
        "upload": FilesForm(label=_("Sign-in sheet, certificate or notice")) if may_change else None,
    }

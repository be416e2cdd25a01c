"""The record of a group's activity: written, filed, printed (D9-3), and who was there over the year (D9-1a)."""

from django.contrib import messages
from django.db.models import Count, Prefetch, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from constituents.verb_forms import VerbForm
from constituents.verb_pages import carry_out, press
from deputies.models import Deputy, DeputyGroup
from office import clock, paging, typed
from office.admin_trail import history
from office.models import Clause
from office.roles import STAFF, Role
from visits import contact_papers, file_views, filing
from visits.handing_in import CannotFile
from visits.models import ActivityFile, GroupActivity, Visit
from visits.record_forms import FilesForm, RecordForm

SHOWN = 24
CLAUSES = ("D9-1a", "D9-3")
_READING = frozenset({Role.GROUP_LEADER, Role.LEADER}) | STAFF
STEPS = ("added", "changed", "filed", "unfiled", "returned", "received", "not_received", "file_added", "file_removed")


def activities(request):
    """The activities of the groups that this person leads or sees, the latest first; ``?page=``."""
    rows = GroupActivity.objects.visible_to(request.user).select_related("group", "filed_by", "received_by")
    rows = rows.annotate(n_there=Count("visits", distinct=True), n_away=Count("absences", distinct=True))
    page = paging.page(rows, request.GET.get("page"), SHOWN)
    context = {
        "activities": page.rows,
        "page": page,
        "leads": request.user.has_role(Role.GROUP_LEADER),
        "on": clock.today(),
    }
    return render(request, "visits/activities.html", context)


def activity(request, pk):
    """One record: what was done, who was there, its files, how it stands with the office, and its way there."""
    row = _found(request, pk)
    may_write = _leads(row, request.user) and row.filing != row.Filing.RECEIVED
    context = {
        **_leaf(row),
        "files": list(row.files.select_related("added_by")),
        "history": history(row, STEPS),
        "may_write": may_write,
        "form": VerbForm(row=row, user=request.user),
        "upload": FilesForm(label=_("Minutes, signed sheet or photos")) if may_write else None,
        "on": clock.today(),
    }
    return render(request, "visits/activity.html", context)


def paper(request, pk):
    """The record on A4: attendance with signatures, and the minutes."""
    leaf = _leaf(_found(request, pk))
    paper = contact_papers.activity_record(**leaf).data
    return render(request, "visits/activity_paper.html", {**leaf, "paper": paper})


def new(request):
    """Write down an activity of a group that this person leads (``?group=``, without one the first)."""
    groups = _led(request.user)
    if not groups:
        return render(request, "visits/no_group.html")
    group = typed.one_of(groups, request.GET.get("group"), groups[0])
    return _write(request, GroupActivity(group=group), group, groups)


def edit(request, pk):
    """Correct a record that the office has not received yet."""
    row = _found(request, pk)
    if not _leads(row, request.user):
        raise Http404
    if row.filing == row.Filing.RECEIVED:
        messages.warning(request, _("The office has received this record. Please ask the office to correct it."))
        return redirect("group:activity", pk)
    return _write(request, row, row.group, [row.group])


def _write(request, row, group, groups):
    form = RecordForm(request.POST or None, row=row, user=request.user, group=group, today=clock.today())
    if request.method == "POST" and form.is_valid():
        told = form.told()
        whose = {"group": group, "seen": form.cleaned_data["seen"] if row.pk else None, "by": request.user}

        def act(at):
            done = filing.write(row if row.pk else None, at=at, **whose, **told)
            return reverse("group:activity", args=[done.pk])

        if address := carry_out(request, form, act, refusals=CannotFile, said=_("The record is saved.")):
            return redirect(address)
        if row.pk:
            form.row.refresh_from_db(fields=["version"])
        form.open_anew()
    back = reverse("group:activity", args=[row.pk]) if row.pk else reverse("group:activities")
    return render(
        request, "visits/activity_form.html", {"form": form, "row": row, "group": group, "groups": groups, "back": back}
    )


@require_POST
def file_record(request, pk):
    """File the record with the county office (报备)."""
    return _deed(request, pk, filing.file_record, _("The record is filed with the office."))


@require_POST
def unfile(request, pk):
    """Take it back before the office has received it."""
    return _deed(
        request, pk, filing.unfile, _("The filing is taken back; you can correct the record and file it again.")
    )


def _deed(request, pk, act, said):
    page = reverse("group:activity", args=[pk])
    return press(request, _found(request, pk), act, page=page, refusals=CannotFile, said=said)


@require_POST
def add_files(request, pk):
    """Add minutes, the signed sheet or photos."""
    return file_views.add(request, _found(request, pk), filing.add_files, page=reverse("group:activity", args=[pk]))


@require_POST
def remove_file(request, pk):
    """Take a file out again."""
    file = get_object_or_404(ActivityFile.objects.visible_to(request.user).select_related("activity"), pk=pk)
    page = reverse("group:activity", args=[file.activity_id])
    return file_views.change(request, filing.remove_file, file, page=page)


def opened(request, pk):
    """One file, to whoever may see the record."""
    return file_views.hand_out(request, get_object_or_404(ActivityFile.objects.visible_to(request.user), pk=pk))


def attendance(request):
    """``?group=&year=``: each member at each activity of the year, and how often they were there (D9-1a)."""
    today = clock.today()
    asked, year = request.GET.get("group"), typed.number(request.GET.get("year")) or today.year
    groups = DeputyGroup.objects.visible_to(request.user, roles=_READING).of_running_terms(or_key=asked)
    groups = list(groups.select_related("term"))
    group = typed.one_of(groups, asked, next(iter(groups), None))
    if not today.year - 5 <= year <= today.year:
        raise Http404
    context = {"groups": groups, "group": group, "year": year, "years": range(today.year, today.year - 6, -1)}
    if group:
        context |= _attended(request.user, group, year)
    return render(request, "visits/attendance.html", context)


def _attended(user, group, year) -> dict:
    held = (
        GroupActivity.objects.visible_to(user).filter(group=group, happened_on__year=year).order_by("happened_on", "pk")
    )
    there = Prefetch("visits", Visit.objects.only("activity_id", "deputy_id"))
    held = list(held.prefetch_related(there, "absences"))
    was = {(visit.deputy_id, one.pk): "present" for one in held for visit in one.visits.all()}
    was |= {(gone.deputy_id, one.pk): gone.kind for one in held for gone in one.absences.all()}
    named = {deputy for deputy, _activity in was}
    members = Deputy.objects.visible_to(user).filter(Q(group=group) | Q(pk__in=named)).select_related("district")
    rows = [_row(one, held, was) for one in members if not one.has_ended or one.pk in named]
    return {
        "held": held,
        "rows": rows,
        "clauses": list(Clause.objects.filter(key__in=CLAUSES).select_related("regulation")),
    }


def _row(deputy, held, was) -> dict:
    marks = [was.get((deputy.pk, one.pk), "") for one in held]
    n = marks.count("present")
    return {"deputy": deputy, "marks": marks, "n": n, "of": len([mark for mark in marks if mark])}


def _found(request, pk) -> GroupActivity:
    rows = GroupActivity.objects.visible_to(request.user)
    whole = rows.select_related(
        "group__leader",
        "group__jurisdiction",
        "filed_by",
        "received_by",
        "returned_by",
        "logged_by",
        "report_rule__clause__regulation",
    )
    return get_object_or_404(whole, pk=pk)


def _leaf(row) -> dict:
    there = list(row.visits.select_related("deputy__district").order_by("deputy__district__number", "deputy"))
    away = list(row.absences.select_related("deputy__district").order_by("deputy__district__number", "deputy"))
    return {"activity": row, "there": [one.deputy for one in there], "away": away}


def _led(user) -> list[DeputyGroup]:
    return list(DeputyGroup.objects.visible_to(user, roles=filing.LEADING).of_running_terms().select_related("term"))


def _leads(row, user) -> bool:
    leader = row.group.leader
    return bool(leader and leader.user_id == user.pk and user.has_role(Role.GROUP_LEADER))

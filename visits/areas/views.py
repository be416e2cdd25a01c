"""Pages of what an area files: for its convener, and the inbox of the township office (D1-3a)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from constituents.verb_forms import VerbForm
from constituents.verb_pages import carry_out, press
from deputies.models import DeputyGroup
from office import clock, paging, typed
from office.admin_trail import history
from office.models import Clause, Rule
from office.regulations.wording import in_words
from office.roles import Role
from visits import file_views
from visits.areas import actions, figures
from visits.areas.forms import MaterialForm, ReturnForm
from visits.handing_in import CannotFile
from visits.models import AreaFile, AreaFiling
from visits.record_forms import FilesForm

SHOWN = 24


def filings(request):
    """What the areas in sight have written up, the latest first; ``?page=``."""
    rows = AreaFiling.objects.visible_to(request.user).select_related("group", "filed_by", "received_by")
    page = paging.page(rows.order_by("-last", "-pk"), request.GET.get("page"), SHOWN)
    context = {
        "filings": page.rows,
        "page": page,
        "convenes": request.user.has_role(Role.GROUP_LEADER),
        "clause": Clause.objects.filter(key="D1-3a").select_related("regulation").first(),
        "set": _set_by_the_county(),
    }
    return render(request, "visits/areas/filings.html", context)


def _set_by_the_county() -> str:
    """How often an area files, in words, where the county has said so: the text does not."""
    rule = Rule.objects.holding(clock.today(), actions.HOW_OFTEN)
    return in_words(rule) if rule and rule.amounts.get("every_months") else ""


def filing(request, pk):
    """One material: text, figures, files, how it stands with the office, and its way there."""
    return render(request, "visits/areas/filing.html", _leaf(request, _found(request, pk)))


def _leaf(request, row) -> dict:
    states = row.Filing
    with_office = row.filing in (states.FILED, states.RECEIVED)
    may_write = _is_theirs(request.user, row, actions.CONVENING) and row.filing != states.RECEIVED
    return {
        "row": row,
        "figures": figures.listed(row.figures or figures.read(row.group, row.first, row.last)),
        "files": list(row.files.select_related("added_by")),
        "history": history(row),
        "may_write": may_write,
        "may_receive": with_office and _is_theirs(request.user, row, actions.RECEIVING),
        "form": VerbForm(row=row, user=request.user),
        "upload": FilesForm(label=_("Annexes or photos")) if may_write else None,
    }


def paper(request, pk):
    """The material on A4."""
    row = _found(request, pk)
    told = row.figures or figures.read(row.group, row.first, row.last)
    context = {"row": row, "figures": figures.listed(told), "paper": {"sender": row.group.name}}
    return render(request, "visits/areas/paper.html", context)


def new(request):
    """Write up the area of a group that this person leads (``?group=``, without one the first)."""
    groups = list(DeputyGroup.objects.visible_to(request.user, roles=actions.CONVENING))
    if not groups:
        return render(request, "visits/no_group.html")
    group = typed.one_of(groups, request.GET.get("group"), groups[0])
    return _write(request, AreaFiling(group=group), groups)


def edit(request, pk):
    """Correct what the office has not received yet."""
    row = _theirs(request, pk, actions.CONVENING)
    if row.filing == row.Filing.RECEIVED and request.method != "POST":
        messages.warning(request, _("The office has received this record. Please ask the office to correct it."))
        return redirect("areas:filing", pk)
    return _write(request, row, [row.group])


def _write(request, row, groups):
    first, last = (row.first, row.last) if row.pk else actions.next_period(clock.today())
    told_now = figures.read(row.group, first, last)
    begun = None if row.pk else _begun(row, first, last, told_now)
    form = MaterialForm(request.POST or None, row=row, user=request.user, begun=begun)
    if request.method == "POST" and form.is_valid():
        told = form.told()

        def act(at):
            whose = {"group": row.group, "seen": form.cleaned_data["seen"] if row.pk else None, "by": request.user}
            done = actions.write(row if row.pk else None, at=at, **whose, **told)
            return reverse("areas:filing", args=[done.pk])

        if address := carry_out(request, form, act, refusals=CannotFile, said=_("The record is saved.")):
            return redirect(address)
        if row.pk:
            row.refresh_from_db(fields=["version"])
        form.open_anew()
    back = reverse("areas:filing", args=[row.pk]) if row.pk else reverse("areas:filings")
    shown = {"form": form, "row": row, "groups": groups, "back": back, "figures": figures.listed(told_now)}
    return render(request, "visits/areas/form.html", shown)


def _begun(row, first, last, told_now) -> dict:
    """What a new material begins with."""
    told = {"group": row.group, "first": first.isoformat(), "last": last.isoformat()}
    title = _("%(group)s: contacts with voters, %(first)s to %(last)s") % told
    return {"first": first, "last": last, "title": title[:120], "content": figures.draft(told_now)}


@require_POST
def file_material(request, pk):
    """File it with the township congress."""
    return _deed(request, pk, actions.CONVENING, actions.file_material, _("It is filed with the township congress."))


@require_POST
def unfile(request, pk):
    """Take it back before it is received."""
    done = _("The filing is taken back; you can correct it and file it again.")
    return _deed(request, pk, actions.CONVENING, actions.unfile, done)


@require_POST
def receive(request, pk):
    """The office receives it."""
    return _deed(request, pk, actions.RECEIVING, actions.receive, _("Received; the convener is told."))


@require_POST
def take_receipt_back(request, pk):
    """It is not received after all."""
    return _deed(request, pk, actions.RECEIVING, actions.take_receipt_back, _("The receipt is taken back."))


def _deed(request, pk, roles, act, said):
    page = reverse("areas:filing", args=[pk])
    return press(request, _theirs(request, pk, roles), act, page=page, refusals=CannotFile, said=said)


def send_back(request, pk):
    """The office returns it with what is to be corrected."""
    row = _theirs(request, pk, actions.RECEIVING)
    page = reverse("areas:filing", args=[pk])
    form = ReturnForm(request.POST or None, row=row, user=request.user)
    if request.method == "POST" and form.is_valid():
        told = {"reason": form.cleaned_data["reason"], "seen": form.cleaned_data["seen"]}

        def act(at):
            actions.send_back(row, by=request.user, at=at, **told)
            return page

        if address := carry_out(request, form, act, refusals=CannotFile, said=_("Returned; the convener is told.")):
            return redirect(address)
        row.refresh_from_db(fields=["version"])
        form.open_anew()
    return render(request, "visits/areas/send_back.html", {"form": form, "row": row, "back": page})


@require_POST
def add_files(request, pk):
    """Add annexes or photos."""
    row = _theirs(request, pk, actions.CONVENING)
    return file_views.add(request, row, actions.add_files, page=reverse("areas:filing", args=[pk]))


@require_POST
def remove_file(request, pk):
    """Take a file out again."""
    one = get_object_or_404(AreaFile.objects.visible_to(request.user).select_related("filing"), pk=pk)
    _theirs(request, one.filing_id, actions.CONVENING)
    page = reverse("areas:filing", args=[one.filing_id])
    return file_views.change(request, actions.remove_file, one, page=page)


def opened(request, pk):
    """One file, to whoever may see the filing."""
    return file_views.hand_out(request, get_object_or_404(AreaFile.objects.visible_to(request.user), pk=pk))


def _found(request, pk) -> AreaFiling:
    rows = AreaFiling.objects.visible_to(request.user)
    whole = rows.select_related(
        "group__leader", "group__jurisdiction", "filed_by", "received_by", "returned_by", "written_by"
    )
    return get_object_or_404(whole, pk=pk)


def _theirs(request, pk, roles) -> AreaFiling:
    row = _found(request, pk)
    if not _is_theirs(request.user, row, roles):
        raise PermissionDenied
    return row


def _is_theirs(user, row, roles) -> bool:
    return AreaFiling.objects.visible_to(user, roles=roles).filter(pk=row.pk).exists()

"""The flag board in the admin site: the list with its counts, one flag, urging and waiving many, paper and workbook."""

import io

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import FileResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from office import clock, saved_filters, typed
from office.admin_trail import deed
from office.models import AuditEvent
from reports import actions, flag_table
from reports.about import SELECT, about, days_overdue, deadline_page
from reports.board import BoardForm, Tally, found, narrowed, offered, ordered
from reports.evidence import evidence
from reports.models import Flag

PAGE = 50
ON_PAPER = 2000
"""So many flags are printed at most; the workbook has them all."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOARD = "admin:reports_flag_changelist"
_VERBS = {
    "urge": gettext_lazy("Urge"),
    "waive": gettext_lazy("Waive"),
    "unwaive": gettext_lazy("Open again"),
}


def board(request, model_admin):
    """The open flags of the person's scope, overdue first; narrowed, sorted and paged by the address."""
    form, on = BoardForm(request.GET), clock.today()
    asked = form.cleaned_data if form.is_valid() else {"state": "open", "rule": "–"}
    tally = Tally(found(asked, user=request.user), asked)
    rows = ordered(narrowed(found(asked, user=request.user), asked), asked, on=on).select_related(*SELECT)
    paginator = Paginator(rows, PAGE)
    paginator.count = tally.total()  # counted already
    page = paginator.get_page(request.GET.get("page"))
    choices = offered(request.user, deputy=asked.get("deputy"))
    context = {
        "title": _("Flags"),
        "opts": model_admin.opts,
        "form": form,
        "asked": asked,
        "page": page,
        "lines": [line(flag, on) for flag in page],
        "tally": tally,
        "selects": [(form[name], choices[name]) for name in ("town", "group", "station", "unit")],
        "deputy": choices["deputy"],
        "address": request.GET.urlencode(),
    }
    return model_admin.page(request, "admin/flags/board.html", {**context, **saved_filters.of(request)})


def show(request, model_admin, object_id):
    """One flag: its clause, the records behind it, what was done about it."""
    flag = _one(request, model_admin, object_id)
    if flag is None:
        return redirect(BOARD)
    context = {
        "title": f"{flag.rule_key} {flag.rule.name}",
        "opts": model_admin.opts,
        "line": line(flag, clock.today()),
        "deadline": deadline_page(flag),
        "evidence": evidence(flag, request.user),
        "history": history(flag),
    }
    return model_admin.page(request, "admin/flags/flag.html", context)


def urge(request, model_admin):
    """Remind of the chosen flags; of all that match only after the number was shown."""
    flags = _chosen(request)
    if "all" in request.POST and "confirmed" not in request.POST:
        return _confirm(request, model_admin, flags, "urge")
    done = actions.urge(flags, by=request.user, at=clock.now(), on=clock.today())
    messages.success(request, _told(_("%(n)d flags urged."), done, _("closed, or urged today already")))
    return redirect(_back(request))


def waive(request, model_admin):
    """Ask for the reason, then waive the chosen flags; it can be taken back."""
    flags = _chosen(request)
    if "confirmed" not in request.POST:
        return _confirm(request, model_admin, flags, "waive")
    keys = list(flags.open().order_by().values_list("pk", flat=True))
    reason = request.POST.get("reason", "")
    try:
        done = actions.waive(flags, by=request.user, at=clock.now(), on=clock.today(), reason=reason)
    except actions.NoReason as fault:
        return _confirm(request, model_admin, flags, "waive", fault=fault, reason=reason)
    request.session["waived"] = keys
    told = _told(_("%(n)d flags waived."), done, _("closed already"))
    undo = format_html('<a class="text-link" href="{}">{}</a>', reverse("admin:reports_flag_unwaive"), _("Undo"))
    messages.success(request, format_html("{} {}", told, undo) if done.changed else told)
    return redirect(_back(request))


def unwaive(request, model_admin):
    """Open waived flags again: the chosen ones, or those that were waived a moment ago."""
    if request.method == "GET" or "last" in request.POST:
        flags = Flag.objects.visible_to(request.user).filter(pk__in=request.session.get("waived", []))
    else:
        flags = _chosen(request)
    if "confirmed" not in request.POST:
        return _confirm(request, model_admin, flags, "unwaive", last=request.method == "GET")
    done = actions.unwaive(flags, by=request.user, at=clock.now())
    request.session.pop("waived", None)
    messages.success(request, _told(_("%(n)d flags opened again."), done, _("not waived")))
    return redirect(_back(request))


def on_paper(request, model_admin):
    """What the board shows, whole, to be printed."""
    asked, rows = _asked_rows(request.GET, request.user)
    on = clock.today()
    flags = list(rows[: ON_PAPER + 1])
    context = {
        "title": _("Flags"),
        "lines": [line(flag, on) for flag in flags[:ON_PAPER]],
        "cut": ON_PAPER if len(flags) > ON_PAPER else 0,
        "criteria": flag_table.criteria(asked, offered(request.user, deputy=asked.get("deputy"))),
        "on": on,
    }
    return model_admin.page(request, "admin/flags/print.html", context)


def xlsx(request, model_admin):
    """What the board shows, whole, as a workbook."""
    asked, rows = _asked_rows(request.GET, request.user)
    criteria = flag_table.criteria(asked, offered(request.user, deputy=asked.get("deputy")))
    title, content = flag_table.workbook(rows.select_related("waived_by"), criteria, at=clock.now())
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=f"{title}.xlsx", content_type=XLSX)


def line(flag, on) -> dict:
    """One flag as a row shows it."""
    days = days_overdue(flag, on)
    return {
        "flag": flag,
        "about": about(flag),
        "overdue": max(days, 0),
        "left": max(-days, 0),
        "stands": flag.rule.period == "standing",  # due on the day it was found
    }


def history(flag) -> list[tuple]:
    """When it was raised, urged, waived and cleared, and by whom: (day, what, who, why), the oldest first."""
    events = AuditEvent.objects.filter(subject_type="reports.flag", subject_id=flag.pk).select_related("user")
    steps = [(flag.raised_on, _("raised by the nightly check"), "", "")]
    steps += [
        (clock.local_date(event.at), deed(event.action), event.user, event.detail.get("reason", ""))
        for event in events.order_by("pk")
    ]
    if flag.cleared_on and flag.cleared_why != Flag.Why.WAIVED:
        steps.append((flag.cleared_on, flag.get_cleared_why_display(), "", ""))
    return sorted(steps, key=lambda step: step[0])


def _one(request, model_admin, object_id):
    flags = model_admin.rows(request).select_related(*SELECT, "waived_by")
    return flags.filter(pk=typed.key(object_id)).first()


def _asked_rows(query, user):
    """What an address of the board asks for, and its flags in their order; an unreadable address finds none."""
    form = BoardForm(query)
    asked = form.cleaned_data if form.is_valid() else {"state": "open", "rule": "–"}
    rows = ordered(narrowed(found(asked, user=user), asked), asked, on=clock.today())
    return asked, rows.select_related(*SELECT)


def _chosen(request):
    """The flags that the person ticked, or all that match the address of the board."""
    if "all" in request.POST:
        return _asked_rows(QueryDict(request.POST.get("asked", "")), request.user)[1]
    keys = [typed.key(one) for one in request.POST.getlist("flag")]
    return Flag.objects.visible_to(request.user).filter(pk__in=keys)


def _confirm(request, model_admin, flags, verb, *, fault=None, reason="", last=False):
    rows = flags.order_by().values_list("rule_key", "rule__name", "severity").annotate(n=Count("pk"))
    rules = list(rows.order_by("-severity", "rule_key"))
    if not rules:
        messages.warning(request, _("Choose at least one flag."))
        return redirect(_back(request))
    context = {
        "title": _VERBS[verb],
        "opts": model_admin.opts,
        "verb": verb,
        "rules": rules,
        "total": sum(n for *_rule, n in rules),
        "keys": request.POST.getlist("flag"),
        "all": "all" in request.POST,
        "last": last,
        "asked": request.POST.get("asked", ""),
        "fault": fault,
        "reason": reason,
        "longest": actions.LONGEST_REASON,
    }
    return model_admin.page(request, "admin/flags/confirm.html", context)


def _told(what, done, why_not) -> str:
    told = what % {"n": done.changed}
    if done.left_alone:
        told += " " + _("%(n)d were left as they are (%(why)s).") % {"n": done.left_alone, "why": why_not}
    return told


def _back(request) -> str:
    """The page of the board that the person came from."""
    asked = request.POST.get("asked", "")
    return f"{reverse(BOARD)}?{asked}" if asked else reverse(BOARD)

"""The one address under which a masked field is shown: in place where there is htmx, otherwise on a page."""

from django.apps import apps
from django.contrib import admin
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.http import url_has_allowed_host_and_scheme

from office import clock, personal_data, reveals
from office.reveals import Reason


def show(request, label, pk, name):
    """One masked field of one row: first asks why, then shows it. A reason holds for the other fields of that row."""
    model = _model(label, name)
    row = get_object_or_404(_rows(request, model), pk=pk)
    if personal_data.view_of(request.user, model) != personal_data.ASK:
        raise Http404
    context = {"row": row, "field": name, "label": label, "input": request.GET.get("input", "")[:60], "asking": True}
    context["masked"], context["reasons"] = personal_data.mask(row, name), Reason.choices
    reason = request.POST.get("reason") or _reason_given(request, label, pk)
    if reason in Reason.values:
        context |= _shown(request, row, name, label, reason)
    return render(request, "office/_personal.html" if request.htmx else "office/personal.html", context)


def _model(label, name):
    """The model of a masked field; 404 for anything else."""
    entry = personal_data.entries().get(label)
    if entry is None or name not in entry.masked():
        raise Http404
    return apps.get_model(label)


def _rows(request, model):
    """The rows that this person has before them in the office; what hangs on a row goes with it."""
    if admin.site.is_registered(model):
        return admin.site.get_model_admin(model).rows(request)
    parent = personal_data.entry_of(model).within
    above = model._meta.get_field(parent).related_model
    return model.objects.filter(**{f"{parent}__in": _rows(request, above).order_by().values("pk")})


def _reason_given(request, label, pk) -> str:
    """The reason that was given for another field of this row a moment ago."""
    row, reason = request.session.get("shown", ("", ""))
    return reason if row == f"{label}:{pk}" else ""


def _shown(request, row, name, label, reason) -> dict:
    try:
        text = reveals.show(row=row, field=name, reason=reason, by=request.user, at=clock.now())
    except reveals.TooMany as refused:
        return {"asking": False, "refused": str(refused)}
    request.session["shown"] = (f"{label}:{row.pk}", reason)
    longest = getattr(row._meta.get_field(name), "max_length", None)
    return {"asking": False, "shown": True, "text": text, "longest": longest, "back": _back(request)}


def _back(request) -> str:
    """The page from which somebody without htmx came."""
    page = request.headers.get("Referer", "")
    return page if url_has_allowed_host_and_scheme(page, {request.get_host()}) else ""

"""Requests about one's own data, as the county office deals with them: find, hand out, erase, keep; and the catalogue.

What is looked for travels in the body of a form and stands in no address.
"""

from django.apps import apps
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from office import audit, clock, masking, personal_data
from office.models import Hold
from office.password_again import ask
from office.roles import Role
from reports.persons import erasing, finding, handing_out, retention
from reports.persons.forms import EraseForm, FindForm, ReasonForm

LIST = "admin:office_erasure_changelist"


def person(request, model_admin):
    """Look for a person; with one chosen, what is held and what can be done with it."""
    if asked := ask(request):
        return asked
    form = FindForm(request.POST or None)
    context = {"title": _("Requests about one's own data"), "opts": model_admin.opts, "form": form}
    if form.is_valid():
        people = finding.find(form.cleaned_data["q"])
        chosen = _chosen(people, request.POST.get("person"))
        context |= {"looked": True, "people": people, "person": chosen}
        if chosen and (done := _do(request, model_admin, chosen, context)):
            return done
    return model_admin.page(request, "admin/persons/person.html", context)


def _chosen(people, key):
    if key:
        return next((one for one in people if key in one.keys), None)
    return people[0] if len(people) == 1 else None


def _do(request, model_admin, person, context):
    """Hand out, erase or keep, as the button says; None where it is only shown, or something is missing."""
    verb = request.POST.get("verb", "")
    asked = {"export": ReasonForm, "erase": EraseForm, "hold": ReasonForm}.get(verb)
    form = asked(request.POST) if asked else None
    context |= {"verb": verb, "asked": form, "records": _records(person)}
    if form is None or not form.is_valid():
        return None
    return {"export": _export, "erase": _erase, "hold": _hold}[verb](request, person, form.cleaned_data["reason"])


def _records(person) -> list[tuple[str, str]]:
    """Each record by its kind, with why it must stay."""
    return [(f"{row._meta.verbose_name} {row.pk}", kept) for row, kept in erasing.erasable(person.records)]


def _export(request, person, reason):
    content = handing_out.hand_out(person, by=request.user, at=clock.now(), reason=reason)
    response = HttpResponse(content, content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="person-{person.key}.zip"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _erase(request, person, reason):
    at, done = clock.now(), 0
    for row in person.records:
        try:
            erasing.erase(row, why="request", by=request.user, at=at, note=reason)
            done += 1
        except erasing.Kept as kept:
            messages.warning(request, f"{row._meta.verbose_name} {row.pk}：{kept}")
    if done:
        messages.success(request, _("Records erased: %d.") % done)
    return redirect(LIST)


def _hold(request, person, reason):
    at = clock.now()
    for row in person.records:
        told = {"reason": reason, "at": at, "by": request.user}
        Hold.objects.get_or_create(subject_type=row._meta.label_lower, subject_id=row.pk, defaults=told)
        audit.record(by=request.user, at=at, action="personal.held", subject=row)
    messages.success(request, _("These records are kept until the mark is taken away."))
    return redirect("admin:office_hold_changelist")


def catalogue(request, model_admin):
    """个人信息目录: each field about a person, whose it is, why it is held, how long, and who reads it at once."""
    kept = retention.months()
    rows = [_line(label, entry, kept) for label, entry in personal_data.entries().items() if entry.fields]
    periods = [(one, kept[key]) for key, one in personal_data.periods().items()]
    context = {"title": _("Catalogue of personal data"), "opts": model_admin.opts, "rows": rows, "periods": periods}
    return model_admin.page(request, "admin/persons/catalogue.html", context)


def _line(label, entry, kept) -> dict:
    model = apps.get_model(label)
    told = {name: kind for name, kind in entry.fields.items() if kind != "technical"}
    fields = [(entry.labels.get(name) or _name(model, name), kind in masking.OF_KIND) for name, kind in told.items()]
    return {
        "name": entry.name or model._meta.verbose_name,
        "entry": entry,
        "fields": [name for name, masked in fields if not masked],
        "masked": [name for name, masked in fields if masked],
        "clear": [Role(role).label for role in entry.clear],
        "asks": [Role.COUNTY_OFFICE.label, Role.TOWN_OFFICE.label, *(Role(role).label for role in entry.asks)],
        "period": personal_data.periods()[entry.keep],
        "months": kept[entry.keep],
    }


def _name(model, name) -> str:
    return str(model._meta.get_field(name).verbose_name)

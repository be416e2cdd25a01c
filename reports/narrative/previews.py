"""A template with figures in it, before it is used: those of its own place, as long as there are some."""

from django.conf import settings

from deputies.models import Deputy, DeputyGroup
from liaison_stations.models import Station
from office import clock
from office.models import Jurisdiction
from reports.annual import document, word
from reports.narrative import built_in, notice, templates
from reports.snapshot import report_tx
from reports.subjects import DUTY_FILE, Kind, find

_WHOSE = {
    Kind.COUNTY: (Jurisdiction, "code", "path"),
    Kind.TOWN: (Jurisdiction, "code", "path"),
    Kind.GROUP: (DeputyGroup, "pk", "jurisdiction__path"),
    Kind.STATION: (Station, "pk", "jurisdiction__path"),
    Kind.DEPUTY: (Deputy, "pk", "district__jurisdiction__path"),
}


def of(row, *, user, at) -> bytes:
    """The version filled in for the first of its place that it is for: the last year that is over, else the one on.

    Examples stand in it where nothing is on record. Raises ``CannotUse``, ``BrokenTemplate`` and ``TooLarge``.
    """
    template = templates.check(templates.content_of(row), row.kind)
    letter = word.Letter(clock.local_date(at), office=settings.OFFICE_NAME)
    with report_tx():
        context, pictures = _real(row, letter, user) or (templates.example_of(row.kind), [])
    return template.render(context, pictures)


def _real(row, letter, user):
    kind = Kind.DEPUTY if row.kind == built_in.NOTICE else row.kind
    key = _first(kind, row.jurisdiction.path, user)
    if key is None:
        return None
    subject, _offered, years = find(f"{kind}:{key}", user=user)
    if not years:
        return None
    year = max([one for one in years if one < letter.day.year] or years)
    made = document.read(subject, year, on=letter.day, user=user)
    if row.kind != built_in.NOTICE:
        return word.context_of(made, letter)
    told = subject.deputies(user).select_related("district__jurisdiction", "group", "term__jurisdiction")
    return notice.context_of(told.prefetch_related("stations").get(), made, letter), []


def _first(kind, path, user):
    """The key of the first subject of a kind in a place; None where there is none in sight."""
    model, key, column = _WHOSE[kind]
    rows = model.objects.visible_to(user, along=DUTY_FILE).filter(**{f"{column}__startswith": path})
    if model is Jurisdiction:
        rows = rows.filter(level=kind)
    if model is Deputy:
        rows = rows.present()
    return rows.order_by("pk").values_list(key, flat=True).first()

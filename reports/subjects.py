"""Whom a report is about: ``county|county:CODE|town:CODE|group:ID|station:ID|deputy:ID``, and who may ask for it.

Codes are those of the jurisdiction, IDs primary keys. Without a user (on the command line) everything is in sight.
The deputy is the unit of scope: whoever may read a deputy's duty file reads all of it, so a report says the same
whoever prints it.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, ExtractYear
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from constituents.models import Petition
from deputies.models import Deputy, DeputyGroup, Term
from liaison_stations.models import Station
from office.models import Jurisdiction
from office.models.places import Level
from office.roles import STAFF, Line
from visits.models import Visit

PLACE, GROUP = frozenset({Line.PLACE}), frozenset({Line.PLACE, Line.GROUP})
DUTY_FILE = frozenset({Line.PLACE, Line.GROUP, Line.PERSON})
"""Along these lines a duty file is read; a station's desk sees its deputies' names, not their record."""


class Kind(StrEnum):
    COUNTY = "county"
    TOWN = "town"
    GROUP = "group"
    STATION = "station"
    DEPUTY = "deputy"


KIND_NAMES = {
    Kind.COUNTY: gettext_lazy("Whole county"),
    Kind.TOWN: gettext_lazy("Townships"),
    Kind.GROUP: gettext_lazy("Deputy groups"),
    Kind.STATION: gettext_lazy("Liaison stations"),
    Kind.DEPUTY: gettext_lazy("Deputies"),
}


class UnknownSubject(Exception):
    """Nothing by that name, or not in this user's sight; the message says which names there are."""


@dataclass(frozen=True)
class Subject:
    """Whom a report is about; ``path`` is the place's where it is one."""

    kind: Kind
    key: str
    name: str
    path: str = ""

    def __str__(self):
        return f"{self.kind}:{self.key}"

    def deputies(self, user=None) -> QuerySet:
        """The deputies that the report has a row for."""
        rows = _seen(Deputy, user, DUTY_FILE)
        if self.kind == Kind.GROUP:
            return rows.filter(group=self.key)
        if self.kind == Kind.STATION:
            return rows.filter(stations=self.key)
        if self.kind == Kind.DEPUTY:
            return rows.present().filter(user=user) if self.key == OWN else rows.filter(pk=self.key)
        return rows.filter(district__jurisdiction__path__startswith=self.path)

    def petitions(self, user=None) -> QuerySet:
        """The petitions that the report counts.

        Each belongs to its receiving deputy, wherever the station is; without one it belongs to the station's place,
        so that the towns add up to the county. A county or a station counts its whole register.
        """
        taken_in, there = Q(deputy__in=self.deputies(user)), Q(station__jurisdiction__path__startswith=self.path)
        own = {
            Kind.COUNTY: taken_in | there,
            Kind.TOWN: taken_in | Q(there, deputy__isnull=True),
            Kind.STATION: Q(station=self.key),
        }
        return Petition.objects.filter(own.get(self.kind, taken_in))

    def groups(self, user=None) -> QuerySet:
        """The groups whose own duties belong to it: those of a place, or the one."""
        rows = _seen(DeputyGroup, user, GROUP)
        return rows.filter(pk=self.key) if self.kind == Kind.GROUP else self._there(rows, "jurisdiction__path")

    def stations(self, user=None) -> QuerySet:
        """The stations whose own duties belong to it: those of a place, or the one."""
        rows = _seen(Station, user, PLACE)
        return rows.filter(pk=self.key) if self.kind == Kind.STATION else self._there(rows, "jurisdiction__path")

    def offices(self, user=None) -> QuerySet:
        """The places with a congress of their own that lie in it."""
        congresses = Term.objects.filter(jurisdiction=OuterRef("pk"))
        return self._there(_seen(Jurisdiction, user, PLACE).filter(Exists(congresses)), "path")

    def towns(self, user=None) -> QuerySet:
        """The townships that lie in it."""
        return self._there(_seen(Jurisdiction, user, PLACE).filter(level=Level.TOWN), "path")

    def _there(self, rows, path) -> QuerySet:
        """Those of the subject's place; none where it is no place."""
        is_place = self.kind in (Kind.COUNTY, Kind.TOWN)
        return rows.filter(**{f"{path}__startswith": self.path}) if is_place else rows.none()


OWN = "own"
"""As the key of a deputy: whoever is signed in, without looking them up first."""
EVERYTHING = Subject(Kind.COUNTY, "", "")
"""All that is on record, in however many counties."""


def find(text: str | None, *, user=None) -> tuple[Subject, list[Subject], list[int]]:
    """The subject by its name, all that this user may choose, and the years on record; one query.

    Without a name it is the first that may be chosen. UnknownSubject when there is none such in sight.
    """
    kind, key = (None, "") if text is None else _parsed(text)
    offered, years = _offered(user, kind, key)
    found = [s for s in offered if (kind is None or s.kind == kind) and (not key or s.key == key)]
    if not found:
        raise UnknownSubject(_("There is no %(subject)s here.") % {"subject": text or _("subject for a report")})
    if len(found) > 1 and kind:
        codes = "、".join(f"{s} {s.name}" for s in found)
        raise UnknownSubject(_("There are several counties here; name one of them: %(codes)s") % {"codes": codes})
    return found[0], offered, years


def own_place(user) -> Subject:
    """The place in whose office somebody of the ``STAFF`` works, the county where there are several; no query.

    A superuser (set-up only) has all there is.
    """
    if user.is_superuser:
        return EVERYTHING
    places = [one.jurisdiction for one in user.standing() if one.role in STAFF]
    place = min(places, key=lambda one: (one.level == Level.TOWN, one.code))
    kind = Kind.TOWN if place.level == Level.TOWN else Kind.COUNTY
    return Subject(kind, place.code, place.name, place.path)


def is_in_sight(text: str, user) -> bool:
    """Whether this user may choose the subject."""
    try:
        return bool(find(text, user=user))
    except UnknownSubject:
        return False


def _parsed(text) -> tuple[Kind, str]:
    kind, _colon, key = text.partition(":")
    if kind not in set(Kind) or (not key and text != Kind.COUNTY) or not _is_key(kind, key):
        names = "county, county:CODE, town:CODE, group:ID, station:ID, deputy:ID"
        raise UnknownSubject(
            _("“%(text)s” names no subject of a report. Possible are: %(names)s") % {"text": text, "names": names}
        )
    return Kind(kind), key


def _is_key(kind, key) -> bool:
    return kind in (Kind.COUNTY, Kind.TOWN) or (key.isascii() and key.isdigit() and key[0] != "0" and len(key) < 19)


def _offered(user, kind=None, key="") -> tuple[list[Subject], list[int]]:
    """What this user may choose: places, groups and stations, the own duty file and the deputy asked for.

    A group of an earlier term is offered where it is asked for.
    """
    rows = list(_arms(user, key if kind == Kind.DEPUTY else None, key if kind == Kind.GROUP else None))
    offered = [Subject(Kind(kind), key, name, path) for kind, key, name, path in rows if kind in set(Kind)]
    order = list(Kind)
    offered.sort(key=lambda s: (order.index(s.kind), len(s.key), s.key))
    return offered, sorted(int(key) for kind, key, _name, _path in rows if kind == "year")


def _arms(user, asked, group) -> QuerySet:
    places = _seen(Jurisdiction, user, PLACE).filter(level__in=[Level.COUNTY, Level.TOWN])
    own = Q(user=user, user__isnull=False, continued_as__isnull=True)
    files = _seen(Deputy, user, DUTY_FILE).filter(Q(pk=asked) | own)
    return _arm(places, "level", "code", "name", "path").union(
        _arm(_seen(DeputyGroup, user, GROUP).of_running_terms(or_key=group), Value(Kind.GROUP), "pk", "name"),
        _arm(_seen(Station, user, PLACE), Value(Kind.STATION), "pk", "name"),
        _arm(files, Value(Kind.DEPUTY), "pk", "name"),
        _arm(Visit.objects.all(), Value("year"), ExtractYear("happened_on")),
        _arm(Petition.objects.all(), Value("year"), ExtractYear("received_on")),
    )


def _arm(rows, kind, key, name=None, path=None) -> QuerySet:
    """One arm of the union: four columns of text."""
    four = [kind, key, name or Value(""), path or Value("")]
    return rows.order_by().values_list(*(Cast(column, CharField()) for column in four))


def _seen(model, user, along) -> QuerySet:
    return model.objects.all() if user is None else model.objects.visible_to(user, along=along)

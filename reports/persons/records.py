"""Which records are about a person by themselves, and what hangs on each of them."""

from dataclasses import dataclass

from django.apps import apps
from django.db.models import Model

from office import personal_data


@dataclass(frozen=True)
class Root:
    """One kind of record with a person's name in it; ``hanging`` are labels with the look-up that leads here."""

    label: str
    name: str
    phone: str = ""
    hanging: tuple = ()

    @property
    def model(self):
        return apps.get_model(self.label)


def _of_petition() -> tuple:
    """What the catalogue puts within a petition, without the records that are about other persons."""
    others = {"constituents.representative", "constituents.complaint"}
    found = [(label, entry.within) for label, entry in personal_data.entries().items()]
    return tuple((label, lookup) for label, lookup in found if lookup.endswith("petition") and label not in others)


_OF_HOUSEHOLD = (
    ("visits.visit", "household"),
    ("visits.visitphoto", "visit__household"),
    ("visits.review", "visit__household"),
)
ROOTS = {
    root.label: root
    for root in (
        Root("constituents.household", "head", "phone", _OF_HOUSEHOLD),
        Root("constituents.liaisonvoter", "name", "phone"),
        Root("constituents.petition", "visitor", "phone", _of_petition()),
        Root("constituents.representative", "name", "phone"),
        Root("constituents.complaint", "name"),
        Root("constituents.referral", "person"),
        Root("visits.visit", "met", hanging=(("visits.visitphoto", "visit"), ("visits.review", "visit"))),
        Root(
            "deputies.deputy",
            "name",
            "phone",
            (
                ("deputies.absence", "deputy"),
                ("liaison_stations.turnrequest", "deputy"),
                ("reports.objection", "deputy"),
                ("reports.objectionstep", "objection__deputy"),
                ("constituents.suggestion", "deputy"),
                ("constituents.suggestionevent", "suggestion__deputy"),
            ),
        ),
        Root("liaison_stations.stationpost", "name", "phone"),
        Root("liaison_stations.station", "head_name"),
        Root("liaison_stations.reception", "with_whom"),
        Root(
            "office.user",
            "name",
            "phone",
            (
                ("office.assignment", "user"),
                ("office.notice", "user"),
                ("office.session", "user"),
                ("office.pastpassword", "user"),
                ("office.recoverycode", "user"),
                ("office.savedfilter", "user"),
                ("liaison_stations.feedtoken", "user"),
            ),
        ),
    )
}
"""By model label."""


def hanging_on(row: Model):
    """The rows that go with a record, by model label."""
    for label, lookup in ROOTS[row._meta.label_lower].hanging:
        rows = apps.get_model(label)._base_manager.filter(**{lookup: row.pk}).order_by("pk")
        yield label, list(rows)

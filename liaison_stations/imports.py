"""The list of stations is written down, with the people who work there and the deputies who receive there."""

from dataclasses import replace

from django.db.models import Max
from django.utils.translation import gettext as _

from deputies.imports import Deputies
from liaison_stations.hours import understood
from liaison_stations.models import Recurrence, Station, StationPost
from office import clock, places
from office.imports import Batch, upsert, upsert_parts
from office.models import Jurisdiction

KIND = "stations"


def write_stations(batch: Batch, county: Jurisdiction, deputies: Deputies, rows):
    """Write the rows of the list; a station is known by its name within its township."""
    towns = places.towns_of(county)
    rows = [replace(row, town=places.same_town(row.town, county, towns)) for row in rows]
    towns = places.towns_with((row.town for row in rows), county)
    found = {s.name: s for s in Station.objects.filter(jurisdiction__path__startswith=county.path)}
    number = Station.objects.aggregate(last=Max("number"))["last"] or 0
    kept = {}
    for row in rows:
        if row.name in kept:
            reason = _("This station stands in %s already with other data; the row was left out.")
            batch.reject(KIND, row.source, "name", "contradiction", reason % kept[row.name].source.words, row.name)
        else:
            kept[row.name] = row
    values = []
    for name, row in kept.items():
        number += name not in found
        values.append((name, _values(county, towns, deputies, row, None if name in found else number)))
    stations = upsert(batch, KIND, Station, found, values)
    _people(batch, deputies, stations, kept.values())
    _let_come_round(batch, stations.values())


def _values(county, towns, deputies, row, number) -> dict:
    place = towns.get(row.town) or _town_in(row.name, towns)
    head = deputies.named(row.head, row.town)
    return {
        "name": row.name,
        "jurisdiction_id": place.pk if place else county.pk,
        "number": number,
        "address": row.address,
        "head_id": head.pk if head else None,
        "head_name": "" if head else row.head,
        "reception_hours": row.hours,
    }


def _town_in(name, towns):
    """The township whose name a station's name begins with."""
    return next((town for town_name, town in towns.items() if name.startswith(town_name)), None)


def _let_come_round(batch, stations):
    """A station without a recurrence gets the one that its reception hours name, from this year on (D3-三, D5-二a)."""
    first = clock.local_date(batch.at).replace(month=1, day=1)
    ruled = set(Recurrence.objects.filter(station__in=[one.pk for one in stations]).values_list("station", flat=True))
    said = ((station, understood(station.reception_hours)) for station in stations if station.pk not in ruled)
    Recurrence.objects.bulk_create(
        Recurrence(station=station, since=first, **hours._asdict()) for station, hours in said if hours
    )


def _people(batch, deputies, stations, rows):
    """Officers and deputies of each station; who stands there already stays."""
    mine = [station.pk for station in stations.values()]
    officers_there = StationPost.objects.filter(kind=StationPost.Kind.OFFICER, station__in=mine)
    posts = {(post.station_id, post.name): post for post in officers_there}
    links = Station.deputies.through.objects.filter(station__in=mine)
    received = set(links.values_list("station_id", "deputy_id"))
    officers, new_links = [], []
    for row in rows:
        station = stations[row.name]
        officers += _officer(row, station)
        for name in row.deputies:
            deputy = deputies.find(batch, row.source, "deputies", name, town=row.town)
            if deputy and (station.pk, deputy.pk) not in received:
                received.add((station.pk, deputy.pk))
                new_links.append(Station.deputies.through(station_id=station.pk, deputy_id=deputy.pk))
    upsert_parts(batch, KIND, StationPost, posts, officers)
    Station.deputies.through.objects.bulk_create(new_links)


def _officer(row, station):
    """Identity and values of the officer's post, if the row names one."""
    if row.officer:
        values = {"station_id": station.pk, "name": row.officer, "job": row.officer_job, "phone": row.officer_phone}
        yield (station.pk, row.officer), values

"""A station with a rota: four deputies who sign in, a rule, and the verbs' people."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from deputies.models import Deputy
from liaison_stations import rota
from liaison_stations.models import Reception, ReceptionDuty, Recurrence
from office.roles import Role
from tests.county import person

ODD_15TH = "FREQ=MONTHLY;BYMONTH=1,3,5,7,9,11;BYMONTHDAY=15"
MONTHLY_15TH = "FREQ=MONTHLY;BYMONTHDAY=15"
TODAY = date(2026, 11, 25)
AT = datetime(2026, 11, 25, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


def when(on=TODAY):
    """An instant of a day, as the verbs take it."""
    return {"at": datetime.combine(on, time(10), ZoneInfo("Asia/Shanghai")), "on": on}


def recurrence(station, rule=MONTHLY_15TH, *, kind=rota.CUSTOM, since=date(2026, 1, 1), **more):
    said = {"starts_at": time(9), "ends_at": time(11), "deputies_each": 2, **more}
    return Recurrence.objects.create(station=station, kind=kind, rule=rule, since=since, **said)


def deputies_of(town, n=4):
    """``n`` deputies of the town's station, each with a sign-in; the town's own deputy is the first."""
    found = [town.deputy]
    for i in range(2, n + 1):
        user = person(f"deputy{town.n}-{i}", Role.DEPUTY)
        found.append(
            Deputy.objects.create(
                term=town.deputy.term, district=town.district, group=town.group, user=user, name=f"代表{town.n}之{i}"
            )
        )
    town.station.deputies.set(found)
    return found


def reception(station, day=date(2026, 12, 15), *deputies, **more):
    said = {"starts_at": time(9), "ends_at": time(11), **more}
    made = Reception.objects.create(station=station, planned_on=day, **said)
    for deputy in deputies:
        ReceptionDuty.objects.create(reception=made, deputy=deputy)
    return made


def turn(reception, deputy):
    return ReceptionDuty.objects.get(reception=reception, deputy=deputy)


def names(reception):
    return [duty.deputy.name for duty in reception.duties.order_by("deputy")]

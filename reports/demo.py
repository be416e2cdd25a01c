"""The demo county: workbooks of invented people read by the real importer, and one sign-in a role.

Its dates are moved by whole months, so that its ledger ends last month, whatever day it is loaded.
"""

from datetime import date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from constituents import reference
from constituents.models import Designation, Petition, Referral
from deputies.models import Deputy, Term
from liaison_stations.demo import add_rota
from liaison_stations.models import Station, StationPost
from office import audit, clock, regulations, workdays
from office.clock import add_months, days_between, month_end, month_start
from office.models import Assignment, Jurisdiction, Rule, Unit, User, Watermark
from office.models.places import Level
from office.roles import Role
from office.watermarks import SWEEP
from reports import demo_chain, demo_group, demo_reports, demo_voters, demo_year
from reports.sweep import run_due, sweep
from visits import county_import
from visits.actions import log_visit
from visits.models import Visit

WORKBOOKS = settings.BASE_DIR / "visits" / "demo_county"
LEDGER_ENDS = date(2026, 10, 31)
PASSWORD = "demo-only-2026"
"""Everybody's, and known to everybody: these sign-ins are for looking around, never for an office's own data."""
SIGN_INS = {
    "county": Role.COUNTY_OFFICE,
    "town": Role.TOWN_OFFICE,
    "deputy": Role.DEPUTY,
    "groupleader": Role.GROUP_LEADER,
    "officer": Role.STATION_OFFICER,
    "unit": Role.HANDLING_UNIT,
    "viewer": Role.LEADER,
}
MORE_UNITS = ("unit2", "unit3")
"""Two more units sign in, of the deputy's township and of the county, so that a matter can go from one to another."""
# The way, what was heard, and whether a matter was raised.
_HEARD = (
    (Visit.Kind.HOME, "入户了解生产生活情况，家中老人身体尚好，医保已缴清。", False),
    (Visit.Kind.PHONE, "电话了解近况，反映村口路灯有两盏不亮，希望尽快修好。", True),
    (Visit.Kind.MET, "在集市上遇到，谈到今年收成和外出务工的打算。", False),
)
_EACH_NIGHT = 7
"""So many of the last nights are judged one by one."""
# Shares no divisor with the length of any month, so that the contacts spread over all of its days.
_STRIDE = 37


class NamesTaken(Exception):
    """Somebody has one of the demo's sign-in names already: this is not an empty system."""


class Login(NamedTuple):
    """One of the sign-ins that were made here."""

    role: str
    username: str
    name: str


@transaction.atomic
def load(*, at):
    """Load the demo county as it would stand at the instant ``at``, in one transaction: all of it or nothing.

    Raises ``NamesTaken``.
    """
    on = clock.local_date(at)
    _check_names()
    if not Rule.objects.exists():
        regulations.load(on=on)
    workdays.load()
    reference.load()
    clerk = _make("county", at)
    county_import.run(sorted(WORKBOOKS.glob("*.xlsx")), by=clerk, at=at, shift_months=months_to_shift(on))
    _leave_open_what_is_answered_later(on)
    deputy = _make_people(on, at)
    demo_year.add(by=clerk, on=on)
    add_rota(by=clerk, at=at, on=on)
    demo_year.receive_today(Station.objects.get(posts__user__username="officer"), on)
    _log_this_month(deputy, clerk, on, at)
    players = _players(deputy)
    demo_chain.add(players, on=on, at=at)
    demo_group.add(players, on=on, at=at)
    demo_voters.add(players, on=on, at=at)
    _judge(on)
    demo_reports.add(by=clerk, on=on, at=at)


def _judge(on):
    """The first night of each month, and each of the last week: the flags that stand are those of every night."""
    first = add_months(month_start(Term.objects.get().records_since), 1)
    months = (on.year - first.year) * 12 + on.month - first.month
    for n in range(months + 1):
        sweep(on=add_months(first, n))
    Watermark.objects.create(job=SWEEP, done_through=on - timedelta(days=_EACH_NIGHT))
    run_due(until=on)


def months_to_shift(on: date) -> int:
    """By how many months the ledger is moved so that it ends in the month before ``on``."""
    return (on.year - LEDGER_ENDS.year) * 12 + on.month - LEDGER_ENDS.month - 1


def logins() -> list[Login]:
    """The sign-ins of the demo county, as far as they are there and still have the demo password."""
    made = {user.username: user for user in User.objects.filter(username__in=SIGN_INS, is_active=True)}
    kept = {hashed for hashed in {user.password for user in made.values()} if check_password(PASSWORD, hashed)}
    return [
        Login(str(role.label), username, made[username].name)
        for username, role in SIGN_INS.items()
        if username in made and made[username].password in kept
    ]


def _check_names():
    taken = User.objects.filter(username__in=[*SIGN_INS, *MORE_UNITS]).values_list("username", flat=True)
    if taken:
        raise NamesTaken(_("These sign-in names are taken: %s. The demo county was not loaded.") % ", ".join(taken))


def _leave_open_what_is_answered_later(on):
    # The register holds answers of the month after its last one. Early in a month those days have not come yet:
    # such a matter is still with its unit, and nobody has asked its visitor.
    later = Referral.objects.filter(replied_on__gt=on)
    Petition.objects.filter(referrals__in=later).update(status=Petition.Status.ROUTED, satisfaction="")
    later.update(replied_on=None)


# -- the people who sign in


def _make_people(on, at) -> Deputy:
    """Everybody's roles and links; the deputy is returned, whose station, town and group the others belong to."""
    county = Jurisdiction.objects.get(level=Level.COUNTY)
    deputy = _deputy_with_something_to_do(on)
    post = _posts().filter(station__deputies=deputy).order_by("pk").first()
    town = post.station.jurisdiction
    unit, other = _county_units()
    _name(User.objects.get(username="county"), f"{county}人大代表工委（演示）", jurisdiction=county)
    _name(_make("town", at), f"{town}人大办公室（演示）", jurisdiction=town)
    _name(_make("unit", at), f"{unit}（演示）", unit=unit)
    _name(_make("unit2", at), f"{_town_unit(town)}（演示）", unit=_town_unit(town))
    _name(_make("unit3", at), f"{other}（演示）", unit=other)
    _name(_make("viewer", at), f"{county}人大常委会领导（演示）", jurisdiction=county)
    _link(post, "user", _name(_make("officer", at), post.name))
    _link(deputy, "user", _name(_make("deputy", at), deputy.name))
    _make_group_leader(deputy, on, at)
    # At one station, so that they can swap their turns.
    post.station.deputies.add(deputy.group.leader)
    return deputy


def _county_units():
    """The two units of the county that had most matters so far."""
    units = Unit.objects.filter(jurisdiction__level=Level.COUNTY)
    return units.annotate(n=Count("referrals")).order_by("-n", "pk")[:2]


def _town_unit(town) -> Unit:
    """The government of a township, to which its office routes (D3-六b)."""
    return Unit.objects.get_or_create(jurisdiction=town, name=f"{town}人民政府")[0]


def _players(deputy) -> demo_chain.People:
    """Who takes the steps of what is under way, all of whom sign in."""
    users = {user.username: user for user in User.objects.filter(username__in=[*SIGN_INS, *MORE_UNITS])}
    home = Station.objects.get(posts__user=users["officer"])
    second, third = Station.objects.exclude(jurisdiction=home.jurisdiction_id).order_by("pk")[:2]
    return demo_chain.People(
        users=users,
        deputies={"deputy": deputy, "groupleader": deputy.group.leader},
        stations={"home": home, "second": second, "third": third},
        units={name: users[name].assignments.get().unit for name in ("unit", *MORE_UNITS)},
    )


def _make(username, at) -> User:
    user = User.objects.create(username=username, password=_hashed())
    audit.record(by=None, at=at, action="user.added", subject=user, detail={"role": _role(username)})
    return user


@cache
def _hashed() -> str:
    """The password that all of them have, hashed once: that is meant to take its time."""
    return make_password(PASSWORD)


def _role(username) -> Role:
    return SIGN_INS.get(username, Role.HANDLING_UNIT)


def _name(user, name, **where) -> User:
    user.name = name
    user.save(update_fields=["name"])
    Assignment.objects.create(user=user, role=_role(user.username), **where)
    return user


def _link(row, field, value):
    setattr(row, field, value)
    row.save(update_fields=[field])


def _make_group_leader(deputy, on, at):
    leader = _deputies(on).filter(group=deputy.group).exclude(pk=deputy.pk).order_by("pk").first()
    user = _name(_make("groupleader", at), leader.name)
    Assignment.objects.create(user=user, role=Role.DEPUTY)
    _link(leader, "user", user)
    _link(deputy.group, "leader", leader)


def _posts():
    return StationPost.objects.filter(kind=StationPost.Kind.OFFICER)


def _deputies(on):
    """Deputies in office since the beginning of last month who have two or three contact households."""
    last_month = add_months(month_start(on), -1)
    homes = Count("designations", filter=Q(designations__until=None), distinct=True)
    return Deputy.objects.in_office(last_month, on).annotate(homes=homes).filter(homes__in=(2, 3))


def _deputy_with_something_to_do(on) -> Deputy:
    """One who receives at a station, has seen voters often but not last month: a flag of D1-3①b is open."""
    last_month = add_months(month_start(on), -1)
    seen = Visit.objects.between(last_month, month_end(last_month)).filter(deputy=OuterRef("pk"))
    at_a_station = _posts().filter(station__deputies=OuterRef("pk"))
    return (
        _deputies(on)
        .filter(~Exists(seen), Exists(at_a_station), group__isnull=False)
        .annotate(contacts=Count("visits", distinct=True))
        .order_by("-contacts", "pk")
        .first()
    )


# -- the running month


def _log_this_month(deputy, clerk, on, at):
    """A contact of every second deputy, and some of ``deputy``: the month is neither empty nor full."""
    days = list(days_between(month_start(on), on))
    for n, home in enumerate(_homes_to_see(deputy, on)):
        day = days[n * _STRIDE % len(days)]
        noon = datetime.combine(day, time(12), timezone.get_current_timezone())
        kind, heard, raised = _HEARD[n % len(_HEARD)]
        log_visit(
            by=home.deputy.user or clerk,
            deputy=home.deputy,
            household=home.household,
            at=min(noon, at),
            on=day,
            kind=kind,
            content=heard,
            matter_raised=raised,
        )


def _homes_to_see(deputy, on) -> list[Designation]:
    """One household of every second deputy in office, and all but one of ``deputy``'s."""
    holding = Designation.objects.on(month_start(on)).filter(until=None)
    homes = holding.filter(deputy__in=Deputy.objects.in_office(month_start(on), on))
    by_deputy = {}
    for home in homes.select_related("deputy__user", "household").order_by("deputy", "pk"):
        by_deputy.setdefault(home.deputy_id, []).append(home)
    mine = by_deputy.pop(deputy.pk)
    return mine[:-1] + [theirs[0] for theirs in list(by_deputy.values())[::2]]

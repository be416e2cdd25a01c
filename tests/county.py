"""A small county made of real rows: two towns that mirror each other, so that a leak has somewhere to come from."""

from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace

from constituents.models import DeclineReason, Designation, Household, Petition
from deputies.models import Deputy, DeputyGroup, ElectoralDistrict, Term
from liaison_stations.models import Station, StationPost
from office.models import Assignment, Jurisdiction, Unit, User
from office.roles import Role


@dataclass
class County:
    county: Jurisdiction
    term: Term
    towns: list = field(default_factory=list)
    office: User = None
    mark: str = ""

    @property
    def a(self):
        return self.towns[0]

    @property
    def b(self):
        return self.towns[1]


def build(towns=("东山镇", "西河乡"), *, name="试验县", code="990901", mark="") -> County:
    """``mark`` stands before the sign-ins of a second county, which needs a ``code`` and a ``name`` of its own too."""
    top = Jurisdiction.objects.create(name=name, level="county", code=code, path="/")
    top.path = f"/{top.pk}/"
    top.save()
    term = Term.objects.create(jurisdiction=top, ordinal=18, records_since=date(2026, 1, 1))
    small = County(county=top, term=term, mark=mark)
    small.office = person(f"{mark}office", Role.COUNTY_OFFICE, jurisdiction=top)
    small.leader = person(f"{mark}leader", Role.LEADER, jurisdiction=top)
    small.towns = [_town(small, n, name) for n, name in enumerate(towns, 1)]
    return small


def person(username, *roles, **where) -> User:
    """A user with roles; the password is never used, tests sign in by force."""
    user = User.objects.create(username=username, name=username)
    for role in roles:
        Assignment.objects.create(user=user, role=role, **where)
    return user


def _town(small, n, name):
    place = Jurisdiction.objects.create(
        name=name, level="town", code=f"{small.county.code}00{n}", parent=small.county, path=f"{small.county.path}t{n}/"
    )
    town = SimpleNamespace(place=place, n=n)
    town.district = ElectoralDistrict.objects.create(term=small.term, number=n, name=f"第{n}选区", jurisdiction=place)
    town.group = DeputyGroup.objects.create(term=small.term, name=f"{name}代表小组", jurisdiction=place)
    town.staff = person(f"{small.mark}town{n}", Role.TOWN_OFFICE, jurisdiction=place)
    town.deputy_user = person(f"{small.mark}deputy{n}", Role.DEPUTY)
    town.deputy = Deputy.objects.create(
        term=small.term, district=town.district, group=town.group, user=town.deputy_user, name=f"代表{n}"
    )
    town.leader_user = person(f"{small.mark}group{n}", Role.DEPUTY, Role.GROUP_LEADER)
    town.leader = Deputy.objects.create(
        term=small.term, district=town.district, group=town.group, user=town.leader_user, name=f"组长{n}"
    )
    town.group.leader = town.leader
    town.group.save()
    town.station = Station.objects.create(
        name=f"{name}人大代表联络站", jurisdiction=place, number=Station.objects.count() + 1
    )
    town.station.deputies.add(town.deputy)
    town.officer = person(f"{small.mark}officer{n}", Role.STATION_OFFICER)
    StationPost.objects.create(station=town.station, name=f"联络员{n}", user=town.officer)
    town.unit = Unit.objects.create(name=f"{name}人民政府", jurisdiction=place)
    town.unit_user = person(f"{small.mark}unit{n}", Role.HANDLING_UNIT, unit=town.unit)
    town.households = [household(town, i) for i in (1, 2)]
    return town


def household(town, i, since=date(2026, 1, 1)) -> Household:
    home = Household.objects.create(
        head=f"户主{town.n}{i}",
        jurisdiction=town.place,
        address=f"{town.place.name}一村{i}组",
        phone=f"1990000{town.n}00{i}",
    )
    Designation.objects.create(household=home, deputy=town.deputy, since=since)
    return home


def ended(status) -> dict:
    """A state in which a matter may have come to its end, with what it then has besides."""
    more = {
        "declined": lambda: {
            "decline_reason": DeclineReason.objects.get_or_create(key="own", defaults={"name": "个人诉求"})[0]
        },
        "answered": lambda: {"answer": "已当场答复"},
        "merged": lambda: {"merged_into": Petition.objects.order_by("pk").first()},
    }
    return {"status": status, **more.get(status, dict)()}

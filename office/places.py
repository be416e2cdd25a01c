"""Counties and townships that a workbook names, found or entered with a provisional code."""

from django.db.models import Max

from office.models import Jurisdiction

_PROVISIONAL = "99"
"""No province has this number in GB/T 2260; the office enters the real code in the admin site."""

_ENDINGS = ("镇", "乡", "街道", "街道办事处", "民族乡")


def county_named(name: str) -> Jurisdiction:
    """The county of that name; entered if it is new."""
    found = Jurisdiction.objects.filter(name=name, level="county").first()
    return found or _enter(name, "county", None, _next_code("", f"{_PROVISIONAL}0100"))


def towns_of(county: Jurisdiction) -> dict[str, Jurisdiction]:
    """The townships of a county by name."""
    return {town.name: town for town in Jurisdiction.objects.filter(parent=county, level="town")}


def towns_with(names, county: Jurisdiction) -> dict[str, Jurisdiction]:
    """The townships of a county by name; those among ``names`` that are new are entered, in that order."""
    towns = towns_of(county)
    for name in dict.fromkeys(names):
        if name and name not in towns:
            towns[name] = _enter(name, "town", county, _next_code(county.code, f"{county.code}000"))
    return towns


def same_town(name: str, county: Jurisdiction, known) -> str:
    """The way a township is written among ``known``: 清源县城关镇 and 城关 are 城关镇, if there is only one such."""
    name = name.removeprefix(county.name) or name
    longer = [town for town in dict.fromkeys(known) if town != name and is_town(town, name)]
    return longer[0] if len(longer) == 1 and not name.endswith(_ENDINGS) else name


def is_town(town: str, written: str) -> bool:
    """Whether ``written`` is the township's name, whole or without 镇, 乡, 街道."""
    return town == written or (town.startswith(written) and town.removeprefix(written) in _ENDINGS)


def paths_to(path: str) -> list[str]:
    """The paths of a place and of every place above it: ``/1/4/`` lies in ``/1/`` and in itself."""
    parts = path.strip("/").split("/")
    return [f"/{'/'.join(parts[:n])}/" for n in range(1, len(parts) + 1)]


def _next_code(above: str, start: str) -> str:
    """The code after the highest among the county's townships, or among the provisional counties."""
    codes = Jurisdiction.objects.filter(code__startswith=above or _PROVISIONAL, level="town" if above else "county")
    last = codes.aggregate(last=Max("code"))["last"] or start
    return str(int(last) + 1)


def _enter(name, level, parent, code) -> Jurisdiction:
    place = Jurisdiction(name=name, level=level, parent=parent, code=code)
    settle(place)
    return place


def renamed(place: Jurisdiction, *, was: str):
    """Keep under which name older records know a place, the last of them where not all fit; not saved yet."""
    former = [name for name in place.former_names.split("、") if name not in ("", was, place.name)] + [was]
    while len("、".join(former)) > Jurisdiction._meta.get_field("former_names").max_length:
        former.pop(0)
    place.former_names = "、".join(former)


def settle(place: Jurisdiction):
    """Save a new place below its parent; the path names the place itself, so it is known only afterwards."""
    place.path = f"new {place.code}"
    place.save()
    place.path = f"{place.parent.path if place.parent else '/'}{place.pk}/"
    place.save(update_fields=["path"])

"""The roster of deputies is written down; and deputies are found by the names that the other workbooks use."""

from collections import defaultdict
from dataclasses import replace

from django.utils.translation import gettext as _

from deputies.models import Deputy, DeputyGroup, ElectoralDistrict, Term
from office import places
from office.imports import Batch, upsert
from office.models import Jurisdiction
from office.normalise import DistrictName

KIND, DISTRICTS = "deputies", "districts"


def term_of(county: Jurisdiction, ordinal: int | None) -> Term:
    """The term that runs; the county's first is entered, and takes the number of the first title that names one."""
    found = Term.objects.filter(jurisdiction=county).running().first()
    found = found or Term.objects.create(jurisdiction=county, ordinal=ordinal)
    if ordinal and not found.ordinal:
        found.ordinal = ordinal
        found.save(update_fields=["ordinal"])
    return found


def lock_terms(county: Jurisdiction) -> list[Term]:
    """The terms of a congress; until the transaction ends none of them is closed, and none closed is opened again."""
    rows = Term.objects.filter(jurisdiction=county).order_by("pk")
    # NO KEY: whoever only refers to a term need not wait.
    return list(rows.select_for_update(of=("self",), no_key=True))


def write_roster(batch: Batch, county: Jurisdiction, term: Term, rows):
    """Write the rows of a roster: townships, districts, groups, then the deputies themselves."""
    rows = _with_known_towns(county, rows)
    rows = _with_own_numbers(term, rows)
    towns = places.towns_with((row.town for row in rows), county)
    districts = _districts(batch, county, term, towns, rows)
    groups = _groups(county, term, towns, rows)
    found = {(d.district_id, d.name): d for d in Deputy.objects.filter(term=term)}
    upsert(batch, KIND, Deputy, found, _deputies(batch, term, towns, districts, groups, rows))


def _with_known_towns(county, rows) -> list:
    known = [*places.towns_of(county), *(row.town for row in rows)]
    return [replace(row, town=places.same_town(row.town, county, known)) for row in rows]


def _with_own_numbers(term, rows) -> list:
    """Where every township counts its districts from 1, a district is known by its township and its number."""
    districts = ElectoralDistrict.objects.filter(term=term, number__isnull=False).select_related("jurisdiction")
    names = {(d.jurisdiction.name, d.number): d.name for d in districts}
    written = {(row.town, row.district.number) for row in rows if row.district.name == f"第{row.district.number}选区"}
    if not _begins_anew([*names, *written]):
        return rows
    return [replace(row, district=_own_district(row, names, written)) for row in rows]


def _begins_anew(pairs) -> bool:
    """Numbers of several townships: most of them, and the first, stand in more than one."""
    towns = defaultdict(set)
    for town, number in pairs:
        if town:
            towns[number].add(town)
    again = [number for number, where in towns.items() if len(where) > 1]
    return 1 in again and len(again) > 1 and len(again) * 2 >= len(towns)


def _own_district(row, names, written) -> DistrictName:
    at = (row.town, row.district.number)
    if at not in written or not row.town:
        return row.district
    return DistrictName(names.get(at, f"{row.town}{row.district.name}"), row.district.number)


def _districts(batch, county, term, towns, rows) -> dict[str, ElectoralDistrict]:
    """The districts by name; a district lies in the township that the first of its rows names."""
    found = {d.name: d for d in ElectoralDistrict.objects.filter(term=term)}
    named = {}
    for row in rows:
        named.setdefault(row.district.name, (row.district.number, ""))
        if row.town and not named[row.district.name][1]:
            named[row.district.name] = (row.district.number, row.town)
    values = []
    for name, (number, town) in named.items():
        # A district that is on record keeps its township when the sheet names none.
        place = towns[town].pk if town else None if name in found else county.pk
        values.append((name, {"term_id": term.pk, "name": name, "number": number, "jurisdiction_id": place}))
    return upsert(batch, DISTRICTS, ElectoralDistrict, found, values)


def _groups(county, term, towns, rows) -> dict[str, DeputyGroup]:
    """The groups by name; a group whose deputies come from one township belongs to it, else to the county."""
    found = {g.name: g for g in DeputyGroup.objects.filter(term=term)}
    members = defaultdict(set)
    for row in rows:
        members[row.group].add(row.town)
    members.pop("", None)
    new = [
        DeputyGroup(term=term, name=name, jurisdiction_id=_seat(county, towns, own))
        for name, own in members.items()
        if name not in found
    ]
    return found | {group.name: group for group in DeputyGroup.objects.bulk_create(new)}


def _seat(county, towns, names) -> int:
    only = next(iter(names)) if len(names) == 1 else ""
    return towns[only].pk if only else county.pk


def _deputies(batch, term, towns, districts, groups, rows):
    """Identity and values of each row; a second, different row of one person is left out and named."""
    taken = {}
    for row in rows:
        district = districts[row.district.name]
        key = (district.pk, row.name)
        if _contradicts(batch, row, district, towns, taken.get(key)):
            continue
        taken[key] = row
        yield key, _values(row, term, district, groups)


def _contradicts(batch, row, district, towns, other) -> bool:
    if other is not None:
        reason = _("%(name)s stands in this district already (%(where)s) with other data; the row was left out.")
        told = {"name": row.name, "where": other.source.words}
        batch.reject(KIND, row.source, "name", "contradiction", reason % told, row.name)
    elif row.town and district.jurisdiction_id != towns[row.town].pk:
        reason = _("The district %(district)s belongs to %(town)s in other rows; the row was left out.")
        told = {"district": district.name, "town": district.jurisdiction.name}
        batch.reject(KIND, row.source, "town", "contradiction", reason % told, row.town)
    else:
        return False
    return True


def _values(row, term, district, groups) -> dict:
    return {
        "term_id": term.pk,
        "district_id": district.pk,
        "group_id": groups[row.group].pk if row.group else None,
        "name": row.name,
        "sex": row.sex,
        "nation": row.nation,
        "born": row.born,
        "party": row.party,
        "education": row.education,
        "job": row.job,
        "phone": row.phone,
        "remark": row.remark,
        "joined_on": row.joined_on,
        "left_on": row.left_on,
        "end_reason": row.end_reason[:100],
    }


class Deputies:
    """The deputies of one term by name; what tells two of one name apart is their township or district."""

    def __init__(self, term: Term):
        self._by_name = defaultdict(list)
        for deputy in Deputy.objects.filter(term=term).select_related("district__jurisdiction"):
            self._by_name[deputy.name].append(deputy)

    def named(self, name: str, town="") -> Deputy | None:
        """The one deputy of that name (and township, if there are several); None without a word otherwise."""
        alike = self._alike(name, town, "")
        return alike[0] if len(alike) == 1 else None

    def _alike(self, name, town, district) -> list[Deputy]:
        alike = self._by_name.get(name, [])
        return alike if len(alike) < 2 else [d for d in alike if _is_from(d, town, district)]

    def find(self, batch: Batch, source, key: str, name: str, *, town="", district="", clues=()) -> Deputy | None:
        """The one deputy of that name; None when there is none or more than one (named on the cell).

        ``clues`` are tried in turn to tell several of one name apart: what else the row says fits only one of them.
        """
        alike = self._alike(name, town, district)
        for fits in clues:
            alike = [d for d in alike if len(alike) < 2 or fits(d)] or alike
        if len(alike) == 1:
            return alike[0]
        reason = (
            _("%s is not in the roster, or their row there was left out; correct the name or the roster.")
            if name not in self._by_name
            else _("There is more than one deputy called %s; say the township or the district.")
        )
        batch.name(source, key, "ambiguous_deputy" if name in self._by_name else "unknown_deputy", reason % name, name)
        return None


def _is_from(deputy, town, district) -> bool:
    from_town = not town or places.is_town(deputy.district.jurisdiction.name, town)
    return from_town and (not district or deputy.district.name.endswith(district))


def lives_at(address: str):
    """The clue that an address gives: it begins with the deputy's own township."""
    return lambda deputy: address.startswith(deputy.district.jurisdiction.name)

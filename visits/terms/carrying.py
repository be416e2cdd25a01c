"""The rows of a change of term are written: set by set, and what was before is noted so that it can be put back."""

from dataclasses import replace
from datetime import date

from django.db.models import F, OuterRef, Subquery
from django.utils.translation import gettext as _

from constituents.models import Designation, LiaisonVoter, Petition, PetitionEvent, Suggestion, SuggestionEvent
from deputies import imports
from deputies.models import Deputy, DeputyGroup, DistrictSuccession, ElectoralDistrict, Term
from liaison_stations.models import ReceptionDuty, Station, TurnRequest
from office import audit
from office.imports import SIZE, Batch
from visits.models import Visit
from visits.terms.proposal import Proposal, last_day

ENDED = "届满"
"""Why a mandate ended with its term, in the words of the roster."""


class Unwritable(Exception):
    """The roster contradicts what is on record; nothing is written."""


def carry(found: Proposal, change, *, by, at) -> dict:
    """Write all of it; the rows made and the values replaced, by which ``undoing`` puts everything back."""
    old = change.term
    new = _term(found, old)
    _districts(found, new)
    _end_mandates(found, by=by, at=at)
    deputies = _roster(found, old, new, by=by, at=at)
    _elected_again(found, deputies)
    _leaders(old, new, {pk: deputies[key] for key, pk in found.again.items()})
    written = {
        "term": new.pk,
        "ended": [one.pk for one in found.old],
        **_homes(found, deputies, by=by, at=at),
        **_voters(found, deputies),
        **_stations(found, deputies),
        **_turns(found, deputies, by=by, at=at),
        "petitions": _followed(found.matters, Petition, PetitionEvent, "petition", deputies, by=by, at=at),
        "suggestions": _followed(found.suggestions, Suggestion, SuggestionEvent, "suggestion", deputies, by=by, at=at),
        "contacts": _contacts(found),
    }
    return written | {"numbers": _numbers(found, deputies, written)}


def _numbers(found, deputies, written) -> dict[str, int]:
    """How much was carried, as the page says it afterwards."""
    return {
        "deputies": len(deputies),
        "again": len(found.again),
        "districts": len(found.plan["districts"]),
        "homes": len(written["homes_made"]),
        "petitions": len(written["petitions"]),
        "suggestions": len(written["suggestions"]),
        "turns": len(written["turns"]) - len(written["turns_gone"]),
        "ended": len(found.old),
    }


def _term(found, old) -> Term:
    plan = found.plan
    since = date.fromisoformat(plan.get("records_since") or plan["first_day"])
    if Term.objects.filter(jurisdiction=old.jurisdiction, ordinal=plan["ordinal"]).exists():
        raise Unwritable(_("There is a term of this number already."))
    # The old one ends before the new one is there: one term of a congress runs.
    old.ended_on = last_day(found)
    old.save(update_fields=["ended_on"])
    old.successor = new = Term.objects.create(
        jurisdiction=old.jurisdiction, ordinal=plan["ordinal"], began_on=found.first, records_since=since
    )
    old.save(update_fields=["successor"])
    return new


def _districts(found, new):
    rows = [
        ElectoralDistrict(term=new, number=one["number"], name=one["name"], jurisdiction_id=one["place"])
        for one in found.plan["districts"]
    ]
    made = {one.name: one for one in ElectoralDistrict.objects.bulk_create(rows, batch_size=SIZE)}
    pairs = [(old, made[name]) for old, names in found.follows.items() for name in names]
    DistrictSuccession.objects.bulk_create((DistrictSuccession(old_id=o, new=n) for o, n in pairs), batch_size=SIZE)


def _end_mandates(found, *, by, at):
    """The last day in office is the one before the new term: ``left_on`` is the first day out of it."""
    keys = [one.pk for one in found.old]
    Deputy.objects.filter(pk__in=keys).update(left_on=found.first, end_reason=ENDED)
    detail = {"left_on": found.first.isoformat(), "end_reason": ENDED}
    audit.record_all(by=by, at=at, action="deputy.term_ended", model=Deputy, keys=keys, detail=detail)


def _roster(found, old, new, *, by, at) -> dict[str, Deputy]:
    """The mandates of the new term by their keys; they begin with it, or later where the roster says so."""
    batch, groups = Batch(by=by, at=at), _groups(found) if found.plan.get("groups") == "kept" else {}
    rows = [replace(s.row, group=s.row.group or groups.get(s.key, "")) for s in found.seats]
    if old.jurisdiction.level == "town":
        rows = [replace(row, town="") for row in rows]
    imports.write_roster(batch, old.jurisdiction, new, rows)
    if left_out := batch.problems:
        raise Unwritable("；".join(problem.reason for problem in left_out[:5]))
    Deputy.objects.filter(term=new, joined_on=None).update(joined_on=found.first)
    Deputy.objects.filter(term=new, joined_on__lt=found.first).update(joined_on=found.first)
    _keep_seats(old, new)
    made = Deputy.objects.filter(term=new).select_related("district")
    return {f"{one.district.name}|{one.name}": one for one in made}


def _groups(found) -> dict[str, str]:
    """For each mandate the old group of the person elected again, else of whoever served the district before."""
    old = {one.pk: one.group.name for one in found.old if one.group}
    by_district = {}
    for one in found.old:
        for name in found.follows.get(one.district_id, ()) if one.group else ():
            by_district.setdefault(name, one.group.name)
    return {s.key: old.get(found.again.get(s.key)) or by_district.get(s.district, "") for s in found.seats}


def _keep_seats(old, new):
    """A group of the same name lies where it lay before."""
    seats = dict(DeputyGroup.objects.filter(term=old).values_list("name", "jurisdiction_id"))
    same = [one for one in DeputyGroup.objects.filter(term=new) if one.name in seats]
    for one in same:
        one.jurisdiction_id = seats[one.name]
    DeputyGroup.objects.bulk_update(same, ["jurisdiction"], batch_size=SIZE)


def _elected_again(found, deputies):
    rows = []
    for key, pk in found.again.items():
        deputies[key].succeeds_id = pk
        rows.append(deputies[key])
    Deputy.objects.bulk_update(rows, ["succeeds"], batch_size=SIZE)
    before = Deputy.objects.filter(pk=OuterRef("succeeds"))
    Deputy.objects.filter(pk__in=[one.pk for one in rows]).update(user=Subquery(before.values("user")))


def _leaders(old, new, again):
    """Who led a group and was elected again into the group of that name leads it on; the others are named later."""
    leads = {g.name: again[g.leader_id] for g in DeputyGroup.objects.filter(term=old) if g.leader_id in again}
    rows = [one for one in DeputyGroup.objects.filter(term=new) if one.name in leads]
    rows = [one for one in rows if leads[one.name].group_id == one.pk]
    for one in rows:
        one.leader = leads[one.name]
    DeputyGroup.objects.bulk_update(rows, ["leader"], batch_size=SIZE)


def _homes(found, deputies, *, by, at) -> dict:
    """D1-3①a: what was designated ends with the term, and begins anew with whoever has the household now.

    What began in the new term already, with somebody elected again, is that mandate's own: it is not cut in two.
    """
    last, ended = last_day(found), [one.pk for one in found.homes]
    rows = Designation.objects.filter(pk__in=ended)
    rows.filter(since__gte=found.first).update(until=F("since"))
    rows.filter(until=None).update(until=last)
    passed = [one for one in found.homes if one.to]
    made = Designation.objects.bulk_create(
        (Designation(household_id=p.row.household_id, deputy=deputies[p.to], since=_since(p, found)) for p in passed),
        batch_size=SIZE,
    )
    keys = [one.row.household_id for one in found.homes]
    model = Designation._meta.get_field("household").related_model
    audit.record_all(by=by, at=at, action="household.term_ended", model=model, keys=keys, detail={"on": str(last)})
    return {"homes_ended": ended, "homes_made": [one.pk for one in made]}


def _since(passing, found):
    since = passing.row.since
    return max(since, found.first) if since else found.first


def _voters(found, deputies) -> dict:
    """D8-三: whoever was elected again has the same liaison voters; the others chose theirs for themselves."""
    new_of, last = {pk: deputies[key] for key, pk in found.again.items()}, last_day(found)
    rows = LiaisonVoter.objects.filter(pk__in=[one.pk for one in found.voters])
    rows.filter(since__gte=found.first).update(until=F("since"))
    rows.filter(until=None).update(until=last)
    made = LiaisonVoter.objects.bulk_create(
        (
            LiaisonVoter(deputy=new_of[v.deputy_id], name=v.name, phone=v.phone, address=v.address, since=found.first)
            for v in found.voters
            if v.deputy_id in new_of
        ),
        batch_size=SIZE,
    )
    return {"voters_ended": [one.pk for one in found.voters], "voters_made": [one.pk for one in made]}


def _stations(found, deputies) -> dict:
    """The new deputies come to the stations; the old ones stay on record there, for what they did counts there."""
    through = Station.deputies.through
    pairs = [(station, deputies[key].pk) for station, keys in found.stations.items() for key in keys]
    through.objects.bulk_create((through(station_id=s, deputy_id=d) for s, d in pairs), batch_size=SIZE)
    heads = list(Station.objects.filter(pk__in=found.heads))
    before = [[one.pk, one.head_id] for one in heads]
    for one in heads:
        one.head = deputies[found.heads[one.pk]]
    Station.objects.bulk_update(heads, ["head"], batch_size=SIZE)
    return {"heads": before}


def _turns(found, deputies, *, by, at) -> dict:
    """D3-三: the turns to come are those of the new deputies; where nobody follows, the turn is taken away."""
    moved, gone, before = [], [], []
    for one in found.turns:
        row = one.row
        before.append([row.pk, row.reception_id, row.deputy_id, row.confirmed_on and str(row.confirmed_on)])
        if one.to:
            row.deputy = deputies[one.to]
            row.confirmed_on = row.confirmed_on if one.continues else None
            moved.append(row)
        else:
            gone.append(row.pk)
    asked = TurnRequest.objects.filter(duty__in=[one.pk for one in found.turns], state=TurnRequest.State.ASKED)
    requests = list(asked.order_by("pk").values_list("pk", "duty_id"))
    asked.update(state=TurnRequest.State.WITHDRAWN, answered_by=by, answered_at=at, answer=ENDED)
    ReceptionDuty.objects.filter(pk__in=gone).delete()
    ReceptionDuty.objects.bulk_update(moved, ["deputy", "confirmed_on"], batch_size=SIZE)
    return {"turns": before, "turns_gone": gone, "turns_asked": [list(one) for one in requests]}


def _followed(passing, model, event, name, deputies, *, by, at) -> list:
    """Who received a matter, or wrote a suggestion, stays so; who was elected again simply goes on."""
    to_others = [one for one in passing if one.to and not one.continues]
    before = [[one.pk, one.row.followed_up_by_id] for one in to_others]
    for one in to_others:
        one.row.followed_up_by = deputies[one.to]
    model.objects.bulk_update([one.row for one in to_others], ["followed_up_by"], batch_size=SIZE)
    model.objects.filter(pk__in=[one.pk for one in to_others]).update(version=F("version") + 1)
    told = ((one, _("Change of term: followed up by %s.") % deputies[one.to].name) for one in to_others)
    event.objects.bulk_create(
        (
            event(**{name: one.row}, verb="pass_on", at=at, by=by, was=one.row.status, now=one.row.status, note=note)
            for one, note in told
        ),
        batch_size=SIZE,
    )
    keys = [one.pk for one in to_others]
    audit.record_all(by=by, at=at, action=f"{name}.pass_on", model=model, keys=keys)
    return before


def _contacts(found) -> list:
    """What somebody elected again logged for days of the new term belongs to the new mandate."""
    rows = Visit.objects.filter(pk__in=found.contacts)
    before = [list(one) for one in rows.order_by("pk").values_list("pk", "deputy")]
    rows.update(deputy=Subquery(Deputy.objects.filter(succeeds=OuterRef("deputy")).values("pk")))
    return before

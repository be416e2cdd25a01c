"""Routing by level and remit (D3-六b, D3-六c): up to the county, to the units, and back from them."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from constituents import audiences, moves
from constituents.actions.intake import complained_units
from constituents.actions.letting_go import let_assisting_go, let_go
from constituents.deadlines import ReplyClock
from constituents.models import Guest, Petition, Referral
from constituents.moving import CannotMove, NotTheirs, claim, step, subject_of
from office import numbering
from office.models import Unit
from office.places import paths_to
from office.roles import STAFF, Role
from office.versions import lock


@transaction.atomic
def escalate(petition, *, by, at, note, seen=None) -> Petition:
    """Report a matter to the county's standing committee: it needs a higher level than the town's (D3-六c)."""
    petition = claim(petition, "escalate", by=by, seen=seen)
    _check_desk(petition, by)
    level, course = Petition.Level.COUNTY, Petition.Course.ESCALATE
    step(petition, "escalate", by=by, at=at, note=note, level=level, course=course)
    offices = audiences.offices(petition.station.jurisdiction, {Role.COUNTY_OFFICE})
    text = _("%s was reported to the county (D3-六c).") % petition.number
    audiences.tell_of(petition, offices, verb="escalate", text=text, at=at)
    return petition


@transaction.atomic
def route(
    petition,
    *,
    by,
    at,
    on,
    unit,
    brief,
    assisting=(),
    kind=Referral.Kind.STATION,
    mode=Referral.Mode.LETTER,
    person="",
    files=(),
    seen=None,
) -> Referral:
    """Hand a matter to a lead unit and to those that assist it (D3-六b, D3-六c, D5-三c); the lead's referral.

    ``kind`` selects the rule that sets the day of the reply. ``brief`` is all that the units read of the matter;
    ``files`` are the attachments that they may open too.
    """
    petition = claim(petition, "route", by=by, seen=seen)
    _check_desk(petition, by)
    check_units([unit, *assisting], by)
    if by.has_role(Role.COUNTY_OFFICE):
        petition.level = Petition.Level.COUNTY
    lead = hand(petition, [unit, *assisting], by=by, on=on, brief=brief, kind=kind, mode=mode, person=person)
    if files:
        _release_files(petition, files)
    note = "、".join(str(one) for one in (unit, *assisting))
    columns = {"course": petition.course or Petition.Course.ROUTE, "level": petition.level}
    step(petition, "route", by=by, at=at, note=note, referral=lead, **columns)
    tell_units(petition, at=at)
    return lead


def _release_files(petition, files):
    released = petition.attachments.filter(pk__in=[one.pk for one in files])
    for referral in petition.referrals.filter(Referral.IN_HAND):
        referral.released_attachments.set(released)


def _check_desk(petition, by):
    """A matter that was reported to the county is routed there, whatever the town thinks meanwhile (D3-六c)."""
    if petition.level == Petition.Level.COUNTY and not (by.is_superuser or by.has_role(Role.COUNTY_OFFICE)):
        raise NotTheirs(_("This matter lies with the county office now (D3-六c)."))


def hand(matter, units, *, by, on, brief, kind, mode, person="", round=1) -> Referral:
    """Write one referral a unit, the first the lead's, each with the day its reply is due and the rule that says so."""
    _check_complaint(matter, units)
    place = matter.station.jurisdiction if subject_of(matter) == "petition" else matter.jurisdiction
    parts = [Referral.Part.LEAD, *[Referral.Part.ASSISTING] * (len(units) - 1)]
    same = {subject_of(matter): matter, "place": place, "routed_on": on, "routed_by": by, "brief": brief}
    same |= {"kind": kind, "mode": mode, "round": round, **_days(matter, ReplyClock.load(), on, place, kind, round)}
    numbers = numbering.letters(matter.office_place, year=on.year, count=len(units))
    made = [
        Referral.objects.create(
            unit=unit, part=part, person=person if part == parts[0] else "", letter_number=number, **same
        )
        for unit, part, number in zip(units, parts, numbers, strict=True)
    ]
    return made[0]


def _days(matter, clock, on, place, kind, round) -> dict:
    """By when the unit accepts it and replies; an old register does not say when a unit took a matter."""
    due_on, rule = clock.due(on, place, kind=kind, round=round)
    return {"due_on": due_on, "due_rule": rule, **_receipt(matter, clock, on, place)}


def _receipt(matter, clock, on, place) -> dict:
    if getattr(matter, "imported", False):
        return {}
    due_on, rule = clock.receipt(on, place)
    return {"receipt_due_on": due_on, "receipt_rule": rule}


def check_units(units, by):
    """Whether somebody may route to these units at all (D3-六b, D3-六c); raises ``CannotMove``."""
    if len({unit.pk for unit in units}) < len(units):
        raise CannotMove(_("Each unit can be named once."), "assisting")
    if not all(unit.active for unit in units):
        raise CannotMove(_("This unit is no longer in use."), "unit")
    routable = set(units_for(by).filter(pk__in=[unit.pk for unit in units]).values_list("pk", flat=True))
    if routable != {unit.pk for unit in units}:
        raise CannotMove(
            _("A township routes to the units of its own government; report to the county (D3-六c)."), "unit"
        )


def _check_complaint(matter, units):
    named = [unit.pk for unit in units]
    if subject_of(matter) == "petition" and complained_units(matter).filter(pk__in=named).exists():
        reason = _("The matter complains about this unit: it is never routed there. Please choose the unit above it.")
        raise CannotMove(reason, "unit")


def units_for(user):
    """The units to which somebody may route: a town to its own (D3-六b), the county to its own and to those above."""
    lands = [one.jurisdiction.path for one in user.standing() if one.role == Role.COUNTY_OFFICE]
    above = Q(jurisdiction__path__in=[path for land in lands for path in paths_to(land)])
    own = Unit.objects.visible_to(user, roles=STAFF).order_by()
    return Unit.objects.filter(above | Q(pk__in=own.values("pk")), active=True)


def tell_units(matter, *, at):
    """Tell each unit that holds something anew."""
    for referral in matter.referrals.filter(Referral.IN_HAND, accepted_on=None):
        text = _("%s was handed to your unit.") % matter.number
        audiences.tell_unit(matter, referral, verb=f"route-{referral.pk}", text=text, at=at)


def claim_referral(referral, *verbs, by, seen=None):
    """A referral and its matter, both locked, for one of these verbs; the unit has it in hand.

    ``seen`` is the version of the matter: whatever happens to a referral is a step of its matter too. Raises what
    ``constituents.moving.claim`` raises.
    """
    matter = claim(referral.matter, *verbs, by=by, seen=seen)
    roles = moves.roles_for(by, [move for verb in verbs for move in moves.of(subject_of(matter), verb)])
    try:
        rows = by.referrals() if isinstance(by, Guest) else Referral.objects.visible_to(by, roles=roles)
        mine = lock(rows.select_related("unit", "place").filter(Referral.IN_HAND), referral.pk)
    except Referral.DoesNotExist:
        raise NotTheirs(_("The unit has this no longer, or has replied already.")) from None
    return matter, mine


@transaction.atomic
def add_unit(matter, *, by, at, on, unit, seen=None) -> Referral:
    """Ask one more unit to assist the lead (D5-三c); it reads what the lead reads."""
    matter = claim(matter, "add_unit", by=by, seen=seen)
    lead = matter.referrals.get(Referral.IN_HAND, part=Referral.Part.LEAD)
    check_units([unit], by)
    _check_complaint(matter, [unit])
    if matter.referrals.filter(Referral.IN_HAND, unit=unit).exists():
        raise CannotMove(_("This unit has the matter already."), "unit")
    [number] = numbering.letters(matter.office_place, year=on.year)
    referral = Referral.objects.create(
        **{subject_of(matter): matter},
        letter_number=number,
        unit=unit,
        part=Referral.Part.ASSISTING,
        place=lead.place,
        routed_on=on,
        routed_by=by,
        brief=lead.brief,
        kind=lead.kind,
        mode=lead.mode,
        round=lead.round,
        due_on=lead.due_on,
        due_rule_id=lead.due_rule_id,
        **_receipt(matter, ReplyClock.load(), on, lead.place),
    )
    step(matter, "add_unit", by=by, at=at, note=str(unit), referral=referral)
    tell_units(matter, at=at)
    return referral


@transaction.atomic
def recall(referral, *, by, at, on, reason, seen=None) -> Referral:
    """Take a matter back from a unit: from the lead, so that it can be routed anew, or from one that assists."""
    verb = "recall" if referral.part == Referral.Part.LEAD else "drop_unit"
    matter, referral = claim_referral(referral, verb, by=by, seen=seen)
    let_go(matter, referral, by=by, at=at, on=on, note=reason)
    return referral


@transaction.atomic
def accept(referral, *, by, at, on, person="", seen=None) -> Referral:
    """The unit takes what was handed to it, and says who answers for it (D3-七)."""
    matter, referral = claim_referral(referral, "accept", by=by, seen=seen)
    if referral.accepted_on:
        raise CannotMove(_("Your unit has accepted this already."))
    referral.accepted_on, referral.person = on, person or referral.person
    referral.changed("accepted_on", "person")
    step(matter, "accept", by=by, at=at, note=person, referral=referral)
    return referral


@transaction.atomic
def give_back(referral, *, by, at, on, reason, seen=None) -> Referral:
    """The unit returns what is not its business, with the reason, within its days (L2-23); the chain is kept."""
    verb = "return" if referral.part == Referral.Part.LEAD else "return_part"
    matter, referral = claim_referral(referral, verb, by=by, seen=seen)
    if not reason:
        raise CannotMove(_("Please say why it is not your unit's business."), "reason")
    if referral.receipt_due_on and on > referral.receipt_due_on:
        words = _("It could be returned until %s (L2-23). Please call the office, which can take it back.")
        raise CannotMove(words % referral.receipt_due_on, "reason")
    if referral.part == Referral.Part.LEAD:
        let_assisting_go(matter, on=on)
    referral.returned_on, referral.return_reason = on, reason
    referral.changed("returned_on", "return_reason")
    step(matter, verb, by=by, at=at, note=f"{referral.unit}：{reason}", referral=referral)
    text = _("%(unit)s has returned %(number)s.") % {"unit": referral.unit, "number": matter.number}
    audiences.tell_of(matter, audiences.offices(referral.place), verb=verb, text=text, at=at)
    return referral

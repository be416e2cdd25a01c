"""How a matter comes in: registered, corrected, its papers added, passed on, merged with what is the same."""

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from constituents import audiences, receipts
from constituents.actions import following
from constituents.actions.letting_go import let_go
from constituents.models import Attachment, Complaint, PaperBatch, Petition, Referral, Representative
from constituents.moving import CannotMove, begin, claim, may_register, signature, step
from office import numbering, personal_data
from office.clocks import Rulebook
from office.models import Unit
from office.uploads import CONTENT_TYPES

_CORRECTED = ("visitor", "visitor_count", "phone", "address", "channel", "category", "situation", "request", "deputy")


@transaction.atomic
def register(
    *,
    by,
    at,
    on,
    station,
    visitor,
    situation,
    request,
    visitor_count=1,
    phone="",
    address="",
    channel=Petition.Channel.WALK_IN,
    category="",
    deputy=None,
    urgent=False,
    reception=None,
    representatives=(),
    files=(),
    paper=None,
) -> Petition:
    """Enter one matter in the station's register under the next number of the year of ``on`` (D5-三a).

    ``situation`` and ``request`` are the visitor's own words: what happened, and what is asked for. A matter that
    cannot be entered takes no number: the register has no gaps. ``representatives`` are names and phones of those who
    came with the visitor, four at most (L2-20); ``files`` are cleaned ones (``office.uploads``); ``paper`` is the batch
    of what was written on paper first. An urgent matter is told to the township and county offices at once (D3-六i).
    """
    may_register(by)
    due_on, rule = _hand_over_due(on, station, channel, deputy)
    theirs = following.received(deputy, on)
    [seq] = numbering.take("petition", year=on.year, owner=station.pk)
    petition = Petition.objects.create(
        station=station,
        year=on.year,
        seq=seq,
        received_on=on,
        registered_at=at,
        registered_by=by,
        visitor=visitor,
        visitor_count=max(visitor_count, 1 + len(representatives)) if representatives else visitor_count,
        phone=phone,
        address=address,
        channel=channel,
        category=category,
        **theirs,
        situation=situation,
        request=request,
        urgent=urgent,
        reception=reception,
        paper=paper,
        hand_over_due_on=due_on,
        hand_over_rule=rule,
        code_hash=receipts.hash_of(receipts.code_of(station.number, on.year, seq)),
    )
    _add_representatives(petition, representatives)
    _keep(petition, files, by=by, at=at)
    begin(petition, "register", by=by, at=at, detail={"number": petition.number})
    _announce(petition, by=by, at=at)
    return petition


@transaction.atomic
def register_from_paper(*, by, at, station, rows, scan=None) -> PaperBatch:
    """Enter what was written on paper, all or nothing, under numbers in the order of its days (N5).

    ``rows`` are what ``register`` takes, each with its day ``on``; ``scan`` is a cleaned file of all the sheets. The
    day is the one on the paper, when it was typed in stands beside it: lateness is neither hidden nor punished (N7).
    """
    may_register(by)
    batch = PaperBatch(station=station, entered_at=at, entered_by=by)
    if scan:
        batch.name, batch.kind = scan.name, CONTENT_TYPES[scan.kind]
        batch.scan.save(scan.stored_name(), ContentFile(scan.content), save=False)
    batch.save()
    for row in sorted(rows, key=lambda one: one["on"]):
        register(by=by, at=at, station=station, paper=batch, **row)
    return batch


def _hand_over_due(on, station, channel, deputy) -> tuple:
    """Until when it is handed to the deputy who was not there (D3-六h), or passed on by the one who was (D1-3①e)."""
    if channel == Petition.Channel.WALK_IN:
        return Rulebook.load("hand_over").deadline("hand_over", on, station.jurisdiction)
    level = deputy.term.jurisdiction.level if deputy else ""
    return Rulebook.load("forward").deadline("forward", on, station.jurisdiction, level)


def _add_representatives(petition, people):
    if not people:
        return
    if len(people) >= Representative.MOST:
        reason = _("A group sends at most five representatives, the visitor among them (L2-20).")
        raise CannotMove(reason, "representatives")
    Representative.objects.bulk_create(
        Representative(petition=petition, position=n, name=name, phone=phone)
        for n, (name, phone) in enumerate(people, 2)
    )


def _announce(petition, *, by, at):
    """The deputy hears of what they did not write down themselves; the offices of what cannot wait."""
    if petition.urgent:
        _raise_alarm(petition, at=at)
    elif petition.deputy and petition.deputy.user_id not in (None, by.pk):
        others = audiences.deputy(petition.follower_id)
        text = _("%s was registered with you as the receiving deputy.") % petition.number
        audiences.tell_of(petition, others, verb="register", text=text, at=at)


def _raise_alarm(petition, *, at):
    place = petition.station.jurisdiction
    text = _("Urgent: %(number)s at %(station)s (D3-六i).") % {"number": petition.number, "station": petition.station}
    audiences.tell_of(petition, audiences.offices(place), verb="alarm", text=text, at=at, urgent=True)


def _keep(petition, files, *, by, at, reply_to=None):
    """Store cleaned files under names that nobody can guess."""
    if not files:
        return
    if petition.attachments.count() + len(files) > Attachment.MOST:
        raise CannotMove(_("A matter holds at most %d files.") % Attachment.MOST, "files")
    for one in files:
        Attachment.objects.create(
            petition=petition,
            reply_to=reply_to,
            name=one.name,
            file=ContentFile(one.content, name=one.stored_name()),
            kind=CONTENT_TYPES[one.kind],
            size=len(one.content),
            added_at=at,
            added_by=signature(by)[0],
        )


@transaction.atomic
def correct(petition, *, by, at, seen=None, **told) -> Petition:
    """Correct what was written down of the visitor and the matter; the step keeps the words as they were (D5-三a)."""
    petition = claim(petition, "correct", by=by, seen=seen)
    changed = {name: value for name, value in told.items() if name in _CORRECTED and getattr(petition, name) != value}
    if not changed:
        return petition
    before = {name: getattr(petition, name) for name in changed}
    told = {name: (_told(before[name]), _told(value)) for name, value in changed.items()}
    fields = {name: personal_data.for_trail(Petition, name, *values) for name, values in told.items()}
    words = [name for name in ("situation", "request") if name in changed]
    note = "\n".join(f"{Petition._meta.get_field(name).verbose_name}：{before[name]}" for name in words)
    if "deputy" in changed:
        changed |= following.received(changed["deputy"], petition.received_on)
    return step(petition, "correct", by=by, at=at, note=note, detail={"fields": fields}, **changed)


def _told(value):
    return getattr(value, "pk", value)


@transaction.atomic
def attach(petition, *, by, at, files, seen=None) -> Petition:
    """Add cleaned files to a matter (D3-六h)."""
    petition = claim(petition, "attach", by=by, seen=seen)
    _keep(petition, files, by=by, at=at)
    return step(petition, "attach", by=by, at=at, note="、".join(one.name for one in files))


def keep_with_reply(referral, files, *, by, at):
    """Store the files that came with a unit's reply to a petition."""
    if files and referral.petition_id is None:
        raise CannotMove(_("Files can be added to the reply to a visitor's matter only."), "files")
    if files:
        _keep(referral.petition, files, by=by, at=at, reply_to=referral)


@transaction.atomic
def merge(petition, *, into, by, at, seen=None) -> Petition:
    """Say that a matter is the same as another: it goes on under that number, and both records stay (D5-三b)."""
    petition = claim(petition, "merge", by=by, seen=seen)
    into = Petition.objects.visible_to(by).select_related("station").get(pk=into.pk)
    if into.pk == petition.pk or into.merged_into_id:
        raise CannotMove(_("Please choose another matter that is not merged itself."), "into")
    note = _("goes on under %s") % into.number
    return step(petition, "merge", by=by, at=at, note=note, merged_into=into, detail={"into": into.pk})


@transaction.atomic
def void(petition, *, by, at, reason, seen=None) -> Petition:
    """Declare void what was registered by mistake; its number stays taken (D5-三a)."""
    return step(claim(petition, "void", by=by, seen=seen), "void", by=by, at=at, note=reason)


@transaction.atomic
def hand_over(petition, *, by, at, on, note="", seen=None) -> Petition:
    """Hand the papers of a matter to its deputy (D3-六h)."""
    petition = claim(petition, "hand_over", by=by, seen=seen)
    if petition.deputy_id is None:
        raise CannotMove(_("Please name the deputy first."), "deputy")
    step(petition, "hand_over", by=by, at=at, note=note, handed_over_on=petition.handed_over_on or on)
    text = _("The station has handed %s over to you (D3-六h).") % petition.number
    audiences.tell_of(petition, audiences.deputy(petition.follower_id), verb="hand_over", text=text, at=at)
    return petition


@transaction.atomic
def forward(petition, *, by, at, on, to, note="", seen=None) -> Petition:
    """A deputy passes a matter on: to the convener, the congress chair or the county (D1-3①e, D8-一b)."""
    petition = claim(petition, "forward", by=by, seen=seen)
    step(
        petition,
        "forward",
        by=by,
        at=at,
        note=f"{to}：{note}" if note else to,
        handed_over_on=petition.handed_over_on or on,
    )
    place = petition.station.jurisdiction
    text = _("A deputy has passed %s on to you (D1-3①e).") % petition.number
    audiences.tell_of(petition, audiences.offices(place), verb="forward", text=text, at=at)
    return petition


@transaction.atomic
def alarm(petition, *, by, at, reason, seen=None) -> Petition:
    """Report a matter as urgent: township and county offices are told at once (D3-六i)."""
    petition = step(claim(petition, "alarm", by=by, seen=seen), "alarm", by=by, at=at, note=reason, urgent=True)
    _raise_alarm(petition, at=at)
    return petition


@transaction.atomic
def name_complained(petition, *, by, at, on, units=(), people=(), names=(), seen=None) -> Petition:
    """Say whom a matter complains about: whatever they hold of it is taken from them, and they never see it again."""
    petition = claim(petition, "name_complained", by=by, seen=seen)
    about = [{"unit": one} for one in units] + [{"person": one} for one in people] + [{"name": one} for one in names]
    if not about:
        raise CannotMove(_("Please say whom the matter complains about."), "units")
    known = set(petition.complaints.values_list("unit", "person", "name"))
    for one in about:
        complaint = Complaint(petition=petition, **one)
        if (complaint.unit_id, complaint.person_id, complaint.name) not in known:
            complaint.save()
    step(
        petition, "name_complained", by=by, at=at, note="、".join(str(value) for one in about for value in one.values())
    )
    barred = Referral.objects.filter(Referral.IN_HAND, petition=petition, unit__in=complained_units(petition))
    for referral in barred.select_for_update(of=("self",), no_key=True).order_by("pk"):
        let_go(petition, referral, by=by, at=at, on=on, note=_("the matter complains about this unit"))
    return petition


def complained_units(petition):
    """The units that a matter may not be handed to: those it complains about, and those of officials it names."""
    about = petition.complaints.order_by()
    theirs = about.exclude(person__assignments__unit=None).values("person__assignments__unit")
    return Unit.objects.filter(Q(pk__in=about.exclude(unit=None).values("unit")) | Q(pk__in=theirs))


@transaction.atomic
def release(petition, *, by, at, reason, seen=None) -> Petition:
    """Let the handling units know who the person is; until then they read the matter alone."""
    return step(claim(petition, "release", by=by, seen=seen), "release", by=by, at=at, note=reason, released=True)

"""A contact is written down or taken back, a group activity has its deputies and its report received.

Each in one transaction, with its line in the trail.
"""

from collections import defaultdict
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from constituents import actions as matters
from constituents.models import Designation, Petition
from deputies.models import Deputy
from office import audit, clock, files, watermarks
from office.roles import STAFF, Role
from visits import rules
from visits.models import ActivityAbsence, GroupActivity, Review, Visit, VisitPhoto, VoterReport


class CannotLog(Exception):
    """This contact may not be written down. The text is for the person; ``field`` is the input it is about."""

    field = None


class DayOutOfReach(CannotLog):
    field = "on"


class NotInOffice(CannotLog):
    field = "on"


class NotTheirHousehold(CannotLog):
    field = "on"


class NobodyMet(CannotLog):
    field = "met"


class TooLong(CannotLog):
    field = "content"


class TooManyPhotos(CannotLog):
    field = "photos"


class CannotRaise(Exception):
    """No matter is registered from this contact. The text is for the person."""


class CannotWithdraw(Exception):
    """This contact stays: it is not of today, not this person's, or a matter came of it."""


@transaction.atomic
def log_visit(
    *,
    by,
    deputy,
    at,
    on,
    kind,
    household=None,
    met="",
    place="",
    content="",
    matter_raised=False,
    photos=(),
    written_at=None,
    consultation=None,
) -> Visit:
    """Write down one contact that ``deputy`` had on the day ``on`` (D1-3①b); raises a ``CannotLog``.

    ``at`` is the instant at which it arrives here, ``written_at`` the one at which it was written on a phone, by the
    phone's clock. ``household`` must have been the deputy's own on that day (D1-3①a); without one, ``met`` says who
    was met. ``photos`` are cleaned ones (``office.uploads``), ``consultation`` the topic on which it is an opinion.
    """
    _check_day(deputy, on, today=clock.local_date(at))
    _check_met(deputy, on, household, met)
    _check_size(content, photos)
    told = {"household": household, "met": met, "place": place, "content": content, "matter_raised": matter_raised}
    told |= {"consultation": consultation, "written_at": rules.believable(written_at, at=at)}
    visit = _written(by, at, deputy=deputy, happened_on=on, kind=kind, **told)
    _keep(visit, photos)
    return visit


def _check_size(content, photos):
    if len(content) > rules.CONTENT_LIMIT:
        raise TooLong(_("This text is too long: at most %d characters.") % rules.CONTENT_LIMIT)
    if len(photos) > rules.PHOTOS:
        raise TooManyPhotos(_("A contact holds at most %d photos.") % rules.PHOTOS)


@transaction.atomic
def enter_visit(*, by, deputy, at, on, kind, household=None, met="", place="", content="") -> Visit:
    """The office writes down on a deputy's behalf what is missing, however long ago it was; raises a ``CannotLog``.

    It stays marked as late, like everything that is written down after its month.
    """
    if on > clock.local_date(at):
        raise DayOutOfReach(_("This day has not come yet."))
    # Before the deputy is held: whoever changes the term takes them in this order.
    watermarks.rewind(watermarks.SWEEP, to=on)
    if not Deputy.objects.in_office(on, on).filter(pk=deputy.pk).held():
        raise NotInOffice(absence_named([deputy], on))
    _check_met(deputy, on, household, met)
    told = {"household": household, "met": met, "place": place, "content": content}
    return _written(by, at, deputy=deputy, happened_on=on, kind=kind, **told)


def _written(by, at, **told) -> Visit:
    visit = Visit.objects.create(logged_at=at, logged_by=by, **told)
    audit.record(by=by, at=at, action="visit.logged", subject=visit, detail=_gist(visit))
    return visit


def _keep(visit, photos):
    for one in photos:
        VisitPhoto.objects.create(
            visit=visit,
            kind=one.kind,
            digest=one.digest,
            file=files.keep(one, folder="visits"),
            thumbnail=files.keep(one.thumbnail(), folder="visits"),
        )


@transaction.atomic
def withdraw_visit(visit_pk, *, by, at) -> None:
    """Take back a contact on the day it was logged; raises ``Visit.DoesNotExist`` or ``CannotWithdraw``."""
    watermarks.judged_through(watermarks.SWEEP)
    visit = Visit.objects.visible_to(by).select_for_update(of=("self",)).get(pk=visit_pk)
    if not rules.may_withdraw(visit, by=by, on=clock.local_date(at)):
        raise CannotWithdraw(_("A contact can be withdrawn only on the day it was logged, by whoever logged it."))
    _refuse_report_to_voters(visit)
    audit.record(by=by, at=at, action="visit.withdrawn", subject=visit, detail=_gist(visit))
    _end_reviews([visit], by, at)
    # It may have ended the flag of a month long past, which no night looks at any more.
    watermarks.rewind(watermarks.SWEEP, to=visit.happened_on)
    _delete(visit)


@transaction.atomic
def take_out(visit, *, by, at, reason: str) -> None:
    """The office takes a contact off the record that never was, or stands twice; raises ``CannotWithdraw``.

    The trail keeps what it was and why it was taken out.
    """
    watermarks.judged_through(watermarks.SWEEP)
    visit = Visit.objects.visible_to(by, roles=STAFF).select_for_update(of=("self",)).get(pk=visit.pk)
    if visit.petition_id or visit.activity_id:
        raise CannotWithdraw(_("A matter came of this contact, or it belongs to a group activity: it stays."))
    _refuse_report_to_voters(visit)
    audit.record(by=by, at=at, action="visit.withdrawn", subject=visit, detail={**_gist(visit), "reason": reason})
    _end_reviews([visit], by, at)
    watermarks.rewind(watermarks.SWEEP, to=visit.happened_on)
    _delete(visit)


@transaction.atomic
def raise_matter(visit, *, by, at, on, station, to, **told) -> Petition:
    """Register at ``station`` what was raised at a contact, and pass it on to whom it is for (D1-3①e, D8-一b).

    ``to`` is the recipient's name; ``told`` is what ``constituents.actions.register`` takes of the person and their
    words. Register, link and step are there together or not at all. Raises ``CannotRaise`` or what those raise.
    """
    visit = Visit.objects.visible_to(by).select_for_update(of=("self",)).select_related("deputy").get(pk=visit.pk)
    if visit.deputy.user_id != by.pk:
        raise CannotRaise(_("A deputy registers what they heard themselves."))
    if visit.petition_id:
        raise CannotRaise(_("A matter was registered from this contact already."))
    channel = Petition.Channel.VISIT
    petition = matters.register(by=by, at=at, on=on, station=station, deputy=visit.deputy, channel=channel, **told)
    visit.petition, visit.matter_raised = petition, True
    visit.save(update_fields=["petition", "matter_raised"])
    audit.record(by=by, at=at, action="visit.raised", subject=visit, detail={"petition": petition.pk})
    return matters.forward(petition, by=by, at=at, on=on, to=to)


def _delete(visit):
    files.remove([path for pair in visit.photos.values_list("file", "thumbnail") for path in pair])
    visit.delete()


def _refuse_report_to_voters(visit):
    if VoterReport.objects.filter(visit=visit).exists():
        raise CannotWithdraw(
            _("This contact is a report to voters that was held: take back the report, not the contact.")
        )


def _end_reviews(visits, by, at):
    """Nothing more is asked about records that are taken back, and nothing of them stays confirmed."""
    standing = Review.objects.standing().filter(visit__in=visits)
    keys = list(standing.values_list("pk", flat=True))
    gone = {"status": Review.Status.GONE, "ended_at": at, "ended_by": by, "version": F("version") + 1}
    Review.objects.filter(pk__in=keys).update(**gone)
    audit.record_all(by=by, at=at, action="review.gone", model=Review, keys=keys)


def _check_day(deputy, on, today):
    if on > today:
        raise DayOutOfReach(_("This day has not come yet."))
    if on < rules.oldest_day(today):
        raise DayOutOfReach(_("This day is more than a year ago. Please ask the congress office to enter it."))
    # From that day to this one: who has left office writes nothing any more, not even about earlier days.
    if not Deputy.objects.in_office(on, today).filter(pk=deputy.pk).held():
        raise NotInOffice(_("On this day you were not in office, or the mandate has ended since."))


def _check_met(deputy, on, household, met):
    if household is None:
        if not met:
            raise NobodyMet(_("Say who was met."))
    elif not Designation.objects.on(on).filter(deputy=deputy, household=household).exists():
        raise NotTheirHousehold(_("On this day %s was not one of your contact households.") % household.head)


def _gist(visit) -> dict:
    """What the trail keeps of a contact: who, when and how, not what was heard."""
    return {
        "deputy": visit.deputy_id,
        "household": visit.household_id,
        "happened_on": visit.happened_on.isoformat(),
        "kind": visit.kind,
    }


# Group activities


class CannotReceive(Exception):
    """This day cannot be the one on which the report came. The text is for the person."""


class Parts(NamedTuple):
    """Whose contacts of a group activity were written down, and whose were taken back."""

    added: list[Visit]
    removed: list[Visit]


def not_in_office(deputies, on) -> list[Deputy]:
    """Those of ``deputies`` (a queryset) who were not in office on a day."""
    return list(deputies.exclude(pk__in=Deputy.objects.in_office(on, on).order_by().values("pk")))


@transaction.atomic
def set_participants(activity, deputies, *, by, at) -> Parts:
    """Let ``deputies`` (a queryset), and nobody else, have a contact that belongs to a group activity (D9-3).

    Who is new gets one (D1-3①b), who is no longer named loses it, who stays follows the day and the place; what else
    a deputy did on that day is left alone. Raises ``NotInOffice`` or ``CannotWithdraw``.
    """
    activity = GroupActivity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
    Deputy.objects.filter(pk__in=deputies.order_by().values("pk")).held()
    absent = not_in_office(deputies, activity.happened_on)
    if absent:
        raise NotInOffice(absence_named(absent, activity.happened_on))
    removed = list(activity.visits.exclude(deputy__in=deputies.order_by().values("pk")).select_related("deputy"))
    _take_back(activity, removed, by, at)
    _follow(activity, by, at)
    ActivityAbsence.objects.filter(activity=activity, deputy__in=deputies.order_by().values("pk")).delete()
    parts = Parts(_take_part(activity, deputies, by, at), removed)
    if parts.added or parts.removed:
        activity.changed()
    return parts


def absence_named(deputies, on) -> str:
    names = "、".join(str(deputy) for deputy in deputies)
    return _("Not in office on %(day)s: %(names)s.") % {"day": on.isoformat(), "names": names}


def _take_back(activity, visits, by, at):
    raised = [str(visit.deputy) for visit in visits if visit.petition_id]
    if raised:
        raise CannotWithdraw(_("A matter came of this contact, it stays: %s.") % "、".join(raised))
    _trail("visit.withdrawn", activity, visits, by, at)
    _end_reviews(visits, by, at)
    Visit.objects.filter(pk__in=[visit.pk for visit in visits]).delete()


def _follow(activity, by, at):
    strayed = activity.visits.exclude(happened_on=activity.happened_on, place=activity.place)
    visits = list(strayed)
    strayed.update(happened_on=activity.happened_on, place=activity.place)
    _trail("visit.changed", activity, visits, by, at)


def _take_part(activity, deputies, by, at) -> list[Visit]:
    new = [
        Visit(
            activity=activity,
            deputy=deputy,
            happened_on=activity.happened_on,
            kind=Visit.Kind.GROUP,
            met=str(activity.group),
            place=activity.place,
            logged_at=at,
            logged_by=by,
        )
        for deputy in deputies.exclude(pk__in=activity.visits.values("deputy"))
    ]
    _trail("visit.logged", activity, Visit.objects.bulk_create(new), by, at)
    return new


def _trail(action, activity, visits, by, at):
    """One line for each contact of a group activity that was written, moved or taken back."""
    detail = {"activity": activity.pk, "happened_on": activity.happened_on.isoformat(), "kind": Visit.Kind.GROUP}
    keys = [visit.pk for visit in visits]
    audit.record_all(by=by, at=at, action=action, model=Visit, keys=keys, detail=detail)


@transaction.atomic
def receive_reports(activities, *, by, at, on, seen=None) -> int:
    """The county office has the written report of these activities (D9-3); how many are new.

    What the leader filed here counts since the day of the filing, what came on paper since the day ``on``. What was
    received already keeps its day. ``seen`` is the version that was read. Raises ``CannotReceive``.
    """
    if on > clock.local_date(at):
        raise CannotReceive(_("This day has not come yet."))
    waiting = list(_own(activities, by).filter(Q(reported_on=None) | Q(filed_at__isnull=False), received_by=None))
    if any(one.happened_on > on for one in waiting if not one.filed_at):
        raise CannotReceive(_("The report lies before the activity."))
    if seen is not None and any(one.version != seen for one in waiting):
        raise CannotReceive(_("The record was changed meanwhile. Please read it again, then receive it."))
    filed = [one.pk for one in waiting if one.filed_at]
    on_paper = [one.pk for one in waiting if not one.filed_at]
    _set_reports(on_paper, "groupactivity.received", [None, on.isoformat()], by=by, at=at, reported_on=on, **_got(by))
    _set_reports(filed, "groupactivity.received", None, by=by, at=at, received_by=by)
    return len(filed) + _judge_again(on_paper, on)


def _got(by):
    """Who received it on paper; what was returned before is no longer awaited."""
    return {"received_by": by, "returned_at": None, "returned_by": None, "returned_reason": ""}


@transaction.atomic
def take_back_reports(activities, *, by, at) -> int:
    """These reports are not received after all; how many that were. What the leader filed here is filed still."""
    days, filed = defaultdict(list), []
    for one in _own(activities, by).filter(reported_on__isnull=False):
        if not one.filed_at:
            days[one.reported_on].append(one.pk)
        elif one.received_by_id:
            filed.append(one.pk)
    undone = "groupactivity.not_received"
    _set_reports(filed, undone, None, by=by, at=at, received_by=None)
    for day, keys in days.items():
        _set_reports(keys, undone, [day.isoformat(), None], by=by, at=at, reported_on=None, received_by=None)
    return len(filed) + sum(_judge_again(keys, day) for day, keys in days.items())


def _own(activities, by):
    """Those of ``activities`` that lie in the scope of a county office, locked."""
    visible = GroupActivity.objects.visible_to(by, roles={Role.COUNTY_OFFICE}).order_by("pk")
    return visible.filter(pk__in=activities.order_by().values("pk")).select_for_update(of=("self",))


def _set_reports(keys, action, change, *, by, at, **values):
    GroupActivity.objects.filter(pk__in=keys).update(version=F("version") + 1, **values)
    detail = {"fields": {"reported_on": change}} if change else {}
    audit.record_all(by=by, at=at, action=action, model=GroupActivity, keys=keys, detail=detail)


def _judge_again(keys, day) -> int:
    if keys:
        watermarks.rewind(watermarks.SWEEP, to=day)
    return len(keys)

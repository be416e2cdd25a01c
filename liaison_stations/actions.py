"""What is done to the rota: a year is generated, a turn confirmed or passed on, a reception announced, held, cancelled.

Each verb is one transaction with its line in the trail. Every verb about turns locks the receptions first and then the
deputies, each in the order of their keys: two verbs at once take turns, and a deputy never gets two turns at one time.
"""

from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from deputies.models import Deputy
from liaison_stations import audiences, plan, rota
from liaison_stations.models import FeedToken, Reception, ReceptionDuty, Recurrence, Station, TurnRequest, new_token
from office import audit, clocks, watermarks
from office.roles import STAFF, Role

KEEPERS = STAFF | {Role.STATION_OFFICER, Role.STATION_HEAD}
"""Who keeps a station's receptions: the people of its posts, and the congress office above it."""
Kind, State = TurnRequest.Kind, TurnRequest.State


class RotaRefused(Exception):
    """This cannot be done to the rota; the text is for the person."""


class TurnRefused(RotaRefused):
    """This turn stays as it is."""


class ReceptionRefused(RotaRefused):
    """This reception stays as it is."""


# Who may


def may_keep(user, station_pk: int) -> bool:
    """Whether a person keeps the receptions of a station."""
    return Station.objects.visible_to(user, roles=KEEPERS).filter(pk=station_pk).exists()


def may_approve(user, station_pk: int) -> bool:
    """Whether a person may excuse a deputy from a turn at a station: times and people are the office's (D5-一a)."""
    return Station.objects.visible_to(user, roles=STAFF).filter(pk=station_pk).exists()


def _check_keeps(user, reception):
    if not may_keep(user, reception.station_id):
        raise PermissionDenied


def _check_own(user, duty):
    if duty.deputy.user_id != user.pk:
        raise PermissionDenied


# The year


class Generated(NamedTuple):
    """What came of generating a year: receptions written, and those that stood already."""

    made: int
    kept: int
    warnings: list[str]


@transaction.atomic
def generate(*, by, at, on, year: int, stations) -> Generated:
    """Write the receptions of ``year`` that are missing at ``stations`` (a queryset), from the day ``on`` (D5-一a).

    What stands stays, whatever people made of it: held, cancelled, moved, swapped. A second time, or by two people at
    once, nothing is doubled. Raises ``plan.NoYear``.
    """
    rows = _locked_stations(stations)
    planned = plan.of_year(year, rows, on=on)
    made = _write(planned.new)
    for measure in ("reception_notice", "reception_record"):
        clocks.stamp(measure, on=on, among=list(made))
    for station in rows:
        n = sum(pk == station.pk for pk in made.values())
        if n:
            detail = {"year": year, "receptions": n}
            audit.record(by=by, at=at, action="station.rota_generated", subject=station, detail=detail)
    return Generated(len(made), planned.kept, planned.warnings)


def _locked_stations(stations) -> list[Station]:
    """The rows, so that whoever generates at the same time waits; their deputies too, whom a swap might be moving."""
    keys = list(stations.order_by().values_list("pk", flat=True))
    rows = list(Station.objects.filter(pk__in=keys).select_for_update(of=("self",)).order_by("pk"))
    _lock_deputies(Deputy.objects.filter(stations__in=keys).values_list("pk", flat=True))
    return rows


def _write(planned) -> dict[int, int]:
    """The receptions with their turns, in four statements; the station of each reception by its key."""
    wanted = {(one.session.recurrence, one.session.rule_date): one.session for one in planned}
    if not wanted:
        return {}
    rows = [_row(session) for session in wanted.values()]
    Reception.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    written = Reception.objects.filter(
        recurrence__in={recurrence for recurrence, _day in wanted},
        rule_date__range=(min(day for _r, day in wanted), max(day for _r, day in wanted)),
        duties=None,
    ).values_list("pk", "station", "recurrence", "rule_date")
    made = {pk: (station, wanted[key]) for pk, station, *rest in written if (key := tuple(rest)) in wanted}
    turns = [ReceptionDuty(reception_id=pk, deputy_id=one) for pk, (_s, told) in made.items() for one in told.deputies]
    ReceptionDuty.objects.bulk_create(turns, batch_size=1000, ignore_conflicts=True)
    return {pk: station for pk, (station, _told) in made.items()}


def _row(session) -> Reception:
    return Reception(
        station_id=session.station,
        planned_on=session.date,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        recurrence_id=session.recurrence,
        rule_date=session.rule_date,
        moved_from=session.moved_from,
        moved_why=session.why,
    )


@transaction.atomic
def set_recurrence(*, by, at, stations, **said) -> list[Recurrence]:
    """Let one rule hold at several stations; where it stands already it stays. Returns the rows that are new."""
    there = set(_same_rules(stations, said).values_list("station", flat=True))
    rows = [Recurrence(station=station, **said) for station in stations if station.pk not in there]
    Recurrence.objects.bulk_create(rows, ignore_conflicts=True)
    made = list(_same_rules(stations, said).exclude(station__in=there))
    detail = {"rule": said["rule"], "since": said["since"].isoformat()}
    keys = [one.pk for one in made]
    audit.record_all(by=by, at=at, action="recurrence.added", model=Recurrence, keys=keys, detail=detail)
    return made


def _same_rules(stations, said):
    same = {name: said[name] for name in ("rule", "starts_at", "since")}
    return Recurrence.objects.filter(station__in=[station.pk for station in stations], **same)


# Locks


def _lock_receptions(*keys) -> dict[int, Reception]:
    rows = Reception.objects.filter(pk__in=keys).select_for_update(of=("self",)).order_by("pk")
    return {row.pk: row for row in rows}


def _lock_deputies(keys):
    # NO KEY: whoever only refers to a deputy need not wait.
    list(Deputy.objects.filter(pk__in=keys).select_for_update(of=("self",), no_key=True).order_by("pk").values("pk"))


def _locked_duty(pk: int, by) -> ReceptionDuty:
    """A turn that the person may see, with its reception locked; raises ``ReceptionDuty.DoesNotExist``."""
    seen = ReceptionDuty.objects.visible_to(by).get(pk=pk)
    reception = _lock_receptions(seen.reception_id)[seen.reception_id]
    duty = ReceptionDuty.objects.select_related("deputy").get(pk=pk)
    duty.reception = reception
    return duty


def _locked_reception(pk: int, by) -> Reception:
    """A reception that the person keeps, locked; raises ``Reception.DoesNotExist`` or ``PermissionDenied``."""
    Reception.objects.visible_to(by).get(pk=pk)
    reception = _lock_receptions(pk)[pk]
    _check_keeps(by, reception)
    return reception


def _check_open(reception, on):
    if reception.cancelled:
        raise TurnRefused(_("This reception was cancelled."))
    if reception.held_on or reception.planned_on < on:
        raise TurnRefused(_("This reception is over."))


# One's own turn


@transaction.atomic
def confirm_turn(pk: int, *, by, at, on) -> ReceptionDuty:
    """The deputy says that they will come, or the station writes down that they said so (D5-二a); again: no change."""
    duty = _locked_duty(pk, by)
    if duty.deputy.user_id != by.pk:
        _check_keeps(by, duty.reception)
    _check_open(duty.reception, on)
    if duty.confirmed_on is None:
        duty.confirmed_on = on
        duty.save(update_fields=["confirmed_on"])
        _record(by, at, "confirmed", duty)
    return duty


@transaction.atomic
def ask_leave(pk: int, *, by, at, on, reason: str) -> TurnRequest:
    """A deputy asks the office to be excused from a turn; nothing changes until the office agrees (D5-一a)."""
    if not reason.strip():
        raise TurnRefused(_("Please say why you cannot come."))
    duty = _asked_about(pk, by, on)
    return _ask(duty, by=by, at=at, kind=Kind.LEAVE, reason=reason.strip())


@transaction.atomic
def ask_substitute(pk: int, *, by, at, on, to_deputy: Deputy, reason: str = "") -> TurnRequest:
    """A deputy asks another of the station to take a turn over; nothing changes until the other agrees."""
    duty = _asked_about(pk, by, on)
    _check_can_take(to_deputy, duty.reception)
    return _ask(duty, by=by, at=at, kind=Kind.SUBSTITUTE, to_deputy=to_deputy, reason=reason.strip())


@transaction.atomic
def ask_swap(pk: int, *, by, at, on, to_duty: ReceptionDuty, reason: str = "") -> TurnRequest:
    """A deputy offers a turn for another's at the same station; nothing changes until the other agrees."""
    duty = _asked_about(pk, by, on)
    to_duty = ReceptionDuty.objects.select_related("reception", "deputy").get(pk=to_duty.pk)
    _check_swap(duty, to_duty, on)
    asked = {"to_duty": to_duty, "to_deputy": to_duty.deputy, "reason": reason.strip()}
    return _ask(duty, by=by, at=at, kind=Kind.SWAP, **asked)


def _asked_about(pk, by, on) -> ReceptionDuty:
    duty = _locked_duty(pk, by)
    _check_own(by, duty)
    _check_open(duty.reception, on)
    if duty.turn_requests.filter(state=State.ASKED).exists():
        raise TurnRefused(_("You have asked about this turn already. Wait for the answer, or take your question back."))
    return duty


def _ask(duty, *, by, at, **asked) -> TurnRequest:
    row = TurnRequest.objects.create(
        duty=duty, reception=duty.reception, deputy=duty.deputy, asked_by=by, asked_at=at, **asked
    )
    _record(by, at, f"asked_{row.kind}", duty)
    audiences.told_of_question(row, at=at)
    return row


@transaction.atomic
def withdraw_request(pk: int, *, by, at) -> TurnRequest:
    """Whoever asked takes the question back before it is answered."""
    row = _locked_request(pk, by)
    if row.asked_by_id != by.pk:
        raise PermissionDenied
    return _close(row, State.WITHDRAWN, by=by, at=at)


@transaction.atomic
def answer_request(pk: int, *, by, at, on, agree: bool, answer: str = "", stand_in: Deputy | None = None):
    """Agree or refuse: the deputy who was asked, or the office where it is about leave.

    The office may answer for a deputy who has no sign-in, and may name who stands in for one on leave. Agreeing to a
    swap exchanges both turns at once. Raises ``TurnRefused`` where the turn cannot be passed on any more.
    """
    row = _locked_request(pk, by)
    _check_may_answer(by, row)
    if agree:
        if row.duty_id is None or row.duty.deputy_id != row.deputy_id:
            raise TurnRefused(_("This turn has changed hands since."))
        _check_open(row.reception, on)
        _void_others(row, [pk for pk in (row.duty_id, row.to_duty_id) if pk], by=by, at=at)
        _PASS_ON[row.kind](row, on=on, stand_in=stand_in)
    _close(row, State.AGREED if agree else State.REFUSED, by=by, at=at, answer=answer.strip())
    audiences.told_of_answer(row, at=at)
    return row


def _locked_request(pk, by) -> TurnRequest:
    seen = TurnRequest.objects.visible_to(by).select_related("to_duty").get(pk=pk)
    keys = [seen.reception_id, *([seen.to_duty.reception_id] if seen.to_duty else [])]
    locked = _lock_receptions(*keys)
    row = (
        TurnRequest.objects.select_for_update(of=("self",))
        .select_related("duty__deputy", "to_duty__deputy", "deputy", "to_deputy")
        .get(pk=pk)
    )
    row.reception = locked[row.reception_id]
    if row.to_duty:
        row.to_duty.reception = locked[row.to_duty.reception_id]
    if not row.is_open:
        raise TurnRefused(_("This question was answered or taken back already."))
    return row


def may_answer(user, row: TurnRequest, *, approves: bool) -> bool:
    """Whether a question is this person's to answer; ``approves`` is ``may_approve`` for its station."""
    if row.kind == Kind.LEAVE:
        return approves
    return row.to_deputy.user_id == user.pk or (approves and row.to_deputy.user_id is None)


def _check_may_answer(by, row):
    if not may_answer(by, row, approves=may_approve(by, row.reception.station_id)):
        raise PermissionDenied


def _swap(row, *, on, stand_in):
    mine, theirs = row.duty, row.to_duty
    if theirs is None or theirs.deputy_id != row.to_deputy_id:
        raise TurnRefused(_("The turn offered in exchange has changed hands since."))
    mine.reception = row.reception
    _lock_deputies([row.deputy_id, row.to_deputy_id])
    _check_swap(mine, theirs, on)
    mine.deputy, theirs.deputy = theirs.deputy, mine.deputy
    for duty in (mine, theirs):
        duty.confirmed_on = on  # both have just said that they come
        duty.save(update_fields=["deputy", "confirmed_on"])


def _substitute(row, *, on, stand_in):
    _lock_deputies([row.to_deputy_id])
    _hand_over(row, row.to_deputy, confirmed_on=on)


def _leave(row, *, on, stand_in):
    if stand_in is None:
        row.duty.delete()
        row.duty = None
        return
    _lock_deputies([stand_in.pk])
    _hand_over(row, stand_in, confirmed_on=None)
    row.to_deputy = stand_in


def _hand_over(row, deputy, *, confirmed_on):
    _check_can_take(deputy, row.reception)
    row.duty.deputy, row.duty.confirmed_on = deputy, confirmed_on
    row.duty.save(update_fields=["deputy", "confirmed_on"])


_PASS_ON = {Kind.SWAP: _swap, Kind.SUBSTITUTE: _substitute, Kind.LEAVE: _leave}


def _close(row, state, *, by, at, answer="") -> TurnRequest:
    row.state, row.answered_by, row.answered_at, row.answer = state, by, at, answer
    row.save(update_fields=["state", "answered_by", "answered_at", "answer", "to_deputy", "duty"])
    audit.record(by=by, at=at, action=f"turnrequest.{state}", subject=row, detail={"reception": row.reception_id})
    return row


def _void_others(row, duties, *, by, at):
    """Whatever else was asked about turns that have changed hands has lost its ground."""
    about_them = Q(duty__in=duties) | Q(to_duty__in=duties)
    others = TurnRequest.objects.filter(about_them, state=State.ASKED).exclude(pk=row.pk)
    text = _("The turn has changed hands.")
    others.update(state=State.WITHDRAWN, answered_by=by, answered_at=at, answer=text)


def _check_swap(mine, theirs, on):
    if theirs.deputy_id == mine.deputy_id or theirs.reception_id == mine.reception_id:
        raise TurnRefused(_("Only turns of two deputies at two receptions can be swapped."))
    if theirs.reception.station_id != mine.reception.station_id:
        raise TurnRefused(_("Only turns at the same station can be swapped."))
    _check_open(theirs.reception, on)
    _check_can_take(theirs.deputy, mine.reception, giving_up=theirs)
    _check_can_take(mine.deputy, theirs.reception, giving_up=mine)


def _check_can_take(deputy, reception, giving_up=None):
    """A deputy of the station, in office and not away that day, with no other turn there or at that time."""
    words = {"deputy": deputy, "day": reception.planned_on}
    if not fit_for(reception).filter(pk=deputy.pk).exists():
        raise TurnRefused(_("%(deputy)s receives at another station, or is not in office on %(day)s.") % words)
    others = ReceptionDuty.objects.filter(
        deputy=deputy, reception__planned_on=reception.planned_on, reception__cancelled=False
    ).exclude(pk=giving_up.pk if giving_up else None)
    for other in others.select_related("reception"):
        if other.reception_id == reception.pk or rota.overlap(other.reception, reception):
            raise TurnRefused(_("%(deputy)s has a turn at that time on %(day)s already.") % words)


def fit_for(reception):
    """The deputies of the station who are in office and not away on the day of a reception."""
    day = reception.planned_on
    return Deputy.objects.owing(day, day).filter(stations=reception.station_id)


def free_for(reception):
    """Those of them who have no turn on that day: whom one can ask to stand in."""
    busy = ReceptionDuty.objects.filter(reception__planned_on=reception.planned_on, reception__cancelled=False)
    return fit_for(reception).exclude(pk__in=busy.values("deputy"))


# The reception


@transaction.atomic
def post_notice(pk: int, *, by, at, on, topics: str | None = None) -> Reception:
    """The notice (接待公告) hangs at the station from ``on``; a second time the first day stays (D5-二a)."""
    reception = _locked_reception(pk, by)
    _refuse_closed(reception)
    if reception.planned_on < on:
        raise ReceptionRefused(_("The day of this reception is over: no notice is posted any more."))
    if topics is not None:
        reception.topics = topics.strip()
    if reception.notice_posted_on is None:
        reception.notice_posted_on = on
    reception.save(update_fields=["topics", "notice_posted_on"])
    _record(by, at, "notice_posted", reception)
    return reception


@transaction.atomic
def sign_in(pk: int, *, by, at, on) -> ReceptionDuty:
    """The deputy is there: on the day itself, by the deputy or by the station; again: no change."""
    duty = _locked_duty(pk, by)
    if duty.deputy.user_id != by.pk:
        _check_keeps(by, duty.reception)
    if duty.reception.cancelled:
        raise TurnRefused(_("This reception was cancelled."))
    if duty.reception.planned_on != on:
        raise TurnRefused(_("Deputies sign in on the day of the reception itself."))
    if not duty.came:
        duty.came, duty.signed_in_at = True, at
        duty.save(update_fields=["came", "signed_in_at"])
        _record(by, at, "signed_in", duty)
    return duty


@transaction.atomic
def hold(pk: int, *, by, at, on, nobody_came: bool = False, note: str = "") -> Reception:
    """The reception took place on its day, with visitors or with nobody (D5-三a): then a note says so."""
    watermarks.judged_through(watermarks.SWEEP)
    reception = _locked_reception(pk, by)
    if reception.cancelled:
        raise ReceptionRefused(_("This reception was cancelled."))
    if reception.planned_on > on:
        raise ReceptionRefused(_("The day of this reception has not come yet."))
    reception.held_on = reception.held_on or reception.planned_on
    reception.nobody_came = nobody_came
    reception.note = note.strip() or reception.note
    reception.save(update_fields=["held_on", "nobody_came", "note"])
    _judge_again(reception)
    _record(by, at, "nobody_came" if nobody_came else "held", reception)
    return reception


@transaction.atomic
def cancel(pk: int, *, by, at, on, reason: str) -> Reception:
    """The reception will not take place, for a reason; what was asked about its turns is closed with it."""
    if not reason.strip():
        raise ReceptionRefused(_("Please say why the reception is cancelled."))
    watermarks.judged_through(watermarks.SWEEP)
    reception = _locked_reception(pk, by)
    _refuse_closed(reception)
    reception.cancelled, reception.cancel_reason = True, reason.strip()
    reception.save(update_fields=["cancelled", "cancel_reason"])
    about_it = TurnRequest.objects.filter(Q(reception=reception) | Q(to_duty__reception=reception), state=State.ASKED)
    about_it.update(state=State.WITHDRAWN, answered_by=by, answered_at=at, answer=reception.cancel_reason)
    _judge_again(reception)
    _record(by, at, "called_off", reception)
    audiences.told_of_cancellation(reception, at=at)
    return reception


@transaction.atomic
def appoint(*, by, at, on, station, day, starts_at, ends_at, deputies, with_whom: str, about: str) -> Reception:
    """Staff bring deputies and voters together at a time of its own, outside the rota (D5-二b)."""
    if not may_keep(by, station.pk):
        raise PermissionDenied
    if day < on:
        raise ReceptionRefused(_("The day of this appointment is over."))
    deputies = list(deputies)
    if not deputies:
        raise ReceptionRefused(_("Which deputies come? Please choose at least one."))
    # As in the generation of a year: the station before the deputies.
    Station.objects.select_for_update().get(pk=station.pk)
    if Reception.objects.filter(station=station, planned_on=day, starts_at=starts_at).exists():
        raise ReceptionRefused(_("There is a reception at this station at this time already."))
    _lock_deputies([deputy.pk for deputy in deputies])
    reception = Reception.objects.create(
        kind=Reception.Kind.APPOINTMENT,
        station=station,
        planned_on=day,
        starts_at=starts_at,
        ends_at=ends_at,
        with_whom=with_whom.strip(),
        about=about.strip(),
    )
    for deputy in deputies:
        _check_can_take(deputy, reception)
    ReceptionDuty.objects.bulk_create(ReceptionDuty(reception=reception, deputy=deputy) for deputy in deputies)
    _record(by, at, "appointed", reception)
    return reception


def _refuse_closed(reception):
    if reception.cancelled:
        raise ReceptionRefused(_("This reception was cancelled."))
    if reception.held_on:
        raise ReceptionRefused(_("This reception was held."))


def _judge_again(reception):
    """Nights since its day have judged the reception by what was known then."""
    watermarks.rewind(watermarks.SWEEP, to=reception.planned_on)


# The feed


@transaction.atomic
def feed_of(user, *, at) -> FeedToken:
    """The address of a person's feed, made when it is first asked for."""
    return FeedToken.objects.get_or_create(user=user, defaults={"made_at": at})[0]


@transaction.atomic
def renew_feed(*, by, at) -> FeedToken:
    """A new address; whoever knew the old one reads nothing any more."""
    feed = FeedToken.objects.update_or_create(user=by, defaults={"token": new_token(), "made_at": at})[0]
    audit.record(by=by, at=at, action="feedtoken.renewed", subject=feed)
    return feed


def _record(by, at, did, subject):
    detail = {"deputy": subject.deputy_id} if isinstance(subject, ReceptionDuty) else {}
    reception = subject.reception if isinstance(subject, ReceptionDuty) else subject
    audit.record(by=by, at=at, action=f"reception.{did}", subject=reception, detail=detail)

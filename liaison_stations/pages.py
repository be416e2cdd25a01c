"""What the page of one reception shows to whom: the turns, what may be done about them, what was asked."""

from uuid import uuid4

from liaison_stations import actions, forms
from liaison_stations.models import Reception, ReceptionDuty, TurnRequest


def about(reception, user, *, on, sent=None) -> dict:
    """The context of the page; ``sent`` is a form that was refused, shown again with what was written."""
    duties = list(reception.duties.select_related("deputy").order_by("pk"))
    for duty in duties:
        duty.key = uuid4()
    mine = next((duty for duty in duties if user.pk and duty.deputy.user_id == user.pk), None)
    keeps, approves = _rights(user, reception)
    open_ = reception.is_open and reception.planned_on >= on
    context = {
        "reception": reception,
        "duties": duties,
        "mine": mine,
        "keeps": keeps,
        "today": on,
        "is_coming": open_,
        "is_today": reception.planned_on == on and not reception.cancelled,
        "is_past": reception.planned_on < on,
        "regular": reception.kind == Reception.Kind.REGULAR,
        "sent": sent,
    }
    questions = _questions(reception, user, approves) if open_ else []
    asked = next((one for one in questions if mine and one.duty_id == mine.pk), None)
    offered = {**(_of_turn(mine, on) if open_ and not asked else {}), **_of_keeper(reception, keeps, on)}
    if sent is not None:
        _put_back(sent, offered, questions)
    return {**context, "questions": questions, "asked": asked, "forms": offered}


def _rights(user, reception):
    keeps = actions.may_keep(user, reception.station_id)
    return keeps, keeps and actions.may_approve(user, reception.station_id)


def _questions(reception, user, approves):
    """What is asked about the turns here and waits, with the form of whoever may answer."""
    rows = TurnRequest.objects.visible_to(user).filter(reception=reception, state=TurnRequest.State.ASKED)
    found = list(rows.exclude(duty=None).select_related("deputy", "to_deputy", "to_duty__reception"))
    stand_ins = None
    for row in found:
        row.is_own, row.key = row.asked_by_id == user.pk, uuid4()
        row.form = answer_form(row, reception) if actions.may_answer(user, row, approves=approves) else None
        if row.form and row.kind == TurnRequest.Kind.LEAVE:
            # Asked for once, however many want leave.
            stand_ins = stand_ins or list(row.form.fields["stand_in"].choices)
            row.form.fields["stand_in"].choices = stand_ins
    return found


def answer_form(row, reception, data=None):
    """The form for the answer; where leave is asked for, with those who could stand in."""
    offered = actions.free_for(reception) if row.kind == TurnRequest.Kind.LEAVE else None
    return forms.AnswerForm(data, deputies=offered, auto_id=f"answer{row.pk}_%s")


def _of_turn(mine, on) -> dict:
    """What a deputy can ask about the own turn."""
    if mine is None:
        return {}
    return {"leave": forms.LeaveForm(), "substitute": substitute_form(mine), "swap": swap_form(mine, on)}


def substitute_form(duty, data=None):
    return forms.SubstituteForm(data, deputies=actions.free_for(duty.reception))


def swap_form(duty, on, data=None):
    return forms.SwapForm(data, turns=turns_in_exchange(duty, on))


def turns_in_exchange(duty, on):
    """Turns of other deputies at the same station that are still to come, the next ones first."""
    turns = ReceptionDuty.objects.filter(
        reception__station=duty.reception.station_id,
        reception__cancelled=False,
        reception__held_on=None,
        reception__kind=Reception.Kind.REGULAR,
        reception__planned_on__gte=on,
    )
    return (
        turns.exclude(reception=duty.reception)
        .exclude(deputy=duty.deputy)
        .exclude(reception__in=ReceptionDuty.objects.filter(deputy=duty.deputy).values("reception"))
        .select_related("reception", "deputy")
        .order_by("reception__planned_on", "pk")
    )


def _of_keeper(reception, keeps, on) -> dict:
    if not keeps or reception.cancelled:
        return {}
    offered = {}
    if reception.is_open:
        offered["cancel"] = forms.CancelForm()
        if reception.planned_on >= on:
            offered["notice"] = forms.NoticeForm(initial={"topics": reception.topics})
    if reception.planned_on <= on:
        offered["held"] = forms.HeldForm(initial={"nobody_came": reception.nobody_came, "note": reception.note})
    return offered


_NAME_OF = {
    forms.LeaveForm: "leave",
    forms.SubstituteForm: "substitute",
    forms.SwapForm: "swap",
    forms.CancelForm: "cancel",
    forms.NoticeForm: "notice",
    forms.HeldForm: "held",
}


def _put_back(sent, offered, questions):
    """What was written comes back into the form that it was written in."""
    name = _NAME_OF.get(type(sent))
    if name:
        offered[name] = sent
    for row in questions:
        if row.form and row.form.auto_id == sent.auto_id:
            row.form = sent

"""The table of moves is the whole truth: every verb, in every state, by every role; only what it declares is done."""

import json
from contextlib import contextmanager, suppress
from copy import copy
from datetime import date, datetime
from io import StringIO
from itertools import product
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import transaction

from constituents import actions, moves
from constituents.models import (
    DeclineReason,
    Engagement,
    ExtensionRequest,
    Feedback,
    Guest,
    Petition,
    PetitionEvent,
    Referral,
    ResultClass,
    Signature,
    Suggestion,
    UnitLink,
)
from liaison_stations.models import StationPost
from office.models import Assignment, Unit
from office.roles import Role
from tests.county import person

AT = datetime(2026, 3, 17, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
ON = date(2026, 3, 17)
ROUTED_ON = date(2026, 3, 16)


@pytest.fixture
def world(small):
    """One matter, one suggestion and one inspection in town a, and somebody of each role there."""
    town = small.a
    head = person("head", Role.STATION_HEAD)
    StationPost.objects.create(station=town.station, name="站长", user=head)
    users = {
        Role.COUNTY_OFFICE: small.office,
        Role.TOWN_OFFICE: town.staff,
        Role.STATION_OFFICER: town.officer,
        Role.STATION_HEAD: head,
        Role.DEPUTY: town.deputy_user,
        Role.GROUP_LEADER: person("only-leads", Role.GROUP_LEADER),
        Role.HANDLING_UNIT: town.unit_user,
        Role.LEADER: small.leader,
        moves.LINK: moves.LINK,
    }
    matter = _petition(town, "村口路灯不亮")
    return SimpleNamespace(
        town=town,
        small=small,
        users=users,
        petition=matter,
        other=_petition(town, "水管漏水"),
        suggestion=_suggestion(town),
        engagement=Engagement.objects.create(
            deputy=town.deputy, kind="request", asked_on=ON, about="看路灯", place="一村"
        ),
        reason=DeclineReason.objects.create(key="court", name="涉法涉诉", guidance="请按司法程序反映。"),
        result=ResultClass.objects.create(key="A", name="已解决", counts_as_solved=True),
    )


def _petition(town, situation) -> Petition:
    return actions.register(
        by=town.officer,
        at=AT,
        on=ON,
        station=town.station,
        visitor="王来访",
        situation=situation,
        request="请修好",
        deputy=town.deputy,
    )


def _suggestion(town) -> Suggestion:
    written = {"title": "关于路灯", "grounds": "夜间出行不便", "proposal": "请统一更换", "written_on": ON}
    made = Suggestion.objects.create(deputy=town.deputy, jurisdiction=town.place, year=2026, seq=1, **written)
    Signature.objects.create(suggestion=made, deputy=town.deputy)
    return made


def linked(world, referral):
    """The same referral with a link that is good today."""
    given = {"token_hash": "none", "until": ON, "made_at": AT, "made_by": world.town.staff}
    UnitLink.objects.get_or_create(referral=referral, defaults=given)
    return referral


def acting(world, user, referral):
    """Who tries: a user, or whoever holds the link of the referral."""
    if user != moves.LINK:
        return user
    return Guest(linked(world, referral).links.get() if referral else None, "赵工", "0719-3221234", ON)


def stand(world, subject, status):
    """Put the row where the table may be asked, with a unit that has it in hand and a feedback that waits."""
    row = getattr(world, subject)
    columns = {
        "declined": {"decline_reason": world.reason},
        "answered": {"answer": "已答复"},
        "merged": {"merged_into": world.other},
        "held": {"held_on": ON},
    }
    type(row).objects.filter(pk=row.pk).update(status=status, **columns.get(status, {}))
    row.refresh_from_db()
    if subject == "engagement":
        return row, None
    same = {subject: row, "unit": world.town.unit, "place": world.town.place, "routed_on": ROUTED_ON}
    referral = Referral.objects.create(**same, due_on=date(2026, 4, 15))
    if subject == "petition":
        Feedback.objects.create(petition=row, told_on=ON, told_by=world.town.officer, way="phone", told="已安排")
    return row, referral


def assisting(world, referral):
    """The same referral as the part of one that assists."""
    Referral.objects.filter(pk=referral.pk).update(part="assisting")
    referral.part = "assisting"
    return referral


def asked(referral, by):
    ExtensionRequest.objects.create(
        referral=referral, amount=5, unit="days", reason="材料未齐", asked_by=by, asked_on=ON
    )
    return referral


def replied(world, row, referral):
    Referral.objects.filter(pk=referral.pk).update(replied_on=ON, reply="已修", result=world.result)
    return row


def dissatisfied(world, row, referral, act, by):
    return act(replied(world, row, referral), by=by, at=AT, on=ON, result="dissatisfied")


def _write(world, by):
    return actions.write(
        by=by, at=AT, on=ON, deputy=world.town.deputy, title="关于水渠", grounds="年久失修", proposal="请安排清淤"
    )


P = {
    "register": lambda w, p, r, by: actions.register(
        by=by, at=AT, on=ON, station=w.town.station, visitor="李四", situation="渠道堵塞", request="请疏通"
    ),
    "correct": lambda w, p, r, by: actions.correct(p, by=by, at=AT, phone="13900000000"),
    "attach": lambda w, p, r, by: actions.attach(p, by=by, at=AT, files=[]),
    "merge": lambda w, p, r, by: actions.merge(p, into=w.other, by=by, at=AT),
    "void": lambda w, p, r, by: actions.void(p, by=by, at=AT, reason="登记错误"),
    "hand_over": lambda w, p, r, by: actions.hand_over(p, by=by, at=AT, on=ON),
    "forward": lambda w, p, r, by: actions.forward(p, by=by, at=AT, on=ON, to="镇人大主席"),
    "alarm": lambda w, p, r, by: actions.alarm(p, by=by, at=AT, reason="塌方"),
    "name_complained": lambda w, p, r, by: actions.name_complained(p, by=by, at=AT, on=ON, units=[w.small.b.unit]),
    "release": lambda w, p, r, by: actions.release(p, by=by, at=AT, reason="需上门核实"),
    "admit": lambda w, p, r, by: actions.admit(p, by=by, at=AT),
    "decline": lambda w, p, r, by: actions.decline(p, by=by, at=AT, reason=w.reason),
    "answer": lambda w, p, r, by: actions.answer(p, by=by, at=AT, text="按政策已说明"),
    "explain": lambda w, p, r, by: actions.explain(p, by=by, at=AT, text="政策规定如此"),
    "escalate": lambda w, p, r, by: actions.escalate(p, by=by, at=AT, note="需县级部门"),
    "route": lambda w, p, r, by: actions.route(p, by=by, at=AT, on=ON, unit=w.fresh_unit, brief="请修路灯"),
    "add_unit": lambda w, p, r, by: actions.add_unit(p, by=by, at=AT, on=ON, unit=w.fresh_unit),
    "recall": lambda w, p, r, by: actions.recall(r, by=by, at=AT, on=ON, reason="转错"),
    "drop_unit": lambda w, p, r, by: actions.recall(assisting(w, r), by=by, at=AT, on=ON, reason="不需要"),
    "accept": lambda w, p, r, by: actions.accept(r, by=by, at=AT, on=ON, person="赵办"),
    "return": lambda w, p, r, by: actions.give_back(r, by=by, at=AT, on=ON, reason="不属本单位职责"),
    "return_part": lambda w, p, r, by: actions.give_back(assisting(w, r), by=by, at=AT, on=ON, reason="不属本单位"),
    "ask_time": lambda w, p, r, by: actions.ask_time(r, by=by, at=AT, on=ON, amount=5, unit="days", reason="待采购"),
    "extend": lambda w, p, r, by: actions.extend(r, by=by, at=AT, on=ON, amount=5, unit="days", reason="待采购"),
    "refuse_time": lambda w, p, r, by: actions.refuse_time(asked(r, w.town.unit_user), by=by, at=AT, answer="请按期"),
    "pause": lambda w, p, r, by: actions.pause(r, by=by, at=AT, on=ON, reason="等待鉴定"),
    "resume": lambda w, p, r, by: actions.resume(_paused(r), by=by, at=AT, on=ON),
    "urge": lambda w, p, r, by: actions.urge(r, by=by, at=AT, on=ON),
    "give_link": lambda w, p, r, by: actions.give_link(r, by=by, at=AT, on=ON, until=ON),
    "end_link": lambda w, p, r, by: actions.end_link(linked(w, r), by=by, at=AT),
    "reply": lambda w, p, r, by: actions.reply(r, by=by, at=AT, on=ON, text="已修好", result=w.result),
    "opinion": lambda w, p, r, by: actions.reply(assisting(w, r), by=by, at=AT, on=ON, text="无意见"),
    "feed_back": lambda w, p, r, by: actions.feed_back(p, by=by, at=AT, on=ON, way="phone", told="已修好"),
    "judge": lambda w, p, r, by: actions.judge(replied(w, p, r), by=by, at=AT, on=ON, result="satisfied"),
    "redo": lambda w, p, r, by: dissatisfied(w, p, r, actions.judge, by),
    "close": lambda w, p, r, by: actions.close(p, by=by, at=AT, note="已解释"),
    "reopen": lambda w, p, r, by: actions.reopen(p, by=by, at=AT, reason="有新情况"),
}
S = {
    "write": lambda w, s, r, by: _write(w, by),
    "rewrite": lambda w, s, r, by: actions.rewrite(s, by=by, at=AT, grounds="夜间行路不安全", proposal="请更换"),
    "sign": lambda w, s, r, by: actions.sign(s, by=by, at=AT),
    "submit": lambda w, s, r, by: actions.submit(s, by=by, at=AT, on=ON),
    "withdraw": lambda w, s, r, by: actions.withdraw(s, by=by, at=AT),
    "send_back": lambda w, s, r, by: actions.send_back(s, by=by, at=AT, reason="请写明地点"),
    "file": lambda w, s, r, by: actions.file(s, by=by, at=AT, on=ON),
    "route": lambda w, s, r, by: actions.route_suggestion(_free(s, r), by=by, at=AT, on=ON, unit=w.fresh_unit),
    "judge": lambda w, s, r, by: actions.judge_suggestion(
        replied(w, s, r), by=by, at=AT, on=ON, result="satisfied"
    ),
    "redo": lambda w, s, r, by: dissatisfied(w, s, r, actions.judge_suggestion, by),
    "close": lambda w, s, r, by: actions.close_suggestion(s, by=by, at=AT, note="已办结"),
} | {verb: P[verb] for verb in (
    "add_unit", "recall", "drop_unit", "accept", "return", "return_part", "ask_time", "extend", "refuse_time", "pause",
    "resume", "urge", "give_link", "end_link", "reply", "opinion",
)}  # fmt: skip
E = {
    "ask": lambda w, e, r, by: actions.ask(
        by=by, at=AT, on=ON, deputy=w.town.deputy, kind="request", about="看路", place="二村"
    ),
    "agree": lambda w, e, r, by: actions.agree(e, by=by, at=AT),
    "refuse": lambda w, e, r, by: actions.refuse(e, by=by, at=AT, answer="另行安排"),
    "delegate": lambda w, e, r, by: actions.delegate(e, by=by, at=AT, to=w.town.station.posts.first()),
    "hold": lambda w, e, r, by: actions.hold(e, by=by, at=AT, on=ON, outcome="已到现场"),
    "withdraw": lambda w, e, r, by: actions.withdraw_engagement(e, by=by, at=AT),
}
CALLS = {"petition": P, "suggestion": S, "engagement": E}
STATES = {
    "petition": Petition.Status.values,
    "suggestion": Suggestion.Status.values,
    "engagement": Engagement.Status.values,
}
BEGINNINGS = {"register", "write", "ask"}
VERBS = [(subject, verb) for subject, calls in CALLS.items() for verb in calls]


def _paused(referral):
    Referral.objects.filter(pk=referral.pk).update(paused_on=ROUTED_ON)
    return referral


def _free(row, referral):
    """Nobody has it in hand: it is about to be routed."""
    Referral.objects.filter(pk=referral.pk).update(recalled_on=ON)
    return row


class Undone(Exception):
    """Ends a try: whatever it wrote is taken back."""


@contextmanager
def taken_back():
    """Whatever is written inside is taken back at the end."""
    try:
        with transaction.atomic():
            yield
            raise Undone
    except Undone:
        pass


def tried(world, subject, verb, status, users) -> dict:
    """The state it came to by the user who tried; who was refused is not in it."""
    came_to = {}
    with taken_back():
        row, referral = stand(world, subject, status)
        if subject == "petition" and verb == "route":
            _free(row, referral)
        read, handed = _again(row), _again(referral)
        for name, user in users.items():
            with suppress(actions.NotTheirs, actions.WrongState), taken_back():
                CALLS[subject][verb](world, copy(read), copy(handed), acting(world, user, referral))
                came_to[name] = _again(row).status
    return came_to


def _again(row):
    return row and type(row).objects.get(pk=row.pk)


def declared(subject, verb, status, roles, barred):
    """What the table says comes of it, or None."""
    if verb in BEGINNINGS:
        [move] = moves.of(subject, verb)
        return status if move.roles & roles else None
    for move in moves.of(subject, verb):
        if status in move.sources and move.roles & roles and not (barred and move.handling):
            return move.target or status
    return None


@pytest.fixture
def fresh_unit(world):
    """A unit of the town that holds nothing yet."""
    world.fresh_unit = Unit.objects.create(name="东山镇城管所", jurisdiction=world.town.place)


def test_every_verb_of_the_table_is_tried_here():
    assert sorted(VERBS) == sorted({(move.subject, move.verb) for move in moves.MOVES})


@pytest.mark.rule("D3-五a", "D3-五b", "D3-六a", "D3-六b", "D3-六c", "D3-六f", "D5-四b", "D7-四4")
@pytest.mark.parametrize(("subject", "verb"), VERBS, ids="-".join)
def test_only_declared_moves_are_made(world, fresh_unit, subject, verb):
    found = {status: tried(world, subject, verb, status, world.users) for status in STATES[subject]}
    assert found == {
        status: {
            role: to
            for role in world.users
            if (to := declared(subject, verb, status, {role}, role == Role.DEPUTY)) is not None
        }
        for status in STATES[subject]
    }


@pytest.mark.rule("D3-六j", "D5-四a")
@pytest.mark.parametrize(
    ("subject", "verb"), sorted({(m.subject, m.verb) for m in moves.MOVES if m.handling}), ids="-".join
)
def test_whoever_is_a_deputy_handles_nothing_whatever_else_they_are(world, fresh_unit, subject, verb):
    del world.users[moves.LINK]  # who holds a link is nobody that is known
    for user in world.users.values():
        Assignment.objects.get_or_create(user=user, role=Role.DEPUTY, jurisdiction=None, unit=None)
    both = {role: _again(user) for role, user in world.users.items()}
    assert {status: tried(world, subject, verb, status, both) for status in STATES[subject]} == dict.fromkeys(
        STATES[subject], {}
    )


@pytest.mark.rule("D3-六j")
def test_a_deputy_who_is_also_of_the_unit_is_told_why(world):
    row, referral = stand(world, "petition", "routed")
    Assignment.objects.create(user=world.town.unit_user, role=Role.DEPUTY)
    both = type(world.town.unit_user).objects.get(pk=world.town.unit_user.pk)
    with pytest.raises(actions.NotTheirs) as refused:
        actions.reply(referral, by=both, at=AT, on=ON, text="已修", result=world.result)
    assert str(refused.value) == "代表依法推动解决问题，但不直接处理问题（D3-六j、D5-四a）。"


@pytest.mark.parametrize("status", STATES["petition"])
def test_the_person_themselves_only_judges_what_was_brought_back(world, fresh_unit, status):
    may = {verb for verb in set(P) - BEGINNINGS if tried(world, "petition", verb, status, {"visitor": None})}
    assert may == ({"judge", "redo"} if status == "fed_back" else set())


def test_a_move_is_one_step_and_one_line_in_the_trail(world):
    before = PetitionEvent.objects.count()
    actions.admit(world.petition, by=world.town.officer, at=AT, note="属公共事务")
    [step] = PetitionEvent.objects.order_by("-id")[: PetitionEvent.objects.count() - before]
    assert (step.verb, step.was, step.now, step.by, step.note) == (
        "admit",
        "received",
        "admitted",
        world.town.officer,
        "属公共事务",
    )


@pytest.mark.long_walk
def test_somebody_of_another_town_moves_nothing(world, fresh_unit):
    there = world.small.b
    strangers = {str(user): user for user in (there.staff, there.officer, there.deputy_user, there.unit_user)}
    made = {
        (verb, status)
        for verb, status in product(set(P) - BEGINNINGS, STATES["petition"])
        if tried(world, "petition", verb, status, strangers)
    }
    assert made == set()


def test_the_command_prints_the_whole_table():
    out = StringIO()
    call_command("petition_moves", "--json", stdout=out)
    told = json.loads(out.getvalue())["moves"]
    assert len(told) == sum(len(move.sources) for move in moves.MOVES)
    [admit] = [one for one in told if one["verb"] == "admit"]
    assert {key: admit[key] for key in ("from", "to", "roles", "rule")} == {
        "from": "received",
        "to": "admitted",
        "roles": ["county_office", "station_head", "station_officer", "town_office"],
        "rule": "D3-五a",
    }


def test_the_command_prints_a_line_a_move_for_people():
    out = StringIO()
    call_command("petition_moves", stdout=out)
    assert len(out.getvalue().splitlines()) == sum(len(move.sources) for move in moves.MOVES)

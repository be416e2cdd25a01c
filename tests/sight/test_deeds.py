"""A17: whoever is of another town does nothing to a row of this one, by whatever deed, and whatever page asked for it.

A page finds its row in sight and hands it on; here the deed is handed a row that its page would not have found.
"""

from datetime import date, datetime
from functools import partial
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied

from constituents import actions as matters
from constituents.actions import reminding
from constituents.models import Petition, ResultClass, Suggestion
from deputies.models import Deputy
from liaison_stations import actions as rota
from liaison_stations.models import Reception, ReceptionDuty, TurnRequest
from office import notices, regulations, sign_ins
from office.models import Notice, Unit
from office.roles import ADMINISTRATORS, Role
from reports.models import Objection
from reports.objections import actions as objections
from tests import county
from visits import actions as contacts
from visits import filing, import_runs, reviews
from visits.models import ActivityFile, GroupActivity, Review, Visit

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 10, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY, LATER = date(2026, 3, 10), date(2026, 4, 15)


@pytest.fixture(autouse=True)
def one_morning(small):
    regulations.load(on=date(2026, 1, 1))
    with time_machine.travel(AT, tick=False):
        yield


def refused(*deeds):
    """Each deed is refused as if there were no such row."""
    for n, deed in enumerate(deeds):
        with pytest.raises(ObjectDoesNotExist):
            deed()
            pytest.fail(f"deed {n} was done")


def by(user, **more):
    return {"by": user, "at": AT, **more}


def contact(deputy, **more):
    told = {"met": "王小二", "kind": "visit", "logged_at": AT, "logged_by": deputy.user, **more}
    return Visit.objects.create(deputy=deputy, happened_on=TODAY, **told)


def matter(town, **more):
    told = {"visitor": "张来访", "situation": "村口的路灯坏了两个月", "request": "请修好"}
    return matters.register(**by(town.officer, on=TODAY), station=town.station, deputy=town.deputy, **{**told, **more})


def routed(town, **more):
    made = matters.admit(matter(town), **by(town.staff))
    return matters.route(made, **by(town.staff, on=TODAY), unit=town.unit, brief="请修路灯", **more)


def test_a_contact_is_neither_confirmed_asked_about_taken_out_nor_raised(small):
    visit, there = contact(small.a.deputy), small.b
    question = reviews.ask(contact(small.a.deputy), **by(small.a.leader_user), question="那天您在县里开会？")
    refused(
        lambda: reviews.confirm(visit, **by(there.leader_user)),
        lambda: reviews.ask(visit, **by(there.staff), question="谁？"),
        lambda: reviews.answer(question, **by(there.deputy_user), finding="right", answer="在"),
        lambda: reviews.settle(question, **by(there.leader_user)),
        lambda: reviews.take_back(question, **by(there.staff)),
        lambda: contacts.take_out(visit, **by(there.staff), reason="没有这回事"),
        lambda: contacts.raise_matter(visit, **by(there.deputy_user, on=TODAY), station=there.station, to="presidium"),
    )
    assert (list(Review.objects.values_list("pk", "version")), Visit.objects.count()) == (
        [(question.pk, question.version)],
        2,
    )


def test_the_record_of_an_activity_is_neither_written_filed_nor_received(small):
    here, there = small.a, small.b
    told = {"happened_on": TODAY, "kind": "visit", "topic": "饮水", "place": "一村", "content": "走访", "absent": {}}
    row = filing.write(None, **by(here.leader_user), group=here.group, present=here.group.deputies.all(), **told)
    kept = {"kind": "pdf", "size": 1, "added_at": AT, "added_by": here.leader_user}
    file = ActivityFile.objects.create(activity=row, file="groups/x.pdf", name="附件.pdf", **kept)
    convener, nobody = by(there.leader_user), Deputy.objects.none()
    refused(
        lambda: filing.write(row, **convener, group=here.group, present=nobody, **{**told, "topic": "改了"}),
        lambda: filing.write(None, **convener, group=here.group, present=nobody, **{**told, "kind": "forum"}),
        lambda: filing.file_record(row, **convener),
        lambda: filing.add_files(row, [], **convener),
        lambda: filing.remove_file(file, **convener),
    )
    filing.file_record(row, **by(here.leader_user))
    refused(
        lambda: filing.unfile(row, **convener),
        lambda: filing.return_record(row, **by(there.staff), reason="不全"),
    )
    all_of_them = GroupActivity.objects.all()
    assert contacts.receive_reports(all_of_them, **by(there.staff, on=TODAY)) == 0
    assert contacts.receive_reports(all_of_them, **by(small.office, on=TODAY)) == 1
    assert contacts.take_back_reports(all_of_them, **by(there.staff)) == 0


def test_an_objection_is_neither_raised_withdrawn_nor_answered(small):
    here, there = small.a, small.b
    about = {"kind": Objection.Kind.RECORD, "visit": contact(here.deputy)}
    row = objections.raise_objection(
        **by(here.deputy_user), deputy=here.deputy, text="日期错了", about="3月10日", **about
    )
    refused(
        lambda: objections.raise_objection(
            **by(there.deputy_user), deputy=here.deputy, text="错", about="x", kind=Objection.Kind.MISSING
        ),
        lambda: objections.withdraw(row, **by(there.deputy_user)),
        lambda: objections.accept(row, **by(there.staff, on=TODAY), text="改了"),
        lambda: objections.refuse(row, **by(there.staff), text="不改"),
        lambda: objections.reopen(row, **by(there.staff)),
    )
    assert list(Objection.objects.values_list("pk", "version")) == [(row.pk, row.version)]


def test_a_turn_is_neither_confirmed_nor_passed_on_and_a_reception_neither_held_nor_cancelled(small):
    here, there = small.a, small.b
    reception = Reception.objects.create(station=here.station, planned_on=LATER)
    turn = ReceptionDuty.objects.create(reception=reception, deputy=here.deputy)
    leave = rota.ask_leave(turn.pk, **by(here.deputy_user, on=TODAY), reason="住院")
    officer, office, deputy = (by(one, on=TODAY) for one in (there.officer, there.staff, there.deputy_user))
    refused(
        lambda: rota.confirm_turn(turn.pk, **officer),
        lambda: rota.sign_in(turn.pk, **officer),
        lambda: rota.ask_leave(turn.pk, **deputy, reason="住院"),
        lambda: rota.withdraw_request(leave.pk, **by(there.deputy_user)),
        lambda: rota.answer_request(leave.pk, **office, agree=True),
        lambda: rota.post_notice(reception.pk, **officer),
        lambda: rota.hold(reception.pk, **officer),
        lambda: rota.cancel(reception.pk, **office, reason="开会"),
    )
    assert [rota.may_approve(one.staff, here.station.pk) for one in (here, there)] == [True, False]
    with pytest.raises(PermissionDenied):
        rota.appoint(
            **office,
            station=here.station,
            day=LATER,
            starts_at="09:00",
            ends_at="10:00",
            deputies=[here.deputy],
            with_whom="村民",
            about="饮水",
        )
    assert list(TurnRequest.objects.values_list("state", flat=True)) == [TurnRequest.State.ASKED]


def test_a_matter_is_not_merged_into_one_elsewhere_and_nobody_elsewhere_moves_it(small):
    here, there = small.a, small.b
    mine, other = matter(here), matter(there)
    refused(lambda: matters.merge(mine, into=other, **by(here.officer)))
    office = partial(by, there.staff)
    for deed in (
        lambda: matters.admit(mine, **office()),
        lambda: reminding.remind(mine, **office()),
        lambda: matters.end_link(routed(here), **office()),
    ):
        with pytest.raises(matters.NotTheirs):
            deed()
    assert set(Petition.objects.filter(station=here.station).values_list("status", flat=True)) == {
        Petition.Status.RECEIVED,
        Petition.Status.ROUTED,
    }


def test_of_two_units_that_have_one_matter_neither_replies_for_the_other(small):
    second = Unit.objects.create(name="东山镇水务站", jurisdiction=small.a.place)
    user = county.person("second", Role.HANDLING_UNIT, unit=second)
    lead = routed(small.a, assisting=[second])
    result = ResultClass.objects.create(key="A", name="已解决", counts_as_solved=True)
    for deed in (
        lambda: matters.accept(lead, **by(user, on=TODAY)),
        lambda: matters.reply(lead, **by(user, on=TODAY), text="修好了", result=result),
    ):
        with pytest.raises(matters.NotTheirs):
            deed()
    assert matters.accept(lead, **by(small.a.unit_user, on=TODAY)).accepted_on == TODAY


def test_a_suggestion_takes_no_matter_for_its_source_that_its_deputy_does_not_see(small):
    told = {"title": "修路灯的建议", "grounds": "三个村民小组夜里行路不便。", "proposal": "列入明年养护计划。"}
    mine, other = matter(small.a), matter(small.b)
    deputy = small.a.deputy
    made = matters.write(**by(small.a.deputy_user, on=TODAY), deputy=deputy, sources=[mine, other], **told)
    assert list(Suggestion.objects.get(pk=made.pk).sources.all()) == [mine]


def test_nobody_reads_or_counts_the_notices_of_somebody_else(small):
    notices.tell([small.b.officer], key="x", text="一件事", outside="有事", link="/today/", at=AT, kind="matter")
    last = Notice.objects.get(user=small.b.officer).pk
    assert (notices.unread(small.a.officer), notices.read_all(small.a.officer, until=last, at=AT)) == (0, 0)
    assert (notices.unread(small.b.officer), notices.read_all(small.b.officer, until=last, at=AT)) == (1, 1)


def test_with_a_second_county_under_one_roof_the_first_takes_in_its_own_workbooks_and_makes_no_administrator(small):
    alone = sign_ins.roles_to_give(small.office)
    county.build(towns=("南江镇",), name="邻县", code="990902", mark="c2-")
    assert import_runs._counties_of(small.office) == {small.county.name}
    assert set(alone) - set(sign_ins.roles_to_give(small.office)) == ADMINISTRATORS

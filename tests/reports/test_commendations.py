"""Commendation (D9-6): who meets the criteria, the records behind each figure, the choice, the award."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from deputies.models import Absence, CongressSession, Deputy, Term
from office import clock
from office.models import AuditEvent, Jurisdiction, Rule, User
from office.regulations import loading
from reports.commendations import actions, candidates
from reports.models import Commendation
from reports.subjects import find, own_place
from tests import papers
from tests.queries import asked
from visits.models import GroupActivity, Visit

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)
AT = clock.now().replace(year=2026, month=11, day=24, hour=2)
PAGE, LIST = reverse("admin:reports_commendation_candidates"), reverse("admin:reports_commendation_changelist")


@pytest.fixture
def year(small):
    """The deputy of town A has a contact in each month, the others none; of town A's group one report came late."""
    loading.load(on=date(2026, 1, 1))
    for month in range(1, 11):
        for _twice in range(2):
            Visit.objects.create(
                deputy=small.a.deputy, met="村民", happened_on=date(2026, month, 5), kind="visit",
                logged_at=AT.replace(month=month, day=6),
            )  # fmt: skip
    for town, days in ((small.a, (1, 20)), (small.b, (1, 2))):
        for n, after in enumerate(days, 1):
            GroupActivity.objects.create(
                group=town.group, happened_on=date(2026, n, 3), kind="visit", content="走访", logged_at=AT,
                report_due_on=date(2026, n, 10), reported_on=date(2026, n, 3 + after),
            )  # fmt: skip
    return small


def of(kind, user):
    return candidates.read(kind, find("county")[0], 2026, on=ON, user=user)


@pytest.mark.rule("D9-6")
def test_each_criterion_stands_with_its_figure_its_amount_its_clause_and_its_records(year, client):
    found = of("deputy", year.office)
    first = found.rows[0]
    assert first.row == year.a.deputy
    assert {line.key: (line.value, line.threshold, line.is_met) for line in first.lines} == {
        "met_share": (100, 100, True), "contacts": (20, 12, True), "satisfied_share": (None, 80, False),
    }  # fmt: skip
    client.force_login(year.office)
    assert {client.get(line.address).status_code for line in first.lines} == {200}


def test_a_criterion_that_the_office_took_away_is_not_asked(year):
    rule = Rule.objects.get(measure="commendation")
    rule.amounts = {"met_share": 100}
    rule.save()
    assert [one.row for one in of("deputy", year.office).meeting] == [year.a.deputy]


def test_a_group_is_measured_by_its_activities_and_by_reports_in_time(year):
    found = of("group", year.office)
    assert {one.row: [line.value for line in one.lines] for one in found.rows} == {
        year.a.group: [2, 50], year.b.group: [2, 100],
    }  # fmt: skip
    assert [one.row for one in found.meeting] == [year.b.group]


def test_who_was_suspended_or_has_left_is_left_out_with_the_reason(year):
    Absence.objects.create(
        deputy=year.a.deputy,
        kind="suspended",
        since="2026-05-01",
        until="2026-05-02",
        reason="停职",
        approved_by="主任",
    )
    Deputy.objects.filter(pk=year.b.deputy.pk).update(left_on="2026-06-01", end_reason="调离")
    told = {one.row.name: one.excluded for one in of("deputy", year.office).rows if one.excluded}
    assert told == {"代表1": "暂停执行职务：停职", "代表2": "已不在任：调离"}
    refused = [one for one in of("deputy", year.office).rows if one.excluded]
    with pytest.raises(actions.NotCommended):
        actions.choose(refused, kind="deputy", year=2026, ground="突出", by=year.office, at=AT)
    assert not Commendation.objects.exists()


@pytest.mark.rule("D9-6")
def test_the_choice_is_people_s_with_a_ground_and_what_was_shown_is_kept(year, client):
    client.force_login(year.office)
    sent = {"row": [year.a.deputy.pk], "ground": "联系群众突出", "key": "00000000-0000-4000-8000-000000000001"}
    answers = [client.post(f"{PAGE}?year=2026&every=on", sent) for _twice in range(2)]
    assert {one.url for one in answers} == {LIST}
    row = Commendation.objects.get()
    assert (row.state, row.ground, row.jurisdiction) == ("candidate", "联系群众突出", year.a.place)
    assert [(one["key"], one["value"]) for one in row.evidence][:2] == [("met_share", 100), ("contacts", 20)]
    assert client.get(reverse("admin:reports_commendation_change", args=[row.pk])).status_code == 200


def test_without_a_ground_nobody_is_chosen_and_the_choice_is_not_lost(year, client):
    client.force_login(year.office)
    sent = {"row": [year.a.deputy.pk], "ground": "", "key": "00000000-0000-4000-8000-000000000001"}
    answer = client.post(f"{PAGE}?year=2026&every=on", sent)
    assert (answer.status_code, Commendation.objects.count()) == (200, 0)
    assert f'value="{year.a.deputy.pk}" id="row-{year.a.deputy.pk}" checked' in answer.text


def chosen(year):
    [one] = [one for one in of("deputy", year.office).rows if one.row == year.a.deputy]
    [row] = actions.choose([one], kind="deputy", year=2026, ground="突出", by=year.office, at=AT)
    return row


def test_it_is_proposed_and_awarded_at_a_session_and_then_stands_in_the_duty_file(year):
    row = chosen(year)
    session = CongressSession.objects.create(
        term=year.term, name="一次会议", opens_on="2027-01-08", closes_on="2027-01-11"
    )
    told = {"session": session, "title": "优秀人大代表", "by_whom": "县人大常委会"}
    with pytest.raises(actions.NotCommended):
        actions.award(row, by=year.office, at=AT, awarded_on=date(2027, 1, 9), **told)
    actions.propose(row, by=year.office, at=AT)
    session.refresh_from_db()
    with pytest.raises(actions.NotCommended):
        actions.award(row, by=year.office, at=AT, awarded_on=date(2027, 2, 9), **told)
    assert list(year.a.deputy.commendations.awarded()) == []
    actions.award(row, by=year.office, at=AT, awarded_on=date(2027, 1, 9), **{**told, "session": session})
    assert year.a.deputy.commendations.awarded().get().title == "优秀人大代表"


def test_it_is_awarded_at_no_session_of_another_county(year, client):
    row = chosen(year)
    there = Term.objects.create(
        jurisdiction=Jurisdiction.objects.create(name="邻县", level="county", code="990902", path="/next/"), ordinal=18
    )
    told = {"name": "一次会议", "opens_on": "2027-01-08"}
    own, _other = (CongressSession.objects.create(term=term, **told) for term in (year.term, there))
    client.force_login(year.office)
    asked_for = client.post(LIST, {"action": "award", "_selected_action": [row.pk]})
    assert list(asked_for.context["form"].fields["session"].queryset) == [own]


def test_nobody_is_on_the_list_of_a_year_twice_until_declined_with_a_reason(year):
    row = chosen(year)
    with pytest.raises(actions.NotCommended):
        chosen(year)
    actions.decline(row, by=year.office, at=AT, reason="名额所限")
    assert chosen(year).pk != row.pk


@pytest.mark.rule("D9-6")
def test_the_last_step_is_taken_back_with_the_reason_until_it_is_a_candidate_again(year, client):
    row = chosen(year)
    session = CongressSession.objects.create(term=year.term, name="一次会议", opens_on="2027-01-08")
    actions.propose(row, by=year.office, at=AT)
    session.refresh_from_db()
    told = {"session": session, "title": "优秀人大代表", "by_whom": "县人大常委会"}
    actions.award(row, by=year.office, at=AT, awarded_on=date(2027, 1, 9), **told)
    client.force_login(year.office)
    asked_for = {"action": "take_back", "_selected_action": [row.pk], "confirmed": 1, "reason": "选错了人"}
    for state in ("proposed", "candidate", "candidate"):
        client.post(LIST, {**asked_for, "key": str(uuid4())})
        assert Commendation.objects.get().state == state
    assert list(year.a.deputy.commendations.awarded()) == []
    trail = AuditEvent.objects.filter(action="commendation.stepped_back").order_by("pk")
    assert [one.detail for one in trail] == [
        {"was": "awarded", "reason": "选错了人"},
        {"was": "proposed", "reason": "选错了人"},
    ]


def test_who_was_chosen_again_meanwhile_is_not_put_back_beside_it(year):
    row = chosen(year)
    actions.decline(row, by=year.office, at=AT, reason="名额所限")
    chosen(year)
    with pytest.raises(actions.NotCommended):
        actions.take_back(row, by=year.office, at=AT, reason="重来")


def test_the_list_is_had_as_a_workbook(year, client):
    client.force_login(year.office)
    answer = client.get(reverse("admin:reports_commendation_candidates_xlsx"), {"year": 2026, "every": "on"})
    assert answer.status_code == 200
    assert answer.getvalue()[:2] == b"PK"


def test_the_list_is_had_on_paper_with_each_figure_what_is_asked_and_its_clause(year, client):
    client.force_login(year.office)
    address = reverse("admin:reports_commendation_candidates_pdf")
    answer = client.get(address, {"year": 2026, "every": "on"})
    said = "".join(papers.pages(answer.getvalue()))
    assert answer["Content-Type"] == "application/pdf"
    found = of("deputy", year.office)
    for words in [one.row.name for one in found.rows] + [line.clause for line in found.rows[0].lines]:
        assert words in said
    assert "20√" in said
    for kind in ("deputy", "group"):  # nobody meets everything, and groups
        assert client.get(address, {"year": 2026, "kind": kind}).getvalue()[:4] == b"%PDF"
    listed = AuditEvent.objects.filter(action="list.exported").values_list("detail__number", flat=True)
    assert sorted(listed)[-1] == len(found.rows)


def test_without_its_template_the_paper_is_refused_in_words_on_the_page(year, client, settings, tmp_path):
    settings.PAPER_TEMPLATES = tmp_path
    client.force_login(year.office)
    answer = client.get(reverse("admin:reports_commendation_candidates_pdf"), {"year": 2026}, follow=True)
    assert answer.redirect_chain[0][0].startswith(PAGE)
    assert "sheet" in [str(one) for one in answer.context["messages"]][0]


@pytest.mark.parametrize(
    ("who", "seen"), [("town1", {"代表1", "组长1"}), ("office", {"代表1", "组长1", "代表2", "组长2"})]
)
def test_an_office_sees_the_candidates_of_its_own_place(year, client, who, seen):
    client.force_login(User.objects.get(username=who))
    answer = client.get(PAGE, {"year": 2026, "every": "on"})
    assert {one.row.name for one in answer.context["found"].rows} == seen


def test_what_a_town_chose_is_not_told_to_the_one_that_its_deputy_moves_to(year):
    row, user = chosen(year), year.b.staff
    Deputy.objects.filter(pk=row.deputy_id).update(district=year.b.district)
    found = [of("deputy", year.office), candidates.read("deputy", own_place(user), 2026, on=ON, user=user)]
    assert [[one.chosen for one in each.rows if one.row == row.deputy] for each in found] == [[row], [None]]


@pytest.mark.parametrize("query", ["?year=x&kind=y", "?year=99999", "?page=x"])
def test_an_address_that_makes_no_sense_shows_the_page(year, client, query):
    client.force_login(year.office)
    assert client.get(PAGE + query).status_code == 200


def test_the_page_asks_as_often_for_many_as_for_few(year, client):
    client.force_login(year.office)

    def asked_for():
        client.get(PAGE, {"every": "on", "year": 2026})
        with asked() as statements:
            client.get(PAGE, {"every": "on", "year": 2026})
        return len(statements)

    few = asked_for()
    for i in range(9):
        Deputy.objects.create(term=year.term, district=year.a.district, name=f"更多{i}")
    assert asked_for() == few

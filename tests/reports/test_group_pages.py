"""A leader's month, a reminder, the records of one deputy, and the own year: the annual report's own figures."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from constituents.models import Designation
from deputies.models import Deputy
from office import regulations
from office.models import AuditEvent, Notice
from reports.annual import figures
from reports.subjects import Kind, Subject
from reports.worklist.reading import read
from tests import county
from tests.queries import asked
from visits import reviews
from visits.models import GroupActivity, Visit

pytestmark = [pytest.mark.django_db, pytest.mark.clock("2026-03-25 10:00 +0800")]
AT = datetime(2026, 3, 25, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 25)
GROUP, YEAR = reverse("reports:group"), reverse("reports:my_year")


@pytest.fixture
def small(small):
    regulations.load(on=date(2026, 1, 1))
    return small


@pytest.fixture
def as_leader(client, small):
    client.force_login(small.a.leader_user)
    return client


def saw(deputy, day, household=None, kind="home"):
    told = {"household": household, "met": "" if household else "王小二", "kind": kind, "logged_at": AT}
    return Visit.objects.create(deputy=deputy, happened_on=day, **told)


def file_of(deputy):
    return reverse("reports:deputy_records", args=[deputy.pk])


def remind(deputy):
    return reverse("reports:remind", args=[deputy.pk])


# -- the month


def test_the_month_names_contacts_households_and_the_last_contact_of_each(as_leader, small):
    saw(small.a.deputy, date(2026, 3, 2), small.a.households[0])
    saw(small.a.leader, date(2026, 2, 2))
    page = as_leader.get(GROUP)
    lines = page.context["lines"]
    told = [(str(one.deputy), one.contacts, one.state, one.deputy.seen, one.deputy.households) for one in lines]
    assert told == [("组长1", 0, "running", 0, 0), ("代表1", 1, "met", 1, 2)]
    assert [one.deputy.last_on for one in lines] == [date(2026, 2, 2), date(2026, 3, 2)]
    assert (page.context["n_met"], page.context["n_asked"], page.context["contacts"]) == (1, 2, 1)
    assert "户主" not in page.content.decode()


def test_an_earlier_month_is_judged_as_the_annual_report_judges_it(as_leader, small):
    saw(small.a.deputy, date(2026, 2, 2))
    lines = as_leader.get(GROUP, {"month": "2026-02"}).context["lines"]
    assert {str(one.deputy): one.state for one in lines} == {"代表1": "met", "组长1": "missed"}
    bars = as_leader.get(GROUP).context["bars"]
    assert [(bar.number, bar.missed) for bar, _link in bars][:3] == [(0, 2), (1, 1), (0, 0)]


@pytest.mark.parametrize("query", [{"month": "2026-04"}, {"month": "x"}, {"group": "0"}, {"group": "x"}])
def test_a_month_or_group_that_is_none_is_not_found(as_leader, query):
    assert as_leader.get(GROUP, query).status_code == 404


@pytest.mark.rule("D1-3①b")
def test_a_member_is_reminded_once_a_day_whoever_does_it(client, small):
    for user in (small.a.leader_user, small.a.leader_user, small.a.staff):
        client.force_login(user)
        assert client.post(remind(small.a.deputy)).url == f"{GROUP}?group={small.a.group.pk}"
    assert Notice.objects.filter(user=small.a.deputy_user).count() == 1
    assert AuditEvent.objects.get(action="deputy.reminded").user == small.a.leader_user
    with time_machine.travel("2026-03-26 10:00 +0800", tick=False):
        client.force_login(small.a.leader_user)
        client.post(remind(small.a.deputy))
    assert Notice.objects.filter(user=small.a.deputy_user).count() == 2


def test_nobody_reminds_themselves_or_who_has_no_sign_in(as_leader, small):
    lonely = Deputy.objects.create(term=small.term, district=small.a.district, group=small.a.group, name="无号")
    for deputy in (small.a.leader, lonely):
        as_leader.post(remind(deputy))
    assert (Notice.objects.count(), AuditEvent.objects.filter(action="deputy.reminded").count()) == (0, 0)


# -- the records


def test_a_leader_reads_a_member_s_records_with_the_voters_names_masked(as_leader, small):
    visit = saw(small.a.deputy, date(2026, 3, 2), small.a.households[0])
    page = as_leader.get(file_of(small.a.deputy), {"month": "2026-03"})
    assert ([one.pk for one in page.context["visits"]], page.context["may_review"]) == ([visit.pk], True)
    assert ("户主11" in page.content.decode(), "户*" in page.content.decode()) == (False, True)
    assert [home.is_seen for home in page.context["homes"]] == [False, True]


def test_a_deputy_reads_the_own_records_in_full_and_may_object_but_not_confirm(client, small):
    visit = saw(small.a.deputy, date(2026, 3, 2), small.a.households[0])
    client.force_login(small.a.deputy_user)
    page = client.get(reverse("reports:my_records")).content.decode()
    objection = f'{reverse("reports:objection_new")}?visit={visit.pk}"'
    confirm = reverse("group:confirm", args=[visit.pk])
    assert ("户主11" in page, objection in page, confirm in page) == (True, True, False)
    assert client.get(file_of(small.a.leader)).status_code == 404


def test_the_records_are_narrowed_by_way_and_year(as_leader, small):
    saw(small.a.deputy, date(2026, 3, 2), kind="phone")
    saw(small.a.deputy, date(2026, 2, 2), kind="home")
    assert as_leader.get(file_of(small.a.deputy), {"kind": "phone"}).context["n"] == 1
    assert as_leader.get(file_of(small.a.deputy), {"year": "2025"}).context["n"] == 0
    assert as_leader.get(file_of(small.a.deputy), {"year": "1999"}).status_code == 404


# -- the own year


def test_the_own_year_shows_the_annual_report_s_figures_and_last_year_s(client, small):
    home = small.a.households[0]
    for day in (date(2026, 1, 5), date(2026, 3, 2)):
        saw(small.a.deputy, day, home)
    saw(small.a.deputy, date(2026, 3, 3), kind="report")
    saw(small.a.deputy, date(2025, 5, 5))
    client.force_login(small.a.deputy_user)
    own = client.get(YEAR).context["own"]
    shown = {figure.key: (figure.number, figure.before) for part in own.parts for figure in part.figures}
    subject = Subject(Kind.DEPUTY, str(small.a.deputy.pk), "")
    reports = [figures.read(subject, year, on=TODAY).total for year in (2026, 2025)]
    assert {key: shown[key] for key in shown if key not in ("receptions", "suggestions")} == {
        key: tuple(report[key] for report in reports) for key in shown if key not in ("receptions", "suggestions")
    }
    assert (shown["contacts"], shown["missed"], shown["seen"], shown["kind.report"]) == ((3, 1), (1, 0), (1, 0), (1, 0))


def test_each_figure_of_the_own_year_opens_a_page(client, small):
    saw(small.a.deputy, date(2026, 1, 5), small.a.households[0])
    client.force_login(small.a.deputy_user)
    own = client.get(YEAR).context["own"]
    links = {figure.link for part in own.parts for figure in part.figures} | {link for _bar, link in own.bars[:3]}
    assert {client.get(link).status_code for link in links} == {200}
    assert client.get(reverse("reports:my_year_asked")).context["sheet"].n_missed == 1


def test_two_years_are_counted_as_each_alone(small):
    for n, deputy in enumerate((small.a.deputy, small.b.deputy)):
        saw(deputy, date(2025, 6, 1 + n))
        saw(deputy, date(2026, 2, 1 + n))
    Designation.objects.filter(deputy=small.b.deputy).update(since=date(2025, 3, 1))
    subject = Subject(Kind.COUNTY, small.county.code, "", small.county.path)
    both = figures.read_years(subject, [2025, 2026], on=TODAY)
    assert [one.total for one in both] == [figures.read(subject, year, on=TODAY).total for year in (2025, 2026)]


# -- the list of what is to be done


def test_leader_and_member_find_in_their_lists_what_waits_for_them(small):
    GroupActivity.objects.create(
        group=small.a.group, happened_on=date(2026, 3, 1), content="走访", logged_at=AT, report_due_on=date(2026, 3, 20)
    )
    review = reviews.ask(saw(small.a.deputy, TODAY), by=small.a.leader_user, at=AT, question="属实？")

    def links(user):
        found = [item.link for section in read(user, TODAY) for item in section.items]
        return [link for link in found if link.startswith(("/group/questions", "/group/activities"))]

    record = reverse("group:activity", args=[GroupActivity.objects.get().pk])
    question = reverse("group:question", args=[review.pk])
    assert (links(small.a.leader_user), links(small.a.deputy_user)) == ([record], [question])
    reviews.answer(review, by=small.a.deputy_user, at=AT, finding="wrong", answer="不是这天")
    assert (links(small.a.leader_user), links(small.a.deputy_user)) == ([record, question], [])
    assert (links(small.a.staff), links(small.b.staff), links(small.b.leader_user)) == ([question], [], [])


# -- the wall, and what it costs


def test_a_leader_sees_nothing_of_another_group(client, small):
    client.force_login(small.b.leader_user)
    assert "代表1" not in client.get(GROUP).content.decode()
    assert client.get(GROUP, {"group": small.a.group.pk}).status_code == 404
    assert client.get(file_of(small.a.deputy)).status_code == 404
    assert client.post(remind(small.a.deputy)).status_code == 404
    client.force_login(small.a.officer)
    assert client.get(file_of(small.a.deputy)).status_code == 403


def test_each_page_costs_the_same_with_one_row_and_with_many(client, small):
    saw(small.a.deputy, date(2026, 3, 2), small.a.households[0])

    def costs():
        found = []
        for user, pages in (
            (small.a.leader_user, (GROUP, file_of(small.a.deputy))),
            (small.a.deputy_user, (YEAR, reverse("reports:my_records"), reverse("reports:my_year_asked"))),
        ):
            client.force_login(user)
            for page in pages:
                with asked() as statements:
                    assert client.get(page).status_code == 200
                found.append(len(statements))
        return found

    few = costs()
    for n in range(3):
        other = Deputy.objects.create(term=small.term, district=small.a.district, group=small.a.group, name=f"新{n}")
        saw(other, date(2026, 3, n + 1))
        saw(small.a.deputy, date(2026, 2, n + 1), county.household(small.a, n + 5))
    assert (costs(), max(few) <= 10) == (few, True)

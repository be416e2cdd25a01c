"""A deputy's duty file in eight parts: every record stands in it once, with its clause, for whoever may read it."""

from datetime import UTC, date, datetime, time

import pytest
from django.urls import reverse

from constituents.models import Engagement, Signature, Suggestion
from deputies.models import Absence, CongressSession, Deputy
from liaison_stations.models import Reception, ReceptionDuty
from office import regulations
from office.models import AuditEvent
from reports.duty_file import reading
from reports.models import Commendation, Objection
from tests.queries import asked
from visits import filing
from visits.models import ActivityAbsence, DutyEntry, Visit, VoterReport

pytestmark = [pytest.mark.django_db, pytest.mark.clock("2026-11-26 10:00 +0800")]
AT = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def page_of(deputy, name="duty_file"):
    return reverse(f"reports:{name}", args=[deputy.pk])


def visit_of(deputy, day, kind, **more):
    return Visit.objects.create(deputy=deputy, happened_on=day, kind=kind, met="王小二", logged_at=AT, **more)


def entry_of(deputy, day, kind, part, **more):
    told = {"title": f"{kind}{day.month}", "status": "confirmed", "logged_at": AT, **more}
    return DutyEntry.objects.create(deputy=deputy, happened_on=day, kind=kind, part=part, **told)


def filled(small):
    """One record of every source for the first town's deputy, in each quarter one meeting; some that do not count."""
    town, deputy = small.a, small.a.deputy
    session = CongressSession.objects.create(term=small.term, name="第六次会议", opens_on=date(2026, 1, 20))
    told = {"attendance": "present"}
    entry_of(deputy, date(2026, 1, 20), "session", "meetings", session=session, until=date(2026, 1, 23), **told)
    entry_of(deputy, date(2026, 5, 6), "standing", "meetings", attendance="leave", note="住院")
    entry_of(deputy, date(2026, 8, 1), "training", "training", **told)
    entry_of(deputy, date(2026, 8, 2), "media", "commendations", declared=True, decided_at=AT, decided_by=small.office)
    entry_of(deputy, date(2026, 8, 3), "training", "training", declared=True, **{**told, "status": "declared"})
    visit_of(deputy, date(2026, 2, 1), "home", household=town.households[0])
    visit_of(deputy, date(2026, 3, 1), "survey")
    write = {"by": town.leader_user, "at": AT, "group": town.group, "place": "一村", "content": "走访"}
    there = Deputy.objects.filter(pk=deputy.pk)
    away = {town.leader.pk: (ActivityAbsence.Kind.LEAVE, "出差")}
    filing.write(None, **write, happened_on=date(2026, 4, 1), kind="visit", topic="饮水", present=there, absent=away)
    engagement = {"kind": "invitation", "asked_on": date(2026, 6, 1), "about": "路灯", "place": "县城管局"}
    Engagement.objects.create(deputy=deputy, status="held", held_on=date(2026, 6, 3), **engagement)
    Engagement.objects.create(deputy=deputy, status="asked", **engagement)
    about = {"jurisdiction": town.place, "grounds": "旧", "proposal": "修", "written_on": date(2026, 7, 1)}
    sent = {"submitted_on": date(2026, 7, 2), "status": "filed", "year": 2026}
    mine = Suggestion.objects.create(deputy=deputy, title="村道", seq=1, **about, **sent)
    Suggestion.objects.create(deputy=deputy, title="草稿", **about)
    other = Suggestion.objects.create(deputy=town.leader, title="饮水", seq=2, **about, **sent)
    Signature.objects.create(suggestion=other, deputy=deputy, signed_at=AT)
    Signature.objects.create(suggestion=mine, deputy=town.leader)
    _report(small, deputy)
    award = {"jurisdiction": small.county, "year": 2026, "kind": "deputy", "ground": "走访多", "chosen_at": AT}
    Commendation.objects.create(deputy=deputy, state="awarded", session=session, awarded_on=date(2026, 1, 22), **award)
    Commendation.objects.create(deputy=town.leader, **award)
    held = {"planned_on": date(2026, 9, 15), "starts_at": time(9), "ends_at": time(11)}
    reception = Reception.objects.create(station=town.station, held_on=date(2026, 9, 15), **held)
    ReceptionDuty.objects.create(reception=reception, deputy=deputy, came=True)
    ReceptionDuty.objects.create(reception=reception, deputy=town.leader)
    Absence.objects.create(
        deputy=deputy, since=date(2026, 5, 1), until=date(2026, 5, 31), reason="住院", approved_by="主席团"
    )
    return deputy


def _report(small, deputy):
    contact = visit_of(deputy, date(2026, 10, 8), "report")
    votes = {"ballots_out": 50, "ballots_back": 50, "ballots_void": 0, "satisfied": 40, "fairly": 8, "dissatisfied": 2}
    by = dict.fromkeys(("held_by", "tallied_by"), small.office)
    at = {"planned_at": AT, "held_at": AT, "tallied_at": AT, "counted_by": "张三", "watched_by": "李四"}
    VoterReport.objects.create(
        deputy=deputy, district=deputy.district, status="tallied", planned_on=date(2026, 10, 8), place="村委会",
        held_on=date(2026, 10, 8), voters_present=60, visit=contact, **votes, **by, **at,
    )  # fmt: skip


def file_of(deputy, span=YEAR) -> reading.DutyFile:
    [found] = reading.read(Deputy.objects.filter(pk=deputy.pk), *span)
    return found


@pytest.mark.rule("D8-五a")
def test_every_record_stands_in_one_part_with_its_clause(small):
    file = file_of(filled(small))
    found = {part: [(line.record.split(":")[0], line.clause) for line in lines] for part, _t, _c, lines in file.parts()}
    assert found == {
        "basics": [("absence", "D8-五a")],
        "meetings": [("duty_entry", "D8-五a")] * 2,
        "surveys": [("visit", "D1-3②"), ("engagement", "D3-六g")],
        "training": [("duty_entry", "D8-五a")],
        "group": [("group_activity", "D9-1a")],
        "suggestions": [("suggestion", "D9-2二b")] * 2,
        "reports": [("voter_report", "D1-4")],
        "commendations": [("commendation", "D9-6"), ("duty_entry", "D8-五b")],
        "contacts": [("visit", "D1-3①b"), ("reception", "D3-三")],
    }
    records = [line.record for line in file.lines]
    assert len(records) == len(set(records))


def test_the_summary_counts_by_quarter_what_the_deputy_was_there_for(small):
    rows = {part: (numbers, total) for part, _title, numbers, total in file_of(filled(small)).summary()}
    assert rows == {
        "meetings": ([1, 0, 0, 0], 1),
        "surveys": ([1, 1, 0, 0], 2),
        "training": ([0, 0, 1, 0], 1),
        "group": ([0, 1, 0, 0], 1),
        "suggestions": ([0, 0, 2, 0], 2),
        "reports": ([0, 0, 0, 1], 1),
        "commendations": ([1, 0, 1, 0], 2),
        "contacts": ([1, 0, 1, 0], 2),
    }


def test_leave_from_a_group_activity_stands_in_the_members_file_and_counts_nowhere(small):
    filled(small)
    [line] = [one for one in file_of(small.a.leader).lines if one.part == "group"]
    assert (line.state_words, line.note, line.counts) == ("请假", "出差", False)


def test_names_of_voters_are_masked_and_a_rating_is_told(small):
    lines = {line.source: line for line in file_of(filled(small)).lines}
    assert lines["visit"].what in ("户*", "调研")
    assert lines["report"].result == "满意 40、基本满意 8、不满意 2"
    assert lines["suggestion"].what in ("建议〔2026〕0001 村道", "建议〔2026〕0002 饮水")


def test_files_of_many_cost_as_many_questions_as_one(small):
    filled(small)
    numbers = []
    for rows in (Deputy.objects.filter(pk=small.a.deputy.pk), Deputy.objects.all()):
        with asked() as statements:
            reading.read(rows, *YEAR)
        numbers.append(len(statements))
    assert numbers == [2, 2]


def test_a_term_is_told_by_years(small):
    visit_of(small.a.deputy, date(2025, 6, 1), "home")
    file = file_of(small.a.deputy, (date(2024, 5, 1), date(2026, 11, 26)))
    assert [name for name, _first, _last in file.spans()] == ["2024", "2025", "2026"]
    assert {part: numbers for part, _t, numbers, _n in file.summary()}["contacts"] == [0, 1, 0]


def test_who_reads_a_file_is_who_reads_the_duty_file_everywhere(client, small):
    regulations.load(on=date(2026, 1, 1))
    deputy = filled(small)
    seen = {
        small.office: 200, small.a.staff: 200, small.leader: 200, small.a.leader_user: 200, small.a.deputy_user: 200,
        small.b.staff: 404, small.b.leader_user: 404, small.b.deputy_user: 404, small.a.officer: 403,
        small.a.unit_user: 403,
    }  # fmt: skip
    found = {}
    for user in seen:
        client.force_login(user)
        codes = {client.get(page_of(deputy, name)).status_code for name in ("duty_file", "duty_file_pdf")}
        found[user] = codes.pop() if len(codes) == 1 else codes
    assert found == seen


def test_the_page_asks_at_most_ten_questions_and_links_each_line(client, small):
    regulations.load(on=date(2026, 1, 1))
    deputy = filled(small)
    client.force_login(small.a.deputy_user)
    with asked() as statements:
        page = client.get(page_of(deputy))
    links = [link for _p, _t, _c, lines in page.context["parts"] for line, link in lines if line.source != "absence"]
    opened = {client.get(link).status_code for link in links if link}
    assert (len(statements) <= 10, opened) == (True, {200})


def test_the_deputy_objects_to_a_line_that_is_no_contact(client, small):
    deputy = filled(small)
    client.force_login(small.a.deputy_user)
    line = next(one for one in file_of(deputy).lines if one.part == "training")
    form = reverse("reports:objection_new") + f"?line={line.source}:{line.pk}&on={line.on}"
    shown = client.get(form)
    sent = {"key": shown.context["form"]["key"].value(), "seen": 1, "text": "那天我没有参加"}
    client.post(form, sent)
    assert Objection.objects.get().about == "2026-08-01 training8 学习培训"
    for bad in ("?line=entered:999&on=2026-08-01", "?line=x&on=then", f"?line={line.source}:{line.pk}&on=2026-08-02"):
        assert client.get(reverse("reports:objection_new") + bad).status_code == 404


def test_the_pdf_is_written_down(client, small):
    deputy = filled(small)
    client.force_login(small.office)
    answer = client.get(page_of(deputy, "duty_file_pdf") + "?year=2026")
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert AuditEvent.objects.get(action="personal.printed").detail["paper"] == "duty_file"


def test_a_broken_template_is_said_and_no_file_comes(client, small, settings, tmp_path):
    settings.PAPER_TEMPLATES = str(tmp_path)
    client.force_login(small.office)
    answer = client.get(page_of(small.a.deputy, "duty_file_pdf"), follow=True)
    assert (answer.redirect_chain[0][1], "duty_file" in answer.content.decode()) == (302, True)
    assert not AuditEvent.objects.filter(action="personal.printed").exists()


@pytest.mark.parametrize("year", ["1999", "2027", "x", "9" * 40, "-1", "²"])
def test_a_year_that_is_none_is_no_page(client, small, year):
    client.force_login(small.office)
    assert client.get(page_of(small.a.deputy), {"year": year}).status_code == 404


def test_a_year_without_data_is_a_file_that_says_so(client, small):
    client.force_login(small.a.deputy_user)
    page = client.get(reverse("reports:my_duty_file"), {"year": "2022"})
    assert page.content.decode().count("没有记录。") == 8


def test_a_group_leader_lists_the_members_and_nobody_else(client, small):
    client.force_login(small.a.leader_user)
    page = client.get(reverse("reports:duty_files"))
    assert list(page.context["page"]) == [small.a.deputy, small.a.leader]
    assert list(client.get(reverse("reports:duty_files"), {"group": small.b.group.pk}).context["page"]) == []

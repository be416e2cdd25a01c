"""A closed year: frozen whole, recounted as of its day, changed by nothing that is written later."""

import json
import threading
import zlib
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from constituents import actions
from constituents.models import Complaint, Designation, Petition, Referral, ResultClass
from deputies.models import Absence, Deputy, ElectoralDistrict, Term
from office import clock, places, regulations
from office.models import Assignment, AuditEvent, Job, Jurisdiction, Rule
from office.roles import Role
from reports import closing, closing_export, closing_views, exports
from reports.annual import document, word
from reports.annual.parts import Document
from reports.annual.period import Period
from reports.before_closing import before_closing
from reports.models import ClosedYear, FrozenReport
from reports.subjects import find
from tests import county
from tests.queries import asked
from tests.reports import flags
from visits.models import Visit

YEAR, ON = 2025, date(2026, 2, 10)
AT = clock.now().replace(year=2026, month=2, day=10, hour=1, minute=12, second=0, microsecond=0)


@pytest.fixture
def small(db):
    """A county whose deputies have contacts in the year to be closed, and in the one after it."""
    small = county.build()
    type(small.term).objects.filter(pk=small.term.pk).update(records_since=date(2025, 1, 1))
    for town in small.towns:
        for day in (date(2025, 3, 4), date(2025, 3, 9), date(2026, 1, 7)):
            contact(town.deputy, day)
    return small


def contact(deputy, day, **more):
    told = {"met": "村民", "kind": "visit", "logged_at": AT, **more}
    return Visit.objects.create(deputy=deputy, happened_on=day, **told)


def close(small, **more):
    told = {"by": small.office, "at": AT, "on": ON, **more}
    return closing.close(f"county:{small.county.code}", YEAR, **told)


def frozen(text, year=YEAR):
    return closing.frozen(find(text)[0], Period.year(year))


# -- closing


def test_everybody_in_the_county_is_frozen_and_it_is_on_record_who_did_it(small):
    done = close(small)
    assert done.is_new
    assert (done.year.on, done.year.closed_at, done.year.closed_by) == (ON, AT, small.office)
    subjects = set(done.year.reports.values_list("subject", flat=True))
    expected = {f"county:{small.county.code}"}
    for town in small.towns:
        expected |= {f"town:{town.place.code}", f"group:{town.group.pk}", f"station:{town.station.pk}"}
        expected |= {f"deputy:{town.deputy.pk}", f"deputy:{town.leader.pk}"}
    assert subjects == expected
    line = AuditEvent.objects.get(action="year.year_closed")
    assert (line.user, line.detail["year"], line.detail["fingerprint"]) == (small.office, YEAR, done.year.fingerprint)


def test_closing_a_closed_year_changes_nothing(small):
    first = close(small)
    contact(small.a.deputy, date(2025, 5, 5))
    again = close(small, on=ON + timedelta(days=9))
    assert (again.is_new, again.year.pk, again.year.fingerprint) == (False, first.year.pk, first.year.fingerprint)
    assert (ClosedYear.objects.count(), AuditEvent.objects.filter(action="year.year_closed").count()) == (1, 1)


def test_a_year_is_closed_when_it_is_over_has_records_and_by_the_countys_office(small):
    with pytest.raises(closing.CannotClose, match="2025"):
        close(small, on=date(2025, 12, 31))
    with pytest.raises(closing.CannotClose, match="2019"):
        closing.close(f"county:{small.county.code}", 2019, by=small.office, at=AT, on=ON)
    for person in (small.leader, county.person("clerk", Role.TOWN_OFFICE, jurisdiction=small.county)):
        with pytest.raises(closing.CannotClose):
            close(small, by=person)
    assert (ClosedYear.objects.count(), FrozenReport.objects.count()) == (0, 0)


def test_the_number_of_queries_does_not_grow_with_the_deputies(small):
    def queries():
        with asked() as statements:
            done = close(small)
        closing.reopen(done.year, by=small.office, at=AT, reason="再数一遍")
        return len(statements)

    queries()  # what is looked up once in a process
    before = queries()
    for town in small.towns:
        for n in range(5):
            one = type(town.deputy).objects.create(
                term=small.term, district=town.district, group=town.group, name=f"新代表{n}"
            )
            contact(one, date(2025, 6, 6))
    assert queries() == before


# -- what is frozen


def test_a_frozen_report_answers_as_the_one_that_was_read(small):
    documents = closing.take_all(small.county, YEAR, lambda one: one, on=ON)
    close(small)
    for one in documents:
        kept = closing.frozen(one.subject, Period.year(YEAR))
        assert list(kept.figures()) == list(one.figures())
        assert [section.tables for section in kept.sections] == [section.tables for section in one.sections]
        assert (kept.fingerprint, kept.as_json()) == (one.fingerprint, one.as_json())
        assert kept.closed.closed_by == small.office


def test_later_edits_do_not_change_what_is_frozen(small):
    close(small)
    text = f"deputy:{small.a.deputy.pk}"
    before = frozen(text)
    contact(small.a.deputy, date(2025, 4, 4))
    Visit.objects.filter(deputy=small.a.deputy, happened_on=date(2025, 3, 4)).delete()
    type(small.a.deputy).objects.filter(pk=small.a.deputy.pk).update(name="改名")
    assert frozen(text).as_json() == before.as_json()
    assert frozen(text).fingerprint == before.fingerprint


def test_the_page_of_a_closed_year_shows_the_fingerprint_that_its_files_carry(small, client):
    client.force_login(small.office)
    text = f"county:{small.county.code}"
    closed, at = close(small).year, {"subject": text, "year": YEAR}
    shown = f"<code>{frozen(text).fingerprint}</code>"
    assert shown in client.get(reverse("reports:annual"), at).text
    file = client.get(reverse("reports:annual_file"), at | {"format": "json"}).getvalue()
    assert json.loads(file)["fingerprint"] in shown
    closing.reopen(closed, by=small.office, at=AT, reason="更正")
    assert shown not in client.get(reverse("reports:annual"), at).text


def test_word_and_pdf_open_with_who_closed_the_year_and_when(small):
    letter = word.Letter(ON)
    text = f"county:{small.county.code}"
    opened = closing.take_all(small.county, YEAR, lambda one: one, on=ON)[0]
    assert "封存" not in word.context_of(opened, letter)[0]["引言"]
    close(small)
    said = word.context_of(frozen(text), letter)[0]["引言"]
    assert said.endswith(f"本年度已封存：{small.office} 于 2026-02-10 09:12 封存，之后的记录变动不影响本报告。")


def test_what_is_frozen_is_read_by_one_query(small):
    close(small)
    subject = find(f"deputy:{small.a.deputy.pk}")[0]
    with asked() as statements:
        assert closing.frozen(subject, Period.year(YEAR))
        assert closing.frozen(subject, Period.year(YEAR - 1)) is None
    assert len(statements) == 2


# -- differences


def test_a_recount_of_unchanged_records_is_the_same(small):
    done = close(small)
    contact(small.a.deputy, date(2026, 1, 31))
    assert closing.recount(done.year).differences == []
    assert closing.recount(done.year).fingerprint == done.year.fingerprint


def test_every_difference_is_listed_with_the_records_that_went_and_came(small):
    done = close(small)
    gone = Visit.objects.get(deputy=small.a.deputy, happened_on=date(2025, 3, 4))
    key = gone.pk
    gone.delete()
    new = contact(small.a.deputy, date(2025, 4, 4))
    found = {(d.subject, d.key.rpartition("/")[2]): d for d in closing.recount(done.year).differences}
    line = found[f"deputy:{small.a.deputy.pk}", "contacts"]
    assert (line.was, line.now, line.gone, line.new, line.records) == (2, 2, (key,), (new.pk,), "visit")
    assert {subject for subject, _key in found if subject.startswith("deputy:")} == {f"deputy:{small.a.deputy.pk}"}


def test_a_year_whose_records_are_all_gone_is_recounted_and_every_one_of_them_is_named(small, clerk):
    done = close(small)
    gone = set(Visit.objects.filter(happened_on__year=YEAR).values_list("pk", flat=True))
    Visit.objects.filter(happened_on__year=YEAR).delete()
    lines = [d for d in closing.recount(done.year).differences if d.key.rpartition("/")[2] == "contacts"]
    assert {pk for line in lines for pk in line.gone} == gone
    for name in ("differences", "print"):
        assert clerk.get(page(name, done.year.pk)).context["total"] > 0


def test_a_deputy_who_came_to_the_roster_later_is_a_difference(small):
    done = close(small)
    late = type(small.a.deputy).objects.create(term=small.term, district=small.a.district, name="补录代表")
    contact(late, date(2025, 8, 8))
    found = [d for d in closing.recount(done.year).differences if d.subject == f"deputy:{late.pk}"]
    assert {(d.was, d.key.rpartition("/")[2]) for d in found} >= {(None, "contacts")}


@pytest.fixture
def matters(small):
    """Two matters of the year: one that a unit has, and one whose clock stands still; and the rules loaded."""
    regulations.load(on=date(2025, 1, 1))
    ResultClass.objects.create(key="A", name="已解决", counts_as_solved=True, position=1)
    found = []
    for n in (1, 2):
        day = date(2025, 11, 20 + n)
        matter = actions.register(
            by=small.a.officer, at=at(day), on=day, station=small.a.station, deputy=small.a.deputy, visitor="张凤英",
            situation="路灯不亮。", request="请修路灯。",
        )  # fmt: skip
        actions.admit(matter, by=small.a.officer, at=at(day))
        told = {"at": at(day), "on": day, "unit": small.a.unit, "brief": "请修路灯。"}
        found.append(actions.route(matter, by=small.a.staff, **told))
    actions.pause(found[1], by=small.a.staff, at=at(date(2025, 12, 1)), on=date(2025, 12, 1), reason="等材料")
    return found


def at(day):
    return datetime.combine(day, time(9), tzinfo=UTC)


def test_that_time_goes_on_makes_no_difference(small, matters):
    """Replies, verdicts, ends of matters, absences, resignations, new rules, new namings: all of a later day."""
    done = close(small).year
    later = ON + timedelta(days=20)
    for referral in matters:
        told = {"by": small.a.unit_user, "at": at(later), "on": later, "text": "已修好。"}
        actions.reply(referral, result=ResultClass.objects.get(), **told)
        matter = Petition.objects.get(pk=referral.petition_id)
        told = {"by": small.a.officer, "at": at(later), "on": later, "way": "phone", "told": "已修好。"}
        actions.feed_back(matter, result="satisfied", **told)
        actions.close(Petition.objects.get(pk=matter.pk), by=small.a.officer, at=at(later))
    Absence.objects.create(deputy=small.a.deputy, since=later, reason="住院", approved_by="县人大常委会")
    type(small.a.deputy).objects.filter(pk=small.b.deputy.pk).update(left_on=later, end_reason="辞职")
    Designation.objects.filter(deputy=small.a.deputy).update(until=later)
    Designation.objects.create(deputy=small.a.leader, household=small.a.households[0], since=later)
    Rule.objects.filter(measure="monthly_contact").update(effective_to=later)
    contact(small.a.deputy, later)
    assert closing.recount(done) == (done.fingerprint, [])


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda small, row: Referral.objects.filter(pk=row.pk).update(due_on=date(2026, 6, 1)), "reply.open"),
        (lambda small, row: Petition.objects.filter(pk=row.petition_id).update(deputy=small.b.deputy), "petitions"),
        (lambda small, row: Absence.objects.create(
            deputy=small.a.deputy, since=date(2025, 5, 1), until=date(2025, 5, 9), reason="住院", approved_by="常委会"
        ), "owed"),
        (lambda small, row: Designation.objects.filter(deputy=small.a.deputy).update(since=date(2025, 1, 1)), "held"),
        (lambda small, row: small.a.station.deputies.add(small.b.deputy), "contacts"),
        (lambda small, row: contact(small.b.deputy, date(2025, 12, 31), logged_at=at(ON + timedelta(days=3))), "met"),
    ],
)  # fmt: skip
def test_what_is_corrected_or_written_late_is_a_difference(small, matters, change, key):
    done = close(small).year
    change(small, matters[0])
    recount = closing.recount(done)
    assert recount.fingerprint != done.fingerprint
    assert key in {line.key for line in recount.differences}


def told_apart_by_village(small, matters):
    """The two matters come from one village of town A, once with the town's name before it."""
    for matter, address in zip(matters, ("和平村三组", "东山镇和平村五组"), strict=True):
        Petition.objects.filter(pk=matter.petition_id).update(address=address, category="道路")


def test_a_town_that_is_renamed_stays_the_same_place(small, matters, clerk):
    told_apart_by_village(small, matters)
    done = close(small).year
    form = {"name": "东岭镇", "former_names": "", "level": "town", "code": small.a.place.code}
    clerk.post(reverse("admin:office_jurisdiction_change", args=[small.a.place.pk]), form)
    small.a.place.refresh_from_db()
    assert (small.a.place.name, small.a.place.former_names) == ("东岭镇", "东山镇")
    assert closing.recount(done) == (done.fingerprint, [])
    of_town = document.read(find(f"town:{small.a.place.code}")[0], YEAR, on=ON)
    assert [(one.label, one.value) for one in of_town.section("digest").rows] == [("东岭镇和平村：道路", 2)]


def test_of_more_former_names_than_have_room_the_last_stay(small):
    place = small.a.place
    place.former_names = "、".join(f"旧镇名{n:02}" for n in range(33))
    places.renamed(place, was="东山镇")
    place.name = "东岭镇"
    place.full_clean()
    assert place.former_names.split("、") == [*(f"旧镇名{n:02}" for n in range(1, 33)), "东山镇"]


def test_a_place_whose_matter_went_stands_in_the_differences_under_its_name(small, matters, clerk):
    told_apart_by_village(small, matters)
    done = close(small).year
    Petition.objects.filter(pk=matters[0].petition_id).update(category="")
    labels = {line.label for line, _gone, _new in clerk.get(page("differences", done.pk)).context["lines"]}
    assert {"东山镇：道路", "东山镇和平村：道路"} <= labels


@pytest.fixture
def closed_by_version_1(small, matters, monkeypatch):
    """A year that was closed when documents named no version and their places by name."""
    told_apart_by_village(small, matters)
    as_json, freeze = Document.as_json, closing.freeze
    with monkeypatch.context() as then:
        then.setattr(
            Document, "as_json", lambda self: {key: kept for key, kept in as_json(self).items() if key != "version"}
        )
        then.setattr(closing, "freeze", lambda one: freeze(one.as_version_1()))
        return close(small).year


def test_a_year_that_was_closed_by_version_1_is_verified_and_read(small, matters, closed_by_version_1, clerk):
    keys = {figure.key for figure in frozen(f"county:{small.county.code}").figures()}
    assert "place:东山镇/category.道路" in keys
    assert closing.recount(closed_by_version_1) == (closed_by_version_1.fingerprint, [])
    asked_for = {"subject": f"county:{small.county.code}", "year": YEAR, "key": "place:东山镇/all"}
    behind = clerk.get(reverse("reports:figure"), asked_for).context["figure"]
    assert (behind.label, set(behind.ids)) == ("东山镇", {matter.petition_id for matter in matters})
    Petition.objects.filter(pk=matters[0].petition_id).update(category="")
    found = {line.key for line in closing.recount(closed_by_version_1).differences}
    assert {"place:东山镇/category.道路", "place:东山镇和平村/category.道路"} <= found


# -- opening again


def test_a_year_is_opened_again_for_a_reason_that_stays(small):
    done = close(small)
    for reason in ("", "  ", "长" * 301):
        with pytest.raises(closing.CannotClose):
            closing.reopen(done.year, by=small.office, at=AT, reason=reason)
    closing.reopen(done.year, by=small.office, at=AT, reason="补录三月的走访")
    row = ClosedYear.objects.get()
    assert (row.reopened_at, row.reopened_by, row.reopened_reason) == (AT, small.office, "补录三月的走访")
    assert AuditEvent.objects.get(action="year.year_reopened").detail["reason"] == "补录三月的走访"
    assert frozen(f"deputy:{small.a.deputy.pk}") is None
    with pytest.raises(closing.CannotClose):
        closing.reopen(row, by=small.office, at=AT, reason="再开一次")
    again = close(small)
    assert (again.is_new, ClosedYear.objects.count(), row.reports.count()) == (True, 2, again.year.reports.count())


def test_a_year_is_opened_again_by_the_countys_office_alone(small):
    done = close(small)
    with pytest.raises(closing.CannotClose):
        closing.reopen(done.year, by=small.a.staff, at=AT, reason="试一试")
    assert ClosedYear.objects.standing().count() == 1


# -- two at once


def together(act):
    """Two do ``act`` at the same time, each on a connection of their own; what came out of each."""
    told = []

    def one():
        try:
            told.append(act())
        except IntegrityError as fault:
            told.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


@pytest.fixture
def both_have_read(monkeypatch):
    """Nobody writes before both have found the year open and read its reports."""
    gate, read = threading.Barrier(2), closing.take_all

    def wait(*args, **more):
        reports = read(*args, **more)
        gate.wait()
        return reports

    monkeypatch.setattr(closing, "take_all", wait)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_close_at_once_one_wins_and_the_other_is_told(transactional_db, small, both_have_read):
    told = together(lambda: close(small))
    assert sorted(done.is_new for done in told) == [False, True]
    assert len({done.year.pk for done in told}) == 1
    assert ClosedYear.objects.count() == AuditEvent.objects.filter(action="year.year_closed").count() == 1
    assert FrozenReport.objects.count() == told[0].year.reports.count() > 0


@pytest.mark.django_db(transaction=True)
def test_to_look_whether_it_is_closed_would_not_keep_the_second_out(transactional_db, small, both_have_read):
    """The control: both look, find the year open and write; only the database refuses the second."""

    def look_and_write():
        assert closing.standing_of(small.county, YEAR) is None
        reports = closing.take_all(small.county, YEAR, closing.freeze, on=ON)
        return closing._write(small.county, YEAR, reports, by=small.office, at=AT, on=ON)

    assert {type(one) for one in together(look_and_write)} == {ClosedYear, IntegrityError}


# -- the commands


def told(command, *args):
    out = StringIO()
    try:
        call_command(command, *args, "--json", stdout=out)
    except SystemExit as ended:
        return json.loads(out.getvalue()), ended.code
    return json.loads(out.getvalue()), 0


def test_the_commands_close_verify_and_open_again(small):
    made, code = told("close_year", "2025")
    assert (made["is_new"], made["county"], made["documents"], code) == (True, small.county.code, 11, 0)
    assert told("close_year", "2025")[0]["is_new"] is False
    same, code = told("verify_year", "2025")
    assert (same["same"], same["differences"], same["fingerprint"], code) == (True, [], made["fingerprint"], 0)
    new = contact(small.a.deputy, date(2025, 4, 4))
    other, code = told("verify_year", "2025", "--county", small.county.code)
    assert (other["same"], code) == (False, 1)
    lines = {(d["subject"], d["key"].rpartition("/")[2]): d for d in other["differences"]}
    line = lines[f"deputy:{small.a.deputy.pk}", "contacts"]
    assert (line["was"], line["now"], line["gone"], line["new"]) == (2, 3, [], [new.pk])
    assert told("reopen_year", "2025", "--reason", "补录")[0]["reason"] == "补录"
    with pytest.raises(CommandError) as refused:
        call_command("verify_year", "2025")
    assert refused.value.returncode == 2


@pytest.mark.parametrize("args", [["2025x"], ["2019"], ["2026"], ["2025", "--county", "000000"]])
def test_a_year_that_cannot_be_closed_is_refused_in_one_line(small, args):
    with pytest.raises(CommandError) as refused:
        call_command("close_year", *args)
    assert refused.value.returncode == 2
    assert ClosedYear.objects.count() == 0


def test_the_sentences_name_the_figure_and_its_records(small):
    call_command("close_year", "2025", stdout=StringIO())
    out = StringIO()
    call_command("verify_year", "2025", stdout=out)
    new = contact(small.a.deputy, date(2025, 4, 4))
    with pytest.raises(SystemExit):
        call_command("verify_year", "2025", stdout=out)
    assert f"deputy:{small.a.deputy.pk}" in out.getvalue()
    assert f"联系次数（contacts）：4 → 5  联系活动 +{new.pk}" in out.getvalue()
    assert "月度达标率（share.met）：4.2% → 6.3%" in out.getvalue()


# -- the pages


@pytest.fixture
def clerk(small):
    client = Client()
    client.force_login(small.office)
    return client


def page(name, *args):
    return reverse(f"admin:reports_closedyear_{name}", args=args)


def test_the_office_closes_a_year_after_it_has_seen_what_is_frozen_and_what_waits(small, clerk):
    board = clerk.get(page("changelist"))
    assert [(line.year, line.standing) for line in board.context["lines"]] == [(2026, None), (2025, None)]
    where = f"{page('close')}?county={small.county.code}&year=2025"
    shown = clerk.get(where)
    assert [one.number for one in shown.context["numbers"]] == [1, 2, 2, 2, 4]
    assert ClosedYear.objects.count() == 0
    done = clerk.post(page("close"), {"county": small.county.code, "year": 2025})
    row = ClosedYear.objects.get()
    assert (done.url, row.closed_by) == (page("change", row.pk), small.office)
    assert clerk.get(page("change", row.pk)).context["page"].paginator.count == 11
    again = clerk.post(page("close"), {"county": small.county.code, "year": 2025})
    assert (again.url, ClosedYear.objects.count()) == (page("change", row.pk), 1)


def test_a_large_county_is_closed_as_long_work_whose_file_lists_what_was_frozen(
    small, clerk, monkeypatch, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(closing_views, "AT_ONCE", 5)
    with django_capture_on_commit_callbacks(execute=True):
        done = clerk.post(page("close"), {"county": small.county.code, "year": 2025})
    job = Job.objects.get()
    assert (done.url, job.params["asked"]) == (
        reverse("reports:export", args=[job.pk]),
        {"county": small.county.code, "year": 2025},
    )
    row = ClosedYear.objects.get()
    assert (job.state, row.closed_by) == (Job.State.DONE, small.office)
    book = load_workbook(BytesIO(exports.file_of(job, by=job.user, at=clock.now()).read_bytes()))
    written = [[cell.value for cell in line] for line in book.worksheets[0].iter_rows()]
    for one in row.reports.all():
        assert [one.name, one.subject, one.fingerprint] in written
    assert not exports.KINDS["closing"].may(small.a.staff, {})


def test_closing_that_is_stopped_leaves_nothing(small):
    def stop(done, total, doing):
        raise exports.Cancelled

    with pytest.raises(exports.Cancelled):
        close(small, progress=stop)
    assert (ClosedYear.objects.count(), FrozenReport.objects.count()) == (0, 0)


def test_a_full_disk_leaves_the_year_open_until_its_list_can_be_written(small, tmp_path):
    params = {"county": small.county.code, "year": YEAR}
    told = {"by": small.office, "at": AT, "folder": tmp_path, "progress": lambda *_told: None}
    (tmp_path / "closed.xlsx").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        closing_export.make(params, **told)
    assert not ClosedYear.objects.exists()
    assert not AuditEvent.objects.filter(action="year.year_closed").exists()
    (tmp_path / "closed.xlsx").unlink()
    _name, path = closing_export.make(params, **told)
    assert len(list(load_workbook(path).worksheets[0].iter_rows())) > ClosedYear.objects.get().reports.count()


def test_the_page_of_differences_opens_the_records(small, clerk):
    row = close(small).year
    assert clerk.get(page("differences", row.pk)).context["total"] == 0
    new = contact(small.a.deputy, date(2025, 4, 4))
    for name in ("differences", "print"):
        shown = clerk.get(page(name, row.pk))
        assert shown.context["total"] > 0
        assert reverse("admin:visits_visit_change", args=[new.pk]) in shown.content.decode()
        told = {line.key: (line.was, line.now) for line, _gone, _new in shown.context["lines"]}
        assert told["share.met"] == ("4.2%", "8.3%")


DAMAGES = {
    "unreadable": lambda row: b"",
    "another figure": lambda row: repacked(row, lambda told: told["figures"][0].update(value=99)),
    "of another form": lambda row: zlib.compress(b"[]"),
}


def repacked(row, change):
    told = json.loads(zlib.decompress(row.content))
    change(told)
    return zlib.compress(json.dumps(told).encode())


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_what_was_frozen_and_is_no_longer_what_it_was_is_said_everywhere(small, clerk, damage):
    """Whoever changes the file behind the system's back is found out by the fingerprint."""
    closed, text = close(small).year, f"county:{small.county.code}"
    row = closed.reports.get(subject=text)
    FrozenReport.objects.filter(pk=row.pk).update(content=damage(row))
    said, asked_for = "改动或损坏", {"subject": text, "year": YEAR}
    for address in (page("differences", closed.pk), page("print", closed.pk)):
        assert said in clerk.get(address).content.decode()
    assert said in clerk.get(reverse("reports:annual"), asked_for).content.decode()
    for name, more in (("reports:annual_file", {"format": "docx"}), ("reports:figure", {"key": "contacts"})):
        assert said in clerk.get(reverse(name), asked_for | more, follow=True).content.decode()
    with pytest.raises(CommandError, match=said):
        call_command("verify_year", str(YEAR))


def test_opening_again_asks_for_the_reason_and_loses_nothing(small, clerk):
    row = close(small).year
    shown = clerk.post(page("reopen", row.pk), {"reason": "  "})
    assert (shown.status_code, shown.context["fault"] != "") == (200, True)
    clerk.post(page("reopen", row.pk), {"reason": "补录"})
    row.refresh_from_db()
    assert (row.is_standing, row.reopened_by, row.reopened_reason) == (False, small.office, "补录")
    assert clerk.get(page("change", row.pk)).status_code == 200


def test_the_year_of_another_county_is_neither_looked_at_nor_closed(small, clerk):
    """Also by a clerk who is a deputy there."""
    there = Jurisdiction.objects.create(name="邻县", level="county", code="990902", path="/next/")
    term = Term.objects.create(jurisdiction=there, ordinal=18)
    district = ElectoralDistrict.objects.create(term=term, number=1, name="第1选区", jurisdiction=there)
    contact(Deputy.objects.create(term=term, district=district, user=small.office, name="两处"), date(2025, 3, 4))
    Assignment.objects.create(user=small.office, role=Role.DEPUTY)
    asked_for = {"county": there.code, "year": 2025}
    assert clerk.get(page("close"), asked_for).status_code == 404
    assert clerk.post(page("close"), asked_for).status_code == 404
    assert not ClosedYear.objects.exists()


def test_what_waits_is_counted_without_a_matter_that_complains_of_the_clerk(small):
    petition = flags.subjects(small.a, small)["petition"]
    flags.raise_one(flags.rules()["petition"], small.a, petition=petition)
    told = {"user": small.office}
    assert [one.number for one in before_closing(small.county, 2026, **told)[1]] == [1, 1]
    Complaint.objects.create(petition=petition, person=small.office)
    assert [one.number for one in before_closing(small.county, 2026, **told)[1]] == [1]


@pytest.mark.parametrize("year", ["", "20x5", "99999", "2101"])
def test_an_address_that_names_no_year_is_not_found(small, clerk, year):
    assert clerk.get(page("close"), {"county": small.county.code, "year": year}).status_code == 404
    assert clerk.post(page("close"), {"county": small.county.code, "year": year}).status_code == 404


def test_the_pages_ask_a_fixed_number_of_questions(small, clerk):
    row = close(small).year
    for where in (page("changelist"), page("change", row.pk), f"{page('close')}?county=990901&year=2025"):
        clerk.get(where)
        with asked() as statements:
            clerk.get(where)
        assert len(statements) <= 10, where

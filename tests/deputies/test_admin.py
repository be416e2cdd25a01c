"""What the office enters about deputies in the admin site: absences, liaison voters, the sessions of the congress."""

from datetime import date

import pytest
from django.urls import reverse

from constituents.models import LiaisonVoter
from deputies.models import Absence, CongressSession
from office.models import AuditEvent, Watermark
from office.watermarks import SWEEP

pytestmark = [pytest.mark.django_db, pytest.mark.clock("2026-10-12 12:00+08:00")]

TODAY = date(2026, 10, 12)


@pytest.fixture
def swept(db):
    """Every night up to today has been swept."""
    return Watermark.objects.create(job=SWEEP, done_through=TODAY)


def table(name, *rows, initial=0):
    """A table below a form, as the browser sends it."""
    cells = {f"{name}-{n}-{field}": value for n, row in enumerate(rows) for field, value in row.items()}
    return {f"{name}-TOTAL_FORMS": len(rows), f"{name}-INITIAL_FORMS": initial, **cells}


def save(client, deputy, *, absences=(), voters=(), initial=0):
    form = {"name": deputy.name, "district": deputy.district_id, "group": deputy.group_id}
    form |= table("absences", *absences, initial=initial) | table("liaison_voters", *voters)
    return client.post(reverse("admin:deputies_deputy_change", args=[deputy.pk]), form)


LEAVE = {"kind": "leave", "since": "2026-08-01", "until": "2026-09-30", "reason": "住院", "approved_by": "主任会议"}


def faults(answer):
    assert answer.status_code == 200
    [*tables] = answer.context_data["inline_admin_formsets"]
    return [sorted(form.errors) for inline in tables for form in inline.formset.forms if form.errors]


def test_a_leave_is_entered_below_the_deputy_and_the_trail_knows(client, small):
    client.force_login(small.a.staff)
    assert save(client, small.a.deputy, absences=[LEAVE]).status_code == 302
    absence = Absence.objects.get()
    assert (absence.deputy, absence.kind, absence.since, absence.until) == (
        small.a.deputy,
        "leave",
        date(2026, 8, 1),
        date(2026, 9, 30),
    )
    event = AuditEvent.objects.get(action="deputy.changed")
    assert [(row["model"], row["did"]) for row in event.detail["rows"]] == [("deputies.absence", "added")]


@pytest.mark.parametrize("missing", ["since", "reason", "approved_by"])
def test_an_absence_without_a_first_day_a_reason_or_an_approver_is_refused(client, small, missing):
    client.force_login(small.office)
    assert faults(save(client, small.a.deputy, absences=[{**LEAVE, missing: ""}])) == [[missing]]
    assert Absence.objects.count() == 0


def test_an_absence_that_ends_before_it_begins_is_refused(client, small):
    client.force_login(small.office)
    assert faults(save(client, small.a.deputy, absences=[{**LEAVE, "until": "2026-07-31"}])) == [["__all__"]]
    assert Absence.objects.count() == 0


def test_a_suspension_has_no_last_day_until_it_is_known(client, small):
    client.force_login(small.office)
    assert save(client, small.a.deputy, absences=[{**LEAVE, "kind": "suspended", "until": ""}]).status_code == 302
    assert Absence.objects.get().until is None


def test_what_an_absence_took_away_is_judged_again_when_it_is_removed(client, small, swept):
    client.force_login(small.office)
    absence = Absence.objects.create(
        deputy=small.a.deputy, since=date(2026, 3, 5), until=date(2026, 4, 30), reason="住院", approved_by="主任"
    )
    row = {**LEAVE, "since": "2026-03-05", "until": "2026-04-30", "approved_by": "主任", "id": absence.pk}
    row["deputy"] = small.a.deputy.pk
    assert save(client, small.a.deputy, absences=[row], initial=1).status_code == 302
    swept.refresh_from_db()
    assert (swept.done_through, Absence.objects.count()) == (TODAY, 1)  # nothing was changed yet
    assert save(client, small.a.deputy, absences=[{**row, "DELETE": "on"}], initial=1).status_code == 302
    swept.refresh_from_db()
    assert (swept.done_through, Absence.objects.count()) == (date(2026, 3, 4), 0)


def test_an_end_of_office_that_is_moved_is_judged_again_from_the_earlier_day(client, small, swept):
    client.force_login(small.office)
    deputy = small.a.deputy
    form = {"name": deputy.name, "district": deputy.district_id, **table("absences"), **table("liaison_voters")}
    page = reverse("admin:deputies_deputy_change", args=[deputy.pk])
    assert client.post(page, {**form, "left_on": "2026-06-10", "end_reason": "辞职"}).status_code == 302
    swept.refresh_from_db()
    assert swept.done_through == date(2026, 6, 9)
    Watermark.objects.update(done_through=TODAY)
    assert client.post(page, {**form, "left_on": "2026-08-01", "end_reason": "辞职"}).status_code == 302
    swept.refresh_from_db()
    assert swept.done_through == date(2026, 6, 9)


def test_five_liaison_voters_are_entered_below_the_deputy(client, small):
    client.force_login(small.a.staff)
    voters = [{"name": f"选民{n}", "phone": "", "since": "2026-01-01"} for n in range(5)]
    assert save(client, small.a.deputy, voters=voters).status_code == 302
    assert LiaisonVoter.objects.filter(deputy=small.a.deputy).count() == 5


def test_a_liaison_voter_is_named_once(client, small):
    client.force_login(small.a.staff)
    LiaisonVoter.objects.create(deputy=small.a.deputy, name="选民")
    save(client, small.a.deputy, voters=[{"name": "选民"}])
    assert LiaisonVoter.objects.count() == 1


def test_away_deputies_are_found(client, small):
    client.force_login(small.office)
    gone = {"reason": "住院", "approved_by": "主任"}
    Absence.objects.create(deputy=small.a.deputy, since=date(2026, 10, 1), **gone)
    Absence.objects.create(deputy=small.b.deputy, since=date(2026, 8, 1), until=date(2026, 10, 11), **gone)
    page = reverse("admin:deputies_deputy_changelist")
    assert [str(row) for row in client.get(page, {"away": "leave"}).context_data["cl"].queryset] == ["代表1"]
    assert [str(row) for row in client.get(page, {"away": "suspended"}).context_data["cl"].queryset] == []


def open_session(client, term, **more):
    form = {"jurisdiction": term.jurisdiction_id, "ordinal": 18, "records_since": "2026-01-01"}
    sessions = table("sessions", {"name": "第一次会议", "opens_on": "2026-02-20", **more})
    return client.post(reverse("admin:deputies_term_change", args=[term.pk]), form | sessions)


def test_a_session_is_entered_below_its_term_and_earlier_nights_are_swept_again(client, small, swept):
    client.force_login(small.office)
    assert open_session(client, small.term, closes_on="2026-02-23").status_code == 302
    assert CongressSession.objects.get().term == small.term
    swept.refresh_from_db()
    assert swept.done_through == date(2026, 2, 19)


def test_a_township_reads_the_sessions_of_the_county_and_writes_none(client, small):
    CongressSession.objects.create(term=small.term, name="第一次会议", opens_on=date(2026, 2, 20))
    client.force_login(small.a.staff)
    page = client.get(reverse("admin:deputies_term_change", args=[small.term.pk])).content.decode()
    assert page.count("第一次会议") > 0
    assert open_session(client, small.term, opens_on="2026-03-20").status_code == 403
    assert CongressSession.objects.count() == 1

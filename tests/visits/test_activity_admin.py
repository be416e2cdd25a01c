"""Group activities and meetings in the admin site: who took part, whether the report has come, who sees what."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _

from constituents.models import Petition
from deputies.models import Deputy, Term
from office import regulations, watermarks, workdays
from office.models import AuditEvent, Jurisdiction, Watermark
from office.roles import Role
from reports.models import Flag
from reports.sweep import sweep
from tests import county
from tests.queries import asked
from visits import actions
from visits.models import GroupActivity, Meeting, Visit

pytestmark = [pytest.mark.django_db, pytest.mark.clock("2026-03-10 10:00 +0800")]

TODAY = date(2026, 3, 10)
AT = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
LIST, ADD = (reverse(f"admin:visits_groupactivity_{page}") for page in ("changelist", "add"))
MEMBERS = reverse("admin:visits_groupactivity_members")
MEETINGS, CALL = (reverse(f"admin:visits_meeting_{page}") for page in ("changelist", "add"))
FOREIGN = ["西河", "代表2", "组长2", "第2选区", "town2"]


@pytest.fixture
def small(db):
    """The small county with the nine texts and the calendar."""
    regulations.load(on=date(2026, 1, 1))
    workdays.load()
    return county.build()


@pytest.fixture
def swept(small):
    """Every night up to today has been swept."""
    return Watermark.objects.create(job=watermarks.SWEEP, done_through=TODAY)


def page_of(activity, name="change"):
    return reverse(f"admin:visits_groupactivity_{name}", args=[activity.pk])


def filled(town, *deputies, **more):
    """The form as the browser sends it, opened with the activity as it stands."""
    seen = GroupActivity.objects.order_by("pk").values_list("version", flat=True).last() or 1
    form = {
        "seen": seen,
        "group": town.group.pk,
        "happened_on": "2026-02-12",
        "kind": "visit",
        "place": "一村",
        "content": "走访",
    }
    return {**form, "participants": [deputy.pk for deputy in deputies], **more}


def entered(client, town, *deputies, **more):
    """An activity entered on the page; the answer to a form that was taken leads back to the list."""
    assert client.post(ADD, filled(town, *deputies, **more)).status_code == 302
    return GroupActivity.objects.get()


def activity(town, day=date(2026, 2, 12), *deputies, **more):
    row = GroupActivity.objects.create(group=town.group, happened_on=day, content="走访", logged_at=AT, **more)
    named = Deputy.objects.filter(pk__in=[deputy.pk for deputy in deputies])
    actions.set_participants(row, named, by=town.staff, at=AT)
    return row


def faults(answer):
    assert answer.status_code == 200
    return {name: list(errors) for name, errors in answer.context_data["adminform"].form.errors.items()}


def blank(client, page):
    """The form as a page shows it."""
    return client.get(page).context_data["adminform"].form


def names(visits):
    return [str(visit.deputy) for visit in visits.order_by("deputy")]


def trail():
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def done_through(mark):
    mark.refresh_from_db()
    return mark.done_through


# -- who took part


@pytest.mark.rule("D9-1a", "D9-3")
def test_an_activity_is_entered_with_the_deputies_who_took_part(as_town, small):
    row = entered(as_town, small.a, small.a.deputy, small.a.leader)
    assert (row.group, row.happened_on, row.kind, row.content) == (small.a.group, date(2026, 2, 12), "visit", "走访")
    assert (row.logged_by, row.logged_at, row.imported) == (small.a.staff, AT, False)
    parts = {(str(v.deputy), v.happened_on, v.kind, v.met, v.place, v.logged_by, v.imported) for v in row.visits.all()}
    same = (date(2026, 2, 12), "group", "东山镇代表小组", "一村", small.a.staff, False)
    assert parts == {("代表1", *same), ("组长1", *same)}


def test_the_trail_knows_the_activity_and_each_contact(as_town, small):
    row = entered(as_town, small.a, small.a.deputy)
    assert trail() == ["visit.logged", "groupactivity.added"]
    part, whole = AuditEvent.objects.order_by("pk")
    assert (part.subject_id, part.user) == (row.visits.get().pk, small.a.staff)
    assert part.detail == {"activity": row.pk, "happened_on": "2026-02-12", "kind": "group"}
    assert [(line["did"], line["was"]) for line in whole.detail["rows"]] == [("added", "代表1")]
    assert whole.detail["fields"]["group"] == [None, small.a.group.pk]
    shown = as_town.get(page_of(row, "history")).content.decode()
    assert shown.count("代表1") == 1


def test_who_is_unticked_loses_the_contact_and_who_is_ticked_gets_one(as_town, small):
    row = activity(small.a, date(2026, 2, 12), small.a.deputy)
    of_their_own = Visit.objects.create(
        deputy=small.a.deputy, met="选民", happened_on=row.happened_on, kind="group", logged_at=AT
    )
    AuditEvent.objects.all().delete()
    assert as_town.post(page_of(row), filled(small.a, small.a.leader)).status_code == 302
    assert names(row.visits) == ["组长1"]
    assert list(Visit.objects.filter(deputy=small.a.deputy)) == [of_their_own]
    assert trail() == ["visit.withdrawn", "visit.logged", "groupactivity.changed"]
    rows = AuditEvent.objects.get(action="groupactivity.changed").detail["rows"]
    assert [(line["did"], line["was"]) for line in rows] == [("added", "组长1"), ("removed", "代表1")]


def test_who_stays_keeps_the_contact_and_saving_the_same_writes_nothing(as_town, small):
    row = activity(small.a, date(2026, 2, 12), small.a.deputy, place="一村")
    kept = row.visits.get()
    Visit.objects.filter(pk=kept.pk).update(content="反映路灯不亮", matter_raised=True)
    AuditEvent.objects.all().delete()
    assert as_town.post(page_of(row), filled(small.a, small.a.deputy)).status_code == 302
    kept.refresh_from_db()
    assert (row.visits.get(), kept.content, kept.matter_raised) == (kept, "反映路灯不亮", True)
    assert trail() == []


def test_the_contacts_follow_the_day_and_the_place(as_town, small):
    row = activity(small.a, date(2026, 2, 12), small.a.deputy, place="一村")
    AuditEvent.objects.all().delete()
    form = filled(small.a, small.a.deputy, happened_on="2026-02-13", place="二村")
    assert as_town.post(page_of(row), form).status_code == 302
    part = row.visits.get()
    assert (part.happened_on, part.place) == (date(2026, 2, 13), "二村")
    assert trail() == ["visit.changed", "groupactivity.changed"]


def test_a_contact_of_which_a_matter_came_is_not_taken_back(as_town, small):
    row = activity(small.a, date(2026, 2, 12), small.a.deputy)
    told = {"visitor": "来访人", "situation": "路灯不亮", "request": "修好"}
    row.visits.update(
        petition=Petition.objects.create(
            station=small.a.station, year=2026, seq=1, received_on=TODAY, registered_at=AT, **told
        )
    )
    answer = as_town.post(page_of(row), filled(small.a, small.a.leader, place="二村"), follow=True)
    said = [str(message) for message in answer.context["messages"]]
    assert said == [_("A matter came of this contact, it stays: %s.") % "代表1"]
    row.refresh_from_db()
    assert (row.place, names(row.visits)) == ("", ["代表1"])


def test_a_deputy_who_was_not_in_office_that_day_is_refused_by_name(as_town, small):
    Deputy.objects.filter(pk=small.a.deputy.pk).update(left_on=date(2026, 2, 12), end_reason="辞职")
    Deputy.objects.filter(pk=small.a.leader.pk).update(joined_on=date(2026, 2, 12))
    told = faults(as_town.post(ADD, filled(small.a, small.a.deputy, small.a.leader)))
    assert told == {
        "participants": [_("Not in office on %(day)s: %(names)s.") % {"day": "2026-02-12", "names": "代表1"}]
    }
    assert (GroupActivity.objects.count(), Visit.objects.count()) == (0, 0)
    assert names(entered(as_town, small.a, small.a.leader).visits) == ["组长1"]


def test_the_action_itself_refuses_who_was_not_in_office(small):
    row = activity(small.a, date(2026, 2, 12), small.a.leader)
    Deputy.objects.filter(pk=small.a.deputy.pk).update(joined_on=date(2026, 2, 13))
    with pytest.raises(actions.NotInOffice):
        actions.set_participants(row, small.a.group.deputies.all(), by=small.a.staff, at=AT)
    assert names(row.visits) == ["组长1"]


def test_deputies_of_another_group_are_refused(as_county, small):
    assert list(faults(as_county.post(ADD, filled(small.a, small.b.deputy)))) == ["participants"]
    row = activity(small.a, date(2026, 2, 12), small.a.deputy)
    moved = filled(small.a, small.a.deputy, group=small.b.group.pk)
    assert list(faults(as_county.post(page_of(row), moved))) == ["participants"]
    assert names(row.visits) == ["代表1"]
    assert as_county.post(page_of(row), filled(small.b, small.b.deputy)).status_code == 302
    assert names(row.visits) == ["代表2"]


def test_who_changed_the_group_since_stays_named(as_town, small):
    row = activity(small.a, date(2026, 2, 12), small.a.deputy)
    Deputy.objects.filter(pk=small.a.deputy.pk).update(group=None)
    assert as_town.post(page_of(row), filled(small.a, small.a.deputy, small.a.leader)).status_code == 302
    assert names(row.visits) == ["代表1", "组长1"]


def test_choosing_a_group_lists_its_deputies_and_ticks_those_of_the_activity(as_county, small):
    row = activity(small.a, date(2026, 2, 12), small.a.deputy)

    def listed(**query):
        text = as_county.get(MEMBERS, query).content.decode()
        return {word: text.count(word) for word in nobody}

    nobody = dict.fromkeys(("代表1", "组长1", "代表2", "组长2", " checked>"), 0)
    assert listed(group=small.a.group.pk) == {**nobody, "代表1": 1, "组长1": 1}
    assert listed(group=small.a.group.pk, activity=row.pk) == {**nobody, "代表1": 1, "组长1": 1, " checked>": 1}
    assert listed(group=small.b.group.pk, activity=row.pk) == {**nobody, "代表2": 1, "组长2": 1}
    assert [listed(group=group) for group in ("", "x", 10**30)] == [nobody] * 3
    assert as_county.post(MEMBERS).status_code == 403


def test_the_only_group_of_a_township_is_chosen_already(client, small):
    client.force_login(small.a.staff)
    assert blank(client, ADD).initial["group"] == small.a.group
    client.force_login(small.office)
    assert blank(client, ADD).initial["group"] is None


def test_the_form_says_what_taking_part_counts_for(as_town):
    said = str(blank(as_town, ADD).fields["participants"].help_text)
    assert [rule for rule in ("D1-3①b", "D9-2二a") if rule in said] == ["D1-3①b", "D9-2二a"]


@pytest.mark.rule("D9-2二a", "D1-3①b")
def test_taking_part_is_the_contact_of_the_month_and_not_the_visit_of_the_year(as_town, small):
    entered(as_town, small.a, small.a.deputy)
    GroupActivity.objects.update(logged_at=datetime(2026, 2, 12, 9, tzinfo=UTC))
    Visit.objects.update(logged_at=datetime(2026, 2, 12, 9, tzinfo=UTC))
    sweep(on=date(2026, 3, 1), only=["D1-3①b"])
    sweep(on=date(2026, 10, 1), only=["D9-2二a"])
    owing = lambda key, period: Flag.objects.filter(rule_key=key, period=period, jurisdiction=small.a.place)  # noqa: E731
    assert [str(flag.deputy) for flag in owing("D1-3①b", "2026-02")] == ["组长1"]
    assert {str(flag.deputy) for flag in owing("D9-2二a", "2026")} == {"代表1", "组长1"}


@pytest.mark.rule("D9-1a")
def test_an_activity_among_voters_is_what_the_group_owes_the_year(as_county, small):
    entered(as_county, small.a, small.a.deputy)
    as_county.post(ADD, filled(small.b, small.b.deputy, kind="training"))
    sweep(on=date(2027, 1, 1), only=["D9-1a"])
    assert [str(flag.group) for flag in Flag.objects.all()] == ["西河乡代表小组"]


# -- what is refused


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"happened_on": ""}, ["happened_on"]),
        ({"happened_on": "2026-03-11"}, ["happened_on"]),
        ({"group": ""}, ["group"]),
        ({"content": ""}, ["content"]),
        ({"kind": "party"}, ["kind"]),
        ({"participants": ["x"]}, ["participants"]),
        ({"participants": [10**30]}, ["participants"]),
    ],
)
def test_what_cannot_be_is_refused_and_named(as_county, small, more, named):
    assert list(faults(as_county.post(ADD, {**filled(small.a), **more}))) == named
    assert (GroupActivity.objects.count(), AuditEvent.objects.count()) == (0, 0)


def test_the_same_activity_twice_is_said_in_words(as_county, small):
    entered(as_county, small.a)
    twice = _("An activity of this group, of this day and kind is on record already.")
    assert faults(as_county.post(ADD, filled(small.a, small.a.deputy))) == {"__all__": [twice]}
    assert Visit.objects.count() == 0
    for more in ({"kind": "forum"}, {"happened_on": "2026-02-13"}, {"group": small.b.group.pk}):
        assert as_county.post(ADD, filled(small.a, **more)).status_code == 302
    assert GroupActivity.objects.count() == 4


def test_an_activity_does_not_move_behind_its_report(as_county, small):
    row = activity(small.a, reported_on=date(2026, 2, 20))
    told = faults(as_county.post(page_of(row), filled(small.a, happened_on="2026-02-21")))
    assert told == {"happened_on": [_("The report lies before the activity.")]}
    assert as_county.post(page_of(row), filled(small.a, happened_on="2026-02-20")).status_code == 302


def test_a_contact_of_an_activity_is_kept_on_the_page_of_the_activity(as_town, small):
    row = activity(small.a, date(2026, 2, 12), small.a.deputy)
    part = row.visits.get()
    page = reverse("admin:visits_visit_change", args=[part.pk])
    assert as_town.get(page).content.decode().count(page_of(row)) == 1
    form = {
        "deputy": small.a.leader.pk,
        "happened_on": "2026-01-01",
        "kind": "home",
        "met": "他人",
        "content": "路灯不亮",
    }
    assert as_town.post(page, form).status_code == 302
    part.refresh_from_db()
    assert (part.deputy, part.happened_on, part.kind, part.content) == (
        small.a.deputy,
        date(2026, 2, 12),
        "group",
        "路灯不亮",
    )


# -- the written report


@pytest.mark.rule("D9-3")
def test_the_report_is_due_in_ten_working_days_and_moves_with_the_day(as_county, small):
    row = entered(as_county, small.a)
    assert (row.report_due_on, row.report_rule.clause.key) == (date(2026, 3, 4), "D9-3")
    assert as_county.post(page_of(row), filled(small.a, happened_on="2026-03-02")).status_code == 302
    row.refresh_from_db()
    assert row.report_due_on == date(2026, 3, 16)
    assert AuditEvent.objects.filter(action="deadline.moved", subject_id=row.pk).count() == 1
    explained = reverse("office:deadline_of", args=["activity", row.pk])
    for page in (page_of(row), LIST):
        assert as_county.get(page).content.decode().count(f'href="{explained}"') == 1
    assert as_county.get(explained).status_code == 200


@pytest.mark.rule("D9-3")
def test_the_county_office_receives_the_report_and_can_take_that_back(as_county, small, swept):
    row = entered(as_county, small.a)
    sweep(on=TODAY)
    flag = Flag.objects.get(rule_key="D9-3")
    assert (flag.activity, flag.due_on, flag.cleared_on) == (row, date(2026, 3, 4), None)
    AuditEvent.objects.all().delete()

    form = as_county.get(page_of(row, "receive")).context["form"]
    assert form.initial == {"reported_on": TODAY, "seen": row.version}
    answer = as_county.post(page_of(row, "receive"), {"reported_on": "2026-03-09"})
    assert answer.url == page_of(row)
    row.refresh_from_db()
    assert (row.reported_on, row.received_by) == (date(2026, 3, 9), small.office)
    assert done_through(swept) == date(2026, 2, 11)
    sweep(on=TODAY)
    flag.refresh_from_db()
    assert flag.cleared_why == "late"

    assert as_county.post(page_of(row, "take_back")).url == page_of(row)
    row.refresh_from_db()
    assert (row.reported_on, row.received_by) == (None, None)
    sweep(on=TODAY)
    flag.refresh_from_db()
    assert flag.cleared_on is None
    assert [(event.action, event.detail) for event in AuditEvent.objects.order_by("pk")] == [
        ("groupactivity.received", {"fields": {"reported_on": [None, "2026-03-09"]}}),
        ("groupactivity.not_received", {"fields": {"reported_on": ["2026-03-09", None]}}),
    ]


def test_a_receipt_and_its_end_let_the_nights_be_swept_again(as_county, small, swept):
    row = activity(small.a)
    as_county.post(page_of(row, "receive"), {"reported_on": "2026-03-05"})
    assert done_through(swept) == date(2026, 3, 4)
    Watermark.objects.update(done_through=TODAY)
    as_county.post(page_of(row, "take_back"))
    assert done_through(swept) == date(2026, 3, 4)


@pytest.mark.parametrize("day", ["", "2026-02-11", "2026-03-11", "gestern"])
def test_a_report_comes_neither_before_its_activity_nor_tomorrow(as_county, small, day):
    row = activity(small.a)
    answer = as_county.post(page_of(row, "receive"), {"reported_on": day})
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, ["reported_on"])
    row.refresh_from_db()
    assert (row.reported_on, row.received_by) == (None, None)


def test_received_twice_keeps_the_first_day_and_looking_changes_nothing(as_county, small):
    row = activity(small.a)
    as_county.get(page_of(row, "receive"))
    as_county.get(page_of(row, "take_back"))
    as_county.post(page_of(row, "receive"), {"reported_on": "2026-03-05"})
    as_county.get(page_of(row, "take_back"))
    as_county.post(page_of(row, "receive"), {"reported_on": "2026-03-09"})
    row.refresh_from_db()
    assert row.reported_on == date(2026, 3, 5)
    assert AuditEvent.objects.filter(action="groupactivity.received").count() == 1


def test_reports_are_received_and_taken_back_by_the_dozen(as_county, small):
    rows = [activity(town, date(2026, 2, day)) for town in small.towns for day in (3, 4, 5)]
    early = activity(small.a, date(2026, 2, 6), reported_on=date(2026, 2, 7))
    keys = [row.pk for row in (*rows[:-1], early)]
    as_county.post(LIST, {"action": "receive_today", "_selected_action": keys})
    days = [row.reported_on for row in GroupActivity.objects.order_by("pk")]
    assert days == [TODAY] * 5 + [None, date(2026, 2, 7)]
    assert set(GroupActivity.objects.filter(reported_on=TODAY).values_list("received_by", flat=True)) == {
        small.office.pk
    }
    as_county.post(LIST, {"action": "take_back_chosen", "_selected_action": keys})
    assert GroupActivity.objects.filter(reported_on__isnull=False).count() == 0
    assert trail()[-6:] == ["groupactivity.not_received"] * 6


def test_a_township_receives_nothing(as_town, small):
    row = entered(as_town, small.a)
    for name in ("receive", "take_back"):
        assert as_town.get(page_of(row, name)).status_code == 403
        assert as_town.post(page_of(row, name), {"reported_on": "2026-03-09"}).status_code == 403
    as_town.post(LIST, {"action": "receive_today", "_selected_action": [row.pk]})
    form = filled(small.a, reported_on="2026-03-09", received_by=small.a.staff.pk, report_due_on="2027-01-01")
    assert as_town.post(page_of(row), form).status_code == 302
    row.refresh_from_db()
    assert (row.reported_on, row.received_by) == (None, None)
    assert row.report_due_on == date(2026, 3, 4)
    assert actions.receive_reports(GroupActivity.objects.all(), by=small.a.staff, at=AT, on=TODAY) == 0


def test_the_list_says_how_each_report_stands(as_county, small):
    due = date(2026, 3, 4)
    rows = {
        "undated": activity(small.a, date(2026, 2, 1)),
        "waiting": activity(small.a, date(2026, 2, 2), report_due_on=TODAY),
        "overdue": activity(small.a, date(2026, 2, 3), report_due_on=due),
        "received": activity(small.a, date(2026, 2, 4), report_due_on=due, reported_on=due),
        "late": activity(small.a, date(2026, 2, 5), report_due_on=due, reported_on=date(2026, 3, 5)),
        "undated and received": activity(small.a, date(2026, 2, 6), reported_on=TODAY),
    }

    def found(state):
        shown = set(as_county.get(LIST, {"report": state}).context_data["cl"].queryset)
        return {name for name, row in rows.items() if row in shown}

    assert {state: found(state) for state in ("waiting", "overdue", "received", "late")} == {
        "waiting": {"undated", "waiting"},
        "overdue": {"overdue"},
        "received": {"received", "undated and received"},
        "late": {"late"},
    }
    assert found("nonsense") == set(rows)
    text = as_county.get(LIST).content.decode()
    assert [text.count(f'class="{style}" href') for style in ("office-late", "underline")] == [1, 3]
    assert text.count(_("nobody named")) == 6


def test_each_page_says_what_is_in_reach(as_county, small):
    def offered(row):
        page = as_county.get(page_of(row)).content.decode()
        return [name for name in ("receive", "take_back") if f'href="{page_of(row, name)}"' in page]

    assert offered(activity(small.a)) == ["receive"]
    assert offered(activity(small.b, reported_on=TODAY)) == ["take_back"]


# -- judged again


def test_what_a_past_activity_says_is_judged_again(as_town, small, swept):
    row = entered(as_town, small.a, small.a.deputy)
    assert done_through(swept) == date(2026, 2, 11)
    Watermark.objects.update(done_through=TODAY)
    as_town.post(page_of(row), filled(small.a, small.a.deputy, content="另一番话", place="二村"))
    assert done_through(swept) == TODAY
    as_town.post(page_of(row), filled(small.a))
    assert done_through(swept) == date(2026, 2, 11)
    Watermark.objects.update(done_through=TODAY)
    as_town.post(page_of(row), filled(small.a, happened_on="2026-02-02"))
    assert done_through(swept) == date(2026, 2, 1)


# -- who sees what


@pytest.fixture
def mirrored(small):
    """An activity and a meeting in each town; the other town's deputy took part in a contact of the first, too."""
    for town in small.towns:
        town.activity = activity(town, date(2026, 2, 12), town.deputy, place=f"{town.place}一村")
        Meeting.objects.create(jurisdiction=town.place, happened_on=TODAY, place=f"{town.place}会议室", logged_at=AT)
    return small


def test_a_township_sees_its_own_activities_and_meetings_only(as_town, mirrored):
    own = mirrored.a.activity
    pages = [LIST, ADD, page_of(own), page_of(own, "history"), MEETINGS, f"{LIST}?q=代表"]
    pages += [f"{MEMBERS}?group={mirrored.b.group.pk}", f"{MEMBERS}?activity={mirrored.b.activity.pk}"]
    found = {page: [word for word in FOREIGN if word in as_town.get(page).content.decode()] for page in pages}
    assert {page: words for page, words in found.items() if words} == {}
    assert list(as_town.get(LIST).context_data["cl"].queryset) == [own]
    assert [str(m.jurisdiction) for m in as_town.get(MEETINGS).context_data["cl"].queryset] == ["东山镇"]


def test_the_activity_of_another_town_is_as_if_it_were_not_there(as_town, mirrored):
    foreign = mirrored.b.activity
    assert as_town.get(page_of(foreign)).status_code == 302
    assert as_town.post(page_of(foreign), filled(mirrored.a)).status_code == 302
    assert as_town.get(page_of(foreign, "history")).status_code == 404
    foreign.refresh_from_db()
    assert (foreign.group, names(foreign.visits)) == (mirrored.b.group, ["代表2"])


def test_a_township_writes_nothing_into_the_other_town(as_town, mirrored):
    assert list(faults(as_town.post(ADD, filled(mirrored.b, happened_on="2026-02-20")))) == ["group"]
    assert list(faults(as_town.post(ADD, filled(mirrored.a, mirrored.b.deputy)))) == ["participants", "__all__"]
    moved = filled(mirrored.a, mirrored.a.deputy, group=mirrored.b.group.pk)
    assert "group" in faults(as_town.post(page_of(mirrored.a.activity), moved))
    assert GroupActivity.objects.count() == 2


def test_a_member_of_the_group_from_another_town_is_kept_but_not_offered(as_town, mirrored):
    Deputy.objects.filter(pk__in=[mirrored.b.deputy.pk, mirrored.b.leader.pk]).update(group=mirrored.a.group)
    row = activity(mirrored.a, date(2026, 2, 20), mirrored.a.deputy, mirrored.b.deputy)

    def offered(page):
        return {str(deputy) for deputy in blank(as_town, page).fields["participants"].queryset}

    assert offered(page_of(row)) == {"代表1", "组长1", "代表2"}
    assert offered(ADD) == {"代表1", "组长1"}
    form = filled(mirrored.a, mirrored.a.leader, mirrored.b.deputy, happened_on="2026-02-20")
    assert as_town.post(page_of(row), form).status_code == 302
    assert sorted(names(row.visits)) == ["代表2", "组长1"]


def test_the_list_is_narrowed_and_searched(as_county, mirrored):
    a, b = mirrored.a, mirrored.b
    other = activity(a, date(2026, 1, 5), a.leader, kind="forum")

    def found(**query):
        return set(as_county.get(LIST, query).context_data["cl"].queryset)

    assert found(group__jurisdiction__id__exact=a.place.pk) == {a.activity, other}
    assert found(group__id__exact=b.group.pk) == {b.activity}
    assert found(kind__exact="forum") == {other}
    assert found(happened_on__month=1, happened_on__year=2026) == {other}
    assert found(q="代表2") == {b.activity}
    assert found(q="西河乡一村") == {b.activity}
    assert found(q="没有") == set()
    assert as_county.get(LIST, {"group__leader__phone__startswith": "1"}).status_code == 400


# -- meetings


def called(office, **more):
    return {"jurisdiction": office.pk, "happened_on": "2026-03-09", "kind": "group_leaders", "place": "三楼", **more}


@pytest.mark.rule("D9-5")
def test_a_meeting_of_the_group_leaders_is_what_the_office_owes_the_year(as_county, small, swept):
    sweep(on=date(2027, 1, 1), only=["D9-5"])
    flag = Flag.objects.get(rule_key="D9-5")
    assert (flag.office, flag.cleared_on) == (small.county, None)
    assert as_county.post(CALL, called(small.county)).status_code == 302
    assert done_through(swept) == date(2026, 3, 8)
    row = Meeting.objects.get()
    assert (row.jurisdiction, row.kind, row.logged_by, row.imported) == (
        small.county,
        "group_leaders",
        small.office,
        False,
    )
    sweep(on=date(2027, 1, 2), only=["D9-5"])
    flag.refresh_from_db()
    assert (flag.cleared_on, flag.cleared_why) == (date(2027, 1, 2), "satisfied")
    assert trail()[-1] == "meeting.added"


def test_another_meeting_is_not_one_of_the_group_leaders(as_county, small):
    assert as_county.post(CALL, called(small.county, kind="other")).status_code == 302
    sweep(on=date(2027, 1, 1), only=["D9-5"])
    assert Flag.objects.filter(rule_key="D9-5", cleared_on=None).count() == 1


def test_a_meeting_is_of_a_congress_of_the_own_land(as_county, small):
    other = Jurisdiction.objects.create(name="邻县", level="county", code="990902", path="/9999/")
    Term.objects.create(jurisdiction=other, ordinal=18)
    assert [
        str(place) for place in as_county.get(CALL).context_data["adminform"].form.fields["jurisdiction"].queryset
    ] == ["试验县"]
    assert as_county.get(CALL).context_data["adminform"].form.initial["jurisdiction"] == small.county
    for place in (other, small.a.place):
        assert list(faults(as_county.post(CALL, called(place)))) == ["jurisdiction"]


@pytest.mark.parametrize(
    ("more", "named"), [({"happened_on": ""}, ["happened_on"]), ({"happened_on": "2026-03-11"}, ["happened_on"])]
)
def test_a_meeting_that_was_not_yet_is_refused(as_county, small, more, named):
    assert list(faults(as_county.post(CALL, called(small.county, **more)))) == named


def test_the_same_meeting_twice_is_said_in_words(as_county, small):
    assert as_county.post(CALL, called(small.county)).status_code == 302
    twice = _("A meeting of this office, of this day and kind is on record already.")
    assert faults(as_county.post(CALL, called(small.county, place="四楼"))) == {"__all__": [twice]}
    assert Meeting.objects.count() == 1


def test_a_township_calls_no_meeting_and_changes_none(as_town, small):
    row = Meeting.objects.create(jurisdiction=small.a.place, happened_on=TODAY, logged_at=AT)
    page = reverse("admin:visits_meeting_change", args=[row.pk])
    assert (as_town.get(page).status_code, as_town.post(page, called(small.a.place)).status_code) == (200, 403)
    assert (as_town.get(CALL).status_code, as_town.post(CALL, called(small.county)).status_code) == (403, 403)


# -- what it costs


def many(small, n):
    for day in range(1, n + 1):
        deputy = Deputy.objects.create(
            term=small.term, district=small.a.district, group=small.a.group, name=f"又一位{day}"
        )
        activity(small.a, date(2026, 1, 1 + day % 28), deputy, kind=["forum", "survey"][day // 28])
        Meeting.objects.create(jurisdiction=small.county, happened_on=date(2025, 1, day), logged_at=AT)


def cost(client, *pages):
    counts = []
    for page in pages:
        client.get(page)
        with asked() as statements:
            assert client.get(page).status_code == 200
        counts.append(len(statements))
    return counts


def test_each_page_costs_the_same_with_one_row_and_with_thirty(as_county, small):
    row = activity(small.a, date(2026, 2, 12), small.a.deputy)
    Meeting.objects.create(jurisdiction=small.county, happened_on=TODAY, logged_at=AT)
    pages = (LIST, f"{LIST}?q=代表", page_of(row), f"{ADD}?group={small.a.group.pk}", MEETINGS, CALL)
    before = cost(as_county, *pages)
    many(small, 30)
    actions.set_participants(row, small.a.group.deputies.all(), by=small.office, at=AT)
    assert (cost(as_county, *pages), row.visits.count()) == (before, 32)
    assert [count for count in before if count > 10] == []


def test_saving_costs_the_same_with_one_deputy_and_with_thirty(as_county, small):
    many(small, 30)
    everybody = list(small.a.group.deputies.all())

    def saved(day, deputies):
        with asked() as statements:
            assert as_county.post(ADD, filled(small.a, *deputies, happened_on=day)).status_code == 302
        return len(statements)

    saved("2026-02-01", everybody[:1])
    assert saved("2026-02-02", everybody[:1]) == saved("2026-02-03", everybody)


def test_other_roles_are_not_let_in(client, small):
    row = activity(small.a)
    for user in (small.leader, small.a.deputy_user, small.a.leader_user, small.a.officer, small.a.unit_user):
        client.force_login(user)
        pages = (LIST, ADD, page_of(row), page_of(row, "receive"), MEMBERS, MEETINGS, CALL)
        assert [client.get(page).status_code for page in pages] == [403] * 7


def test_a_clerk_who_is_a_deputy_elsewhere_is_only_a_clerk_here(client, mirrored):
    clerk = mirrored.a.staff
    clerk.assignments.create(role=Role.DEPUTY)
    Deputy.objects.filter(pk=mirrored.b.deputy.pk).update(user=clerk)
    client.force_login(clerk)
    assert list(client.get(LIST).context_data["cl"].queryset) == [mirrored.a.activity]

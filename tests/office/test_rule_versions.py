"""The office changes a rule: a new version by day, the old one stays; where a set applies goes by day too."""

from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.utils import translation

from office import regulations, rule_versions, watermarks
from office.models import AuditEvent, Rule, RuleSet, RuleSetUse, Watermark
from office.regulations.wording import in_words
from office.rule_versions import RuleNotChanged

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
FIRST = date(2016, 1, 1)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def rule(small):
    """D1-3①b: at least one contact a month, amber from the 20th."""
    regulations.load(on=date(2026, 11, 24))
    return Rule.objects.get(measure="monthly_contact")


def amend(rule, small, **said):
    whole = {
        "effective_from": date(2026, 12, 1),
        "amounts": {"minimum": 2, "amber_day": 20},
        "severity": "red",
        "recipient": "",
        "note": "每月两次。",
    }
    return rule_versions.amend(rule, by=small.office, at=AT, **{**whole, **said})


def spans():
    rows = Rule.objects.filter(measure="monthly_contact").order_by("effective_from")
    return [(row.effective_from, row.effective_to, row.amounts["minimum"], row.edited) for row in rows]


def test_the_old_version_ends_the_day_before_the_new_one_begins_and_stays(rule, small):
    new = amend(rule, small)
    assert spans() == [(FIRST, date(2026, 11, 30), 1, False), (date(2026, 12, 1), None, 2, True)]
    assert (new.clause, new.rule_set, new.kind, new.period) == (rule.clause, rule.rule_set, "measure", "month")
    assert (new.name, new.note) == (rule.name, "每月两次。")
    rule.refresh_from_db()
    assert [row for row in (rule, new) if row.holds_on(date(2026, 11, 30))] == [rule]
    assert [row for row in (rule, new) if row.holds_on(date(2026, 12, 1))] == [new]


def test_the_trail_says_who_changed_what(rule, small):
    new = amend(rule, small, recipient="代表工委")
    event = AuditEvent.objects.get(action="rule.amended")
    assert (event.user, event.at, event.subject_id) == (small.office, AT, new.pk)
    assert event.detail == {
        "old": rule.pk,
        "fields": {
            "effective_from": ["2016-01-01", "2026-12-01"],
            "amounts": ["at least 1 time(s)；amber from day 20", "at least 2 time(s)；amber from day 20"],
            "recipient": ["", "代表工委"],
            "note": [rule.note, "每月两次。"],
        },
    }


def test_loading_the_files_again_leaves_the_office_s_version_and_the_end_of_the_old_one(rule, small):
    amend(rule, small)
    before = spans()
    regulations.load(on=date(2026, 11, 24))
    assert spans() == before


@pytest.mark.parametrize(
    ("said", "field", "text"),
    [
        (
            {"effective_from": FIRST},
            "effective_from",
            "It must begin after the version it replaces, which began on 2016-01-01.",
        ),
        ({"amounts": {"minimum": 1, "amber_day": 20}}, "", "Nothing is changed yet."),
        ({"amounts": {"minimum": 0, "amber_day": 20}}, "minimum", "“at least” is a number from 1 to 999"),
        ({"amounts": {"minimum": 2}}, "amber_day", "this measure needs “amber from day of the month”"),
        (
            {"amounts": {"minimum": 2, "amber_day": 20, "maximum": 3}},
            "maximum",
            "this measure has no “at most”",
        ),
        ({"severity": ""}, "severity", "Choose amber or red."),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(rule, small, said, field, text):
    with pytest.raises(RuleNotChanged) as refused:
        amend(rule, small, **said)
    assert (str(refused.value), refused.value.field) == (text, field)
    assert spans() == [(FIRST, None, 1, False)]
    assert not AuditEvent.objects.filter(action__startswith="rule.").exists()


def test_a_version_in_the_middle_of_a_later_one_is_refused(rule, small):
    amend(rule, small)
    rule_versions.end(Rule.objects.get(edited=True), by=small.office, at=AT, on=date(2027, 6, 30))
    with pytest.raises(RuleNotChanged) as refused:
        amend(rule, small, effective_from=date(2027, 1, 1), amounts={"minimum": 3, "amber_day": 20})
    assert str(refused.value) == "A version that begins on 2026-12-01 is there already: change that one."
    assert len(spans()) == 2


def test_a_change_within_an_earlier_version_ends_where_that_one_ended(rule, small):
    amend(rule, small)
    rule.refresh_from_db()
    amend(rule, small, effective_from=date(2026, 7, 1), amounts={"minimum": 3, "amber_day": 20})
    assert spans() == [
        (FIRST, date(2026, 6, 30), 1, False),
        (date(2026, 7, 1), date(2026, 11, 30), 3, True),
        (date(2026, 12, 1), None, 2, True),
    ]


def test_a_rule_that_has_ended_may_begin_again(rule, small):
    rule_versions.end(rule, by=small.office, at=AT, on=date(2026, 11, 30))
    amend(rule, small, effective_from=date(2027, 3, 1))
    assert spans() == [(FIRST, date(2026, 11, 30), 1, True), (date(2027, 3, 1), None, 2, True)]


def test_another_set_s_reading_of_the_same_measure_is_left_alone(rule, small):
    feedback = Rule.objects.get(clause__key="D3-六f")
    amend(feedback, small, amounts={"days": 3, "unit": "working-days"})
    days = Rule.objects.filter(measure="feedback_overdue").order_by("clause__key", "effective_from")
    assert [(row.clause.key, row.amounts["days"]) for row in days] == [
        ("D3-六f", 5),
        ("D3-六f", 3),
        ("D5-四b", 5),
        ("D8-四4", 5),
    ]


def test_a_rule_without_numbers_is_not_changed_here(rule, small):
    form = Rule.objects.get(clause__key="D1-2①")
    with pytest.raises(RuleNotChanged) as refused:
        amend(form, small)
    assert str(refused.value) == "This rule has no numbers: it is carried out by the program."


def test_a_rule_ends_and_stays_ended_when_the_files_are_loaded_again(rule, small):
    rule_versions.end(rule, by=small.office, at=AT, on=date(2026, 12, 31))
    regulations.load(on=date(2026, 11, 24))
    assert spans() == [(FIRST, date(2026, 12, 31), 1, True)]
    event = AuditEvent.objects.get(action="rule.ended")
    assert event.detail == {"fields": {"effective_to": [None, "2026-12-31"]}}


@pytest.mark.parametrize(
    ("on", "text"),
    [
        (date(2015, 12, 31), "The last day lies before the first, which is 2016-01-01."),
        (date(2026, 12, 31), "This version has ended by then anyway."),
        (date(2027, 1, 1), "This version has ended by then anyway."),
    ],
)
def test_an_end_that_cannot_be_is_refused(rule, small, on, text):
    rule_versions.end(rule, by=small.office, at=AT, on=date(2026, 12, 31))
    with pytest.raises(RuleNotChanged) as refused:
        rule_versions.end(rule, by=small.office, at=AT, on=on)
    assert str(refused.value) == text


@pytest.mark.parametrize(
    ("begins", "through"),
    [
        (date(2026, 12, 1), date(2026, 11, 24)),
        (date(2026, 9, 1), date(2026, 8, 31)),
        (date(2019, 5, 1), date(2024, 12, 31)),
    ],
)
def test_nights_since_the_first_day_are_swept_again_but_not_years_long_told(rule, small, begins, through):
    Watermark.objects.create(job=watermarks.SWEEP, done_through=date(2026, 11, 24))
    amend(rule, small, effective_from=begins)
    assert Watermark.objects.get().done_through == through


def test_amounts_are_told_in_words(rule):
    again = Rule.objects.get(measure="redo_reply")  # D3-七 is read twice: for the first handling and for the second
    measured = Rule.objects.exclude(measure="").exclude(pk=again.pk).select_related("clause")
    words = {row.clause.key: in_words(row) for row in measured}
    assert words["D1-3①a"] == "2 to 3 household(s)"
    assert words["D8-三"] == "exactly 5 person(s)"
    assert words["D8-二a"] == "at least 1 time(s)；in month 8；amber from day 20"
    assert words["D8-二b"] == (
        "at least 1 time(s)；in the 30 calendar days before；only these count：forum、visit at home、visit"
    )
    assert words["D9-2二a"] == (
        "at least 1 time(s)；amber from month 10；owed after 6 full months in office；"
        "these do not count：group activity、phone call、online"
    )
    assert words["D9-1a"] == "1 to 2 time(s)；amber from month 10；only these count：visit to voters"
    assert (words["D3-七"], words["D5-二a"]) == ("within 30 calendar days", "3 calendar days before")
    assert (again.clause.key, in_words(again)) == ("D3-七", "within 1 months")
    assert in_words(Rule.objects.get(clause__key="D1-2①")) == ""


# The pages


@pytest.fixture
def opened(client, small, rule):
    """A function that opens or sends a page as the county office and gives its text in English."""
    client.force_login(small.office)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    def send(path, data=None):
        address = f"/admin/office/{path}"
        response = client.get(address) if data is None else client.post(address, data)
        assert response.status_code == 200, (path, response.status_code)
        return response

    return send


def filled(**said):
    return {
        "effective_from": "2099-01-01",
        "minimum": "2",
        "amber_day": "20",
        "severity": "red",
        "recipient": "",
        "note": "每月两次。",
        **said,
    }


def test_a_new_version_is_previewed_and_then_written(opened, client, rule):
    seen = opened(f"rule/{rule.pk}/amend/", filled())
    assert seen.templates[0].name == "admin/rule_preview.html"
    assert [row[1:] for row in seen.context["rows"]] == [("1", "2", True), ("20", "20", False), ("red", "red", False)]
    assert spans() == [(FIRST, None, 1, False)]
    answer = client.post(f"/admin/office/rule/{rule.pk}/amend/", filled(confirmed="1"))
    new = Rule.objects.get(edited=True)
    assert answer.url == f"/admin/office/rule/{new.pk}/change/"
    assert spans() == [(FIRST, date(2098, 12, 31), 1, False), (date(2099, 1, 1), None, 2, True)]


def test_correcting_after_the_preview_keeps_what_was_typed_and_writes_nothing(opened, rule):
    seen = opened(f"rule/{rule.pk}/amend/", filled(again="1"))
    assert seen.templates[0].name == "admin/rule_amend.html"
    assert (seen.context["form"]["minimum"].value(), seen.context["form"]["note"].value()) == ("2", "每月两次。")
    assert len(spans()) == 1


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"minimum": ""}, "minimum"),
        ({"minimum": "0"}, "minimum"),
        ({"amber_day": "29"}, "amber_day"),
        ({"amber_day": "zwanzig"}, "amber_day"),
        ({"effective_from": "2099-02-30"}, "effective_from"),
        ({"effective_from": "2016-01-01"}, "effective_from"),
        ({"severity": "pink"}, "severity"),
        ({"note": ""}, "note"),
        ({"not_counting": ["party"]}, "not_counting"),
        ({"minimum": "1"}, "__all__"),
    ],
)
def test_a_form_that_cannot_be_taken_says_which_field_and_keeps_the_rest(opened, rule, said, field):
    seen = opened(f"rule/{rule.pk}/amend/", filled(**said, confirmed="1"))
    assert list(seen.context["form"].errors) == [field]
    assert seen.context["form"]["recipient"].value() == ""
    assert len(spans()) == 1


def test_the_kinds_that_do_not_count_are_ticked(opened, client):
    rule = Rule.objects.get(measure="home_visit")
    form = opened(f"rule/{rule.pk}/amend/").context["form"]
    assert list(form.fields) == ["effective_from", "minimum", "not_counting", "recipient", "note"]
    kinds = [kind for kind in form.initial["not_counting"] if kind != "phone"]
    said = {"effective_from": "2099-01-01", "minimum": "1", "not_counting": kinds, "note": "电话算上门。"}
    client.post(f"/admin/office/rule/{rule.pk}/amend/", {**said, "confirmed": "1"})
    assert Rule.objects.get(edited=True).amounts == {"minimum": 1, "not_counting": kinds}


@pytest.mark.parametrize("measure", sorted(regulations.MEASURES))
def test_the_form_of_each_measure_holds_its_version_and_finds_nothing_changed(opened, measure):
    regulations.load(on=date(2026, 11, 24), directory=settings.BASE_DIR / "docs" / "points")
    rule = Rule.objects.filter(measure=measure).first()
    form = opened(f"rule/{rule.pk}/amend/").context["form"]
    data = {name: value for name, value in form.initial.items() if name in form.fields}
    seen = opened(f"rule/{rule.pk}/amend/", {**data, "note": "不变", "confirmed": "1"})
    assert seen.context["form"].errors == {"__all__": ["Nothing is changed yet."]}


def test_a_rule_is_ended_on_its_page(opened, client, rule):
    assert opened(f"rule/{rule.pk}/end/", {"effective_to": "2015-01-01"}).context["form"].errors
    client.post(f"/admin/office/rule/{rule.pk}/end/", {"effective_to": "2098-12-31"})
    assert spans() == [(FIRST, date(2098, 12, 31), 1, True)]


def test_the_page_of_a_rule_shows_clause_versions_authors_and_uses(opened, rule, small):
    amend(rule, small, effective_from=date(2026, 11, 1))
    seen = opened(f"rule/{rule.pk}/change/")
    shown = [(v["words"], v["state"], v["event"] and v["event"].user) for v in seen.context["versions"]]
    assert shown == [
        ("at least 2 time(s)；amber from day 20", "held", small.office),
        ("at least 1 time(s)；amber from day 20", "ended", None),
    ]
    assert [use.level for use in seen.context["uses"]] == ["county"]
    assert seen.context["may_change"] is True
    for text in ("每月不少于一次开展联系选民活动", "D1-3①b", "每月两次。"):
        assert text in seen.content.decode()


def test_the_page_counts_today_s_open_findings_that_the_person_may_see(opened, client, rule, small):
    for town, severity, cleared in [
        ("a", "red", None),
        ("b", "red", None),
        ("a", "amber", None),
        ("a", "red", "2026-04-01"),
    ]:
        flag(rule, getattr(small, town), severity, cleared)
    assert list(opened(f"rule/{rule.pk}/change/").context["findings"].values_list("severity", "n")) == [
        ("red", 2),
        ("amber", 1),
    ]
    link = "/admin/reports/flag/?rule=D1-3%E2%91%A0b&amp;severity=amber"
    assert link in opened(f"rule/{rule.pk}/change/").content.decode()
    listed = client.get(link.replace("&amp;", "&")).content.decode()
    assert (listed.count('name="flag"'), small.a.deputy.name in listed) == (1, True)
    client.force_login(small.a.staff)
    seen = opened(f"rule/{rule.pk}/change/")
    assert list(seen.context["findings"].values_list("severity", "n")) == [("red", 1), ("amber", 1)]
    assert seen.context["may_change"] is False


def flag(rule, town, severity, cleared):
    flags = rule.flags.model.objects
    return flags.create(
        rule=rule,
        rule_key=rule.clause.key,
        deputy=town.deputy,
        jurisdiction=town.place,
        period=f"2026-0{flags.count() + 1}",
        severity=severity,
        starts_on=date(2026, 3, 1),
        due_on=date(2026, 3, 31),
        raised_on=date(2026, 4, 1),
        cleared_on=cleared,
        cleared_why="late" if cleared else "",
    )


@pytest.mark.parametrize("path", ["rule/{rule}/change/", "ruleset/{set}/change/", "rule/", "ruleset/", "rulesetuse/"])
def test_a_page_asks_the_database_at_most_ten_times_however_much_there_is(
    opened, rule, small, path, django_assert_max_num_queries
):
    address = path.format(rule=rule.pk, set=rule.rule_set_id)
    opened(address)
    with django_assert_max_num_queries(10):
        opened(address)
    for n in range(4):
        flag(rule, small.a, "red", None)
        day = date(2026, 11, 1 + n)
        rule = amend(rule, small, effective_from=day, amounts={"minimum": 2 + n, "amber_day": 20})
        RuleSetUse.objects.create(rule_set=rule.rule_set, area=small.a.place, effective_from=day, effective_to=day)
    with django_assert_max_num_queries(10):
        opened(address)


@pytest.mark.parametrize("who", ["staff", "deputy_user", "leader_user", "officer"])
def test_only_the_county_office_changes_rules_and_sets(client, rule, small, who):
    client.force_login(getattr(small.a, who))
    for path in (f"rule/{rule.pk}/amend/", f"rule/{rule.pk}/end/", "rulesetuse/add/"):
        assert client.get(f"/admin/office/{path}").status_code == 403
        assert client.post(f"/admin/office/{path}", filled(confirmed="1", effective_to="2098-12-31")).status_code == 403
    assert spans() == [(FIRST, None, 1, False)]


def test_a_township_reads_where_a_set_applies_and_writes_none(client, rule, small):
    client.force_login(small.a.staff)
    use = RuleSetUse.objects.first()
    assert client.get(f"/admin/office/rulesetuse/{use.pk}/change/").status_code == 200
    answer = client.post(f"/admin/office/rulesetuse/{use.pk}/change/", {"effective_from": "2020-01-01"})
    assert answer.status_code == 403
    use.refresh_from_db()
    assert use.effective_from == FIRST


@pytest.mark.parametrize("path", ["rule/999999/change/", "rule/999999/amend/", "ruleset/999999/change/"])
def test_what_is_not_there_is_not_found(client, small, rule, path):
    client.force_login(small.office)
    assert client.get(f"/admin/office/{path}").status_code == 404


# Where a set applies


def use_data(**said):
    town = RuleSet.objects.get(key="town")
    return {
        "rule_set": town.pk,
        "level": "county",
        "effective_from": "2026-07-01",
        "effective_to": "",
        "note": "",
        **said,
    }


def test_a_set_is_switched_on_for_a_level_and_an_area_and_off_by_its_last_day(client, small, rule):
    client.force_login(small.office)
    answer = client.post("/admin/office/rulesetuse/add/", use_data(area=small.a.place.pk))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    use = RuleSetUse.objects.get(area=small.a.place)
    assert (use.rule_set.key, use.level, use.effective_from, use.effective_to) == (
        "town",
        "county",
        date(2026, 7, 1),
        None,
    )
    client.post(
        f"/admin/office/rulesetuse/{use.pk}/change/",
        {"effective_from": "2026-07-01", "effective_to": "2026-12-31", "note": ""},
    )
    use.refresh_from_db()
    assert (use.level, use.area, use.effective_to) == ("county", small.a.place, date(2026, 12, 31))
    actions = AuditEvent.objects.filter(subject_type="office.rulesetuse").order_by("pk")
    assert [event.action for event in actions] == ["rulesetuse.added", "rulesetuse.changed"]


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ({}, False),
        ({"effective_to": "2026-08-31"}, False),
        ({"effective_to": "2026-06-30", "effective_from": "2026-01-01"}, True),
        ({"level": ""}, True),
        ({"level": "street"}, True),
        ({"effective_to": "2026-01-01"}, False),
    ],
)
def test_the_same_set_level_and_area_at_the_same_time_is_refused(client, small, rule, said, taken):
    client.force_login(small.office)
    client.post("/admin/office/rulesetuse/add/", use_data())
    before = RuleSetUse.objects.count()
    answer = client.post("/admin/office/rulesetuse/add/", use_data(**said))
    assert (answer.status_code == 302, RuleSetUse.objects.count() - before) == (taken, int(taken))


def test_a_use_that_is_changed_does_not_stand_in_its_own_way(client, small, rule):
    client.force_login(small.office)
    client.post("/admin/office/rulesetuse/add/", use_data())
    client.post("/admin/office/rulesetuse/add/", use_data(effective_from="2025-01-01", effective_to="2025-12-31"))
    early, late = RuleSetUse.objects.filter(rule_set__key="town", level="county").order_by("effective_from")
    address = f"/admin/office/rulesetuse/{early.pk}/change/"
    assert client.post(address, {"effective_from": "2025-02-01", "effective_to": "2025-12-31"}).status_code == 302
    assert client.post(address, {"effective_from": "2025-02-01", "effective_to": "2026-07-01"}).status_code == 200
    early.refresh_from_db()
    assert (early.effective_from, early.effective_to) == (date(2025, 2, 1), date(2025, 12, 31))


def test_a_new_place_for_a_set_is_judged_since_its_first_day(client, small, rule):
    Watermark.objects.create(job=watermarks.SWEEP, done_through=date(2026, 11, 23))
    client.force_login(small.office)
    client.post("/admin/office/rulesetuse/add/", use_data())
    assert Watermark.objects.get().done_through == date(2026, 6, 30)


def test_a_change_is_read_in_the_history_of_the_rule_and_in_the_audit_trail(opened, rule, small):
    new = amend(rule, small, recipient="代表工委")
    told = "amounts at least 1 time(s)；amber from day 20 → at least 2 time(s)；amber from day 20；"
    told += "recipient – → 代表工委；effective from 2016-01-01 → 2026-12-01"
    for path in (f"rule/{new.pk}/history/", "auditevent/"):
        assert told in opened(path).content.decode()

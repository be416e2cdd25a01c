"""The office's own site: who is let in, who sees and writes what, and at what cost. Two towns mirror each other."""

from datetime import UTC, date, datetime

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from constituents.models import Designation, Household, LiaisonVoter, Petition, PetitionEvent, Referral
from deputies.models import Absence, Deputy, DeputyGroup
from liaison_stations.models import Reception, ReceptionDuty, Station
from office.admin_site import Scoped, ScopedAdmin
from office.models import Assignment, AuditEvent, Clause, Jurisdiction, Regulation, Rule, RuleSet, User
from office.roles import Role
from reports.models import Flag
from tests import county
from visits.models import Visit

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
FOREIGN = ["西河", "代表2", "组长2", "户主2", "联络员2", "第2选区", "来访人2", "town2", "选民2", "事由2"]
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)


@pytest.fixture
def full(small):
    """The small county with a contact, a routed petition and two flags in each town."""
    regulation = Regulation.objects.create(
        key="D1", title="联系选民制度", level="county", status="in_force", text="全文"
    )
    clause = Clause.objects.create(
        regulation=regulation, key="D1-3①b", quote="每月不少于一次", duty="月联系", position=1
    )
    rule = Rule.objects.create(
        clause=clause,
        rule_set=RuleSet.objects.get_or_create(key="county", defaults={"name": "县级"})[0],
        name="每月联系",
        measure="monthly_contact",
        severity="red",
        effective_from=date(2020, 1, 1),
    )
    for town in small.towns:
        fill(town, rule)
    return small


def fill(town, rule):
    Visit.objects.create(
        deputy=town.deputy, household=town.households[0], happened_on=date(2026, 3, 1), kind="home", logged_at=AT
    )
    add_petition(town, rule, 1)
    add_voter_and_reception(town, 1)
    Absence.objects.create(
        deputy=town.deputy, since=date(2025, 5, 1), until=date(2025, 5, 9), reason=f"事由{town.n}", approved_by="主任"
    )
    Flag.objects.create(**flag(town, rule), deputy=town.deputy, period="2026-02")


def add_voter_and_reception(town, n):
    LiaisonVoter.objects.create(deputy=town.deputy, name=f"选民{town.n}{n}")
    reception = Reception.objects.create(station=town.station, planned_on=date(2026, 4, n), note=f"事由{town.n}")
    ReceptionDuty.objects.create(reception=reception, deputy=town.deputy)


def add_petition(town, rule, seq):
    town.petition = Petition.objects.create(
        station=town.station,
        year=2026,
        seq=seq,
        received_on=date(2026, 3, 2),
        registered_at=AT,
        visitor=f"来访人{town.n}",
        situation="路灯不亮",
        request="修好",
        deputy=town.deputy,
        status="routed",
    )
    PetitionEvent.objects.create(petition=town.petition, verb="register", at=AT, by=town.officer)
    referral = Referral.objects.create(
        petition=town.petition, place=town.place, unit=town.unit, routed_on=date(2026, 3, 3), due_on=date(2026, 3, 20)
    )
    Flag.objects.create(**flag(town, rule), referral=referral)


def flag(town, rule):
    return {
        "rule": rule,
        "rule_key": rule.clause.key,
        "jurisdiction": town.place,
        "severity": "red",
        "starts_on": date(2026, 2, 1),
        "due_on": date(2026, 2, 28),
        "raised_on": date(2026, 3, 1),
    }


def page_of(model, name, *args):
    return reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_{name}", args=args)


@pytest.fixture
def as_town(client, full):
    client.force_login(full.a.staff)
    return client


@pytest.fixture
def as_county(client, full):
    client.force_login(full.office)
    return client


def leaks(response):
    return [word for word in FOREIGN if word in response.content.decode()]


# -- who is let in


def test_a_stranger_signs_in_on_the_front_door(client, full):
    assert client.get("/admin/").url == "/signin/?next=/admin/"
    assert client.get("/admin/login/?next=/admin/deputies/").url == "/signin/?next=/admin/deputies/"


@pytest.mark.parametrize("who", ["leader", "deputy_user", "officer", "unit_user"])
def test_other_roles_are_not_let_in(client, full, who):
    client.force_login(full.leader if who == "leader" else getattr(full.a, who))
    assert client.get("/admin/").status_code == 403
    assert client.get(page_of(Deputy, "changelist")).status_code == 403


def test_is_staff_opens_nothing(client, full):
    User.objects.filter(pk=full.leader.pk).update(is_staff=True)
    client.force_login(full.leader)
    assert client.get("/admin/").status_code == 403


def test_the_office_begins_its_day_here(as_town):
    assert as_town.get("/").url == "/admin/"
    assert as_town.get("/admin/").status_code == 200


# -- the house rules hold for every page of the site


def test_every_model_is_registered_with_the_scoped_classes():
    plain = [model._meta.label for model, page in admin.site._registry.items() if not isinstance(page, ScopedAdmin)]
    inlines = [inline for page in admin.site._registry.values() for inline in page.inlines]
    assert plain + [inline.__name__ for inline in inlines if not issubclass(inline, Scoped)] == []


def test_every_form_names_its_fields():
    pages = list(admin.site._registry.values())
    inlines = [inline for page in pages for inline in page.inlines]
    assert [page for page in pages if not (page.fields or page.fieldsets)] == []
    assert [inline for inline in inlines if not inline.fields] == []


def test_no_name_of_a_log_or_a_group_stands_in_the_site():
    assert [model._meta.label for model in MODELS if model._meta.app_label in ("admin", "auth", "contenttypes")] == []


# -- what a township sees


def test_no_list_shows_a_township_anything_of_the_other(as_town):
    answers = {model: as_town.get(page_of(model, "changelist")) for model in MODELS}
    assert [model.__name__ for model in MODELS if leaks(answers[model])] == []
    assert {model.__name__ for model in MODELS if answers[model].status_code == 403} == {
        "Assignment",
        "AuditEvent",
        "ClosedYear",
        "Job",
        "Outbox",
        "Erasure",
        "Hold",
        "RetentionPeriod",
        "User",
    }


def test_no_form_offers_a_township_anything_of_the_other(as_town, full):
    pages = [page_of(model, "add") for model in MODELS]
    for model in MODELS:
        for row in model._base_manager.order_by("pk")[:1]:
            pages += [page_of(model, "change", row.pk), page_of(model, "history", row.pk)]
    assert [page for page in pages if leaks(as_town.get(page))] == []


@pytest.mark.parametrize(
    "model", [Deputy, Household, LiaisonVoter, Station, Reception, Petition, Visit, Flag], ids=lambda m: m.__name__
)
def test_lists_hold_exactly_the_own_town(as_town, full, model):
    if model is Flag:
        shown = as_town.get(page_of(model, "changelist") + "?state=all").context["page"].paginator.object_list
    else:
        shown = as_town.get(page_of(model, "changelist")).context_data["cl"].queryset
    assert set(shown) == set(model.objects.visible_to(full.a.staff))
    assert 0 < shown.count() < model.objects.count()


@pytest.mark.parametrize(
    ("model", "field"),
    [
        (Designation, "deputy"),
        (Visit, "deputy"),
        (Visit, "household"),
        (Station, "deputies"),
        (Referral, "unit"),
        (Deputy, "district"),
        (LiaisonVoter, "deputy"),
        (Reception, "station"),
        (ReceptionDuty, "deputy"),
    ],
    ids=str,
)
def test_typing_finds_only_the_own_town(as_town, model, field):
    source = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": field}
    response = as_town.get(reverse("admin:autocomplete"), {**source, "term": ""})
    assert response.json()["results"] != []
    assert leaks(response) == []


def test_a_township_cannot_look_up_users(as_town):
    source = {"app_label": "deputies", "model_name": "deputy", "field_name": "user", "term": ""}
    assert as_town.get(reverse("admin:autocomplete"), source).status_code == 403
    for model in (User, Assignment, AuditEvent):
        assert as_town.get(page_of(model, "changelist")).status_code == 403


@pytest.mark.parametrize(
    "model", [Deputy, Household, LiaisonVoter, Station, Reception, Petition, Visit, Flag], ids=lambda m: m.__name__
)
def test_a_foreign_row_is_as_if_it_were_not_there(as_town, full, model):
    foreign = model.objects.visible_to(full.b.staff).first()
    for name in ("change", "history", "delete"):
        absent = as_town.get(page_of(model, name, 10**9))
        answer = as_town.get(page_of(model, name, foreign.pk))
        assert (answer.status_code, answer.get("Location")) == (absent.status_code, absent.get("Location"))
        assert answer.status_code in (302, 403, 404)


def test_a_clerk_who_is_a_deputy_elsewhere_is_only_a_clerk_here(as_town, full):
    Assignment.objects.create(user=full.a.staff, role=Role.DEPUTY)
    Deputy.objects.filter(pk=full.b.leader.pk).update(user=full.a.staff)
    Assignment.objects.create(user=full.a.staff, role=Role.LEADER, jurisdiction=full.county)
    assert Deputy.objects.visible_to(full.a.staff).count() == 4
    assert leaks(as_town.get(page_of(Deputy, "changelist"))) == []
    assert as_town.get(page_of(Deputy, "change", full.b.leader.pk)).status_code == 302


# -- what is refused in an address


@pytest.mark.parametrize(
    "query",
    [
        "deputy__phone__startswith=1",
        "household__phone__contains=1",
        "deputy__user__password__startswith=a",
        "happened_on__year__lt=3",
        "happened_on__year=9999",
        "happened_on__year=0",
        "content__regex=(a+)%2B",
        "q=%00",
        "%00=1",
    ],
)
def test_look_ups_that_no_page_offers_are_refused(as_town, query):
    assert as_town.get(f"{page_of(Visit, 'changelist')}?{query}").status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "p=x",
        "p=999999999",
        "o=99.x",
        "all=1",
        "q=%F0%9F%98%80",
        "deputy__id__exact=x",
        f"deputy__id__exact={10**30}",
        "happened_on__year=2026&happened_on__month=13",
        "happened_on__month=x",
        "kind__exact=nothing",
        "deputy__district__jurisdiction__id__exact=x",
    ],
)
def test_a_wrong_address_is_never_an_error_of_ours(as_town, query):
    assert as_town.get(f"{page_of(Visit, 'changelist')}?{query}", follow=True).status_code in (200, 400)


@pytest.mark.parametrize("pk", ["x", "0", str(10**30), "1'--", "_3F"])
def test_a_wrong_key_is_never_an_error_of_ours(as_county, pk):
    for model in MODELS:
        assert as_county.get(page_of(model, "change", pk)).status_code in (302, 404)
    for page in ("office_user_new_password", "deputies_deputy_make_sign_in"):
        assert as_county.get(reverse(f"admin:{page}", args=[pk])).status_code == 404


# -- writing


def house(place, deputy, head="新户主"):
    """The form of a new household with one designation."""
    return {
        "head": head,
        "jurisdiction": place.pk,
        "designations-TOTAL_FORMS": 1,
        "designations-INITIAL_FORMS": 0,
        "designations-0-deputy": deputy.pk,
        "designations-0-since": "2026-03-01",
    }


def no_rows(*tables):
    """What the browser sends for empty tables below a form."""
    return {f"{table}-{count}_FORMS": 0 for table in tables for count in ("TOTAL", "INITIAL")}


def test_a_township_adds_a_household_and_the_trail_knows(as_town, full):
    response = as_town.post(page_of(Household, "add"), house(full.a.place, full.a.deputy))
    assert response.status_code == 302
    added = Household.objects.get(head="新户主")
    assert [d.deputy for d in added.designations.all()] == [full.a.deputy]
    event = AuditEvent.objects.get(subject_type="constituents.household", subject_id=added.pk)
    assert (event.action, event.user, event.detail["fields"]) == (
        "household.added",
        full.a.staff,
        {"head": None, "jurisdiction": [None, full.a.place.pk]},
    )
    assert [row["did"] for row in event.detail["rows"]] == ["added"]


@pytest.mark.parametrize("where", ["place", "deputy"])
def test_nothing_can_be_written_into_the_other_town(as_town, full, where):
    place, deputy = (full.b if where == "place" else full.a).place, (full.b if where == "deputy" else full.a).deputy
    before = Household.objects.count()
    response = as_town.post(page_of(Household, "add"), house(place, deputy))
    assert response.status_code == 200
    assert "该选择不在可用的选项中" in response.content.decode()
    assert Household.objects.count() == before
    assert AuditEvent.objects.count() == 0


def test_no_own_row_can_be_moved_away(as_town, full):
    row = full.a.households[0]
    form = {"head": row.head, "jurisdiction": full.b.place.pk, "designations-TOTAL_FORMS": 0}
    response = as_town.post(page_of(Household, "change", row.pk), {**form, "designations-INITIAL_FORMS": 0})
    assert response.status_code == 200
    row.refresh_from_db()
    assert row.jurisdiction == full.a.place


def test_a_foreign_row_cannot_be_written(as_town, full):
    row = full.b.households[0]
    as_town.post(page_of(Household, "change", row.pk), house(full.a.place, full.a.deputy, head="改了"))
    row.refresh_from_db()
    assert row.head == "户主21"


def test_a_row_of_a_foreign_deputy_keeps_that_deputy(as_town, full):
    row = full.a.households[0]
    designation = row.designations.get()
    Designation.objects.filter(pk=designation.pk).update(deputy=full.b.deputy)
    form = {
        "kind": "困难户",
        "jurisdiction": full.a.place.pk,
        "designations-TOTAL_FORMS": 1,
        "designations-INITIAL_FORMS": 1,
        "designations-0-id": designation.pk,
        "designations-0-household": row.pk,
        "designations-0-deputy": full.b.deputy.pk,
        "designations-0-since": "2026-01-01",
    }
    assert as_town.post(page_of(Household, "change", row.pk), form).status_code == 302
    row.refresh_from_db()
    assert (row.kind, row.designations.get().deputy) == ("困难户", full.b.deputy)


def test_saving_a_station_keeps_the_deputies_one_cannot_see(as_town, full):
    full.a.station.deputies.add(full.b.deputy)
    form = {
        "name": "改名站",
        "jurisdiction": full.a.place.pk,
        "deputies": [full.a.deputy.pk, full.b.deputy.pk],
        **no_rows("posts", "recurrences"),
    }
    assert as_town.post(page_of(Station, "change", full.a.station.pk), form).status_code == 302
    full.a.station.refresh_from_db()
    assert full.a.station.name == "改名站"
    assert set(full.a.station.deputies.all()) == {full.a.deputy, full.b.deputy}


def test_nothing_is_deleted(as_county, full):
    rows = [row for model in MODELS for row in model._base_manager.order_by("pk")[:1]]
    assert {as_county.post(page_of(type(row), "delete", row.pk), {"post": "yes"}).status_code for row in rows} == {403}
    assert [row for row in rows if not type(row)._base_manager.filter(pk=row.pk).exists()] == []


def test_a_change_names_the_fields_but_not_what_people_confided(as_town, full):
    visit = Visit.objects.visible_to(full.a.staff).get()
    form = {
        "deputy": full.a.deputy.pk,
        "household": full.a.households[0].pk,
        "happened_on": "2026-03-02",
        "kind": "phone",
        "content": "婆媳不和",
    }
    assert as_town.post(page_of(Visit, "change", visit.pk), form).status_code == 302
    event = AuditEvent.objects.get(action="visit.changed")
    assert event.detail == {
        "fields": {"happened_on": ["2026-03-01", "2026-03-02"], "kind": ["home", "phone"], "content": None}
    }
    shown = as_town.get(page_of(Visit, "history", visit.pk)).content.decode()
    assert "2026-03-01 → 2026-03-02" in shown
    assert "婆媳不和" not in shown


def test_saving_without_a_change_leaves_no_line(as_town, full):
    row = full.a.unit
    form = {"name": row.name, "jurisdiction": full.a.place.pk, "active": "on"}
    assert as_town.post(page_of(type(row), "change", row.pk), form).status_code == 302
    assert AuditEvent.objects.count() == 0


def test_a_contact_entered_by_the_office_is_checked(as_town, full):
    form = {"deputy": full.a.deputy.pk, "household": full.a.households[1].pk, "kind": "home"}
    tomorrow = as_town.post(page_of(Visit, "add"), {**form, "happened_on": "2126-01-01"})
    not_theirs = as_town.post(page_of(Visit, "add"), {**form, "happened_on": "2025-12-31"})
    assert (list(tomorrow.context_data["adminform"].form.errors), Visit.objects.count()) == (["happened_on"], 2)
    assert list(not_theirs.context_data["adminform"].form.errors) == ["household"]
    assert as_town.post(page_of(Visit, "add"), {**form, "happened_on": "2026-01-05"}).status_code == 302
    added = Visit.objects.get(happened_on=date(2026, 1, 5))
    assert (added.logged_by, added.imported) == (full.a.staff, False)


def test_a_deputy_belongs_to_the_term_of_the_district(as_town, full):
    form = {"name": "新代表", "district": full.a.district.pk, "group": full.a.group.pk}
    assert as_town.post(page_of(Deputy, "add"), form | no_rows("absences", "liaison_voters")).status_code == 302
    assert Deputy.objects.get(name="新代表").term == full.term


def test_a_name_that_is_taken_is_said_and_not_written(as_county, full):
    response = as_county.post(
        page_of(Jurisdiction, "change", full.a.place.pk), {"name": "西河乡", "level": "town", "code": "990901001"}
    )
    assert response.status_code in (200, 302)
    full.a.place.refresh_from_db()
    assert full.a.place.name == "东山镇"


def test_a_new_town_hangs_below_its_county(as_county, full):
    form = {"name": "新桥镇", "level": "town", "code": "990901099", "parent": full.county.pk}
    assert as_county.post(page_of(Jurisdiction, "add"), form).status_code == 302
    added = Jurisdiction.objects.get(code="990901099")
    assert added.path == f"{full.county.path}{added.pk}/"


def test_the_number_of_a_station_is_given_once(as_county, full):
    form = {"number": "77", "name": "甲站", "jurisdiction": full.a.place.pk}
    form |= no_rows("posts", "recurrences")
    assert as_county.post(page_of(Station, "change", full.a.station.pk), form).status_code == 302
    full.a.station.refresh_from_db()
    assert (full.a.station.name, full.a.station.number) == ("甲站", 1)


def test_mass_assignment_changes_no_field_that_is_not_on_the_form(as_county, full):
    row = full.a.petition
    form = {
        "visitor_count": 2,
        "channel": "walk_in",
        "situation": "路灯不亮",
        "request": "修好",
        "status": "closed",
        "seq": 99,
        "year": 1999,
        "station": full.b.station.pk,
        "imported": "on",
        "seen": row.version,
    }
    form |= no_rows("referrals", "events")
    status = row.status
    assert as_county.post(page_of(Petition, "change", row.pk), form).status_code == 302
    row.refresh_from_db()
    assert (row.visitor_count, row.status, row.seq, row.year, row.station, row.imported) == (
        2,
        status,
        1,
        2026,
        full.a.station,
        False,
    )


# -- people


def new_user(**more):
    roles = {"assignments-TOTAL_FORMS": 1, "assignments-INITIAL_FORMS": 0}
    return {"username": "wang", "name": "王五", "is_active": "on", **roles, **more}


def test_a_new_user_gets_a_password_that_is_shown_once(as_county, full, client):
    role = {"assignments-0-role": "town_office", "assignments-0-jurisdiction": full.a.place.pk}
    response = as_county.post(page_of(User, "add"), new_user(**role))
    user = User.objects.get(username="wang")
    password = response.context["password"]
    assert (response.status_code, user.check_password(password)) == (200, True)
    assert password not in as_county.get(page_of(User, "change", user.pk)).content.decode()
    assert password not in str(list(AuditEvent.objects.values()))
    client.logout()
    assert client.login(username="wang", password=password) is True


def test_a_county_gives_no_role_beyond_its_land(as_county, full):
    other = Jurisdiction.objects.create(name="邻县", level="county", code="990902", path="/9999/")
    role = {"assignments-0-role": "county_office", "assignments-0-jurisdiction": other.pk}
    assert as_county.post(page_of(User, "add"), new_user(**role)).status_code == 200
    assert not User.objects.filter(username="wang").exists()


def test_a_county_sees_no_one_of_another_county_and_no_superuser(as_county, full):
    other = Jurisdiction.objects.create(name="邻县", level="county", code="990902", path="/9999/")
    abroad = county.person("abroad", Role.COUNTY_OFFICE, jurisdiction=other)
    Assignment.objects.create(user=abroad, role=Role.GROUP_LEADER)
    root = User.objects.create(username="root", is_superuser=True)
    fresh = User.objects.create(username="fresh")
    shown = set(as_county.get(page_of(User, "changelist")).context_data["cl"].queryset)
    assert shown == set(User.objects.exclude(pk__in=[abroad.pk, root.pk]))
    assert fresh in shown
    for user in (abroad, root):
        assert as_county.post(reverse("admin:office_user_new_password", args=[user.pk])).status_code == 404


def test_a_new_password_ends_the_old_one(as_county, full):
    user = full.a.deputy_user
    user.set_password("old-password-1")
    user.save()
    page = reverse("admin:office_user_new_password", args=[user.pk])
    as_county.get(page)
    user.refresh_from_db()
    assert user.check_password("old-password-1")
    password = as_county.post(page).context["password"]
    user.refresh_from_db()
    assert (user.check_password("old-password-1"), user.check_password(password)) == (False, True)
    assert AuditEvent.objects.get().action == "user.new_password"


def test_a_deputy_gets_a_sign_in_once(as_county, full):
    deputy = Deputy.objects.create(term=full.term, district=full.a.district, name="张三", phone="19900001111")
    page = reverse("admin:deputies_deputy_make_sign_in", args=[deputy.pk])
    as_county.get(page)
    assert User.objects.filter(name="张三").count() == 0
    password = as_county.post(page).context["password"]
    deputy.refresh_from_db()
    assert (deputy.user.username, deputy.user.check_password(password)) == ("19900001111", True)
    assert [a.role for a in deputy.user.assignments.all()] == [Role.DEPUTY]
    assert as_county.post(page).status_code == 302
    assert User.objects.filter(name="张三").count() == 1


def test_a_township_makes_no_sign_ins(as_town, full):
    page = reverse("admin:deputies_deputy_make_sign_in", args=[full.a.deputy.pk])
    assert as_town.post(page).status_code == 403
    form = {"name": "代表1", "district": full.a.district.pk, "user": full.a.staff.pk}
    form |= no_rows("absences", "liaison_voters")
    assert as_town.post(page_of(Deputy, "change", full.a.deputy.pk), form).status_code == 302
    full.a.deputy.refresh_from_db()
    assert full.a.deputy.user == full.a.deputy_user


# -- what it costs


def grow(town, rule, n):
    """One more row of every kind in a town."""
    town.deputy = Deputy.objects.create(
        term=town.group.term, district=town.district, group=town.group, name=f"又一位{n}"
    )
    DeputyGroup.objects.create(term=town.group.term, name=f"又一组{n}", jurisdiction=town.place, leader=town.deputy)
    Station.objects.create(name=f"又一站{n}", jurisdiction=town.place, number=90 + n, head=town.deputy)
    town.households = [county.household(town, n)]
    fill_more(town, rule, n)


def fill_more(town, rule, n):
    Visit.objects.create(
        deputy=town.deputy, household=town.households[0], happened_on=date(2026, 2, n), kind="home", logged_at=AT
    )
    add_petition(town, rule, n)
    add_voter_and_reception(town, n)
    Flag.objects.create(**flag(town, rule), deputy=town.deputy, period=f"2025-{n}")
    county.person(f"more{n}", Role.TOWN_OFFICE, jurisdiction=town.place)
    AuditEvent.objects.create(at=AT, user=town.staff, action="visit.added", subject_type="visits.visit", subject_id=n)


def cost(client, page):
    """The queries of a page that has never been asked for: the first answer also fills what is kept for good."""
    client.get(page)
    return cost_again(client, page)


def cost_again(client, page):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
    return len(queries)


@pytest.mark.long_walk
def test_a_list_costs_the_same_whatever_it_holds(as_county, full):
    grow(full.a, Rule.objects.get(), 3)
    before = {model: cost(as_county, page_of(model, "changelist")) for model in MODELS}
    for n in (4, 5):
        grow(full.a, Rule.objects.get(), n)
    assert {model: cost_again(as_county, page_of(model, "changelist")) for model in MODELS} == before
    assert [model for model in MODELS if before[model] > 10] == []


def test_the_index_page_costs_the_same_whatever_there_is(as_county, full):
    before = cost(as_county, "/admin/")
    for n in (4, 5):
        grow(full.a, Rule.objects.get(), n)
    assert (cost_again(as_county, "/admin/"), before <= 10) == (before, True)


def test_a_form_does_not_list_what_is_chosen_by_typing(as_county, full):
    before = cost(as_county, page_of(Visit, "add"))
    for n in (4, 5):
        grow(full.a, Rule.objects.get(), n)
    assert cost_again(as_county, page_of(Visit, "add")) == before
    assert escape("又一位4") not in as_county.get(page_of(Visit, "add")).content.decode()


# -- the rest of the site


def test_no_address_of_the_site_is_an_error_of_ours(as_county):
    answers = {
        "/admin/office/": 200,
        "/admin/nothing/": 404,
        "/admin/search/?s=a&page=x": 404,
        "/admin/r/1/1/": 404,
        "/admin/password_change/": 302,
        "/admin/autocomplete/": 403,
        "/admin/autocomplete/?app_label=visits&model_name=visit&field_name=deputy&page=x": 404,
        "/admin/autocomplete/?app_label=visits&model_name=visit&field_name=content": 403,
        "/admin/jsi18n/": 200,
    }
    assert {page: as_county.get(page).status_code for page in answers} == answers


def test_signing_out_leads_to_the_front_door(as_county):
    assert as_county.get("/admin/logout/").status_code == 403
    assert as_county.post("/admin/logout/").url == "/"
    assert as_county.get("/admin/").status_code == 302

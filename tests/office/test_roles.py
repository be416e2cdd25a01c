"""The roles as data: three administrators who keep the system and see nothing of the office, and who may give roles."""

from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.urls import reverse

from deputies.models import Deputy
from office import menu, policy
from office.models import Assignment, AuditEvent, Job, Jurisdiction, Outbox, User
from office.roles import ADMINISTRATORS, LINE, Role
from office.scoping import PATHS
from tests import county

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
HOME = {
    Role.SYSTEM_ADMIN: "office:system",
    Role.SECURITY_ADMIN: "admin:office_user_changelist",
    Role.AUDIT_ADMIN: "admin:office_auditevent_changelist",
}


@pytest.fixture
def keepers(small):
    """One person for each of the three."""
    return {role: county.person(role.value, role) for role in sorted(ADMINISTRATORS)}


def own_pages(*models):
    """The addresses of an administrator: the lists of these models, and what every signed-in person may open."""
    return {f"admin:office_{model}_changelist" for model in models}


def lists_open_to(client, user):
    client.force_login(user)
    pages = [f"admin:{m._meta.label_lower.replace('.', '_')}_changelist" for m in ADMIN_MODELS()]
    return {page for page in pages if client.get(reverse(page)).status_code == 200}


def ADMIN_MODELS():
    from django.contrib import admin

    return list(admin.site._registry)


# -- the three see nothing of the office, and each only its own


def test_every_role_but_the_three_sees_along_a_line():
    assert set(Role) - set(LINE) == ADMINISTRATORS


def test_no_administrator_sees_a_row_that_belongs_to_somebody(small, keepers):
    full = {label: apps.get_model(label).objects.all().count() for label in PATHS}
    seen = {
        (role, label): apps.get_model(label).objects.visible_to(keepers[role]).count()
        for role in keepers
        for label in PATHS
    }
    assert sum(full.values()) > 20
    assert set(seen.values()) == {0}


def test_each_of_the_three_opens_its_own_lists_and_no_other(client, keepers):
    assert {role: lists_open_to(client, user) for role, user in keepers.items()} == {
        Role.SYSTEM_ADMIN: own_pages("outbox", "jurisdiction"),
        Role.SECURITY_ADMIN: own_pages("user", "assignment"),
        Role.AUDIT_ADMIN: own_pages("auditevent"),
    }


def test_the_three_share_no_page_that_writes(keepers):
    def writes(role):
        lines = [line for line in policy.lines() if role in line.roles and "POST" in line.methods]
        return {line.pattern for line in lines} - {"office:*_filter"}  # kept for oneself alone

    of = {role: writes(role) for role in keepers}
    assert of[Role.AUDIT_ADMIN] == set()
    assert of[Role.SYSTEM_ADMIN] & of[Role.SECURITY_ADMIN] == set()


def test_an_administrator_s_day_begins_at_the_own_page(client, keepers):
    for role, user in keepers.items():
        client.force_login(user)
        assert client.get("/").url == reverse(HOME[role])
        assert client.get("/admin/").url == reverse(HOME[role])
        assert [name for name, _label in menu.pages_of(user)] == [HOME[role]]


@pytest.mark.long_walk
def test_the_side_menu_leads_nowhere_that_is_closed(client, small, keepers):
    for user in (*keepers.values(), small.office, small.a.staff):
        client.force_login(user)
        page = client.get("/admin/", follow=True)
        links = [
            str(entry["link"])
            for group in page.context["sidebar_navigation"]
            for entry in group["items"]
            if entry["has_permission"]
        ]
        assert links != []
        assert [link for link in links if client.get(link).status_code not in (200, 302)] == []


def test_the_audit_administrator_reads_the_trail_but_not_what_a_matter_says(client, small, keepers):
    event = AuditEvent.objects.create(
        at=AT,
        user=small.a.staff,
        action="petition.moved",
        subject_type="constituents.petition",
        subject_id=7,
        detail={"words": "quarrel"},
    )
    page = reverse("admin:office_auditevent_change", args=[event.pk])
    client.force_login(small.office)
    assert "quarrel" in client.get(page).content.decode()
    client.force_login(keepers[Role.AUDIT_ADMIN])
    read = (
        client.get(page).content.decode() + client.get(reverse("admin:office_auditevent_changelist")).content.decode()
    )
    assert ("来访事项 7" in read, "quarrel" in read, "/admin/constituents/" in read) == (True, False, False)


def test_the_audit_administrator_writes_nothing(client, small, keepers):
    client.force_login(keepers[Role.AUDIT_ADMIN])
    row = AuditEvent.objects.create(at=AT, action="x.y", subject_type="office.user", subject_id=1)
    for page in ("change", "delete"):
        assert (
            client.post(reverse(f"admin:office_auditevent_{page}", args=[row.pk]), {"post": "yes"}).status_code == 403
        )


# -- nobody is two of them, or one of them and something else


def test_the_database_refuses_a_second_administrator_s_role_and_one_with_a_place(small):
    user = county.person("two", Role.SYSTEM_ADMIN)
    for second in ({"role": Role.AUDIT_ADMIN}, {"role": Role.SYSTEM_ADMIN}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Assignment.objects.create(user=user, **second)
    with pytest.raises(IntegrityError), transaction.atomic():
        county.person("placed", Role.AUDIT_ADMIN, jurisdiction=small.county)


def test_should_an_administrator_hold_an_office_role_too_it_counts_for_nothing(small):
    user = county.person("both", Role.COUNTY_OFFICE, jurisdiction=small.county)
    assert Deputy.objects.visible_to(user).count() == 4
    Assignment.objects.create(user=user, role=Role.AUDIT_ADMIN)
    user = User.objects.get(pk=user.pk)
    assert (Deputy.objects.visible_to(user).count(), user.has_role(Role.COUNTY_OFFICE)) == (0, False)


def roles_form(*roles, place=None, initial=0):
    form = {"username": "wang", "name": "王五", "is_active": "on"}
    form |= {"assignments-TOTAL_FORMS": len(roles), "assignments-INITIAL_FORMS": initial}
    for n, role in enumerate(roles):
        form[f"assignments-{n}-role"] = role
        if role not in ADMINISTRATORS:
            form[f"assignments-{n}-jurisdiction"] = place.pk
    return form


@pytest.mark.parametrize(
    "roles",
    [("system_admin", "audit_admin"), ("security_admin", "town_office"), ("audit_admin", "deputy")],
    ids="+".join,
)
def test_the_form_says_why_two_roles_do_not_go_together(client, small, roles):
    client.force_login(small.office)
    answer = client.post(reverse("admin:office_user_add"), roles_form(*roles, place=small.a.place))
    assert (answer.status_code, "管理员不兼任其他角色" in answer.content.decode()) == (200, True)
    assert User.objects.filter(username="wang").count() == 0


# -- who gives roles


def test_a_small_office_gives_roles_and_names_its_first_security_administrator_itself(client, small):
    client.force_login(small.office)
    assert client.post(reverse("admin:office_user_add"), roles_form("security_admin")).context["password"] != ""
    assert Assignment.objects.get(user__username="wang").role == Role.SECURITY_ADMIN


def test_from_then_on_giving_is_the_security_administrator_s_alone(client, small, keepers):
    client.force_login(small.office)
    new_password = reverse("admin:office_user_new_password", args=[small.a.staff.pk])
    change = reverse("admin:office_user_change", args=[small.a.staff.pk])
    assert client.get(reverse("admin:office_user_changelist")).status_code == 200
    assert client.get(reverse("admin:office_user_add")).status_code == 403
    assert client.post(new_password).status_code == 403
    assert client.post(change, roles_form("county_office", place=small.county)).status_code == 403
    client.force_login(keepers[Role.SECURITY_ADMIN])
    assert client.post(new_password).status_code == 200
    made = client.post(reverse("admin:office_user_add"), roles_form("town_office", place=small.a.place))
    assert User.objects.get(username="wang").check_password(made.context["password"])


def test_without_an_active_security_administrator_the_office_can_help_itself_again(client, small, keepers):
    User.objects.filter(pk=keepers[Role.SECURITY_ADMIN].pk).update(is_active=False)
    client.force_login(small.office)
    assert client.get(reverse("admin:office_user_add")).status_code == 200


def test_a_deputy_s_sign_in_is_still_made_by_the_office_and_its_password_by_the_administrator(client, small, keepers):
    deputy = Deputy.objects.create(term=small.term, district=small.a.district, name="张三", phone="19900001111")
    client.force_login(small.office)
    answer = client.post(reverse("admin:deputies_deputy_make_sign_in", args=[deputy.pk]))
    deputy.refresh_from_db()
    assert (answer.context["password"], deputy.user.has_usable_password()) == ("", False)
    client.force_login(keepers[Role.SECURITY_ADMIN])
    password = client.post(reverse("admin:office_user_new_password", args=[deputy.user_id])).context["password"]
    deputy.user.refresh_from_db()
    assert deputy.user.check_password(password)


def test_nobody_gives_themselves_a_role_or_shuts_themselves_out(client, small, keepers):
    for user in (keepers[Role.SECURITY_ADMIN], small.office):
        Assignment.objects.filter(role=Role.SECURITY_ADMIN).exclude(user=user).delete()
        client.force_login(user)
        before = list(user.assignments.values())
        form = roles_form("town_office", place=small.a.place) | {"username": user.username, "is_active": ""}
        assert client.post(reverse("admin:office_user_change", args=[user.pk]), form).status_code == 302
        user.refresh_from_db()
        assert (list(user.assignments.values()), user.is_active) == (before, True)


def test_one_county_of_several_names_no_administrator_of_all(client, small):
    Jurisdiction.objects.create(name="邻县", level="county", code="990902", path="/9999/")
    client.force_login(small.office)
    assert client.post(reverse("admin:office_user_add"), roles_form("security_admin")).status_code == 200
    assert User.objects.filter(username="wang").count() == 0


# -- what is taken away ends at once


def test_a_role_that_is_taken_ends_at_the_next_request(client, small):
    client.force_login(small.a.officer)
    assert client.get("/desk/").status_code == 200
    small.a.officer.assignments.all().delete()
    assert client.get("/desk/").status_code == 403


def test_a_post_that_is_taken_ends_at_the_next_request(client, small):
    client.force_login(small.a.officer)
    page = f"/stations/{small.a.station.pk}/"
    assert client.get(page).status_code == 200
    small.a.station.posts.all().delete()
    assert client.get(page).status_code == 404


def test_who_is_disabled_is_out_at_the_next_request(client, small):
    client.force_login(small.a.officer)
    User.objects.filter(pk=small.a.officer.pk).update(is_active=False)
    assert client.get("/desk/").url == "/signin/?next=/desk/"


# -- the page that shows it all


def test_the_roles_are_shown_in_words_to_who_works_in_the_admin_site(client, small, keepers):
    for user in (small.office, small.a.staff, *keepers.values()):
        client.force_login(user)
        page = client.get("/reports/roles/")
        assert [entry.role for entry in page.context["entries"]] == list(Role)
    shown = {entry.role: entry for entry in page.context["entries"]}
    assert (shown[Role.AUDIT_ADMIN].rows, shown[Role.AUDIT_ADMIN].deeds) == ([], [])
    assert shown[Role.AUDIT_ADMIN].admin == [("仅查看", ["操作记录"])]
    assert shown[Role.DEPUTY].deeds[0][1][:2] == ["登记", "添加文件"]
    assert "选民联络员" in "".join(shown[Role.DEPUTY].rows)
    assert shown[Role.HANDLING_UNIT].pages == ["今天要办", "交办事项", "用纸"]
    client.force_login(small.a.officer)
    assert client.get("/reports/roles/").status_code == 403


def test_the_menu_of_a_role_in_the_table_is_that_of_a_person_with_this_role(small):
    one_role = [small.office, small.leader, small.a.staff, small.a.deputy_user, small.a.officer, small.a.unit_user]
    for user in one_role:
        assert [str(label) for _name, label in menu.pages_of(user)] == menu.labels_for(user.standing()[0].role)


def test_the_state_of_the_system_is_counted_for_its_administrator_and_names_nobody(client, small, keepers):
    Job.objects.create(kind="import", state="failed", user=small.office, created_at=AT, message="张三")
    message = {"channel": "email", "payload": {"text": "x"}, "created_at": AT, "next_at": AT}
    Outbox.objects.create(key="a", user=small.office, **message)
    Outbox.objects.create(key="b", user=small.office, tries=Outbox.TRIES, **message)
    client.force_login(keepers[Role.SYSTEM_ADMIN])
    page = client.get("/system/")
    assert [n for _name, n in page.context["outbox"] + page.context["jobs"]] == [1, 1, 1]
    assert page.context["signed_in"] == 1
    assert "张三" not in page.content.decode()
    client.force_login(small.a.staff)
    assert client.get("/system/").status_code == 403

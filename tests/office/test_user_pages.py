"""What the office does with a person's sign-in: remedies, first passwords on paper, the password asked once more."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from office.models import AuditEvent, User
from tests.office.test_sign_in import AT, PASSWORD, is_in, li, now, post  # noqa: F401 - fixtures by name

pytestmark = pytest.mark.django_db

LIST = "/admin/office/user/"


def state_of(user):
    return reverse("admin:office_user_sign_in_state", args=[user.pk])


def test_who_is_shut_out_is_let_in_again_at_once(as_county, li):  # noqa: F811
    stranger = Client()
    for n in range(12):
        post(stranger, "falsch", ip=f"203.0.113.{n}")
    assert post(stranger, ip="10.9.9.9").status_code == 429
    assert "密码连续输错，锁定至" in as_county.get(state_of(li)).content.decode()
    assert as_county.post(state_of(li), {"do": "unlock"}).status_code == 302
    assert post(stranger, ip="203.0.113.1").status_code == 302
    assert AuditEvent.objects.filter(action="sign_in.unlocked").count() == 1


def test_sessions_of_somebody_are_ended(as_county, li):  # noqa: F811
    phone = Client()
    post(phone)
    as_county.post(state_of(li), {"do": "end"})
    assert (is_in(phone), is_in(as_county)) == (False, True)


def test_a_lost_phone_is_no_second_factor_any_more(as_county, li):  # noqa: F811
    TOTPDevice.objects.create(user=li, confirmed=True, name="app")
    as_county.post(state_of(li), {"do": "reset"})
    assert TOTPDevice.objects.count() == 0
    event = AuditEvent.objects.get(action="user.second_factor_reset")
    assert (event.user.username, event.subject_id) == ("office", li.pk)
    as_county.post(state_of(li), {"do": "reset"})
    assert AuditEvent.objects.filter(action="user.second_factor_reset").count() == 1


@pytest.mark.parametrize("who", ["staff", "officer", "deputy_user"])
def test_nobody_else_touches_a_sign_in(client, small, who):
    client.force_login(getattr(small.a, who))
    page = state_of(small.b.officer)
    assert [client.get(page).status_code, client.post(page, {"do": "end"}).status_code] == [403, 403]


def user_form(user, **more):
    form = {"username": user.username, "name": user.name, "is_active": "on"}
    return form | {"assignments-TOTAL_FORMS": 0, "assignments-INITIAL_FORMS": 0} | more


def test_another_role_or_being_disabled_ends_every_session_and_another_name_does_not(as_county, small):
    def sessions_after(**form):
        other = Client()
        other.force_login(small.a.officer)
        page = reverse("admin:office_user_change", args=[small.a.officer.pk])
        assert as_county.post(page, user_form(small.a.officer, **form)).status_code == 302
        return is_in(other)

    role = {"assignments-TOTAL_FORMS": 1, "assignments-0-role": "station_head"}
    assert [sessions_after(name="改名"), sessions_after(**role), sessions_after(is_active="")] == [True, False, False]


# -- first passwords on paper


def choose(*users, **more):
    return {"action": "first_passwords", "_selected_action": [user.pk for user in users], **more}


def test_first_passwords_are_asked_first_then_shown_once_and_hold(as_county, small):
    people = [small.a.deputy_user, small.a.leader_user]
    asked = as_county.post(LIST, choose(*people))
    assert asked.context["people"] == sorted(people, key=str)
    assert AuditEvent.objects.filter(action="user.new_password").count() == 0
    sheet = as_county.post(LIST, choose(*people, confirmed="1"))
    slips = {user.username: password for user, password in sheet.context["slips"]}
    assert set(slips) == {"deputy1", "group1"}
    for username, password in slips.items():
        user = User.objects.get(username=username)
        assert (user.check_password(password), user.must_change_password) == (True, True)
        assert password in sheet.content.decode()
    assert AuditEvent.objects.filter(action="user.new_password").count() == 2
    assert slips["deputy1"] not in str(list(AuditEvent.objects.values()))


def test_a_sheet_leaves_out_oneself_and_who_may_not_sign_in_and_people_of_other_counties(as_county, small):
    User.objects.filter(pk=small.b.officer.pk).update(is_active=False)
    root = User.objects.create(username="root", is_superuser=True)
    chosen = [small.office, small.b.officer, root, small.a.officer]
    sheet = as_county.post(LIST, choose(*chosen, confirmed="1"))
    assert [user for user, _password in sheet.context["slips"]] == [small.a.officer]


def test_no_more_than_two_hundred_at_once(as_county):
    User.objects.bulk_create(User(username=f"u{n}") for n in range(201))
    answer = as_county.post(LIST, choose(*User.objects.filter(username__startswith="u2"), *User.objects.all()))
    assert answer.status_code == 302
    assert AuditEvent.objects.count() == 0


@pytest.mark.parametrize("who", ["staff", "officer"])
def test_a_township_prints_no_passwords(client, small, who):
    client.force_login(getattr(small.a, who))
    assert client.post(LIST, choose(small.a.deputy_user, confirmed="1")).status_code == 403


def shown(client, **query):
    return {user.username for user in client.get(LIST, query).context_data["cl"].queryset}


def test_people_are_chosen_by_township_by_group_and_by_never_having_signed_in(as_county, small):
    assert shown(as_county, town=small.a.place.pk) == {"town1", "deputy1", "group1", "officer1", "unit1"}
    assert shown(as_county, group=small.b.group.pk) == {"deputy2", "group2"}
    User.objects.filter(username="deputy2").update(last_login=AT)
    assert shown(as_county, group=small.b.group.pk, signed_in="no") == {"group2"}
    assert shown(as_county, town="x", group="y", signed_in="z") == shown(as_county)


# -- the password once more


@pytest.fixture
def later(client, small, now):  # noqa: F811
    """The county office, signed in a while ago and at work since."""
    small.office.set_password(PASSWORD)
    small.office.save()
    post(client, username="office")
    for _n in range(2):
        now.value += timedelta(minutes=10)
        client.get("/notices/")
    return client


def test_giving_rights_or_passwords_asks_for_the_password_again(later, small):
    pages = [
        reverse("admin:office_user_add"),
        reverse("admin:office_user_change", args=[small.a.officer.pk]),
        reverse("admin:office_user_new_password", args=[small.a.officer.pk]),
        state_of(small.a.officer),
    ]
    assert [later.get(page).templates[0].name for page in pages] == ["office/password_again.html"] * 4
    assert later.post(LIST, choose(small.a.officer)).templates[0].name == "office/password_again.html"
    assert later.get(LIST).status_code == 200
    assert later.post(pages[0], {"again": "1", "password": "falsch"}).templates[0].name == "office/password_again.html"
    assert later.post(pages[0], {"again": "1", "password": PASSWORD}).url == pages[0]
    assert [page for page in pages if "office/password_again.html" in [t.name for t in later.get(page).templates]] == []


def test_what_was_to_be_sent_is_offered_again_and_nothing_was_done_before(later, small):
    page = reverse("admin:office_user_new_password", args=[small.a.officer.pk])
    kept = later.post(page, {"reason": "手机丢了"}).context["kept"]
    assert AuditEvent.objects.filter(action="user.new_password").count() == 0
    offered = later.post(page, {"again": "1", "password": PASSWORD, "kept": kept}).context["kept"]
    assert (offered["path"], offered["words"]) == (page, ["手机丢了"])


# -- the log of signing in


def test_the_trail_is_read_by_what_it_is_about(as_county, small, li):  # noqa: F811
    post(Client())
    AuditEvent.objects.create(at=AT, action="visit.logged", subject_type="visits.visit", subject_id=1)
    AuditEvent.objects.create(at=AT, action="user.new_password", subject_type="office.user", subject_id=li.pk)

    def actions(about):
        return [
            e.action for e in as_county.get("/admin/office/auditevent/", {"about": about}).context_data["cl"].queryset
        ]

    assert [actions(about) for about in ("sign_in", "people", "work")] == [
        ["sign_in.succeeded"],
        ["user.new_password"],
        ["visit.logged"],
    ]
    assert len(actions("")) == 3
    trail = as_county.get("/admin/office/auditevent/").content.decode()
    assert [word for word in ("登录系统", "重置密码", "登记") if word not in trail] == []

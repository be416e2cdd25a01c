"""Signing in: the password, how often it may be tried, how long a session lasts, the second factor, what is kept."""

import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from office import passwords, second_factor, sessions, sign_ins
from office.models import Attempt, AuditEvent, PastPassword, RecoveryCode, Session, User
from office.roles import Role
from tests import county

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
PASSWORD = "三座桥-七口井-42"
NEW = "四座桥-八口井-43-上山小路"


@pytest.fixture
def now(monkeypatch):
    """The clock, to be set forward: ``now.value``."""

    class Now:
        value = AT

    monkeypatch.setattr("office.clock.now", lambda: Now.value)
    return Now


@pytest.fixture
def li(now):
    """A deputy with a password of her own."""
    user = county.person("li", Role.DEPUTY)
    user.set_password(PASSWORD)
    user.save()
    return user


def post(client, password=PASSWORD, username="li", ip="10.0.0.1", **more):
    return client.post("/signin/", {"username": username, "password": password, **more}, REMOTE_ADDR=ip)


def is_in(client):
    return client.get("/notices/").status_code == 200


def lines(user):
    """What the trail says of one person's signing in."""
    return list(AuditEvent.objects.filter(subject_id=user.pk).order_by("id").values_list("action", flat=True))


# -- the password


def test_whoever_signs_in_comes_to_the_page_they_wanted_and_to_no_other_site(client, li):
    assert post(client, next="/security/").url == "/security/"
    assert is_in(client)
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", "/\\elsewhere"):
        assert post(Client(), next=elsewhere).url == "/"


def test_an_unknown_name_a_wrong_password_and_a_disabled_person_are_told_the_same(
    client, li, django_assert_num_queries
):
    county.person("out", Role.DEPUTY).set_password(PASSWORD)
    User.objects.filter(username="out").update(is_active=False, password=li.password)
    told = [post(client, "falsch", "li"), post(client, "falsch", "nobody"), post(client, PASSWORD, "out")]
    bodies = {re.sub(r'value="[^"]*"', "", answer.content.decode()) for answer in told}
    assert ([answer.status_code for answer in told], len(bodies)) == ([200] * 3, 1)


def test_a_password_is_hashed_for_an_unknown_name_as_well(client, li, monkeypatch):
    hashed = []
    monkeypatch.setattr(
        "django.contrib.auth.hashers.Argon2PasswordHasher.encode",
        lambda self, password, salt: hashed.append(password) or "argon2$x",
    )
    post(client, "falsch", "nobody")
    assert hashed == ["falsch"]


def test_passwords_are_kept_by_argon2(li):
    assert li.password.startswith("argon2$argon2id$")


def test_the_sixth_wrong_try_is_shut_out_and_so_is_the_right_password_until_it_is_over(client, li, now):
    answers = [post(client, "falsch").status_code for _n in range(5)]
    shut = post(client)
    assert (answers, shut.status_code) == ([200] * 5, 429)
    assert "请在 09:30 再试" in shut.content.decode()
    now.value += timedelta(minutes=29)
    assert post(client).status_code == 429
    now.value += timedelta(minutes=2)
    assert post(client).status_code == 302
    assert lines(li)[-7:] == ["sign_in.failed"] * 5 + ["sign_in.locked", "sign_in.succeeded"]


def test_capitals_and_blanks_do_not_make_another_name(client, li):
    for name in ("li", "LI", " li ", "Li", "lI"):
        post(client, "falsch", name)
    assert post(client).status_code == 429


def test_an_outsider_who_locks_a_name_does_not_lock_out_its_owner(client, li):
    for _n in range(6):
        post(client, "falsch", ip="203.0.113.9")
    assert post(client, ip="10.0.0.1").status_code == 302


def test_many_addresses_together_get_no_more_than_twice_the_tries(client, li):
    answers = [post(client, "falsch", ip=f"203.0.113.{n}").status_code for n in range(30)]
    assert (answers.count(200), answers.count(429)) == (10, 20)


def test_one_address_that_tries_many_names_is_stopped_and_its_neighbours_are_not(client, li, settings):
    settings.SIGN_IN_TRIES = 1
    answers = [post(client, "falsch", f"name{n}").status_code for n in range(25)]
    assert (answers.count(200), answers.count(429)) == (20, 5)
    assert post(client, ip="10.0.0.2").status_code == 302


def test_a_made_up_forwarded_address_does_not_help(client, li):
    for n in range(5):
        client.post("/signin/", {"username": "li", "password": "x"}, HTTP_X_FORWARDED_FOR=f"203.0.113.{n}")
    assert client.post("/signin/", {"username": "li", "password": PASSWORD}).status_code == 429


def test_a_success_wipes_the_slate_and_an_office_that_signs_in_all_day_is_not_locked(client, li):
    for _n in range(30):
        assert [post(Client(), "falsch").status_code, post(Client()).status_code] == [200, 302]
    assert Attempt.objects.filter(kind__startswith="sign_in ").count() == 0


def test_a_name_that_nobody_has_is_written_down_nowhere(client, li):
    post(client, "x", "Geheim-als-Name-getippt")
    assert "Geheim" not in str(list(AuditEvent.objects.values())) + str(list(Attempt.objects.values()))
    assert AuditEvent.objects.get().subject_id == 0


def test_signing_in_and_out_are_on_the_trail(client, li):
    post(client)
    client.post("/signout/")
    assert lines(li) == ["sign_in.succeeded", "sign_in.left"]
    assert AuditEvent.objects.first().detail == {}
    assert AuditEvent.objects.last().detail == {"ip": "10.0.0.1", "device": "未知设备"}


def test_the_admin_site_has_no_door_of_its_own(client, li):
    assert client.post("/admin/login/", {"username": "li", "password": PASSWORD}).status_code == 302
    assert not is_in(client)


# -- the session


def test_the_key_of_a_session_changes_at_the_sign_in_and_the_old_one_is_dead(client, li):
    client.get("/signin/")
    post(client, "falsch")
    session = client.session
    session["x"] = 1
    session.save()
    client.cookies["sessionid"] = before = session.session_key
    post(client)
    assert client.cookies["sessionid"].value != before
    stranger = Client()
    stranger.cookies["sessionid"] = before
    assert not is_in(stranger)
    assert client.cookies["sessionid"]["max-age"] == ""


def test_a_signed_out_session_cannot_be_used_again(client, li):
    post(client)
    key = client.cookies["sessionid"].value
    client.post("/signout/")
    client.cookies["sessionid"] = key
    assert not is_in(client)


def test_a_session_ends_after_half_an_hour_of_nothing(client, li, now):
    post(client)
    for _n in range(3):
        now.value += timedelta(minutes=29)
        assert is_in(client)
    now.value += timedelta(minutes=30)
    assert not is_in(client)


def test_the_county_office_and_administrators_have_a_quarter_of_an_hour(client, small, now):
    for user in (small.office, county.person("sys", Role.SYSTEM_ADMIN)):
        user.set_password(PASSWORD)
        user.save()
        post(client, username=user.username)
        now.value += timedelta(minutes=14)
        assert is_in(client)
        now.value += timedelta(minutes=15)
        assert not is_in(client)


def test_a_session_ends_after_a_working_day_however_busy(client, li, now):
    post(client)
    for _n in range(23):
        now.value += timedelta(minutes=20)
        assert is_in(client)
    now.value += timedelta(minutes=20)
    assert not is_in(client)


def test_the_fourth_session_ends_the_oldest(li, now):
    clients = [Client() for _n in range(4)]
    for client in clients:
        post(client)
        now.value += timedelta(minutes=1)
    assert [is_in(client) for client in clients] == [False, True, True, True]


def test_a_person_sees_the_own_sessions_and_ends_one(client, li, now):
    phone = Client(headers={"user-agent": "Mozilla/5.0 (Linux; Android 9) Chrome/100 Mobile MicroMessenger/8"})
    post(phone)
    now.value += timedelta(minutes=1)
    post(client)
    page = client.get("/security/")
    assert [device for _row, device in page.context["sessions"]] == ["未知设备", "Android · 微信"]
    assert phone.cookies["sessionid"].value not in page.content.decode()
    theirs = next(row for row, device in page.context["sessions"] if "Android" in device)
    client.post("/security/end/", {"session": theirs.name})
    assert (is_in(phone), is_in(client)) == (False, True)


def test_nobody_ends_the_session_of_another(client, li, small):
    other = Client()
    other.force_login(small.a.officer)
    post(client)
    client.post("/security/end/", {"session": Session.objects.get(user=small.a.officer).name})
    client.post("/security/end/")
    assert is_in(other)


def test_a_new_password_of_one_s_own_ends_the_sessions_elsewhere(client, li):
    other = Client()
    post(other)
    post(client)
    told = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert client.post("/password/", told | {"old_password": "falsch"}).status_code == 200
    assert client.post("/password/", told).status_code == 302
    assert (is_in(client), is_in(other)) == (True, False)
    li.refresh_from_db()
    assert li.check_password(NEW)


def test_what_is_over_is_cleaned_away(li, now):
    post(Client())
    now.value += timedelta(hours=9)
    sessions.forget(at=datetime.now(UTC) + timedelta(days=1))
    assert Session.objects.count() == 0


# -- passwords


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("Kurz-1", "至少 12 个字符"),
        ("a" * 126 + "-1B", "最多 128 个字符"),
        ("nurkleinebuchstaben", "四类中的三类"),
        ("Li-13800001111-li", "容易被猜到"),
        ("Renda-Daibiao-123456", "容易被猜到"),
        ("王小明-王小明-王小明", "容易被猜到"),
    ],
)
def test_a_weak_password_is_refused_and_the_reason_said(client, li, password, why):
    User.objects.filter(pk=li.pk).update(phone="13800001111", name="王小明")
    post(client)
    told = {"old_password": PASSWORD, "new_password1": password, "new_password2": password}
    assert why in str(client.post("/password/", told).context["form"].errors["new_password1"])


@pytest.mark.parametrize(
    "password", ["春江潮水连海平海上明月共潮生1", "x" * 100 + " Y-" + "9" * 25, "  Rand-Blanks 12  ", NEW]
)
def test_long_pasted_and_chinese_passwords_are_taken_as_they_are(client, li, password):
    post(client)
    told = {"old_password": PASSWORD, "new_password1": password, "new_password2": password}
    assert client.post("/password/", told).status_code == 302
    assert post(Client(), password).status_code == 302
    assert post(Client(), password.strip() + "x").status_code == 200


def test_administrators_need_fifteen_signs(client, small, li):
    told = "三座桥-七口井-4-a"
    assert [passwords.least(user) for user in (li, small.a.staff, small.office)] == [12, 12, 15]
    form = {"old_password": PASSWORD, "new_password1": told[:12], "new_password2": told[:12]}
    small.office.set_password(PASSWORD)
    small.office.save()
    post(client, username="office")
    assert "至少 15 个字符" in str(client.post("/password/", form).context["form"].errors["new_password1"])


def test_none_of_the_last_five_passwords_is_taken_again(client, li):
    post(client)
    new = [f"Neues-Wort-Nummer-{n}" for n in range(6)]
    for before, after in zip([PASSWORD, *new], new, strict=False):
        told = {"old_password": before, "new_password1": after, "new_password2": after}
        assert client.post("/password/", told).status_code == 302
    for old, code in ((new[1], 200), (new[0], 302)):
        told = {"old_password": new[-1], "new_password1": old, "new_password2": old}
        assert client.post("/password/", told).status_code == code
    assert PastPassword.objects.filter(user=li).count() == 5


def test_a_first_password_opens_nothing_before_it_has_been_replaced(client, li, small):
    first = sign_ins.new_password(user=li, by=small.office, at=AT)
    page = post(client, first)
    assert (page.templates[0].name, is_in(client)) == ("office/sign_in_password.html", False)
    for address in ("/", "/my/", "/password/", "/security/"):
        assert client.get(address).status_code == 302
    weak = client.post("/signin/password/", {"new_password1": "kurz", "new_password2": "kurz"})
    assert (weak.status_code, is_in(client)) == (200, False)
    assert client.post("/signin/password/", {"new_password1": NEW, "new_password2": NEW}).url == "/"
    assert is_in(client)
    assert post(Client(), NEW).status_code == 302


def test_a_password_that_is_too_old_is_replaced_first(client, li, now, settings):
    now.value += timedelta(days=180)
    assert post(client).templates[0].name == "office/sign_in_password.html"
    settings.PASSWORD_MAX_AGE = 0
    assert post(client).status_code == 302


def test_the_step_of_the_password_cannot_be_used_without_the_password_before(client, li):
    assert client.post("/signin/password/", {"new_password1": NEW, "new_password2": NEW}).url == "/signin/"
    assert client.post("/signin/code/", {"code": "123456"}).url == "/signin/"
    assert client.post("/signin/enrol/", {"code": "123456"}).url == "/signin/"


def test_a_step_lasts_ten_minutes(client, li, now, small):
    first = sign_ins.new_password(user=li, by=small.office, at=AT)
    post(client, first)
    now.value += timedelta(minutes=11)
    assert client.post("/signin/password/", {"new_password1": NEW, "new_password2": NEW}).url == "/signin/"


# -- the second factor


@pytest.fixture
def clerk(small, now, settings):
    """Somebody of the county office, of whom a second factor is demanded."""
    settings.REQUIRE_SECOND_FACTOR = "administrators"
    small.office.set_password(PASSWORD)
    small.office.save()
    return small.office


def code_of(device, steps=0):
    totp = TOTP(device.bin_key, drift=steps)
    totp.time = time.time()
    return f"{totp.token():06}"


def enrolled(clerk):
    """The clerk with an app; the recovery codes."""
    device = second_factor.begin(clerk)
    codes = second_factor.confirm(user=clerk, code=code_of(device), at=AT)
    TOTPDevice.objects.update(last_t=-1)
    return device, codes


def test_of_an_administrator_a_second_factor_is_demanded_at_the_first_sign_in(client, clerk):
    page = post(client, username="office")
    assert (page.templates[0].name, is_in(client)) == ("office/sign_in_enrol.html", False)
    assert "<svg" in page.content.decode()
    for address in ("/", "/admin/", "/security/", "/signin/code/"):
        client.get(address)
        assert not is_in(client)
    assert client.post("/signin/enrol/", {"code": "000000"}).status_code == 200
    done = client.post("/signin/enrol/", {"code": code_of(TOTPDevice.objects.get())})
    assert (len(done.context["codes"]), is_in(client)) == (10, True)
    assert done.context["codes"][0] not in str(list(RecoveryCode.objects.values()))


def test_afterwards_the_code_is_asked_for_and_nothing_opens_without_it(client, clerk):
    device, _codes = enrolled(clerk)
    page = post(client, username="office", next="/admin/")
    assert (page.templates[0].name, is_in(client)) == ("office/sign_in_code.html", False)
    for address in ("/", "/admin/", "/signin/enrol/", "/signin/password/"):
        client.get(address)
        client.post("/signin/enrol/", {"code": code_of(device)})
        assert not is_in(client)
    assert client.post("/signin/code/", {"code": code_of(device), "next": "/admin/"}).url == "/admin/"
    assert is_in(client)


def test_a_code_is_good_for_one_time(clerk):
    device, _codes = enrolled(clerk)
    code = code_of(device)
    answers = []
    for client in (Client(), Client()):
        post(client, username="office")
        answers.append(client.post("/signin/code/", {"code": code}).status_code)
    assert answers == [302, 200]


def test_a_hundred_guesses_are_stopped_after_five(client, clerk):
    enrolled(clerk)
    answers = []
    for n in range(100):
        post(client, username="office")
        answers.append(client.post("/signin/code/", {"code": f"{n:06}"}).status_code)
    assert (answers.count(200), answers.count(429)) == (5, 95)


def test_a_recovery_code_lets_in_once_however_it_is_written(clerk):
    _device, codes = enrolled(clerk)
    written = [codes[0].upper().replace("-", " "), codes[0], codes[1]]
    answers = []
    for code in written:
        client = Client()
        post(client, username="office")
        answers.append(client.post("/signin/code/", {"code": code}).status_code)
    assert answers == [302, 200, 302]
    assert "user.recovery_code_used" in lines(clerk)


def test_the_other_roles_need_none_and_may_have_one(client, li, clerk):
    assert post(client).status_code == 302
    assert client.post("/security/second-factor/").status_code == 200
    device = TOTPDevice.objects.get(user=li)
    assert client.post("/security/second-factor/", {"code": code_of(device)}).status_code == 200
    assert post(Client()).templates[0].name == "office/sign_in_code.html"


@pytest.mark.parametrize(("demanded", "asked"), [("nobody", []), ("everybody", ["li", "office"])])
def test_of_whom_it_is_demanded_is_a_setting(clerk, li, settings, demanded, asked):
    settings.REQUIRE_SECOND_FACTOR = demanded
    assert [user.username for user in (li, clerk) if second_factor.is_required(user)] == asked


# -- what was typed is not lost


def test_a_form_sent_after_the_session_ended_is_offered_again_after_the_sign_in(client, small):
    small.a.deputy_user.set_password(PASSWORD)
    small.a.deputy_user.save()
    typed = {"household": small.a.households[0].pk, "content": "说了很久的话。", "x": ["1", "2"]}
    page = client.post("/my/log/?household=1", typed)
    assert (page.status_code, page.templates[0].name) == (200, "office/sign_in.html")
    kept = page.context["kept"]
    assert "说了很久的话" not in kept
    offered = post(client, username="deputy1", kept=kept).context["kept"]
    assert offered["path"] == "/my/log/?household=1"
    assert offered["fields"] == [
        ["household", str(typed["household"])],
        ["content", "说了很久的话。"],
        ["x", "1"],
        ["x", "2"],
    ]
    assert offered["words"] == ["说了很久的话。"]
    assert "说了很久的话" not in str(list(Session.objects.values()))


def test_what_was_typed_comes_along_through_every_step(client, clerk):
    clerk.must_change_password = True
    clerk.save()
    kept = client.post("/admin/office/unit/add/", {"name": "新单位"}).context["kept"]
    asked = post(client, username="office", kept=kept)
    asked = client.post(
        "/signin/password/", {"new_password1": NEW, "new_password2": NEW, "kept": asked.context["kept"]}
    )
    code = code_of(TOTPDevice.objects.get())
    done = client.post("/signin/enrol/", {"code": code, "kept": asked.context["kept"]})
    assert (done.context["kept"]["path"], done.context["kept"]["words"]) == ("/admin/office/unit/add/", ["新单位"])


def test_a_form_from_elsewhere_is_never_offered(small):
    client = Client(enforce_csrf_checks=True)
    client.force_login(small.office)
    ours = client.post("/admin/office/unit/add/", {"name": "新单位"}, HTTP_ORIGIN="http://testserver")
    theirs = client.post("/admin/office/unit/add/", {"name": "新单位"}, HTTP_ORIGIN="http://elsewhere.example")
    none = client.post("/admin/office/unit/add/", {"name": "新单位"})
    assert [answer.status_code for answer in (ours, theirs, none)] == [200, 403, 403]
    assert ours.context["kept"]["words"] == ["新单位"]


def test_neither_a_password_nor_a_form_of_a_book_s_length_is_kept(small):
    client = Client(enforce_csrf_checks=True)
    for form in ({"old_password": "geheim-1", "name": "x"}, {"content": "长" * 200_001}):
        assert Client().post("/my/log/", form).context["kept"] == ""
        assert client.post("/signin/", form, HTTP_ORIGIN="http://testserver").status_code == 403


def test_a_kept_form_that_was_tampered_with_is_no_form(client, li):
    kept = client.post("/my/log/", {"content": "说了"}).context["kept"]
    assert post(client, kept=kept[:-2] + "xx").url == "/"


@pytest.mark.parametrize(
    "headers", [{"accept": "application/json"}, {"hx-request": "true"}, {"sec-fetch-mode": "cors"}], ids=str
)
def test_a_script_is_told_that_the_session_has_ended_and_is_sent_nowhere(client, db, headers):
    for answer in (client.post("/my/log/", {"content": "x"}, headers=headers), client.get("/my/", headers=headers)):
        assert (answer.status_code, answer.json()["error"]) == (401, "signed_out")
        assert answer.json()["sign_in"].startswith("/signin/?next=/my/")
        assert "HX-Redirect" not in answer

"""Telling people: the inbox, what leaves the house and through which channel, and that none of it can be lost."""

import json
import threading
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from office import channels, clock, outbox, tasks, workdays
from office.models import AuditEvent, Notice, Outbox, User
from office.notices import inbox, seen, tell, unread
from tests.county import person
from tests.queries import asked

AT = datetime(2026, 11, 25, 1, tzinfo=UTC)
TOLD = {"key": "flag:7:raised", "text": "张某某的回复已逾期", "link": "/admin/reports/flag/7/change/", "at": AT}
OUTSIDE = "代表联络系统有一条新提醒，请登录查看。"


@pytest.fixture
def by_mail(settings):
    settings.NOTICE_BY_EMAIL = True
    settings.DEFAULT_FROM_EMAIL = "liaison@example.cn"


def people(n, **more):
    return [User.objects.create(username=f"u{i}", email=f"u{i}@example.cn", **more) for i in range(n)]


@contextmanager
def robot(status=200, answer=b'{"errcode": 0}'):
    """A messenger's robot on this machine; yields its address and what it was told."""
    told = []

    class Robot(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.append((self.headers["Content-Type"], json.loads(body)))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Robot) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/", told
        finally:
            server.shutdown()
            thread.join()


# -- telling


@pytest.mark.django_db
def test_each_person_is_told_once_however_often_it_is_said():
    users = people(3)
    for at in (AT, AT + timedelta(days=1)):
        tell(users, **{**TOLD, "at": at})
    assert sorted(Notice.objects.values_list("user", "key", "at")) == sorted((u.pk, TOLD["key"], AT) for u in users)
    tell(users, **{**TOLD, "key": "flag:7:urged"})
    assert [unread(user) for user in users] == [2, 2, 2]


@pytest.mark.django_db
def test_without_a_channel_nothing_waits_to_leave_the_house():
    tell(people(2), **TOLD, outside=OUTSIDE)
    assert (Notice.objects.count(), Outbox.objects.count(), channels.configured()) == (2, 0, [])


@pytest.mark.django_db
def test_nothing_leaves_without_words_for_outside(by_mail):
    tell(people(2), **TOLD)
    assert (Notice.objects.count(), Outbox.objects.count()) == (2, 0)


@pytest.mark.django_db
def test_a_mail_waits_for_everybody_in_service_who_has_an_address_and_one_message_for_the_room(by_mail, settings):
    settings.NOTICE_URLS = ["json://127.0.0.1:9/"]
    [_mail, room] = channels.configured()
    users = [*people(2), person("无邮箱"), User.objects.create(username="left", email="l@example.cn", is_active=False)]
    for _again in range(2):
        tell(users, **TOLD, outside=OUTSIDE)
    written = sorted(Outbox.objects.values_list("key", "channel", "user"), key=str)
    mails = [(f"flag:7:raised:{user.pk}:email", "email", user.pk) for user in users[:2]]
    assert written == sorted([*mails, (f"flag:7:raised:{room.room}", "webhook", None)], key=str)
    assert Notice.objects.count() == 4


@pytest.mark.django_db
def test_what_leaves_holds_the_words_for_outside_and_no_others(by_mail):
    tell(people(1), **TOLD, outside=OUTSIDE)
    assert Outbox.objects.get().payload == {"text": OUTSIDE}


@pytest.mark.django_db
def test_telling_thirty_asks_no_more_than_telling_one(by_mail, settings):
    settings.NOTICE_URLS = ["json://127.0.0.1:9/"]
    everybody = people(31)

    def queries(users, key):
        with asked() as statements:
            tell(users, **{**TOLD, "key": key}, outside=OUTSIDE)
        return len(statements)

    assert queries(everybody[:1], "one") == queries(everybody[1:], "thirty") == 3


@pytest.mark.django_db
def test_telling_nobody_is_no_error(by_mail):
    tell([], **TOLD, outside=OUTSIDE)
    assert (Notice.objects.count(), Outbox.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_a_deed_that_is_taken_back_told_nobody(by_mail):
    with pytest.raises(RuntimeError), transaction.atomic():
        tell(people(2), **TOLD, outside=OUTSIDE)
        raise RuntimeError("the deed fails late")
    assert (Notice.objects.count(), Outbox.objects.count()) == (0, 0)


# -- the inbox


@pytest.mark.django_db
def test_the_inbox_shows_the_unread_first_and_pages_without_a_gap():
    user, other = people(2)
    for n in range(7):
        tell([user, other], **{**TOLD, "key": str(n)})
    mine = list(Notice.objects.visible_to(user).order_by("id"))
    Notice.objects.filter(pk__in=[mine[1].pk, mine[5].pk, mine[6].pk]).update(read_at=AT)
    wanted = [mine[n] for n in (4, 3, 2, 0, 6, 5, 1)]
    pages, before, among_read = [], None, False
    while found := inbox(user, size=2, before=before, among_read=among_read):
        pages += found
        before, among_read = found[-1].pk, found[-1].read_at is not None
    assert pages == wanted


@pytest.mark.django_db
def test_who_opens_a_page_has_read_their_own_notice_of_it_and_nobody_elses():
    one, other = people(2)
    tell([one, other], **TOLD)
    seen(one, link=TOLD["link"], at=AT)
    assert (unread(one), unread(other)) == (0, 1)


@pytest.mark.django_db
def test_the_bell_counts_no_further_than_it_shows():
    user = people(1)[0]
    Notice.objects.bulk_create(Notice(user=user, key=str(n), text="x", link="/", at=AT) for n in range(130))
    with asked() as statements:
        assert unread(user) == 100
    assert len(statements) == 1


# -- sending


@pytest.fixture
def waiting(by_mail):
    tell(people(3), **TOLD, outside=OUTSIDE)
    return list(Outbox.objects.order_by("id"))


def fresh(message):
    return Outbox.objects.get(pk=message.pk)


@pytest.mark.django_db
def test_what_is_due_is_sent_oldest_first_and_marked(waiting):
    assert [outbox.send_next(at=AT) for _ in range(4)] == [True, True, True, False]
    assert [(m.subject, m.body, m.to, m.from_email) for m in mail.outbox] == [
        (OUTSIDE, OUTSIDE, [f"u{n}@example.cn"], "liaison@example.cn") for n in range(3)
    ]
    assert set(Outbox.objects.values_list("done_at", "tries", "error")) == {(AT, 1, "")}


@pytest.mark.django_db
def test_a_message_that_is_not_due_yet_waits(waiting):
    Outbox.objects.update(next_at=AT + timedelta(minutes=1))
    assert outbox.send_next(at=AT) is False
    assert (len(mail.outbox), outbox.send_next(at=AT + timedelta(minutes=1))) == (0, True)


@pytest.mark.django_db
def test_a_channel_that_is_down_is_tried_again_after_growing_pauses_and_after_ten_tries_the_message_stays_failed(
    waiting, settings
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
    Outbox.objects.exclude(pk=waiting[0].pk).delete()
    Outbox.objects.update(payload={"text": OUTSIDE, "urgent": True})  # at any hour
    at, pauses = AT, []
    for _try in range(Outbox.TRIES):
        assert outbox.send_next(at=at) is True
        pauses.append((fresh(waiting[0]).next_at - at) // timedelta(minutes=1))
        at = fresh(waiting[0]).next_at
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 360, 360]
    assert outbox.send_next(at=at + timedelta(days=30)) is False
    dead = fresh(waiting[0])
    assert (dead.state, dead.tries, dead.done_at) == (Outbox.State.FAILED, 10, None)
    assert dead.error.startswith("ConnectionRefusedError: ")


@pytest.mark.django_db
def test_one_message_that_fails_keeps_no_other_from_leaving(waiting):
    User.objects.filter(username="u0").update(email="")
    assert [outbox.send_next(at=AT) for _ in range(4)] == [True, True, True, False]
    assert [m.to for m in mail.outbox] == [["u1@example.cn"], ["u2@example.cn"]]
    assert [fresh(m).error for m in waiting] == ["NotSent: the person has no address", "", ""]


@pytest.mark.django_db
def test_a_failed_message_is_sent_again_when_a_person_says_so_and_only_then(waiting, small):
    Outbox.objects.filter(pk=waiting[0].pk).update(tries=10)
    again = [outbox.send_again(message, by=small.office, at=AT) for message in (waiting[0], waiting[0], waiting[1])]
    assert again == [True, False, False]
    assert list(AuditEvent.objects.values_list("user", "action", "subject_id")) == [
        (small.office.pk, "outbox.sent_again", waiting[0].pk)
    ]
    assert (fresh(waiting[0]).state, fresh(waiting[0]).tries) == (Outbox.State.WAITING, 0)


@pytest.mark.django_db
def test_what_a_dead_worker_had_taken_is_taken_again_when_its_time_is_over(waiting, monkeypatch):
    Outbox.objects.exclude(pk=waiting[0].pk).delete()

    def killed(message, text):
        raise SystemExit("kill -9")  # no Exception: nothing after it runs

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(channels, "send", killed)
        outbox.send_next(at=AT)
    assert outbox.send_next(at=AT + outbox.LEASE - timedelta(seconds=1)) is False
    assert outbox.send_next(at=AT + outbox.LEASE) is True
    assert (len(mail.outbox), fresh(waiting[0]).state) == (1, Outbox.State.SENT)


# -- the robot of a messenger


@pytest.fixture
def wecom(settings, monkeypatch):
    """The robot of WeCom as the library knows it, at home on this machine."""
    from apprise.plugins.wecombot import NotifyWeComBot

    def at(address):
        monkeypatch.setattr(NotifyWeComBot, "notify_url", f"{address}?key={{key}}")
        settings.NOTICE_URLS = ["wecombot://0123456789abcdef"]

    return at


@pytest.mark.django_db
def test_a_room_is_told_once_in_the_words_its_robot_takes(wecom):
    with robot() as (address, told):
        wecom(address)
        tell(people(30), **TOLD, outside=OUTSIDE)
        assert [outbox.send_next(at=AT), outbox.send_next(at=AT)] == [True, False]
    [(_kind, body)] = told
    assert (body["msgtype"], body["text"]["content"]) == ("text", OUTSIDE)


@pytest.mark.django_db
def test_an_address_of_the_offices_own_takes_json(settings):
    with robot() as (address, told):
        settings.NOTICE_URLS = [address.replace("http:", "json:")]
        tell(people(1), **TOLD, outside=OUTSIDE)
        outbox.send_next(at=AT)
    assert [body["message"] for _kind, body in told] == [OUTSIDE]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "answer", "error"),
    [
        (200, b'{"errcode": 93000, "errmsg": "invalid webhook url"}', "NotSent: 93000 invalid webhook url"),
        (200, b'{"code": 19001, "msg": "param invalid"}', "NotSent: 19001 param invalid"),
        (200, b"ok", ""),
        (200, b"[]", ""),
    ],
)
def test_a_robot_that_refuses_leaves_its_reason(wecom, status, answer, error):
    with robot(status, answer) as (address, _told):
        wecom(address)
        tell(people(1), **TOLD, outside=OUTSIDE)
        outbox.send_next(at=AT)
    row = Outbox.objects.get()
    assert (row.error, row.state) == (error, Outbox.State.WAITING if error else Outbox.State.SENT)


@pytest.mark.django_db
def test_a_robot_that_is_broken_is_tried_again_and_no_secret_of_its_address_is_written_down(wecom):
    with robot(500, b"") as (address, _told):
        wecom(address)
        tell(people(1), **TOLD, outside=OUTSIDE)
        outbox.send_next(at=AT)
    row = Outbox.objects.get()
    assert (row.error.startswith("NotSent: "), "500" in row.error, row.state) == (True, True, Outbox.State.WAITING)
    assert [secret in f"{row.error}{row.key}{row.payload}" for secret in ("0123456789abcdef", "127.0.0.1")] == [
        False
    ] * 2


@pytest.mark.django_db
def test_of_two_rooms_one_that_fails_keeps_the_other_from_nothing(settings):
    with robot() as (address, told):
        settings.NOTICE_URLS = ["json://127.0.0.1:9/nobody", address.replace("http:", "json:")]
        tell(people(1), **TOLD, outside=OUTSIDE)
        assert [outbox.send_next(at=AT) for _ in range(3)] == [True, True, False]
    assert sorted(message.state for message in Outbox.objects.all()) == [Outbox.State.SENT, Outbox.State.WAITING]
    assert len(told) == 1


# -- working hours and one's own choice


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "hour", "leaves"),
    [
        ("2026-11-25", 9, "2026-11-25 09:00"),  # a Wednesday at work
        ("2026-11-25", 7, "2026-11-25 08:30"),
        ("2026-11-25", 18, "2026-11-26 08:30"),
        ("2026-11-27", 20, "2026-11-30 08:30"),  # a Friday evening
        ("2026-10-01", 10, "2026-10-08 08:30"),  # the National Day week
        ("2026-10-10", 10, "2026-10-10 10:00"),  # a Saturday that is worked (调休)
    ],
)
def test_what_is_not_urgent_leaves_in_working_hours(by_mail, day, hour, leaves):
    workdays.load()
    at = datetime.fromisoformat(f"{day}T{hour:02}:00:00+08:00")
    tell(people(1), **{**TOLD, "at": at}, outside=OUTSIDE)
    assert f"{timezone.localtime(Outbox.objects.get().next_at):%Y-%m-%d %H:%M}" == leaves


@pytest.mark.django_db
def test_what_is_urgent_leaves_at_once_and_is_tried_again_at_night(by_mail, monkeypatch):
    night = datetime.fromisoformat("2026-11-28T23:00:00+08:00")
    tell(people(1), **{**TOLD, "at": night}, outside=OUTSIDE, urgent=True)
    monkeypatch.setattr(channels, "send", lambda message, text: 1 / 0)
    assert outbox.send_next(at=night) is True
    assert Outbox.objects.get().next_at == night + timedelta(minutes=2)


@pytest.mark.django_db
def test_a_try_that_fails_at_the_end_of_a_day_is_made_again_the_next_morning(by_mail, monkeypatch):
    evening = datetime.fromisoformat("2026-11-25T17:29:00+08:00")
    tell(people(1), **{**TOLD, "at": evening}, outside=OUTSIDE)
    monkeypatch.setattr(channels, "send", lambda message, text: 1 / 0)
    outbox.send_next(at=evening)
    assert Outbox.objects.get().next_at == datetime.fromisoformat("2026-11-26T08:30:00+08:00")


@pytest.mark.django_db
def test_a_person_may_want_mail_for_what_is_urgent_alone(by_mail, client):
    user = people(1)[0]
    client.force_login(user)
    assert client.post("/notices/mail/", {"mail": "urgent"}).status_code == 302
    user.refresh_from_db()
    for urgent in (False, True):
        tell([user], **{**TOLD, "key": str(urgent)}, outside=OUTSIDE, urgent=urgent)
    assert list(Outbox.objects.values_list("key", flat=True)) == [f"True:{user.pk}:email"]
    assert Notice.objects.count() == 2
    for said in ("never", "each"):
        client.post("/notices/mail/", {"mail": said})
    assert User.objects.get().mail == User.Mail.EACH


@pytest.mark.django_db
def test_a_person_may_want_one_mail_in_the_morning_with_all_that_is_not_urgent(by_mail):
    workdays.load()
    [user, other] = people(2)
    User.objects.filter(pk=user.pk).update(mail=User.Mail.DAILY)
    friday, monday = (datetime.fromisoformat(f"2026-11-{day}T08:30:00+08:00") for day in (27, 30))
    everybody = list(User.objects.order_by("pk"))
    for n, text in enumerate((OUTSIDE, "有一件事项等待办理。", OUTSIDE)):
        tell(everybody, **{**TOLD, "key": str(n), "at": friday}, outside=text)
    tell(everybody, **{**TOLD, "key": "urgent", "at": friday}, outside="有一件紧急事项。", urgent=True)
    while outbox.send_next(at=friday):
        pass
    assert Counter(one.to[0] for one in mail.outbox) == {user.email: 1, other.email: 4}
    while outbox.send_next(at=monday):
        pass
    digest = mail.outbox[-1]
    lines = [f"{OUTSIDE}（×2）", "有一件事项等待办理。"]
    assert (len(mail.outbox), digest.to, digest.subject) == (6, [user.email], "您有 3 条新提醒。")
    assert digest.body.splitlines()[1:] == lines
    assert Outbox.objects.filter(done_at=None).count() == 0


@pytest.mark.django_db
def test_a_morning_mail_that_fails_is_tried_again_whole(by_mail, monkeypatch):
    [user] = people(1, mail=User.Mail.DAILY)
    for n in range(2):
        tell([user], **{**TOLD, "key": str(n)}, outside=OUTSIDE)
    due = Outbox.objects.first().next_at
    monkeypatch.setattr(channels, "send", lambda message, text: 1 / 0)
    assert [outbox.send_next(at=due), outbox.send_next(at=due)] == [True, False]
    assert set(Outbox.objects.values_list("tries", "next_at")) == {(1, due + timedelta(minutes=2))}


@pytest.mark.django_db
def test_the_office_sees_which_channels_are_set_up_and_tries_them_and_sees_no_secret(small, client, settings, by_mail):
    User.objects.filter(pk=small.office.pk).update(email="office@example.cn")
    client.force_login(small.office)
    page = "/admin/office/outbox/channels/"
    with robot() as (address, told):
        settings.NOTICE_URLS = [f"{address.replace('http:', 'json:')}secret-path"]
        text = client.get(page).content.decode()
        assert [word in text for word in ("JSON · 127.0.0.1", "office@example.cn", "secret-path")] == [
            True,
            True,
            False,
        ]
        assert client.post(page).status_code == 302
        while outbox.send_next(at=clock.now()):
            pass
    assert (len(told), [m.to for m in mail.outbox]) == (1, [["office@example.cn"]])
    client.force_login(small.a.staff)
    assert client.get(page).status_code == 403


@pytest.mark.django_db
def test_a_message_for_a_channel_that_was_switched_off_waits_with_its_reason(waiting, settings):
    settings.NOTICE_BY_EMAIL = False
    outbox.send_next(at=AT)
    assert [fresh(m).error for m in waiting] == ["NotSent: the channel is not configured", "", ""]


# -- the worker


@pytest.mark.django_db(transaction=True)
def test_the_worker_is_poked_after_the_transaction_and_sends_at_once(by_mail):
    with transaction.atomic():
        tell(people(3), **TOLD, outside=OUTSIDE)
        assert mail.outbox == []
    assert len(mail.outbox) == 3


@pytest.mark.django_db(transaction=True)
def test_a_poke_that_nobody_hears_loses_nothing_for_the_schedule_looks_again(by_mail, settings, monkeypatch):
    def deaf(*args, **kwargs):
        raise ConnectionError("Redis is down, or was flushed")

    with monkeypatch.context() as patch:
        patch.setattr(tasks.deliver, "apply_async", deaf)
        tell(people(3), **TOLD, outside=OUTSIDE)
    assert (len(mail.outbox), Outbox.objects.count(), Notice.objects.count()) == (0, 3, 3)
    tasks.deliver()
    assert (len(mail.outbox), Outbox.objects.exclude(done_at=None).count()) == (3, 3)

"""Telling people: the inbox, what leaves the house and through which channel, and that none of it can be lost."""

import json
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core import mail
from django.db import transaction

from office import channels, outbox, tasks
from office.models import AuditEvent, Notice, Outbox, User
from office.notices import inbox, tell, unread
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
    settings.NOTICE_WEBHOOK = "http://127.0.0.1:9/"
    users = [*people(2), person("无邮箱"), User.objects.create(username="left", email="l@example.cn", is_active=False)]
    for _again in range(2):
        tell(users, **TOLD, outside=OUTSIDE)
    written = sorted(Outbox.objects.values_list("key", "channel", "user"), key=str)
    mails = [(f"flag:7:raised:{user.pk}:email", "email", user.pk) for user in users[:2]]
    assert written == sorted([*mails, ("flag:7:raised:webhook", "webhook", None)], key=str)
    assert Notice.objects.count() == 4


@pytest.mark.django_db
def test_what_leaves_holds_the_words_for_outside_and_no_others(by_mail):
    tell(people(1), **TOLD, outside=OUTSIDE)
    assert Outbox.objects.get().payload == {"text": OUTSIDE}


@pytest.mark.django_db
def test_telling_thirty_asks_no_more_than_telling_one(by_mail, settings):
    settings.NOTICE_WEBHOOK = "http://127.0.0.1:9/"
    everybody = people(31)

    def queries(users, key):
        with asked() as statements:
            tell(users, **{**TOLD, "key": key}, outside=OUTSIDE)
        return len(statements)

    assert queries(everybody[:1], "one") == queries(everybody[1:], "thirty") == 2


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

    def killed(message):
        raise SystemExit("kill -9")  # no Exception: nothing after it runs

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(channels, "send", killed)
        outbox.send_next(at=AT)
    assert outbox.send_next(at=AT + outbox.LEASE - timedelta(seconds=1)) is False
    assert outbox.send_next(at=AT + outbox.LEASE) is True
    assert (len(mail.outbox), fresh(waiting[0]).state) == (1, Outbox.State.SENT)


# -- the robot of a messenger


@pytest.mark.django_db
def test_a_room_is_told_once_in_the_words_its_robot_takes(settings):
    with robot() as (address, told):
        settings.NOTICE_WEBHOOK = address
        tell(people(30), **TOLD, outside=OUTSIDE)
        assert [outbox.send_next(at=AT), outbox.send_next(at=AT)] == [True, False]
    assert told == [("application/json", {"msgtype": "text", "text": {"content": OUTSIDE}})]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "answer", "error"),
    [
        (200, b'{"errcode": 93000, "errmsg": "invalid webhook url"}', "NotSent: 93000 invalid webhook url"),
        (500, b"", "HTTPError: HTTP Error 500: Internal Server Error"),
        (200, b"ok", ""),
        (200, b"[]", ""),
    ],
)
def test_a_robot_that_refuses_leaves_its_reason(settings, status, answer, error):
    with robot(status, answer) as (address, _told):
        settings.NOTICE_WEBHOOK = address
        tell(people(1), **TOLD, outside=OUTSIDE)
        outbox.send_next(at=AT)
    row = Outbox.objects.get()
    assert (row.error, row.state) == (error, Outbox.State.WAITING if error else Outbox.State.SENT)


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

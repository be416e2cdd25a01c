"""Telling people: always in the inbox of the system itself, and through the channels that the office has set up."""

from django.db import transaction
from django.utils.http import url_has_allowed_host_and_scheme

from office import audit, channels, outbox
from office.models import Notice, Outbox, User

SHOWN_AT_MOST = 99
"""Beyond this the bell says no number."""


@transaction.atomic
def tell(users, *, key: str, text: str, link: str, at, outside: str = "", kind: str = "", urgent: bool = False) -> None:
    """Tell each of ``users`` once, however often this is called with the same ``key`` (at most 150 characters).

    Call it in the transaction of the deed: both are there or neither. ``text`` (at most 500 characters) stands in the
    inbox and ``link`` is the path of the page behind it. ``outside`` is what the channels carry out of the house; it
    holds no personal data, and without it nothing leaves; it leaves in working hours, what is ``urgent`` at once. The
    number of queries does not depend on ``users``.
    """
    users = list(users)
    told = {"key": key, "kind": kind, "text": text, "link": link, "at": at, "urgent": urgent}
    Notice.objects.bulk_create((Notice(user=user, **told) for user in users), ignore_conflicts=True)
    if outside and users:
        _send_out(users, key=key, text=outside, at=at, urgent=urgent)


def _send_out(users, *, key, text, at, urgent):
    rows = [row for way in channels.configured() for row in _rows(way, users, key, text, urgent)]
    outbox.put(rows, at=at)


def _rows(way, users, key, text, urgent):
    """One message a person who has an address there and wants it; one for all where the way leads to a room."""
    told = {"text": text, **({"urgent": True} if urgent else {})}
    if way.room:
        return [Outbox(key=f"{key}:{way.room}", channel=way.channel, payload={**told, "room": way.room})]
    reached = [user for user in users if channels.reaches(user) and (urgent or user.mail != User.Mail.URGENT)]
    return [
        Outbox(
            key=f"{key}:{user.pk}:{way.channel}",
            channel=way.channel,
            user=user,
            payload={**told, **({"daily": True} if user.mail == User.Mail.DAILY and not urgent else {})},
        )
        for user in reached
    ]


@transaction.atomic
def try_channels(user, *, key: str, text: str, at) -> int:
    """Send ``text`` at once along every way that is set up, by mail to this person; how many messages that makes."""
    rows = [row for way in channels.configured() for row in _rows(way, [user], f"test:{key}", text, True)]
    audit.record(by=user, at=at, action="outbox.tried", subject=user, detail={"messages": len(rows)})
    outbox.put(rows, at=at)
    return len(rows)


def choose_mail(user, *, mail: User.Mail) -> None:
    """Which e-mails this person wants."""
    User.objects.filter(pk=user.pk).update(mail=mail)


def unread(user) -> int:
    """How many notices this person has not opened; counting stops at one more than is ever shown."""
    return Notice.objects.visible_to(user).unread()[: SHOWN_AT_MOST + 1].count()


def inbox(user, *, size: int, before: int | None = None, among_read: bool = False) -> list[Notice]:
    """The next ``size`` notices after the one with the number ``before``: the unread ones first, newest first.

    ``among_read`` says that ``before`` is one of those read already; the unread ones then lie behind.
    """
    mine = Notice.objects.visible_to(user).order_by("-id")
    after = mine.filter(pk__lt=before) if before else mine
    if among_read:
        return list(after.exclude(read_at=None)[:size])
    found = list(after.unread()[:size])
    return found + list(mine.exclude(read_at=None)[: size - len(found)])


def open_one(notice: Notice, *, at) -> str:
    """Mark a notice as read; where it leads. A link that leaves the house leads nowhere (empty)."""
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=at)
    inside = notice.link.startswith("/") and url_has_allowed_host_and_scheme(notice.link, allowed_hosts=None)
    return notice.link if inside else ""


def seen(user, *, link: str, at) -> None:
    """Whoever opens the page itself need not open the notice that leads there."""
    if Notice.objects.visible_to(user).unread().filter(link=link).update(read_at=at):
        user.unread_notices = None  # the bell counts anew


def read_all(user, *, until: int, at) -> int:
    """Mark as read what this person has seen, up to the notice with the number ``until``; how many there were."""
    return Notice.objects.visible_to(user).unread().filter(pk__lte=until).update(read_at=at)

"""Messages on their way out of the house. The truth is the table; a task queue that forgets loses nothing.

A message is sent once by living workers, however many work at once: whoever takes a row puts its next try off before
sending. If a worker dies between sending and marking, the message is sent again after ``LEASE``: at least once.
Nothing is sent inside a transaction, so a slow channel keeps no row and, on SQLite, no writer waiting.
"""

import logging
from collections import Counter
from datetime import timedelta
from functools import cache

from celery import signature
from django.db import connection, transaction
from django.utils.translation import gettext as _

from office import audit, channels
from office.models import Outbox
from office.working_hours import next_moment, next_morning

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
"""How long a worker that took a message has until another may take it; longer than a task may run."""
LONGEST_PAUSE = timedelta(hours=6)


def poke() -> None:
    """Have the worker look after the transaction; if nobody hears it, the schedule looks within a minute."""
    transaction.on_commit(_call_worker, robust=True)


def _call_worker():
    signature("office.tasks.deliver").apply_async(retry=False)


def put(messages, *, at) -> None:
    """Write messages down in the transaction of the deed; they are due in working hours, what is urgent at once.

    What goes into somebody's ``daily`` e-mail waits for the next working morning.
    """
    due = cache(lambda kind: _DUE[kind](at))
    for message in messages:
        message.created_at, message.next_at = at, due(_kind(message))
    if messages:
        Outbox.objects.bulk_create(messages, ignore_conflicts=True)
        poke()


_DUE = {"urgent": lambda at: at, "daily": next_morning, "": next_moment}


def _kind(message) -> str:
    return next(kind for kind in _DUE if not kind or message.payload.get(kind))


def send_next(*, at) -> bool:
    """Send the message that has been due longest; False when none is due. A failure is written into its row.

    With a message for somebody's daily e-mail goes all else that waits for the same e-mail.
    """
    messages = _take(at)
    if not messages:
        return False
    try:
        channels.send(messages[0], _text(messages))
    except Exception as error:  # a channel fails in many ways; each is told in the row and tried again
        logger.warning("Outbox %s was not sent: %s", messages[0].pk, type(error).__name__)
        for message in messages:
            _put_off(message, error, at)
    else:
        Outbox.objects.filter(pk__in=[message.pk for message in messages]).update(done_at=at, error="")
    return True


def _text(messages) -> str:
    """The words of one message, or of several the number and each once, with how often it came."""
    texts = Counter(message.payload["text"] for message in messages)
    if len(messages) == 1:
        return next(iter(texts))
    lines = [text if n == 1 else f"{text}（×{n}）" for text, n in texts.items()]
    return "\n".join([_("You have %d new notices.") % len(messages), *lines])


@transaction.atomic
def _take(at) -> list[Outbox]:
    """What is sent next, put off for everybody else; on SQLite the transaction itself lets one in at a time."""
    due = _unlocked(Outbox.objects.filter(done_at=None, tries__lt=Outbox.TRIES, next_at__lte=at))
    first = due.order_by("next_at", "id").first()
    if first is None:
        return []
    together = due.filter(user=first.user_id, channel=first.channel, payload__daily=True).order_by("id")
    taken = list(together) if first.payload.get("daily") else [first]
    for message in taken:
        message.tries, message.next_at = message.tries + 1, at + LEASE
    Outbox.objects.bulk_update(taken, ["tries", "next_at"])
    return taken


def _unlocked(rows):
    """Rows that nobody else is taking at this moment."""
    return rows.select_for_update(skip_locked=True) if connection.features.has_select_for_update_skip_locked else rows


def _put_off(message, error, at):
    pause = min(timedelta(minutes=2**message.tries), LONGEST_PAUSE)
    told = f"{type(error).__name__}: {error}"[: Outbox._meta.get_field("error").max_length]
    # Whoever took it meanwhile, because this try took longer than the lease, has a try of their own to tell of.
    mine = Outbox.objects.filter(pk=message.pk, tries=message.tries, done_at=None)
    again = at + pause if message.payload.get("urgent") else next_moment(at + pause)
    mine.update(next_at=again, error=told.replace("\x00", ""))


@transaction.atomic
def send_again(message: Outbox, *, by, at) -> bool:
    """Give a failed message its tries anew; False if it has not failed, or somebody was faster."""
    failed = Outbox.objects.filter(pk=message.pk, done_at=None, tries__gte=Outbox.TRIES)
    if not failed.update(tries=0, next_at=at):
        return False
    audit.record(by=by, at=at, action="outbox.sent_again", subject=message)
    poke()
    return True

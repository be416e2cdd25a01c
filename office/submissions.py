"""A form that is sent twice makes one row."""

import threading
from contextlib import nullcontext
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from office.models import Submission

# Whoever waits for SQLite's write lock asks again and again, and among many one may never be lucky: the threads of a
# process queue here instead. PostgreSQL has a queue of its own.
_turn = threading.RLock()


def once(*, user, key, at, act) -> str:
    """Run ``act()`` for the form ``key`` unless it was run before; return the address of the result page.

    The key is made when the form is opened. A double click, a reload or a resend after a lost answer finds the first
    sending's result. ``act`` runs in the same transaction: either both are there or neither. Do not call this inside
    another transaction: it would wait for its turn with the write lock in its hands.
    """
    try:
        with _turn if connection.vendor == "sqlite" else nullcontext(), transaction.atomic():
            mine = Submission.objects.create(user=user, key=key, at=at, result="")
            mine.result = act()
            mine.save(update_fields=["result"])
            return mine.result
    except IntegrityError:
        earlier = Submission.objects.filter(user=user, key=key).first()
        if earlier is None:
            raise
        return earlier.result


def earlier(*, user, key) -> str:
    """The result page of a form that was sent before; empty for one that was not, or a key that is none.

    For a row that its own form took out of the sender's sight.
    """
    try:
        sent = Submission.objects.filter(user=user, key=UUID(str(key))).first()
    except ValueError:
        return ""
    return sent.result if sent else ""

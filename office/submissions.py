"""A form that is sent twice makes one row."""

from django.db import IntegrityError, transaction

from office.models import Submission


def once(*, user, key, at, act) -> str:
    """Run ``act()`` for the form ``key`` unless it was run before; return the address of the result page.

    The key is made when the form is opened. A double click, a reload or a resend after a lost answer finds the first
    sending's result. ``act`` runs in the same transaction: either both are there or neither.
    """
    try:
        with transaction.atomic():
            mine = Submission.objects.create(user=user, key=key, at=at, result="")
            mine.result = act()
            mine.save(update_fields=["result"])
            return mine.result
    except IntegrityError:
        earlier = Submission.objects.filter(user=user, key=key).first()
        if earlier is None:
            raise
        return earlier.result

"""Showing a masked field to somebody who says why they need it: each time is on record, and the times are limited."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from office import attempts, audit
from office.models import AuditEvent

LIMIT = 60
"""So many fields an hour may one person have shown."""
SHOWN = "personal.shown"
LASTS = timedelta(hours=12)
"""So long somebody knows what they were shown: longer than any session (8 hours), and a form that was kept over one."""


class Reason(models.TextChoices):
    """Why somebody needs to read it."""

    CALL = "call", gettext_lazy("to call or visit the person")
    CHECK = "check", gettext_lazy("to check or correct the register")
    HANDLE = "handle", gettext_lazy("to route or urge the matter")
    REQUEST = "request", gettext_lazy("the person asked for it")


class TooMany(Exception):
    """The person has had as many fields shown as an hour allows."""


def show(*, row, field: str, reason: str, by, at) -> str:
    """The full text of one masked field; raises ``TooMany``. Call it outside a transaction."""
    if not attempts.admit("reveal", str(by.pk), at=at, limit=LIMIT, within=timedelta(hours=1)):
        audit.record(by=by, at=at, action="personal.too_many", subject=row, detail={"field": field})
        raise TooMany(
            _("You have had %d entries shown within an hour. Please go on later; the refusal is on record.") % LIMIT
        )
    audit.record(by=by, at=at, action=SHOWN, subject=row, detail={"field": field, "reason": reason})
    return str(getattr(row, field) or "")


def shown_lately(row, *, to, at) -> set[str]:
    """The fields of a row that somebody was shown within ``LASTS``; nobody (None) was shown any."""
    if to is None:
        return set()
    told = AuditEvent.objects.filter(user=to, action=SHOWN, subject_type=row._meta.label_lower, subject_id=row.pk)
    return set(told.filter(at__gte=at - LASTS).values_list("detail__field", flat=True))

"""The trail of who did what, written in the transaction of the deed."""

from office.models import AuditEvent


def record(*, by, at, action: str, subject, detail: dict | None = None) -> AuditEvent:
    """Write one line of the trail. ``subject`` is the saved row; ``detail`` what changed, no more than needed."""
    return AuditEvent.objects.create(
        at=at,
        user=by,
        action=action,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        detail=detail or {},
    )


def record_all(*, by, at, action: str, model, keys, detail: dict | None = None) -> None:
    """Write one line for each of many rows that one deed changed alike; ``keys`` are their primary keys."""
    same = {"at": at, "user": by, "action": action, "subject_type": model._meta.label_lower, "detail": detail or {}}
    AuditEvent.objects.bulk_create((AuditEvent(subject_id=key, **same) for key in keys), batch_size=1000)

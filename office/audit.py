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

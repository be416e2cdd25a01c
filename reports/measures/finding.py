"""What a measure finds on one day: the subjects that have not done what was due."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F, QuerySet


@dataclass(frozen=True)
class Finding:
    """One period of one rule: these subjects lack something. The columns of their flags, but for rule and day."""

    subjects: QuerySet
    # The flag's foreign key: one of ``models.SUBJECTS``.
    subject: str
    # The look-up from a subject to the jurisdiction where it lies.
    place: str
    period: str
    starts_on: date | F
    due_on: date | F
    severity: str

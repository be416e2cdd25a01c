"""One duty, as it stands on a day."""

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from office.models import Rule


class State(models.TextChoices):
    """How a duty stands."""

    MET = "met", _("fulfilled")
    LATE = "late", _("fulfilled late")
    MISSED = "missed", _("not fulfilled")
    DUE = "due", _("due soon")
    OPEN = "open", _("still time")
    WAIVED = "waived", _("waived")
    EXCLUDED = "excluded", _("not asked of them")


OWED = (State.MISSED, State.DUE, State.OPEN)
"""The states in which something is still missing."""


@dataclass(frozen=True)
class Duty:
    """What one rule asks of one subject in one period; ``required`` and ``done`` are numbers of records."""

    rule: Rule
    # ``deputy``, ``group``, ``station``, ``office``, ``petition``, ``referral``, ``reception`` or ``activity``.
    kind: str
    pk: int
    name: str
    period: str
    first: date
    last: date
    required: int
    done: int
    state: State
    why: str = ""
    # Of a deadline: the first words of its matter, and the deputy whom it concerns.
    about: str = ""
    whose: int | None = None

    @property
    def subject(self) -> str:
        """The subject in one word, as it is asked for: ``deputy:12``."""
        return f"{self.kind}:{self.pk}"

    @property
    def excluded(self) -> bool:
        """Whether the rule asks nothing of this subject in this period; ``why`` says so."""
        return self.state == State.EXCLUDED

    @property
    def missing(self) -> int:
        """How many records are still wanting."""
        return max(self.required - self.done, 0) if self.state in OWED else 0

    def days_left(self, on: date) -> int:
        """Days until the last day; negative when it has passed."""
        return (self.last - on).days

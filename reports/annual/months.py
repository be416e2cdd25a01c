"""Which months a deputy owed a contact (D1-3①b), and why the others are not judged: pure functions."""

from datetime import date
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from office import clock


class NotOwed(models.TextChoices):
    """Why a month is left out; only months whole in office are judged."""

    RUNNING = "running", _("the month is not over yet")
    NO_RULE = "no_rule", _("no rule was in force")
    UNRECORDED = "unrecorded", _("before the ledger begins")
    JOINED = "joined", _("took office during or after the month")
    LEFT = "left", _("left office before or during the month")
    ENDED = "ended", _("mandate ended, on a day that is not recorded")
    SUSPENDED = "suspended", _("suspended")
    LEAVE = "leave", _("approved leave")


# What lies in the person and is listed by name; the others hold for everybody.
PERSONAL = (
    NotOwed.UNRECORDED,
    NotOwed.JOINED,
    NotOwed.LEFT,
    NotOwed.ENDED,
    NotOwed.SUSPENDED,
    NotOwed.LEAVE,
)


class Service(NamedTuple):
    """A deputy's days in office, since when the office's ledger is kept, and the deputy's absences (rows)."""

    joined_on: date | None
    left_on: date | None
    end_reason: str
    records_since: date | None
    absences: tuple = ()


def in_force(rules, on: date) -> dict | None:
    """The amounts of the version that holds on a day; None when none does."""
    holding = [rule for rule in rules if rule.holds_on(on)]
    return max(holding, key=lambda rule: rule.effective_from).amounts if holding else None


def counts(kind, amounts) -> bool:
    """Whether a way of contact counts under a rule: one that it names, or none that it leaves out."""
    return kind in amounts.get("counting", (kind,)) and kind not in amounts.get("not_counting", ())


def why_not_owed(service: Service, first: date, *, on: date, amounts: dict | None) -> NotOwed | None:
    """Why the month that begins on ``first`` is not judged, seen on ``on``; None when a contact was owed (D1-3①b)."""
    last = clock.month_end(first)
    if last >= on:
        return NotOwed.RUNNING
    return NotOwed.NO_RULE if amounts is None else why_not_served(service, first, last)


def why_not_served(service: Service, first: date, last: date) -> NotOwed | None:
    """What in a deputy's service takes a period out of account; None for one whole in office and not away."""
    if not service.records_since or service.records_since > last:
        return NotOwed.UNRECORDED
    if service.joined_on and service.joined_on > first:
        return NotOwed.JOINED
    if service.left_on and service.left_on <= last:
        return NotOwed.LEFT
    if service.end_reason and not service.left_on:
        return NotOwed.ENDED
    kinds = {absence.kind for absence in touching(service.absences, first, last)}
    return next((why for why in (NotOwed.SUSPENDED, NotOwed.LEAVE) if why in kinds), None)


def touching(absences, first: date, last: date) -> list:
    """The absences that take at least one day of a period."""
    return [a for a in absences if a.since <= last and (a.until is None or a.until >= first)]


def in_office(service: Service, on: date) -> bool:
    """Whether the deputy is in office on a day; one whose end is not dated is not."""
    began = service.joined_on is None or service.joined_on <= on
    stays = service.left_on > on if service.left_on else not service.end_reason
    return began and stays


def served(service: Service, first: date, last: date) -> bool:
    """Whether the deputy may have been in office on some day of a period."""
    return not (service.joined_on and service.joined_on > last) and not (service.left_on and service.left_on < first)

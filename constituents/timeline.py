"""How the deadlines of a matter's referrals came about, in words, for the printed file."""

from typing import NamedTuple

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from constituents.models import Referral
from constituents.standing import Standing, standing
from office.clocks import CLOCKS, deadline_of, extensions_of
from office.workdays import Calendar


class Reckoned(NamedTuple):
    """One referral with how it stands, and each part of its deadline as a sentence."""

    referral: Referral
    standing: Standing
    parts: list[str]


def reckonings(matter) -> list[Reckoned]:
    """Each referral of a matter; the calendar and the extensions are read once for all."""
    if not matter.referrals:
        return []
    calendar = Calendar.load()
    prefetch_related_objects(matter.referrals, "extensions")
    return [Reckoned(one, standing(one, matter.on), _parts(one, calendar)) for one in matter.referrals]


def _parts(referral, calendar) -> list[str]:
    clock = referral.due_rule and CLOCKS.get(referral.due_rule.measure)
    if not clock:
        return [_("The office named this day by hand.")] if referral.due_on else []
    first, *more = deadline_of(clock, referral, referral.due_rule, calendar)
    words = {"start": first.start, "time": first.words, "due": first.due, "clause": referral.due_rule.clause.key}
    said = [_("%(time)s from %(start)s (%(clause)s): due on %(due)s.") % words]
    for extension, part in zip(extensions_of(clock, referral), more, strict=True):
        words = {"time": part.words, "reason": extension.reason, "due": part.due, "on": extension.approved_on}
        said.append(_("Extended by %(time)s on %(on)s, because: %(reason)s. Due on %(due)s.") % words)
    return said

"""What a leader who only reads is told: three figures, each with the page behind it."""

from datetime import date
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from constituents.models import Petition, Referral
from constituents.models.petitions import Satisfaction
from deputies.models import Deputy
from office import clock
from office.roles import Role
from visits.models import Visit

LEADER = frozenset({Role.LEADER})


class Figure(NamedTuple):
    """One number, what it says, the clause it goes back to, and the page behind it."""

    number: str
    text: str
    clause: str
    link: str


def figures(user, on: date) -> list[Figure]:
    """Overdue replies, deputies without a contact last month, satisfaction of this year; as of the day ``on``."""
    return [_overdue(user, on), _missed(user, on), _satisfied(user, on)]


def _overdue(user, on) -> Figure:
    late = Referral.objects.visible_to(user, roles=LEADER).overdue(on).filter(replied_on=None).count()
    return Figure(str(late), _("Replies overdue"), "D3-七", f"{reverse('constituents:list')}?part=overdue")


def _missed(user, on) -> Figure:
    last = clock.month_end(clock.add_months(clock.month_start(on), -1))
    first = clock.month_start(last)
    owing = Deputy.objects.visible_to(user, roles=LEADER).owing(first, last)
    seen = Visit.objects.between(first, last).filter(deputy=OuterRef("pk"))
    told = owing.aggregate(all=Count("pk"), missed=Count("pk", filter=~Q(Exists(seen))))
    text = _("Deputies without a contact last month, of %d") % told["all"]
    return Figure(str(told["missed"]), text, "D1-3①b", f"{reverse('reports:coverage')}?year={first.year}&only=missed")


def _satisfied(user, on) -> Figure:
    """Of those who said so this year; fairly satisfied is satisfied."""
    judged = Petition.objects.visible_to(user, roles=LEADER).filter(received_on__year=on.year)
    pleased = Q(satisfaction__in=(Satisfaction.SATISFIED, Satisfaction.FAIRLY))
    told = judged.aggregate(all=Count("pk", filter=~Q(satisfaction="")), pleased=Count("pk", filter=pleased))
    percent = f"{100 * told['pleased'] // told['all']}%" if told["all"] else "—"
    text = _("Satisfied or fairly satisfied this year, of %d who said so") % told["all"]
    return Figure(percent, text, "D5-四b", f"{reverse('reports:annual')}?year={on.year}")

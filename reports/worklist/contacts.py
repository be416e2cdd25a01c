"""The contacts that are still owed: a deputy's own, and for the leader of a group which members owe the month."""

from datetime import date

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from office import clock
from office.roles import STAFF, Role
from reports.duties import duties, wording
from reports.duties.duty import OWED
from reports.subjects import EVERYTHING, OWN, Kind, Subject
from reports.worklist.item import Item
from reports.worklist.source import part_of

CONTACTS = ("monthly_contact", "contact_month")
KEEPS_COUNT = "D8-五a"
_NAMED = 6


def items(user, on: date, own: set[int], clauses) -> list[Item]:
    """This month's contacts and those that last month lacks (D1-3①b), then the members who owe this month (D8-五a).

    ``own`` are the keys of the person's mandates.
    """
    first = clock.month_start(on)
    owed = _owed(user, clock.add_months(first, -1), on)
    members = [duty for duty in owed if duty.pk not in own and duty.first == first]
    mine = [_own(duty, on) for duty in owed if duty.pk in own]
    return mine + ([_of_members(members, on, clauses)] if members and user.has_role(Role.GROUP_LEADER) else [])


def _owed(user, first, on):
    """In one reading; the sight of a leader is the group. An office sees everybody, and is not read here."""
    if not user.has_role(Role.DEPUTY, Role.GROUP_LEADER):
        return []
    leads = user.has_role(Role.GROUP_LEADER) and not user.has_role(*STAFF, Role.LEADER)
    subject = EVERYTHING if leads else Subject(Kind.DEPUTY, OWN, str(user))
    last = clock.month_end(on)
    found = duties(first, last, on=on, subject=subject, user=user, measures=CONTACTS)
    return [duty for duty in found if duty.state in OWED]


def _own(duty, on) -> Item:
    step = wording.next_step(duty, on)
    return Item(
        due=duty.last,
        text=capfirst(wording.sentence(duty, on)),
        about="",
        clause=duty.rule.clause,
        link=step.address,
        button=step.text,
        part=part_of(duty.last, on),
    )


def _of_members(members, on, clauses) -> Item:
    names = sorted({duty.name for duty in members})
    told = {"n": len(names), "names": "、".join(names[:_NAMED]) + ("…" if len(names) > _NAMED else "")}
    return Item(
        due=members[0].last,
        text=_("Members of the group who still owe this month's contact"),
        about=ngettext("%(n)d: %(names)s", "%(n)d: %(names)s", len(names)) % told,
        clause=clauses[KEEPS_COUNT],
        link=f"{reverse('reports:group_duties')}?only=missing",
        button=pgettext("worklist", "Look at the group"),
        part=part_of(members[0].last, on),
    )

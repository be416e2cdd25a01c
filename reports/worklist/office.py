"""What an office's own figures tell it to do: look at the red flags, enter the calendar of a year."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from office.models import Clause, Regulation
from reports.worklist.item import LATER, TODAY, Item

WORKING_DAYS_OF = "L2-23"
"""A clause that counts working days: without the calendar of a year nobody knows which days those are."""


@dataclass(frozen=True)
class Office:
    """Open flags by rule, those with the most red ones first, and the years whose calendar is missing."""

    flags: list[dict]
    years_missing: list[int]
    may_enter: bool

    def items(self, clauses) -> list[Item]:
        years = self.years_missing if self.may_enter else []
        return [*self._red(), *(self._calendar(year, clauses[WORKING_DAYS_OF]) for year in years)]

    def _red(self) -> list[Item]:
        """One line for all red flags; the rule with the most of them stands for the clause."""
        red = sum(rule["red"] for rule in self.flags)
        if not red:
            return []
        most = self.flags[0]
        clause = Clause(key=most["rule_key"], quote=most["quote"], regulation=Regulation(title=""))
        link = f"{reverse('admin:reports_flag_changelist')}?severity=red"
        told = {"n": red, "rule": most["name"], "most": most["red"]}
        about = _("%(n)d red flags, %(most)d of them: %(rule)s") % told
        return [
            _item(
                _("Look at the red flags, urge or waive with a reason"),
                about,
                clause,
                link,
                pgettext("worklist", "To the flags"),
            )
        ]

    @staticmethod
    def _calendar(year, clause) -> Item:
        text = _("Enter the calendar of %d: deadlines in working days rest on it") % year
        return _item(
            text, "", clause, reverse("admin:office_calendarday_enter_notice"), pgettext("worklist", "Enter"), LATER
        )


def _item(text, about, clause, link, button, part=TODAY) -> Item:
    return Item(None, text, about, clause, link, button, part)

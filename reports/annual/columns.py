"""What is counted for each deputy, under which clause, and how parts are added: integers only, shares rounded last."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from constituents.models import Petition
from reports.annual.period import Period
from visits.models import Visit

CLAUSES = ("D1-3①b", "D1-3①a", "D5-三a", "D3-七")
"""The clauses that a report evaluates, in the order of its columns."""


class Tally(Counter):
    """Figures by key, and under each the keys of its records, where they were read one by one."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.ids = defaultdict(list)

    def put(self, record, *keys):
        """Count one record under each of these figures."""
        ids = self.ids
        for key in keys:
            self[key] = self.get(key, 0) + 1
            ids[key].append(record)

    def count(self, n: int, *keys):
        """Count so many records under each of these figures, where their keys were not read."""
        for key in keys:
            self[key] = self.get(key, 0) + n

    def add(self, record, key: str, n: int):
        """Add what one record says under a figure: votes, people."""
        self[key] += n
        self.ids[key].append(record)


class Reply:
    """How a referral stands (D3-七). A petition with several stands as the worst, hence the order."""

    NONE, IN_TIME, UNDATED, LATE, OPEN, OVERDUE = range(6)


REPLIES = {
    Reply.IN_TIME: ("in_time", gettext_lazy("replied in time")),
    Reply.LATE: ("late", gettext_lazy("replied late")),
    Reply.OVERDUE: ("overdue", gettext_lazy("overdue, no reply")),
    Reply.OPEN: ("open", gettext_lazy("open, not yet due")),
    Reply.UNDATED: ("undated", gettext_lazy("replied, no term set")),
    Reply.NONE: ("none", gettext_lazy("no reply due")),
}


class Share(NamedTuple):
    """A share: the figure that is its part, and the one that is its whole."""

    part: str
    whole: str


class Column(NamedTuple):
    """One figure: the key it is counted under, what it is called, the part of the report it belongs to."""

    key: str
    label: str
    group: str = ""
    share: Share | None = None


MONTHS_MET = Share("met", "owed")
HOUSEHOLDS_SEEN = Share("seen", "households")
IN_TIME = Share("reply.in_time", "due")


def month_columns(period: Period | None = None) -> list[Column]:
    """A column a month: of a year, or of the months of a period."""
    names = period.names if period else [_("Month %(number)d") % {"number": n} for n in range(1, 13)]
    return [Column(f"month.{n}", name) for n, name in enumerate(names, 1)]


def kind_columns() -> list[Column]:
    return [Column(f"kind.{value}", str(label)) for value, label in Visit.Kind.choices]


COURSE_CLAUSES = {
    "route": "D3-六b、D3-六c",
    "answer": "D3-六a",
    "decline": "D3-五b",
    "suggestion": "D5-三c",
    "inspection": "D3-六e",
    "escalate": "D3-六c",
}
"""Which clause lets a matter take each course: the town routes by one, the county by another.

What is not decided yet is still to be handed on (D5-三c).
"""


def course_columns() -> list[Column]:
    courses = [*Petition.Course.choices, ("", _("not decided"))]
    return [Column(f"course.{value or 'none'}", str(label), _("Course taken")) for value, label in courses]


def status_columns() -> list[Column]:
    return [Column(f"status.{value}", str(label), _("Stands at")) for value, label in Petition.Status.choices]


def reply_columns(group="") -> list[Column]:
    group = group or _("Unit's reply (D3-七)")
    return [Column(f"reply.{key}", str(label), group) for key, label in REPLIES.values()]


def satisfaction_columns() -> list[Column]:
    answers = [*Petition.Satisfaction.choices, ("", _("not asked"))]
    return [Column(f"satisfaction.{value or 'none'}", str(label), _("Visitor's opinion")) for value, label in answers]


def duty_columns() -> list[Column]:
    """The main table, one row a deputy: each share stands behind its numerator and denominator."""
    contact, homes = _("Contact with voters (D1-3①b)"), _("Contact households (D1-3①a)")
    petitions = _("Petitions and the units' replies (D5-三a, D3-七)")
    return [
        Column("contacts", _("number of contacts"), contact),
        Column("owed", _("months owed"), contact),
        Column("met", _("months met"), contact),
        Column("met_late", _("of these, late"), contact),
        Column("missed", _("months missed"), contact),
        Column("share.met", _("share of months met"), contact, MONTHS_MET),
        Column("households", _("households of the year"), homes),
        Column("seen", _("households seen"), homes),
        Column("unseen", _("households missed"), homes),
        Column("share.seen", _("share of households seen"), homes, HOUSEHOLDS_SEEN),
        Column("held", _("held at the end"), homes),
        Column("below", _("too few"), homes),
        Column("above", _("too many"), homes),
        Column("petitions", _("taken in"), petitions),
        *reply_columns(petitions),
        Column("due", _("replies due"), petitions),
        Column("share.in_time", _("share in time"), petitions, IN_TIME),
    ]


def tenths_of_a_percent(part: int, whole: int) -> int | None:
    """``part`` of ``whole`` in tenths of a percent, half a tenth upward (1 of 3 = 333); None of nothing.

    The only place where a report rounds, and it rounds integers.
    """
    return (2000 * part + whole) // (2 * whole) if whole else None


def share_of(figures: Counter, share: Share) -> int | None:
    """The share in tenths of a percent, rounded from its two integers."""
    return tenths_of_a_percent(figures[share.part], figures[share.whole])


def total(parts: Iterable[Counter]) -> Tally:
    """The sum of the parts, figure by figure, with the records of all of them."""
    whole = Tally()
    for figures in parts:
        whole.update(figures)
        for key, records in getattr(figures, "ids", {}).items():
            whole.ids[key] += records
    return whole

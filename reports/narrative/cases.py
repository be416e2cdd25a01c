"""Picking typical cases (D5-三b, D9-4): which records may be told in the report of a year, and in which words."""

import re

from django.db import transaction
from django.utils.translation import gettext as _

from constituents.models import Petition
from office import audit
from reports.narrative.models import ENDED_WELL, TypicalCase
from visits.models import Visit

_NUMBERS = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|\d{17}[\dXx])(?!\d)")
_BETWEEN = re.compile(r"[、,，;；/\s()（）]+|等\d*人?$")
_NOBODY = {
    "群众", "村民", "选民", "居民", "农户", "住户", "商户", "党员", "干部", "村干部", "老人", "学生", "家长", "职工",
    "学生家长", "教师", "代表", "企业", "负责人", "村民代表", "联系户", "联系选民", "来访群众", "部分村民", "部分选民",
}  # fmt: skip
"""What is written of who was met without naming anybody."""


class CannotPick(Exception):
    """This is no case for the report, or not in these words; the message says why."""


@transaction.atomic
def pick(record, *, year: int, title: str, text: str, by, at, on) -> TypicalCase:
    """Make a matter that has ended, a contact or a group activity a typical case of ``year``.

    Raises ``CannotPick`` for a record that has not ended or lies outside the year, and for words that name somebody.
    """
    case = TypicalCase(**{column_of(record): record}, year=year, title=title.strip(), text=text.strip())
    check(record, year=year, words=f"{case.title}\n{case.text}", on=on)
    case.jurisdiction, case.picked_at, case.picked_by = place_of(record), at, by
    case.save()
    audit.record(by=by, at=at, action="typicalcase.added", subject=case, detail={"title": ["", case.title]})
    return case


def check(record, *, year: int, words: str, on) -> None:
    """Raise ``CannotPick`` unless ``record`` may be told in the report of ``year`` in these words."""
    if isinstance(record, Petition):
        if not may_be_told(record):
            raise CannotPick(_("This matter has not come to its end; a typical case is told when it has."))
        if not record.received_on.year <= year <= on.year:
            raise CannotPick(_("This matter was not in hand in %(year)d.") % {"year": year})
    elif record.happened_on.year != year:
        raise CannotPick(_("This did not happen in %(year)d.") % {"year": year})
    if found := named_in(record, words):
        raise CannotPick(
            _("The text names somebody or carries a number (%(found)s). Write it without names and telephone numbers.")
            % {"found": "、".join(found)}
        )


def may_be_told(record) -> bool:
    """Whether a record can become a case: a matter when it has ended, a contact and an activity always."""
    return not isinstance(record, Petition) or record.status in ENDED_WELL


def named_in(record, words: str) -> list[str]:
    """The names of persons of the record, and the telephone and card numbers, that stand in ``words``."""
    bare = "".join(words.split())
    named = [name for name in _persons(record) if name in bare]
    return list(dict.fromkeys([*named, *_NUMBERS.findall(words)]))


def _persons(record) -> list[str]:
    if isinstance(record, Petition):
        others = record.representatives.values_list("name", "phone")
        written = [record.visitor, record.phone, *(part for pair in others for part in pair)]
        written += [visit.household.head for visit in record.visits.select_related("household") if visit.household]
    elif isinstance(record, Visit):
        written = [record.met, *((record.household.head, record.household.phone) if record.household else ())]
    else:
        written = []
    parts = ["".join(part.split()) for text in written for part in _BETWEEN.split(text) if part]
    return [part for part in parts if len(part) > 1 and part not in _NOBODY]


def place_of(record):
    """The place that a record belongs to."""
    if isinstance(record, Petition):
        return record.station.jurisdiction
    return record.deputy.district.jurisdiction if isinstance(record, Visit) else record.group.jurisdiction


def column_of(record) -> str:
    return {"petition": "petition", "visit": "visit", "groupactivity": "activity"}[record._meta.model_name]

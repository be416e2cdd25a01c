"""The State Council's yearly notice, read as it is published: whoever pastes its text has entered the year.

A sentence such as 二、春节：2月15日（周日）至23日（周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。 says
everything twice: the number of days and the days of the week are checked against the dates.
"""

import re
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from office import audit, clocks
from office.clock import days_between
from office.models import CalendarDay
from office.normalise import halved
from office.workdays import FEWEST_HOLIDAYS, LONGEST_HOLIDAY, YEARS, Day

# The text is read without white space and in half width.
_YEAR = re.compile(r"(20\d\d)年[^。]{0,40}?节假日安排")
_ITEM = re.compile(r"[一二三四五六七八九十]+、([^:。]{2,20}?):")
_IN_BRACKETS = re.compile(r"\([^)]*\)")
_DAY = r"(?:(\d{1,2})月)?(\d{1,2})日"
_SPAN = re.compile(rf"{_DAY}(?:至{_DAY})?")
_DAY_AND_WEEKDAY = re.compile(rf"{_DAY}\([^)]*?(?:周|星期)([一二三四五六日天])\)")
_COUNT = re.compile(r"共(\d+)天")
_WEEKDAYS = "一二三四五六日"


class NoticeRefused(Exception):
    """The text is not such a notice, or contradicts itself; the text says where."""


@dataclass(frozen=True)
class Notice:
    """One year's days by date."""

    year: int
    days: dict[date, Day]


def read(text: str) -> Notice:
    """The days that a notice's text names; raises ``NoticeRefused``."""
    text = "".join(halved(text).split())
    found = _YEAR.search(text)
    if not found or int(found[1]) not in YEARS:
        raise NoticeRefused(_("The title with the year is missing, such as 关于2027年部分节假日安排的通知."))
    year, days = int(found[1]), {}
    _before, *items = _ITEM.split(text)
    for name, words in zip(items[::2], items[1::2], strict=True):
        for day, working in _days_of(year, name, words):
            if day in days:
                raise NoticeRefused(_("%(name)s: %(day)s is named twice.") % {"name": name, "day": day})
            days[day] = Day(working, name)
    if sum(not said.working for said in days.values()) < FEWEST_HOLIDAYS:
        raise NoticeRefused(_("Fewer holidays than the law names were found: please paste the notice as a whole."))
    return Notice(year, dict(sorted(days.items())))


def _days_of(year, name, words):
    """Each day of one numbered item with whether it is worked."""
    _check_weekdays(year, name, words)
    for sentence in _IN_BRACKETS.sub("", words).split("。"):
        if "放假" in sentence:
            yield from ((day, False) for day in _free_days(year, name, sentence))
        elif sentence.endswith("上班"):
            yield from ((day, True) for day in _worked_days(year, name, sentence))


def _free_days(year, name, sentence):
    span = _SPAN.search(sentence)
    if not span or not span[1]:
        raise NoticeRefused(_("%(name)s: no day of the holiday was found.") % {"name": name})
    first = _date(year, name, span[1], span[2])
    last = _date(year, name, span[3] or span[1], span[4]) if span[4] else first
    count = _COUNT.search(sentence)
    length = (last - first).days + 1
    if not 1 <= length <= LONGEST_HOLIDAY or (count and int(count[1]) != length):
        told = {"name": name, "first": first, "last": last}
        raise NoticeRefused(_("%(name)s: from %(first)s to %(last)s is not the number of days it gives.") % told)
    return days_between(first, last)


def _worked_days(year, name, sentence):
    month = None
    for told, day, *_end in _SPAN.findall(sentence):
        month = told or month
        worked = _date(year, name, month, day)
        if worked.weekday() < 5:
            raise NoticeRefused(_("%(name)s: %(day)s is no weekend.") % {"name": name, "day": worked})
        yield worked


def _check_weekdays(year, name, words):
    month = None
    for part in words.replace("。", "、").split("、"):
        for told, day, weekday in _DAY_AND_WEEKDAY.findall(part):
            month = told or month
            on = _date(year, name, month, day)
            if _WEEKDAYS[on.weekday()] != weekday.replace("天", "日"):
                raise NoticeRefused(_("%(name)s: %(day)s is another day of the week.") % {"name": name, "day": on})


def _date(year, name, month, day) -> date:
    try:
        return date(year, int(month), int(day))
    except (TypeError, ValueError) as problem:
        words = {"name": name, "day": f"{month or '?'}月{day}日"}
        raise NoticeRefused(_("%(name)s: there is no %(day)s.") % words) from problem


@transaction.atomic
def enter(notice: Notice, *, note: str, by, at) -> list[clocks.Moved]:
    """Make a notice the office's calendar of its year, and move the running deadlines; what was moved.

    Days of that year that the notice does not name are what their weekday says again.
    """
    CalendarDay.objects.filter(day__year=notice.year).exclude(day__in=notice.days).delete()
    rows = [
        CalendarDay(day=day, working=said.working, name=said.name, note=note, edited=True)
        for day, said in notice.days.items()
    ]
    columns = ["working", "name", "note", "edited"]
    CalendarDay.objects.bulk_create(rows, update_conflicts=True, unique_fields=["day"], update_fields=columns)
    first = CalendarDay.objects.filter(day__in=notice.days).order_by("day").first()
    told = {"year": notice.year, "days": len(rows)}
    audit.record(by=by, at=at, action="calendarday.entered", subject=first, detail=told)
    return clocks.recompute(by=by, at=at, why=_("the calendar of %d was entered") % notice.year)

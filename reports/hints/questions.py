"""Records that the office should ask about: many at once, one text many times, a day before the household was named.

They are questions, not accusations. Which contacts a question rests on is read from the contacts each time and never
stored; what is stored is the answer to it, for exactly those contacts. So a contact that comes later opens it again.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from django.conf import settings
from django.db.models import (
    BigIntegerField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Coalesce, Length, NullIf
from django.utils import timezone, translation

from constituents.models import Designation
from office.roles import STAFF
from reports.models import HintAnswer
from visits.models import Visit, VisitPhoto

Kind = HintAnswer.Kind

MANY = 5
WITHIN = timedelta(minutes=5)
"""So many contacts of one deputy written down within so short a time: nobody visits and writes that fast, but
somebody who copies a notebook does, and may."""
DAYS = 3
"""One deputy's text on so many days: twice is a matter that was followed up."""
OWN_TEXT = 10
"""Shorter texts are alike by themselves; counted without spaces, punctuation and the topics that the form offers."""
SHARED_TEXT = 20
"""Two deputies may well find the same ten characters, not the same twenty."""
PHRASE, PHRASE_OF = 40, 10
"""A sentence shorter than this that so many deputies use is how the office speaks; it says nothing about any of them.
A longer one stays a question, whoever uses it: then a draft went round."""

# The buttons of templates/visits/_topics.html, where these messages are translated.
TOPICS = (
    "Daily life:",
    "Income:",
    "Health care:",
    "School:",
    "Roads:",
    "Water and power:",
    "Old age:",
    "No difficulty, no request.",
)


class Answer(NamedTuple):
    """What was answered, when and by whom; ``seen`` is false for one that is about more than this person's scope."""

    key: int
    finding: str
    note: str
    at: datetime
    by: str
    seen: bool


@dataclass
class Question:
    """One question: the contacts it rests on, whom to ask, what its sentence names, and the answer if there is one.

    ``again`` is an open question that was answered for some of its contacts.
    """

    kind: str
    contacts: list[int]
    deputies: list[int]
    about: dict
    answer: Answer | None = None
    again: bool = False

    @property
    def key(self) -> str:
        return key_of(self.kind, self.contacts[0])


def key_of(kind: str, contact: int) -> str:
    """How a question is called in an address: by its kind and any of its contacts."""
    return f"{kind}-{contact}"


def asked(user, *, on: date, of: Visit | None = None, kinds=tuple(Kind)) -> list[Question]:
    """The questions of a person's scope, what was written down last first; ``of`` leaves those that rest on it.

    They are about this year and the last: what is older stands in reports that are closed.
    """
    since = date(on.year - 1, 1, 1)
    visits = Visit.objects.visible_to(user, roles=STAFF).order_by()
    readers = dict.fromkeys(_READERS[kind] for kind in kinds if of is None or _may_concern(kind, of))
    found = [question for read in readers for question in read(visits, since, of) if question.kind in kinds]
    if of:
        found = [question for question in found if of.pk in question.contacts]
    if found:
        _answer(found, user, since, of)
    return sorted(found, key=lambda question: question.contacts[-1], reverse=True)


def _may_concern(kind: str, visit: Visit) -> bool:
    """Whether it is worth looking for questions of this kind that rest on a contact."""
    if kind == Kind.MANY:
        return not visit.imported
    if kind == Kind.SAME:
        return visit.activity_id is None and len(_told(visit.content)) >= OWN_TEXT
    return kind == Kind.PHOTO or visit.household_id is not None


def named(user, key: str, *, on: date) -> Question | None:
    """The question that is called so; None when there is none any more, or not for this person."""
    kind, _dash, contact = key.rpartition("-")
    if kind not in Kind.values or not re.fullmatch("[0-9]{1,18}", contact, re.ASCII):
        return None
    visit = Visit.objects.visible_to(user, roles=STAFF).filter(pk=contact).first()
    return next(iter(asked(user, on=on, of=visit, kinds=[kind])), None) if visit else None


# -- many at once


class _Seconds(Func):
    """An instant in whole seconds, at the speed of the database on either of them."""

    output_field = BigIntegerField()
    template = "CAST(STRFTIME('%%%%s', %(expressions)s) AS INTEGER)"

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template="DATE_PART('epoch', %(expressions)s)::bigint")


def _many_at_once(visits: QuerySet, since: date, of: Visit | None) -> Iterator[Question]:
    """By deputy: contacts that were written down here one upon the other."""
    visits = visits.filter(imported=False, logged_at__gte=midnight(since))
    visits = visits.filter(deputy=of.deputy_id) if of else visits.filter(deputy__in=_busy(visits))
    rows = visits.order_by("deputy", "logged_at", "pk").values_list("deputy", "logged_at", "pk")
    for deputy, theirs in groupby(rows, key=itemgetter(0)):
        theirs = list(theirs)
        for first, last in runs([at for _deputy, at, _key in theirs]):
            run = theirs[first : last + 1]
            about = {"began": run[0][1], "ended": run[-1][1]}
            yield Question(Kind.MANY, sorted(key for _deputy, _at, key in run), [deputy], about)


_PIECES = 10**9
"""More than there are pieces of time: deputy and piece make one number, which no index tempts SQLite to sort by."""


def _busy(visits: QuerySet) -> QuerySet:
    """Who may have a run: cut the time into pieces twice as long, then half of ``MANY`` lie in one of them."""
    piece = F("deputy") * _PIECES + _Seconds("logged_at") / (2 * int(WITHIN.total_seconds()))
    pieces = visits.annotate(piece=ExpressionWrapper(piece, BigIntegerField()))
    counted = pieces.values("piece").annotate(n=Count("pk"), who=Min("deputy"))
    return counted.filter(n__gte=(MANY + 1) // 2).values("who")


def runs(instants: list[datetime]) -> list[tuple[int, int]]:
    """First and last index of each run in rising instants: any ``MANY`` that share one lie ``WITHIN`` each other."""
    found = []
    for first, last in enumerate(range(MANY - 1, len(instants))):
        if instants[last] - instants[first] > WITHIN:
            continue
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found


# -- one text many times


def _same_texts(visits: QuerySet, since: date, of: Visit | None) -> Iterator[Question]:
    """By text: of several deputies one question, else one for each deputy who has it on several days."""
    for content, contacts in _repeated(visits, since, of).items():
        length = len(_told(content))
        if length >= SHARED_TEXT and _is_shared(contacts):
            yield _same(content, contacts)
        elif length >= OWN_TEXT:
            yield from _own(content, contacts)


class _Contact(NamedTuple):
    """What is read of a contact whose text another has too."""

    key: int
    deputy: int
    day: date
    place: str
    met: str
    household: int | None


def _repeated(visits: QuerySet, since: date, of: Visit | None) -> dict[str, list[_Contact]]:
    """The contacts by text that have it in common, unless it is a phrase of the office.

    Whether it is one is asked of everybody's contacts, whoever asks. A group's activity is one text for all by itself.
    """
    year = {"happened_on__gte": since, "activity": None}
    texts = Visit.objects.filter(**year, **({"content": of.content} if of else {})).annotate(size=Length("content"))
    counted = texts.filter(size__gte=OWN_TEXT).order_by().values("content")
    counted = counted.annotate(n=Count("pk"), by=Count("deputy", distinct=True), longest=Max("size"))
    again = counted.filter(n__gt=1).exclude(by__gte=PHRASE_OF, longest__lt=PHRASE)
    found = defaultdict(list)
    rows = visits.filter(**year, content__in=again.values("content")).order_by("pk")
    for content, *contact in rows.values_list("content", "pk", "deputy", "happened_on", "place", "met", "household"):
        found[content].append(_Contact(*contact))
    return found


def _told(content: str) -> str:
    """What a text says beyond spaces, punctuation and the topics that the form offers."""
    for topic in _topics():
        content = content.replace(topic, "")
    return re.sub(r"[\W_]", "", content)


@cache
def _topics() -> list[str]:
    """The topics in each language a deputy may use, the longest first."""
    found = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {translation.gettext(topic) for topic in TOPICS}
    return sorted(found, key=len, reverse=True)


def _is_shared(contacts: list[_Contact]) -> bool:
    """Of several deputies, who did not simply meet somebody together."""
    meetings = {(contact.day, contact.place, contact.met or contact.household) for contact in contacts}
    return len({contact.deputy for contact in contacts}) > 1 and len(meetings) > 1


def _own(content: str, contacts: list[_Contact]) -> Iterator[Question]:
    by_deputy = defaultdict(list)
    for contact in contacts:
        by_deputy[contact.deputy].append(contact)
    for theirs in by_deputy.values():
        if len({contact.day for contact in theirs}) >= DAYS:
            yield _same(content, theirs)


def _same(content: str, contacts: list[_Contact]) -> Question:
    deputies = list(dict.fromkeys(contact.deputy for contact in contacts))
    about = {"text": content, "days": len({contact.day for contact in contacts})}
    return Question(Kind.SAME, [contact.key for contact in contacts], deputies, about)


# -- one photo many times


def _same_photo(visits: QuerySet, since: date, of: Visit | None) -> Iterator[Question]:
    """By photo: the contacts that show the same one, unless each is another deputy's of one day: they went together."""
    photos = VisitPhoto.objects.filter(visit__happened_on__gte=since).order_by()
    asked_about = photos.filter(digest__in=of.photos.values("digest")) if of else photos
    again = asked_about.values("digest").annotate(n=Count("visit", distinct=True)).filter(n__gt=1).values("digest")
    rows = photos.filter(digest__in=again, visit__in=visits).order_by("digest", "visit").distinct()
    found = defaultdict(list)
    for digest, *contact in rows.values_list("digest", "visit", "visit__deputy", "visit__happened_on"):
        found[digest].append(contact)
    for keys, deputies, days in {tuple(zip(*contacts, strict=True)) for contacts in found.values()}:
        if len(keys) > 1 and (len(set(days)) > 1 or len(set(deputies)) < len(keys)):
            yield Question(Kind.PHOTO, list(keys), list(dict.fromkeys(deputies)), {})


# -- before the household was named, or without that


def _not_named(visits: QuerySet, since: date, of: Visit | None) -> Iterator[Question]:
    """By deputy and household: contacts before the first day on which it was the deputy's, or though it never was."""
    held = Designation.objects.filter(deputy=OuterRef("deputy"), household=OuterRef("household"))
    by_then = held.filter(Q(since__isnull=True) | Q(since__lte=OuterRef("happened_on")))
    visits = visits.filter(~Exists(by_then), household__isnull=False, happened_on__gte=since)
    visits = visits.filter(deputy=of.deputy_id, household=of.household_id) if of else visits
    theirs = Q(household__designations__deputy=F("deputy"))
    rows = visits.annotate(named=Min("household__designations__since", filter=theirs))
    rows = rows.order_by("deputy", "household", "pk").values_list("deputy", "household", "named", "pk")
    for (deputy, _household, day), contacts in groupby(rows, key=itemgetter(0, 1, 2)):
        kind = Kind.BEFORE if day else Kind.NEVER
        yield Question(kind, [contact[-1] for contact in contacts], [deputy], {"named": day})


_READERS = {
    Kind.MANY: _many_at_once,
    Kind.SAME: _same_texts,
    Kind.PHOTO: _same_photo,
    Kind.BEFORE: _not_named,
    Kind.NEVER: _not_named,
}


# -- answers


def _answer(questions: list[Question], user, since: date, of: Visit | None) -> None:
    """Mark what is answered: every contact of the question must be, so that a new one asks again."""
    given = _given(user, since, {key for question in questions for key in question.contacts} if of else None)
    for question in questions:
        found = [given.get((question.kind, key)) for key in question.contacts]
        question.answer = max(found) if None not in found else None
        question.again = question.answer is None and any(found)


def _given(user, since: date, contacts: set[int] | None) -> dict[tuple[str, int], Answer]:
    """The latest standing answer by kind and contact; no contact since a day was answered before that day."""
    answers = HintAnswer.objects.standing().filter(answered_at__gte=midnight(since))
    answers = answers if contacts is None else answers.filter(visits__in=contacts)
    seen = Exists(HintAnswer.objects.visible_to(user, roles=STAFF).filter(pk=OuterRef("pk")))
    by = Coalesce(NullIf("answered_by__name", Value("")), "answered_by__username")
    rows = answers.annotate(seen=seen, by=by).order_by("pk")
    rows = rows.values_list("kind", "visits", "pk", "finding", "note", "answered_at", "by", "seen")
    return {(kind, contact): Answer(*answer) for kind, contact, *answer in rows}


def midnight(day: date) -> datetime:
    """The instant at which a day of the office begins."""
    return datetime.combine(day, time(), timezone.get_current_timezone())

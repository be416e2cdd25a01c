"""Reading duties: whom the rules in force ask, for which periods, and what is on record; a fixed number of queries."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, timedelta

from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from deputies.models import CongressSession
from office import clock
from office.models import Rule
from office.rule_sets import WITH_USES, governs
from reports.duties import deadlines, judging, people
from reports.duties.duty import OWED, Duty, State
from reports.duties.records import read
from reports.measures import ALL
from reports.measures.clocks import Deadline
from reports.measures.periodic import Periodic
from reports.measures.standing import Standing
from reports.models import Flag
from reports.subjects import EVERYTHING, Subject


def duties(
    first: date,
    last: date,
    *,
    on: date,
    subject: Subject = EVERYTHING,
    user=None,
    measures: Collection[str] = frozenset(ALL),
    known: dict[str, list[people.Person]] | None = None,
) -> list[Duty]:
    """Every duty whose period shares a day with ``first`` to ``last``, as it stands on ``on``.

    By rule, then by subject, then by period. What must stand is judged on the last day, or on ``on`` if that is
    earlier; a deadline belongs to the period in which it falls due. ``user`` limits it to what that person may see.
    ``known`` are people whom the caller has read already, by kind.
    """
    rules = _rules(last, measures)
    reading = _Reading(rules, subject, user, first, last, on, known or {})
    found = [*reading.standing(), *reading.periodic()]
    found += deadlines.duties([rule for rule in rules if _is(rule, Deadline)], subject, user, first, last, on)
    order = {key: place for place, key in enumerate(dict.fromkeys(rule.clause.key for rule in rules))}
    return _with_waivers(sorted(found, key=lambda duty: order[duty.rule.clause.key]), subject, user)


def _rules(last, measures) -> list[Rule]:
    """All versions that begin by the end of the last year, and the uses of their sets; two queries."""
    rules = Rule.objects.sweepable(clock.year_end(last), measures).select_related("clause__regulation", "rule_set")
    return list(rules.prefetch_related(WITH_USES))


def _is(rule, kind) -> bool:
    return isinstance(ALL[rule.measure], kind)


class _Reading:
    """One reading of a period: each kind of subject and each source is read once, when the first rule asks for it."""

    def __init__(self, rules, subject, user, first, last, on, known):
        self.rules, self.subject, self.user, self.on = rules, subject, user, on
        self.first, self.last, self.day = first, last, min(last, on)
        self._people = dict(known)

    def standing(self) -> Iterator[Duty]:
        """What must stand on the day."""
        for rule in self.rules:
            if _is(rule, Standing) and rule.holds_on(self.day):
                for who in self._asked(rule, self.day):
                    yield judging.of_standing(rule, who, who.numbers[rule.measure], self.day)

    def periodic(self) -> Iterator[Duty]:
        """What is asked in each period that shares a day with the one that is read."""
        for rule, span in self._spans:
            for who in self._of_kind(rule):
                if judging.is_asked(rule, who, span, self._sessions):
                    yield judging.of_period(rule, who, span, self._counted(ALL[rule.measure], who), self.on)

    @cached_property
    def _spans(self):
        asked = [rule for rule in self.rules if _is(rule, Periodic)]
        return judging.periods(asked, self.first, self.last, self._sessions)

    @cached_property
    def _sessions(self) -> set:
        """Each session before which something may be asked: its term and its opening; none where no rule asks."""
        asked = [rule for rule in self.rules if rule.period == "session" and any(self._asked(rule, self.day))]
        days = max((rule.amounts["days"] for rule in asked), default=0)
        near = CongressSession.objects.filter(opens_on__range=(self.first, self.last + timedelta(days=days)))
        return set(near.order_by().values_list("term", "opens_on")) if asked else set()

    def _asked(self, rule, on) -> Iterator[people.Person]:
        """Those of the rule's kind of subject whom its set governs on a day."""
        return (who for who in self._of_kind(rule) if governs(rule, on, path=who.path, level=who.level))

    def _of_kind(self, rule) -> list[people.Person]:
        kind = ALL[rule.measure].subjects.name
        if kind not in self._people:
            self._people[kind] = people.LOADED[kind](self.subject, self.user, self.day)
        return self._people[kind]

    def _counted(self, measure: Periodic, who):
        """The records of one subject from all sources of a measure, each with whether several a day are one."""
        return [(one, s.once_a_day) for s in measure.sources for one in self._records[s].get(who.pk, ())]

    @cached_property
    def _records(self) -> dict:
        """The records of all sources that a rule looks into, from the first day of any period."""
        measures = [ALL[rule.measure] for rule, span in self._spans if any(self._asked(rule, span.last))]
        asked = {source: self._rows(measure.subjects.name) for measure in measures for source in measure.sources}
        first = min(span.first for _rule, span in self._spans)
        return dict(zip(asked, read(asked, first, self.on), strict=True))

    def _rows(self, kind):
        """The subjects of a kind, as rows."""
        return getattr(self.subject, {"deputy": "deputies", "office": "offices"}.get(kind, f"{kind}s"))(self.user)


def _with_waivers(found: list[Duty], subject, user) -> list[Duty]:
    """What is still missing but was waived says so; no query where nothing is missing."""
    keys = {duty.rule.clause.key for duty in found if duty.state in OWED}
    of_others = Q(deputy__isnull=False) & ~Q(deputy__in=subject.deputies(user).order_by().values("pk"))
    waived = Flag.objects.filter(~of_others, cleared_why=Flag.Why.WAIVED, rule_key__in=keys)
    waived = waived.select_related("waived_by")
    said = {(flag.rule_key, *flag.about, _period(flag)): flag for flag in waived} if keys else {}
    return [_waived(duty, said.get((duty.rule.clause.key, duty.kind, duty.pk, _period(duty)))) for duty in found]


def _period(one) -> str:
    """A flag about what must stand names the day it was found: it is about every day."""
    return "" if one.period.count("-") == 2 and _stands(one) else one.period


def _stands(one) -> bool:
    return (one.last == one.first) if isinstance(one, Duty) else one.starts_on == one.due_on


def _waived(duty: Duty, flag: Flag | None) -> Duty:
    if flag is None or duty.state not in OWED:
        return duty
    words = {"reason": flag.waived_reason, "who": flag.waived_by}
    return replace(duty, state=State.WAIVED, why=_("%(reason)s (%(who)s)") % words)

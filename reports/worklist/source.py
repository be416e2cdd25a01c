"""A source of a worklist: whose it is, which rows, what is to be done about each. All sources are read in one query."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DateField,
    F,
    IntegerField,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
    Window,
)
from django.db.models.functions import Cast, Coalesce, Concat, Left, RowNumber

from office import clock
from reports.worklist.item import LATE, LATER, SHOWN, TODAY, WEEK

NUMBER = ("station__number", "year", "seq")
OF_PETITION = tuple(f"petition__{part}" for part in NUMBER)
OF_MATTER = (*OF_PETITION, "suggestion__year", "suggestion__seq")
OF_SUGGESTION = ("year", "seq")
CLAUSE, MANDATE = -1, -2
"""In the place of a source: the arms that are no source."""
_FIRST_WORDS = 40


@dataclass(frozen=True)
class Source:
    """One kind of thing to do: for these roles, whoever's sight the rows lie in by one of them."""

    name: str
    roles: frozenset
    # Of a person and a day.
    rows: Callable[[object, date], QuerySet]
    text: str
    clause: str
    button: str
    # The address of the page where it is done, the column of its key (none: it has no key), and the verb in it.
    link: str
    key: str = "pk"
    verb: str = ""
    # The column of the day by which it is due; without one it is due when there is time.
    due: str = ""
    # It is due on whatever day it is.
    daily: bool = False
    # It is due on the last day of the year.
    by_year_end: bool = False
    # The column of the rule that set the day; ``clause`` stands where none did.
    rule: str = ""
    # The columns of the register number or the name, and of the words beside it.
    number: tuple = ()
    about: object = ""
    # Another text for some of the rows, by the words that ``says`` yields.
    says: object = None
    texts: Mapping = field(default_factory=dict)
    # Where all of its kind are listed: address and query.
    listed_at: tuple[str, str] = ("", "")
    # One line is enough, however many rows there are.
    once: bool = False

    def arm(self, n: int, user, on: date) -> QuerySet:
        """The rows of one source that its sections may show, as one arm of the union; ``n`` is its place."""
        dated = {"worklist_due": Cast(self._due(on), DateField()), "worklist_part": _part(on)}
        rows = self.rows(user, on).order_by().annotate(**dated)
        first = _first(rows, 1 if self.once else SHOWN + 1)
        return (
            rows.model._base_manager.filter(pk__in=first)
            .order_by()
            .annotate(**dated)
            .values_list(
                Value(n, IntegerField()),
                F("worklist_part"),
                Cast(self.key or "pk", BigIntegerField()),
                F("worklist_due"),
                _text(_name(self.number)),
                _text(Left(_text(self.about), _FIRST_WORDS) if self.about else Value("")),
                _text(self.says or Value("")),
                self._clause(),
            )
        )

    def _due(self, on):
        if self.by_year_end:
            return Value(clock.year_end(on))
        return Value(on) if self.daily else F(self.due) if self.due else Value(None)

    def _clause(self):
        fixed = Value(self.clause, TextField())
        return Coalesce(Cast(f"{self.rule}__clause__key", TextField()), fixed) if self.rule else fixed


def clause_arm(clauses) -> QuerySet:
    """The clauses as one more arm: the key stands where the others have theirs."""
    return clauses.order_by().values_list(
        Value(CLAUSE, IntegerField()),
        Value(0, IntegerField()),
        Cast("pk", BigIntegerField()),
        Cast(Value(None), DateField()),
        _text(F("place")),
        _text(F("quote")),
        _text(F("regulation__title")),
        _text(F("key")),
    )


def mandate_arm(mandates) -> QuerySet:
    """The person's own mandates as one more arm: their keys alone."""
    nothing = [_text(Value(""))] * 4
    return mandates.order_by().values_list(
        Value(MANDATE, IntegerField()),
        Value(0, IntegerField()),
        Cast("pk", BigIntegerField()),
        Cast(Value(None), DateField()),
        *nothing,
    )


def week_end(on: date) -> date:
    """The Sunday of the week of a day."""
    return on + timedelta(days=6 - on.weekday())


def part_of(due: date | None, on: date) -> int:
    """In which section a day belongs."""
    if due is None or due > week_end(on):
        return LATER
    return LATE if due < on else TODAY if due == on else WEEK


def _part(on):
    due = "worklist_due"
    return Case(
        When(Q(**{f"{due}__lt": on}), then=Value(LATE)),
        When(Q(**{due: on}), then=Value(TODAY)),
        When(Q(**{f"{due}__lte": week_end(on)}), then=Value(WEEK)),
        default=Value(LATER),
        output_field=IntegerField(),
    )


def _first(rows, shown) -> QuerySet:
    """The keys of the first rows of each section, by the day they are due."""
    place = Window(RowNumber(), partition_by=[F("worklist_part")], order_by=[F("worklist_due").asc(), F("pk").asc()])
    return rows.annotate(worklist_place=place).filter(worklist_place__lte=shown).values("pk")


def _name(parts):
    if not parts:
        return Value("")
    texts = [text for part in parts for text in (Value("|"), Cast(part, CharField()))][1:]
    return Concat(*texts, output_field=CharField()) if len(texts) > 1 else Cast(parts[0], CharField())


def _text(expression):
    return Cast(expression, TextField())

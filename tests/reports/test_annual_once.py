"""What is asked once, in a year or before a session: the duty report, the duties and the flags say the same."""

from collections import defaultdict
from datetime import date, datetime

import pytest
from django.urls import reverse

from deputies.models import CongressSession, Deputy
from reports.annual import document, once
from reports.annual.word import ranges
from reports.duties import State, duties
from reports.models import Flag
from reports.subjects import find
from reports.sweep import sweep
from tests.queries import asked
from tests.reports import world
from visits.models import ReportExemption, Visit

pytestmark = pytest.mark.django_db
YEAR, AFTER = 2026, date(2027, 1, 1)
NIGHTS = [*(date(YEAR, month, 1) for month in range(2, 13)), date(YEAR, 1, 9), date(YEAR, 11, 20), AFTER]
OUTCOMES = {State.MET: "met", State.LATE: "met", State.MISSED: "missed", State.DUE: "open", State.OPEN: "open"}


def told(on) -> dict[str, set]:
    """The periods of deputies that stand in the county's report, by figure."""
    made = document.read(find("county")[0], YEAR, on=on)
    names = [f"{name}{end}" for name in once.NAMES.values() for end in ("", ".met", ".missed", ".open")]
    figures = {name: made.figure(name) for name in names}
    return {name: set(figure.ids) for name, figure in figures.items() if figure and figure.ids}


def judged(on) -> dict[str, set]:
    """The same by the duties of everybody."""
    found = defaultdict(set)
    for duty in duties(date(YEAR, 1, 1), date(YEAR, 12, 31), on=on, measures=once.NAMES):
        if duty.state in OUTCOMES:
            name = once.NAMES[duty.rule.measure]
            for key in (name, f"{name}.{OUTCOMES[duty.state]}"):
                found[key].add(f"{duty.pk}:{duty.period}")
    return found


@pytest.mark.rule("D1-4", "D8-二a", "D8-二b", "D9-2二a")
@pytest.mark.parametrize("seed", range(3))
def test_the_report_says_of_what_is_asked_once_what_duties_and_flags_say(seed):
    small = world.build(seed)
    excused = {"reason": "新任", "approved_by": "县人大常委会", "made_at": world.at(date(YEAR, 1, 5))}
    ReportExemption.objects.create(deputy=small.a.deputy, year=YEAR, **excused)
    for on in (date(YEAR, 8, 25), AFTER):
        assert told(on) == judged(on)
    for on in sorted(NIGHTS):
        sweep(on=on)
    open_flags = Flag.objects.open().filter(rule__measure__in=once.NAMES).values_list("deputy", "period")
    missed = set().union(*(told(AFTER)[f"{name}.missed"] for name in once.NAMES.values()))
    assert {f"{deputy}:{period}" for deputy, period in open_flags} == missed
    assert {f"{name}.{end}" for name in once.NAMES.values() for end in ("missed", "met")} <= told(AFTER).keys() | LEFT


LEFT = {"contact_month.met", "before_session.met", "reporting.met"}
"""Not in every one of these small worlds."""


@pytest.fixture
def town():
    """A deputy of a town with a congress of its own, asked before its session."""
    small = world.build(0)
    Visit.objects.all().delete()
    small.one = Deputy.objects.create(term=small.own_term, district=small.a.own_district, name="会前代表")
    return small


def visit(deputy, day, kind="home", logged=None):
    at = logged or world.at(day)
    return Visit.objects.create(deputy=deputy, met="某人", happened_on=day, kind=kind, logged_at=at)


def of_session(deputy, on=AFTER):
    """The outcome of the session of November, and the contacts before sessions, of one deputy's report."""
    made = document.read(find(f"deputy:{deputy.pk}")[0], YEAR, on=on)
    key = f"{deputy.pk}:2026-11-20"
    ends = [end for end in ("met", "missed", "open") if key in made.figure(f"before_session.{end}").ids]
    return ends, made.figure("before_session.contacts").ids


@pytest.mark.rule("D8-二b")
def test_before_a_session_the_contacts_of_its_weeks_in_the_ways_that_count_are_the_evidence(town):
    visit(town.one, date(YEAR, 10, 20))
    visit(town.one, date(YEAR, 11, 1), kind="phone")
    assert of_session(town.one) == (["missed"], ())
    assert of_session(town.one, on=date(YEAR, 11, 10)) == (["open"], ())
    first, last = visit(town.one, date(YEAR, 10, 21)), visit(town.one, date(YEAR, 11, 19), kind="forum")
    visit(town.one, date(YEAR, 11, 20), kind="forum")
    assert of_session(town.one) == (["met"], (first.pk, last.pk))


@pytest.mark.rule("D8-二b")
def test_what_was_written_down_later_does_not_count_on_an_earlier_day(town):
    late = visit(town.one, date(YEAR, 11, 3), logged=datetime(2027, 1, 5, 1, tzinfo=world.OFFICE))
    assert of_session(town.one) == (["missed"], ())
    assert of_session(town.one, on=date(2027, 1, 5)) == (["met"], (late.pk,))


@pytest.mark.rule("D8-二b", "D9-2二a")
def test_each_of_these_figures_opens_its_deputies(town, client):
    visit(town.one, date(YEAR, 11, 1))
    client.force_login(town.office)
    at = {"subject": "county", "year": YEAR}
    seen = {}
    for key in ("before_session", "before_session.met", "before_session.contacts", "returns", "reporting"):
        with asked() as statements:
            answer = client.get(reverse("reports:figure"), {**at, "key": key})
        assert len(statements) <= 10
        seen[key] = (answer.context["figure"].value, len(answer.context["shown"].lines))
    assert seen["before_session.met"] == seen["before_session.contacts"] == (1, 1)
    assert {shown == number > 0 for number, shown in seen.values()} == {True}


def test_a_session_of_another_congress_asks_nothing(town):
    CongressSession.objects.filter(term=town.own_term).delete()
    made = document.read(find("county")[0], YEAR, on=AFTER)
    assert made.section("before_session") is None


def test_keys_of_years_and_sessions_are_told_by_their_period():
    months = ["3:2026-01", "3:2026-02", "4:2026-01", "4:2026-02"]
    assert ranges(months) == "2026-01—2026-02：3—4"
    assert ranges(["3:2026", "4:2026", "9:2026"]) == "2026：3—4、9"
    assert ranges(["3:2026-01-09", "4:2026-01-09", "4:2026-11-20"]) == "2026-01-09：3；2026-01-09、2026-11-20：4"

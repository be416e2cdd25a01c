"""Another author's count agrees with the report on every cell, for every kind of subject."""

from collections import Counter
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.db import connection

from office.sheets import Marked
from reports.annual import columns
from reports.annual.document import parts_of, read, read_each
from reports.subjects import find
from tests.reports import other_count, random_counties
from tests.reports.random_counties import YEAR, day_of

pytestmark = pytest.mark.django_db
COUNTIES = 20


def documents(place, on):
    """The reports of a county and of everybody in it."""
    subject = find(f"county:{place.code}")[0]
    yield read(subject, YEAR, on=on)
    yield from read_each(subject, YEAR, on=on, parts=parts_of(subject))


def counted(document) -> dict:
    """Every figure that counts something, and the keys behind it."""
    return {f.key: set(f.ids) for f in document.figures() if f.ids and not f.is_share}


def tenths(part: int, whole: int):
    """A share in tenths of a percent, half a tenth upward."""
    return int((Decimal(1000 * part) / whole).quantize(Decimal(1), ROUND_HALF_UP)) if whole else None


@pytest.mark.rule("D1-3①b", "D1-3①a", "D1-4", "D3-七", "D5-三a", "D8-二a", "D8-二b", "D9-2二a")
def test_every_cell_of_every_subject_is_that_of_another_count(db):
    world, places = random_counties.counties(COUNTIES)
    world.write()
    tables = other_count.from_database()
    offices = {on: other_count.Office(tables, year=YEAR, on=on) for on in map(day_of, (0, 1))}
    kinds, records, deputies = Counter(), set(), set()
    for n, place in enumerate(places):
        for document in documents(place, day_of(n)):
            office, subject = offices[day_of(n)], document.subject
            expected = office.count(str(subject.kind), subject.key)
            assert counted(document) == expected, (n, str(subject))
            assert_values(document, office)
            assert_tables(document, expected)
            kinds[str(subject.kind)] += 1
            deputies |= set(document.figure("deputies").ids)
            records |= {figure.records for figure in document.figures() if figure.ids}
    assert kinds == {
        "county": 20,
        "town": 60,
        "group": 65,
        "station": 60,
        "deputy": len(world.rows[random_counties.Deputy]),
    }
    assert records == set(PREDICATES) | {"deputy_month", "deputy_period"}


def assert_values(document, office):
    """A figure is the number of its records; or what they say added up; or the share of two figures."""
    for figure in document.figures():
        assert len(set(figure.ids)) == len(figure.ids)
        if figure.is_share:
            part, whole = document.figure(figure.part), document.figure(figure.whole)
            assert figure.value == tenths(len(part.ids), len(whole.ids)), figure.key
        elif figure.adds:
            assert figure.value == office.added(figure.key, figure.ids), figure.key
        else:
            assert figure.value == len(figure.ids), figure.key


# -- the tables

_OF_DEPUTIES = {
    0: lambda period: columns.duty_columns(),
    1: lambda period: [*columns.month_columns(period), *_few(("contacts", "owed", "met", "missed", "share.met"))],
    2: lambda period: [*columns.kind_columns(), *_few(("contacts",))],
}


def _few(keys):
    return [column for column in columns.duty_columns() if column.key in keys]


def _outcomes(period):
    parts = (columns.course_columns, columns.status_columns, columns.reply_columns, columns.satisfaction_columns)
    return [*_few(("petitions",)), *(column for part in parts for column in part())]


def assert_tables(document, expected):
    """Each number of the tables by deputy is the number of records of the other count, and the sums are theirs."""
    by_deputy = [table for table in document.section("contacts").tables if "deputy" in _lines(table, document)]
    shown = [_OF_DEPUTIES[n](document.period) for n in range(3)]
    pairs = list(zip(by_deputy, shown, strict=True))
    pairs.append((document.section("petitions").tables[0], _outcomes(document.period)))
    for table, wanted in pairs:
        first = next(i for i in range(len(table.heads)) if table.heads[i].label == wanted[0].label)
        lines = [f"deputy:{key}" for key in _deputies(document)] + _apart(document, expected)
        assert len(table.rows) == len(lines)
        for line, row in [*zip(lines, table.rows, strict=True), ("", table.sums)]:
            assert_row(row[first : first + len(wanted)], wanted, line, expected, document)


def _lines(table, document):
    return {"deputy"} if len(table.rows) >= len(_deputies(document)) and table.heads[1].label == DEPUTY else set()


DEPUTY = "代表"


def _deputies(document) -> list[int]:
    return [row.deputy.pk for row in document.report.rows]


def _apart(document, expected) -> list[str]:
    parts = (("nobody", document.report.nobody), ("others", document.report.others))
    return [f"{name}:{code}" for name, towns in parts for code, _town in sorted(towns)]


def assert_row(cells, wanted, line, expected, document):
    if document.subject.kind == "deputy":
        line = ""
    for cell, column in zip(cells, wanted, strict=True):
        value = cell.value if isinstance(cell, Marked) else cell
        number = count_of(line, column.key, expected, document)
        if column.share and line and not line.startswith("deputy:"):
            assert value is None  # of what belongs to no deputy no share is told
        elif column.share:
            whole = count_of(line, column.share.whole, expected, document)
            assert value == tenths(count_of(line, column.share.part, expected, document), whole), (line, column.key)
        else:
            assert (value or 0) == number, (str(document.subject), line, column.key)


def count_of(line, key, expected, document) -> int:
    name, _dot, place = key.partition(".")
    if name == "month":
        key = f"month.{document.period.months[int(place) - 1]:%Y-%m}"
    return len(expected.get(f"{line}/{key}" if line else key, ()))


# -- the records behind a figure

PREDICATES = {
    "visit": ("visits_visit", "happened_on BETWEEN '2025-01-01' AND '2025-12-31'"),
    "petition": ("constituents_petition", "received_on BETWEEN '2025-01-01' AND '2025-12-31'"),
    "referral": (
        "constituents_referral",
        "petition_id IN (SELECT id FROM constituents_petition WHERE received_on BETWEEN '2025-01-01' AND '2025-12-31')",
    ),
    "suggestion": ("constituents_suggestion", "status NOT IN ('draft', 'submitted', 'withdrawn') AND seq IS NOT NULL"),
    "designation": ("constituents_designation", "COALESCE(since, '2025-01-01') <= '2025-12-31'"),
    "liaison_voter": ("constituents_liaisonvoter", "COALESCE(since, '2025-01-01') <= '2025-12-31'"),
    "reception": ("liaison_stations_reception", "planned_on BETWEEN '2025-01-01' AND '2025-12-31'"),
    "reception_duty": (
        "liaison_stations_receptionduty",
        "reception_id IN (SELECT id FROM liaison_stations_reception WHERE NOT cancelled)",
    ),
    "activity": ("visits_groupactivity", "happened_on BETWEEN '2025-01-01' AND '2025-12-31'"),
    "meeting": ("visits_meeting", "happened_on BETWEEN '2025-01-01' AND '2025-12-31'"),
    "engagement": ("constituents_engagement", "asked_on BETWEEN '2025-01-01' AND '2025-12-31'"),
    "duty_entry": ("visits_dutyentry", "status = 'confirmed'"),
    "voter_report": ("visits_voterreport", "held_on BETWEEN '2025-01-01' AND '2025-12-31'"),
    "exemption": ("visits_reportexemption", "year = 2025"),
    "deputy": (
        "deputies_deputy",
        "(COALESCE(joined_on, '2020-01-01') <= '2025-12-31' OR EXISTS (SELECT 1 FROM visits_visit AS v WHERE"
        " v.deputy_id = deputies_deputy.id AND v.happened_on BETWEEN '2025-01-01' AND '2025-12-31'))",
    ),
    "rule": ("office_rule", "effective_from <= '2025-12-31'"),
}
"""What holds of every record behind a figure of 2025, by the kind of record: the table, and a condition in SQL."""
BEFORE_A_SESSION = (
    "visits_visit",
    "kind IN ('forum', 'home', 'visit') AND happened_on BETWEEN '2024-12-13' AND '2025-12-31'",
)
"""The weeks before the session of January begin in the year before."""
_WEEKS_BEFORE = {"before_session.contacts"}
OF_FIGURE = {
    "kind.phone": "kind = 'phone'",
    "month.2025-02": "happened_on BETWEEN '2025-02-01' AND '2025-02-28'",
    "channel.walk_in": "channel = 'walk_in'",
    "sessions": "held_on IS NOT NULL AND NOT cancelled",
    "sessions.not_held": "held_on IS NULL AND NOT cancelled",
    "receptions": "came",
    "activities.filed": "reported_on IS NOT NULL",
    "activities.training": "kind = 'training'",
    "meetings.group_leaders": "kind = 'group_leaders'",
    "reports.rated": "satisfied IS NOT NULL",
    "engagements.held": "status = 'held'",
    "entries.training": "kind = 'training'",
    "entries.training.present": "kind = 'training' AND attendance = 'present'",
}
"""The same of single figures."""


def test_the_keys_behind_a_figure_are_those_of_records_that_satisfy_it(db):
    world, places = random_counties.counties(3, seed=11)
    world.write()
    seen = set()
    found = [document for n, place in enumerate(places) for document in documents(place, day_of(n))]
    for document in found:
        for figure in document.figures():
            if figure.ids and figure.records in PREDICATES:
                table, holds = BEFORE_A_SESSION if figure.key in _WEEKS_BEFORE else PREDICATES[figure.records]
                own = OF_FIGURE.get(figure.key.rpartition("/")[2])
                assert matching(table, f"{holds} AND {own}" if own else holds, figure.ids) == len(figure.ids), (
                    figure.key
                )
                seen |= {figure.key} & set(OF_FIGURE)
    assert seen == set(OF_FIGURE)


def matching(table, condition, keys) -> int:
    marks = ", ".join(["%s"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE ({condition}) AND id IN ({marks})", keys)  # noqa: S608
        return cursor.fetchone()[0]

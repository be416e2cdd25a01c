"""The workbook as somebody opens it: every cell of the tables, text that stays text, paper that prints."""

import io
import json
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from datetime import date

import openpyxl
import pytest
from django.db import transaction
from django.utils.translation import gettext as _

from constituents.models import Designation, Petition, Referral
from deputies.models import Absence, Deputy
from office.models import User
from reports import annual_xlsx, closing
from reports.annual import document as documents
from reports.annual import formats
from reports.annual.columns import course_columns, duty_columns, kind_columns, month_columns, status_columns
from reports.annual.columns import tenths_of_a_percent as tenths
from reports.annual.document import Document
from reports.annual.period import Period
from reports.annual.wording import month_names
from reports.subjects import find
from tests.reports.annual_year import AT, ON, YEAR, build, outcome_of, owed, recount, reply_of
from visits.models import Visit

pytestmark = pytest.mark.django_db
WHO = 4
"""Columns before the figures: number, deputy, district, township."""
SHEETS = [
    "Report overview",
    "Explanation",
    "All figures",
    "Duty table",
    "By township",
    "Contacts by month",
    "Contacts by way",
    "Petitions by outcome",
    "Petitions by place",
    "Months not judged",
    "Evidence of figures",
    "Households",
    "Petition list",
    "Evidence",
    "Evidence of replies",
]


@pytest.fixture(scope="module")
def standing(django_db_setup, django_db_blocker):
    """The year of a county, built once for all tests of this file; what a test writes is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture
def small(standing):
    return standing


@pytest.fixture(scope="module")
def made():
    return {}


@pytest.fixture
def content(made, small):
    """The workbook of the county, made once."""
    if not made:
        made["content"] = formats.write("county", Period.year(YEAR), "xlsx", at=AT).content
        made["book"] = openpyxl.load_workbook(io.BytesIO(made["content"]))
    return made["content"]


@pytest.fixture
def book(content, made):
    return made["book"]


def opened(subject="county", **more):
    content = formats.write(subject, Period.year(YEAR), "xlsx", at=AT, **more).content
    return openpyxl.load_workbook(io.BytesIO(content))


def document_of(text):
    return documents.read(find(text)[0], YEAR, on=ON)


def table(book, name):
    """The heads of a sheet's table, its rows, and the row of sums where it has one."""
    sheet = book[_(name)]
    first, last = sheet.auto_filter.ref.split(":")
    top, bottom = sheet[first].row, sheet[last].row
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=top, max_row=sheet.max_row)]
    sums = rows[bottom - top + 1] if len(rows) > bottom - top + 1 else None
    return rows[0], rows[1 : bottom - top + 1], sums


def deputies():
    return Deputy.objects.order_by("district__jurisdiction__code", "district__number", "pk")


def shown(columns, figures):
    return [
        figures[column.key] if column.share is None else _share(figures[column.share.part], figures[column.share.whole])
        for column in columns
    ]


def _share(part, whole):
    return tenths(part, whole) / 1000 if whole else None


def test_the_sheets_stand_in_the_order_in_which_they_are_read(book):
    assert book.sheetnames == [_(name) for name in SHEETS]


@pytest.mark.parametrize(
    ("name", "columns", "before"),
    [("Duty table", duty_columns, 2), ("Contacts by way", kind_columns, 0)],
)
def test_each_cell_of_each_deputy_is_that_of_a_recount(name, columns, before, book):
    _heads, rows, sums = table(book, name)
    expected = [shown(columns(), recount(deputy)) for deputy in deputies()]
    first = WHO + before
    assert [row[first : first + len(columns())] for row in rows[: len(expected)]] == expected
    for n, column in enumerate(columns(), first):
        if column.share is None:
            assert sums[n] == sum(row[n] or 0 for row in rows), column.key


def test_the_table_of_months_shows_each_month_and_marks_the_missed_ones(book):
    _heads, rows, sums = table(book, "Contacts by month")
    sheet = book[_("Contacts by month")]
    top = sheet[sheet.auto_filter.ref.split(":")[0]].row
    for n, deputy in enumerate(deputies()):
        figures = recount(deputy)
        assert rows[n][WHO : WHO + 12] == [figures[f"month.{m}"] for m in range(1, 13)]
        fills = [cell.fill.fgColor.rgb for cell in sheet[top + 1 + n][WHO : WHO + 12]]
        assert [fill == "FFFBE3E1" for fill in fills] == [bool(figures[f"missed.{m}"]) for m in range(1, 13)]
        assert [fill == "FFECEEF0" for fill in fills] == [not owed(deputy, m) for m in range(1, 13)]
    assert sums[WHO : WHO + 12] == [sum(row[WHO + m] or 0 for row in rows) for m in range(12)]


def test_the_rows_below_the_deputies_hold_what_belongs_to_none(book, small):
    _heads, rows, sums = table(book, "Petitions by outcome")
    columns = [*course_columns(), *status_columns()]
    apart = rows[Deputy.objects.count() :]
    assert [row[1] for row in apart] == [f"（{_('no receiving deputy')}）"] * 2
    for town, row in zip(small.towns, apart, strict=True):
        register = [p for p in town.station.petitions.filter(deputy=None) if p.received_on.year == YEAR]
        expected = sum((Counter(outcome_of(p, ON)) for p in register), Counter())
        assert [cell or 0 for cell in row[WHO : WHO + 1 + len(columns)]] == [
            len(register),
            *(expected[column.key] for column in columns),
        ]
    assert sums[WHO] == sum(p.received_on.year == YEAR for p in Petition.objects.all())


def test_the_towns_add_up_to_the_same_sums(book):
    _heads, rows, sums = table(book, "By township")
    _heads, _rows, of_deputies = table(book, "Duty table")
    assert sums[3:] == of_deputies[WHO + 2 :]
    for n, column in enumerate(duty_columns(), 3):
        if column.share is None:
            assert sums[n] == sum(row[n] for row in rows)


@pytest.mark.rule("D1-3①b")
def test_months_left_out_are_listed_with_their_reason(book):
    _heads, rows, sums = table(book, "Months not judged")
    left_out = {}
    for row in rows:
        left_out[row[1]] = left_out.get(row[1], 0) + row[8]
    over = [m for m in range(1, 13) if m < ON.month]
    expected = {d.name: sum(not owed(d, m) for m in over) for d in deputies()}
    assert left_out == {name: n for name, n in expected.items() if n}
    assert sums[8] == sum(expected.values())


def test_an_absence_is_listed_with_its_days_its_reason_and_who_approved_it(small):
    visit = {"met": "村民", "happened_on": "2026-01-05", "kind": "visit", "logged_at": AT}
    Visit.objects.create(deputy=small.a.deputy, **visit)
    away = [("leave", date(2026, 2, 20), date(2026, 4, 3), "=住院"), ("leave", date(2026, 4, 30), None, "出国")]
    for kind, since, until, reason in [*away, ("suspended", date(2026, 3, 1), date(2026, 3, 1), "配合调查")]:
        Absence.objects.create(
            deputy=small.a.deputy, kind=kind, since=since, until=until, reason=reason, approved_by="县人大常委会"
        )
    _heads, rows, _sums = table(opened(f"deputy:{small.a.deputy.pk}"), "Months not judged")
    assert [row[4:] for row in rows] == [
        [_("suspended"), "2026-03-01—2026-03-01", "配合调查", "县人大常委会", 1, month_names([3])],
        [
            _("approved leave"),
            "2026-02-20—2026-04-03；2026-04-30—",
            "=住院；出国",
            "县人大常委会；县人大常委会",
            8,
            month_names([2, 4, 5, 6, 7, 8, 9, 10]),
        ],
    ]


def test_the_evidence_recounts_to_the_figures(book):
    _heads, evidence, _sums = table(book, "Evidence")
    assert sorted(row[0] for row in evidence) == sorted(v.pk for v in Visit.objects.all() if v.happened_on.year == YEAR)
    months = Counter((row[3], row[2]) for row in evidence)
    ways = Counter((row[3], row[6]) for row in evidence)
    for deputy in deputies():
        figures = recount(deputy)
        assert [months[deputy.pk, m] for m in range(1, 13)] == [figures[c.key] for c in month_columns()]
        assert [ways[deputy.pk, c.label] for c in kind_columns()] == [figures[c.key] for c in kind_columns()]


def test_the_household_list_has_a_row_a_household_and_its_deputy(book):
    _heads, rows, sums = table(book, "Households")
    visits = [v for v in Visit.objects.all() if v.happened_on.year == YEAR]
    found = {}
    for household, _head, _town, deputy, _district, _since, _until, contacts, own, last, seen in rows:
        with_it = [v for v in visits if v.household_id == household]
        assert contacts == len(with_it)
        assert own == sum(v.deputy.name == deputy for v in with_it)
        assert (last.date() if last else None) == max((v.happened_on for v in with_it), default=None)
        assert seen == (_("yes") if with_it else _("no"))
        found.setdefault(deputy, set()).add(household)
    assert sums[7] == sum(row[7] for row in rows)
    for deputy in deputies():
        assert len(found.get(deputy.name, ())) == recount(deputy)["households"]


def test_the_petition_list_names_units_and_days_and_masks_the_visitor(book, content):
    _heads, rows, _sums = table(book, "Petition list")
    register = {p.pk: p for p in Petition.objects.all() if p.received_on.year == YEAR}
    assert sorted(row[0] for row in rows) == sorted(register)
    for row in rows:
        petition = register[row[0]]
        units = [r.unit.name for r in petition.referrals.order_by("pk")]
        assert row[1:4] == [petition.number, _datetime(petition.received_on), petition.station.name]
        assert row[5] == "=*"
        assert row[9] == ("、".join(units) or None)
        assert (row[14] is not None) == (reply_of(petition, ON) in ("late", "overdue"))
    assert not [part for part in _parts(content) if b"19900001111" in part]


def _datetime(day):
    from datetime import datetime

    return datetime(day.year, day.month, day.day)


def _parts(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [archive.read(name) for name in archive.namelist()]


def test_every_referral_is_in_the_evidence(book):
    _heads, rows, _sums = table(book, "Evidence of replies")
    assert sorted(row[0] for row in rows) == sorted(
        r.pk for r in Referral.objects.all() if r.petition.received_on.year == YEAR
    )


def test_text_that_looks_like_a_formula_stays_text_and_broken_text_is_mended(small):
    names = ["=1+1", "+86", "-3", "@cmd", "http://office.example", "001", "坏\x01\x0b字\ufffe"]
    for n, name in enumerate(names):
        Deputy.objects.create(term=small.term, district=small.a.district, group=small.a.group, name=name, pk=9000 + n)
        Visit.objects.create(deputy_id=9000 + n, met="村民", happened_on="2026-03-01", kind="visit", logged_at=AT)
    sheet = opened(f"group:{small.a.group.pk}")[_("Evidence")]
    cells = [row[4] for row in sheet.iter_rows(min_row=2) if isinstance(row[3].value, int) and row[3].value >= 9000]
    assert [cell.value for cell in cells] == [*names[:6], "坏字"]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.hyperlink for cell in cells] == [None] * len(cells)


def test_every_table_is_set_up_to_be_read_and_printed(book):
    for sheet in book.worksheets[1:]:
        head = sheet[sheet.auto_filter.ref.split(":")[0]].row
        assert sheet.freeze_panes in (f"A{head + 1}", f"C{head + 1}")
        assert sheet.print_title_rows == f"$1:${head}"
    for sheet in book.worksheets:
        assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
        assert (sheet.page_setup.fitToWidth or 1, sheet.sheet_properties.pageSetUpPr.fitToPage) == (1, True)
        assert ("&P" in sheet.oddFooter.center.text, "&N" in sheet.oddFooter.center.text) == (True, True)


def test_columns_are_wide_enough_for_chinese(book):
    sheet = book[_("Petition list")]
    station = max(len(row[3].value) for row in sheet.iter_rows(min_row=5, max_row=20))
    assert sheet.column_dimensions["D"].width >= 2 * station


def test_the_overview_has_each_chart_over_its_own_cells_with_the_figures_in_both(book, content):
    sheet = book[_("Report overview")]
    charts = [part.decode() for part in _parts(content) if b"<c:chartSpace" in part]
    drawn = [section for section in document_of("county").sections if section.chart]
    assert len(charts) == len(drawn) == 3
    months = [sheet.cell(8, column).value for column in range(2, 15)]
    counted = [
        sum(v.happened_on.year == YEAR and v.happened_on.month == m for v in Visit.objects.all()) for m in range(1, 13)
    ]
    assert months == [*counted, sum(counted)]
    assert re.findall("<c:v>(\\d+)</c:v>", charts[0].partition("<c:val>")[2]) == list(map(str, counted))


def test_the_explanation_names_subject_moment_fingerprint_state_and_quotes_every_clause(small, book):
    _heads, rows, _sums = table(book, "Explanation")
    document, told = document_of("county"), {row[1]: row[2] for row in rows}
    assert [told[_("Subject")], told[_("Fingerprint")]] == ["试验县", document.fingerprint]
    assert told[_("Made")].startswith("2026-11-24 09:12")
    assert told[_("State")] == _("Not closed: the figures follow the records.")
    named = {clause for section in document.sections for clause in section.clauses}
    cited = {key for section in document.sections for one in section.figures for key in one.clause.split("、")}
    assert named | cited <= told.keys()


def test_the_workbook_is_written_to_a_file_with_who_closed_the_year(small, tmp_path):
    kept = Document.from_json(json.loads(json.dumps(document_of("county").as_json())))
    annual_xlsx.write(kept, tmp_path / "closed.xlsx", at=AT, state="2027年1月8日由县人大办公室封账")
    _heads, rows, _sums = table(openpyxl.load_workbook(tmp_path / "closed.xlsx"), "Explanation")
    assert "2027年1月8日由县人大办公室封账" in [row[2] for row in rows]
    assert [path.name for path in tmp_path.iterdir()] == ["closed.xlsx"]


LATER = AT.replace(year=YEAR + 1, month=3)


def closed_book(small):
    written = formats.write("county", Period.year(YEAR), "xlsx", at=LATER)
    return written.document, openpyxl.load_workbook(io.BytesIO(written.content))


def test_the_workbook_of_a_closed_year_lists_the_records_that_were_frozen_as_they_stand_now(small):
    closing.close(str(find("county")[0]), YEAR, by=small.office, at=LATER, on=date(YEAR + 1, 1, 20))
    made, book = closed_book(small)
    ids = {name: made.figure(name).ids for name in ("contacts", "petitions", "households")}
    assert sorted(row[0] for row in table(book, "Evidence")[1]) == sorted(ids["contacts"])
    homes = len(table(book, "Households")[1])
    visit, matter = Visit.objects.get(pk=ids["contacts"][0]), Petition.objects.get(pk=ids["petitions"][0])
    lost = ids["contacts"][-1], ids["petitions"][-1], ids["households"][-1]
    Visit.objects.filter(pk=lost[0]).delete()
    Petition.objects.filter(pk=lost[1]).delete()
    Designation.objects.filter(pk=lost[2]).delete()
    Visit.objects.create(deputy=visit.deputy, happened_on=visit.happened_on, kind="visit", met="村民", logged_at=AT)
    Visit.objects.filter(pk=visit.pk).update(kind="phone")
    Petition.objects.filter(pk=matter.pk).update(category="新的类别")
    now, book = closed_book(small)
    assert now.fingerprint == made.fingerprint
    _heads, rows, _sums = table(book, "Evidence")
    told = {row[0]: row for row in rows}
    assert sorted(told) == sorted(ids["contacts"])
    assert (told[visit.pk][6], told[lost[0]][1:]) == (str(Visit.Kind.PHONE.label), [_("taken out since"), *[None] * 7])
    told = {row[0]: row for row in table(book, "Petition list")[1]}
    assert sorted(told) == sorted(ids["petitions"])
    assert (told[matter.pk][6], told[lost[1]][1]) == ("新的类别", _("taken out since"))
    rows = table(book, "Households")[1]
    assert (len(rows), rows[-1][:2]) == (homes, [None, _("Naming %d was taken out since.") % lost[2]])
    said = _("The records that were frozen, as they stand now. What counts are the frozen figures.")
    assert [said in book[_(name)]["A3"].value for name in SHEETS[-4:]] == [True] * 4


def test_the_evidence_of_figures_has_every_figure_of_the_document_with_the_keys_of_its_records(book):
    _heads, rows, _sums = table(book, "Evidence of figures")
    told = {}
    for key, _label, clause, value, _kind, number, _part, keys in rows:
        *_before, known = told.setdefault(key, (clause, value, number, []))
        known += keys.split(",") if keys else []
    expected = {}
    for figure in document_of("county").figures():
        value = None if figure.value is None else figure.value / 1000 if figure.is_share else figure.value
        expected[figure.key] = (figure.clause, value, len(figure.ids), [str(key) for key in figure.ids])
    assert told == expected


def test_many_keys_go_on_in_the_next_row(monkeypatch):
    monkeypatch.setattr(annual_xlsx, "FULL", 10)
    pieces = list(annual_xlsx._in_cells(range(98, 108)))
    assert (pieces, max(map(len, pieces)) <= 12) == (["98,99,100", "101,102", "103,104", "105,106", "107"], True)
    assert list(annual_xlsx._in_cells(())) == [""]


def test_all_figures_stand_beside_those_of_the_year_before(book):
    _heads, rows, _sums = table(book, "All figures")
    figures = [figure for section in document_of("county").sections for figure in section.figures]
    shown = [figure.value and figure.value / 1000 if figure.is_share else figure.value for figure in figures]
    assert [row[2] for row in rows] == shown
    assert [row[6] for row in rows] == [figure.key for figure in figures]


def test_a_deputy_gets_the_workbook_of_their_own_year_and_of_nobody_else(small):
    user = User.objects.get(username="deputy1")
    book = opened(f"deputy:{small.a.deputy.pk}", user=user)
    _heads, rows, _sums = table(book, "Evidence")
    assert {row[4] for row in rows} == {small.a.deputy.name}
    _heads, rows, _sums = table(book, "Households")
    assert sorted(row[0] for row in rows) == sorted(
        {d.household_id for d in Designation.objects.filter(deputy=small.a.deputy)}
    )


def test_a_report_without_any_row_is_still_a_whole_workbook(small):
    Visit.objects.create(deputy=small.a.deputy, met="村民", happened_on="2026-03-01", kind="visit", logged_at=AT)
    Deputy.objects.filter(group=small.b.group).update(group=None)
    book = opened(f"group:{small.b.group.pk}")
    # Nobody is judged, there is one township at most, and no petition has a place.
    left_out = {"By township", "Petitions by place", "Months not judged"}
    assert book.sheetnames == [_(name) for name in SHEETS if name not in left_out]


def test_another_programme_opens_the_workbook(tmp_path, content):
    file = tmp_path / "report.xlsx"
    file.write_bytes(content)
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("needs LibreOffice")
    command = [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "ods"]
    subprocess.run([*command, "--outdir", tmp_path, file], check=True, capture_output=True, timeout=120)
    assert (tmp_path / "report.ods").stat().st_size > 10_000

"""``manage.py annual_report``: the file is there whole, or the reason is."""

import json
import os

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils.translation import gettext as _

from office import clock
from office.models import Jurisdiction
from reports.annual import document
from reports.annual.formats import FORMATS
from reports.subjects import Kind, Subject, find
from tests.reports.annual_year import AT
from visits.models import Visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def small(small):
    for town in small.towns:
        Visit.objects.create(deputy=town.deputy, met="村民", happened_on="2026-03-01", kind="visit", logged_at=AT)
    return small


def run(file, *, subject="county", year="2026", format="xlsx"):
    call_command("annual_report", year=year, subject=subject, format=format, out=str(file), verbosity=0)


def refused(tmp_path, **options):
    """The message of a refusal that leaves nothing in the folder."""
    with pytest.raises(CommandError) as error:
        run(tmp_path / "report.xlsx", **options)
    assert os.listdir(tmp_path) == []
    assert error.value.returncode == 1
    return str(error.value)


@pytest.mark.parametrize("kind", ["county", "county:", "town:", "group:", "station:", "deputy:"])
def test_every_kind_of_subject_is_written(small, tmp_path, kind):
    keys = {
        "county": "",
        "county:": small.county.code,
        "town:": small.a.place.code,
        "group:": small.a.group.pk,
        "station:": small.a.station.pk,
        "deputy:": small.a.deputy.pk,
    }
    run(tmp_path / "report.xlsx", subject=f"{kind}{keys[kind]}")
    assert os.listdir(tmp_path) == ["report.xlsx"]
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    assert book[_("Evidence")].max_row == (6 if kind.startswith("county") else 5)


def test_a_file_that_is_there_is_replaced_whole(small, tmp_path):
    file = tmp_path / "report.xlsx"
    file.write_text("old")
    run(file)
    assert file.read_bytes()[:2] == b"PK"
    assert os.listdir(tmp_path) == ["report.xlsx"]


@pytest.mark.parametrize("subject", ["town:000000", "group:99", "station:99", "deputy:99", "county:000000"])
def test_a_subject_that_is_not_there_is_named(small, tmp_path, subject):
    assert refused(tmp_path, subject=subject) == _("There is no %(subject)s here.") % {"subject": subject}


@pytest.mark.parametrize("subject", ["village:1", "deputy:x", "town:", "", "deputy:1;"])
def test_a_subject_that_cannot_be_read_is_told_what_is_possible(small, tmp_path, subject):
    assert "county:CODE, town:CODE, group:ID, station:ID, deputy:ID" in refused(tmp_path, subject=subject)


def test_with_two_counties_the_code_says_which(small, tmp_path):
    other = Jurisdiction.objects.create(name="邻县", level="county", code="990902", path="/9902/")
    message = refused(tmp_path, subject="county")
    assert ("county:990901 试验县" in message, "county:990902 邻县" in message) == (True, True)
    assert find("county:990902")[0] == Subject(Kind.COUNTY, "990902", "邻县", other.path)


def test_a_year_without_records_is_refused(small, tmp_path):
    assert refused(tmp_path, year="2019") == _("The office has no records of %(year)d.") % {"year": 2019}


@pytest.mark.parametrize("year", ["26", "abc", "２０２６", "-2026", "1e3"])
def test_what_is_no_year_is_refused(small, tmp_path, year):
    assert refused(tmp_path, year=year) == _("“%(text)s” is not a year; write it like 2026.") % {"text": year}


def test_another_format_is_refused(small, tmp_path):
    words = {"name": "odt", "known": "、".join(FORMATS)}
    message = _("The format “%(name)s” is not known; known are: %(known)s") % words
    assert refused(tmp_path, format="odt") == message


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("missing/report.xlsx", "the folder does not exist"),
        ("file/report.xlsx", "the folder does not exist"),
        ("folder", "there is a folder of this name"),
        (f"{'x' * 300}.xlsx", "the name is too long"),
    ],
)
def test_a_path_that_cannot_be_written_is_named_and_nothing_is_left(small, tmp_path, place, reason):
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    with pytest.raises(CommandError) as error:
        run(tmp_path / place)
    words = {"file": tmp_path / place, "reason": _(reason)}
    assert str(error.value) == _("%(file)s cannot be written: %(reason)s") % words
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"]


# -- what is in the file, and what is said of it


def told(capsys, tmp_path, **options):
    file = tmp_path / "report.json"
    call_command("annual_report", subject="county", format="json", out=str(file), json=True, **options)
    return json.loads(capsys.readouterr().out), json.loads(file.read_text())


def test_the_json_holds_each_figure_with_its_records_and_the_fingerprint(small, tmp_path, capsys):
    said, kept = told(capsys, tmp_path, year="2026")
    (contacts,) = [figure for figure in kept["figures"] if figure["key"] == "contacts"]
    assert (contacts["value"], contacts["ids"]) == (2, list(Visit.objects.order_by("pk").values_list("pk", flat=True)))
    assert said == {"file": said["file"], "fingerprint": kept["fingerprint"], "figures": len(kept["figures"])}
    assert document.Document.from_json(kept).fingerprint == kept["fingerprint"]


def test_a_report_of_some_months_holds_what_happened_in_them(small, tmp_path, capsys):
    Visit.objects.filter(deputy=small.a.deputy).update(happened_on="2026-04-01")
    _said, kept = told(capsys, tmp_path, first="2026-04", last="2026-06")
    assert [figure["value"] for figure in kept["figures"] if figure["key"] == "contacts"] == [1]
    assert (kept["from"], kept["to"]) == ("2026-04-01", "2026-06-30")


@pytest.mark.parametrize(
    "months", [{}, {"year": "2026", "first": "2026-01", "last": "2026-02"}, {"first": "2026-02"}, {"last": "2026-02"}]
)
def test_a_year_or_both_months_are_named_and_not_both(small, tmp_path, months):
    with pytest.raises(CommandError):
        call_command("annual_report", subject="county", out=str(tmp_path / "x"), **months)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("form", FORMATS)
def test_each_form_is_written_whole(small, tmp_path, form):
    run(tmp_path / "report", format=form)
    assert (tmp_path / "report").read_bytes()[:2] == (b"{\n" if form == "json" else b"%P" if form == "pdf" else b"PK")


def test_a_form_whose_template_is_broken_is_refused_and_nothing_is_written(small, tmp_path, settings):
    settings.PAPER_TEMPLATES = tmp_path / "none"
    with pytest.raises(CommandError, match="“report”"):
        run(tmp_path / "report.pdf", format="pdf")
    assert list(tmp_path.iterdir()) == []


def test_standard_output_holds_the_report_and_nothing_beside_it(small, tmp_path):
    with (tmp_path / "out").open("w") as stdout:
        call_command("annual_report", year="2026", subject="county", format="json", out="-", stdout=stdout)
    told = json.loads((tmp_path / "out").read_bytes())
    assert told["fingerprint"] == document.read(find("county")[0], 2026, on=clock.today()).fingerprint
    assert os.listdir(tmp_path) == ["out"]


def test_what_cannot_go_to_standard_output_is_said(small):
    with open("/dev/full", "w") as full, pytest.raises(CommandError, match="磁盘已满"):
        call_command("annual_report", year="2026", subject="county", out="-", stdout=full)
    with pytest.raises(CommandError, match="--json"):
        call_command("annual_report", year="2026", subject="county", out="-", json=True)


def test_a_database_without_tables_is_said_in_one_line(small, tmp_path):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE reports_flag RENAME TO elsewhere")
    assert "migrate" in refused(tmp_path)

"""``manage.py annual_report``: the file is there whole, or the reason is."""

import os

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import gettext as _

from office.models import Jurisdiction
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
    words = {"name": "docx", "known": "xlsx"}
    message = _("The format “%(name)s” is not known; known are: %(known)s") % words
    assert refused(tmp_path, format="docx") == message


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

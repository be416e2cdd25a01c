"""The working-day calendar: what the three notices say, what the office changed, and which files are refused."""

import json
from collections import Counter
from datetime import date

import pytest
from django.core.management import call_command
from django.utils import translation

from office import first_use, workdays
from office.clock import days_between
from office.dated_files import FileRefused
from office.models import CalendarDay, Rule
from office.workdays import Calendar

FILE = """\
year = 2027
notice = "通知"
number = "试验〔2026〕1号"

[[holiday]]
name = "春节"
first = 2027-02-05
last = 2027-02-16
working = [2027-02-20]

[[holiday]]
name = "元旦"
first = 2027-01-01
last = 2027-01-01
"""


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def folder(tmp_path):
    """A function that writes calendar files, named a.toml, b.toml, and returns their folder."""

    def write(*texts):
        for name, text in zip("ab", texts, strict=False):
            (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def year(n):
    return list(days_between(date(n, 1, 1), date(n, 12, 31)))


# The three notices


@pytest.mark.parametrize(
    ("n", "free", "worked", "working_days"),
    [(2024, 28, 8, 251), (2025, 28, 5, 248), (2026, 33, 6, 248)],
)
def test_each_year_has_the_days_of_its_notice(n, free, worked, working_days):
    calendar = Calendar.from_files()
    said = Counter(calendar.days[day].working for day in year(n) if day in calendar.days)
    assert said == {False: free, True: worked}
    assert calendar.working_days(date(n, 1, 1), date(n, 12, 31)) == working_days


def test_every_holiday_and_every_working_weekend_of_2026():
    calendar = Calendar.from_files()
    names = {day: said.name for day, said in calendar.days.items() if day.year == 2026}
    free = {day for day in names if not calendar.is_working(day)}
    worked = {day.isoformat(): names[day] for day in names if calendar.is_working(day)}
    spans = [
        ("元旦", date(2026, 1, 1), date(2026, 1, 3)),
        ("春节", date(2026, 2, 15), date(2026, 2, 23)),
        ("清明节", date(2026, 4, 4), date(2026, 4, 6)),
        ("劳动节", date(2026, 5, 1), date(2026, 5, 5)),
        ("端午节", date(2026, 6, 19), date(2026, 6, 21)),
        ("中秋节", date(2026, 9, 25), date(2026, 9, 27)),
        ("国庆节", date(2026, 10, 1), date(2026, 10, 7)),
    ]
    assert {day: names[day] for day in free} == {d: name for name, a, b in spans for d in days_between(a, b)}
    assert worked == {
        "2026-01-04": "元旦",
        "2026-02-14": "春节",
        "2026-02-28": "春节",
        "2026-05-09": "劳动节",
        "2026-09-20": "国庆节",
        "2026-10-10": "国庆节",
    }


def test_the_longest_row_of_days_without_work_is_the_notice_s_longest_holiday():
    calendar = Calendar.from_files()
    for n, longest in {2024: 8, 2025: 8, 2026: 9}.items():
        rows = "".join("w" if calendar.is_working(day) else "." for day in year(n)).split("w")
        assert max(map(len, rows)) == longest


def test_every_working_weekend_is_a_weekend():
    worked = [day for day, said in Calendar.from_files().days.items() if said.working]
    assert {day.weekday() for day in worked} == {5, 6}


def test_a_reason_is_given_for_every_kind_of_day():
    calendar = Calendar.from_files()
    days = [date(2026, 2, 13), date(2026, 2, 14), date(2026, 2, 15), date(2026, 3, 7), date(2026, 3, 8)]
    assert [calendar.reason(day) for day in days] == [
        "working day",
        "working weekend (春节)",
        "春节 holiday",
        "Saturday, weekend",
        "Sunday, weekend",
    ]


# Loading


@pytest.mark.django_db
def test_the_calendar_is_loaded_once_and_read_in_one_query(django_assert_num_queries):
    assert workdays.load() == {"created": 108, "updated": 0, "unchanged": 0, "removed": 0, "kept": 0}
    assert workdays.load() == {"created": 0, "updated": 0, "unchanged": 108, "removed": 0, "kept": 0}
    with django_assert_num_queries(1):
        assert Calendar.load() == Calendar.from_files()
    assert CalendarDay.objects.get(day="2026-02-14").note == "国办发明电〔2025〕7号"


@pytest.mark.django_db
def test_an_empty_table_is_read_from_the_files():
    assert Calendar.load() == Calendar.from_files()


@pytest.mark.django_db
def test_a_day_that_the_office_edited_stays():
    workdays.load()
    CalendarDay.objects.filter(day="2026-02-14").update(working=False, name="停电", edited=True)
    CalendarDay.objects.create(day="2026-03-03", working=False, name="防汛", edited=True)
    assert workdays.load()["kept"] == 2
    calendar = Calendar.load()
    assert [calendar.is_working(date(2026, 2, 14)), calendar.is_working(date(2026, 3, 3))] == [False, False]


@pytest.mark.django_db
def test_a_corrected_file_corrects_its_days_and_takes_back_what_it_no_longer_names(folder):
    workdays.load(folder(FILE))
    changed = FILE.replace("2027-02-16", "2027-02-15").replace("2027-02-20", "2027-02-21")
    changed = changed.replace('"元旦"', '"新年"')
    assert workdays.load(folder(changed)) == {"created": 1, "updated": 1, "unchanged": 11, "removed": 2, "kept": 0}
    assert CalendarDay.objects.get(day="2027-01-01").name == "新年"
    assert not CalendarDay.objects.filter(day__in=["2027-02-16", "2027-02-20"]).exists()


@pytest.mark.django_db
def test_nothing_is_loaded_when_the_second_of_two_files_is_refused(folder):
    with pytest.raises(FileRefused) as refused:
        workdays.load(folder(FILE, FILE))
    assert (refused.value.file, refused.value.line) == ("b.toml", 1)
    assert refused.value.reason == "2027 is already given in a.toml, line 1"
    assert CalendarDay.objects.count() == 0


@pytest.mark.django_db
def test_an_empty_system_gets_the_calendar_with_the_regulations(capsys):
    call_command("load_regulations", "--json")
    assert json.loads(capsys.readouterr().out)["calendar"]["created"] == 108
    CalendarDay.objects.all().delete()
    Rule.objects.all().delete()
    first_use.make_ready()
    assert CalendarDay.objects.count() == 108


# Which years are known


def test_a_year_with_one_entry_of_the_office_is_not_entered_yet():
    days = Calendar.from_files().days | {date(2027, 3, 3): workdays.Day(False, "防汛")}
    assert Calendar.of(days).years == {2024, 2025, 2026}


@pytest.mark.parametrize(
    ("on", "missing"),
    [("2026-10-31", []), ("2026-11-01", [2027]), ("2027-01-01", [2027]), ("2027-11-01", [2027, 2028])],
)
def test_the_next_year_is_missed_from_november_on(on, missing):
    assert Calendar.from_files().missing(date.fromisoformat(on)) == missing


# Refusals


def test_the_file_that_the_refusals_below_spoil_is_good(folder):
    (entry,) = workdays.read(folder(FILE))
    assert [(h.name, h.first, h.last) for h in entry.holidays] == [
        ("春节", date(2027, 2, 5), date(2027, 2, 16)),
        ("元旦", date(2027, 1, 1), date(2027, 1, 1)),
    ]


BAD = {
    "no year": (("year = 2027\n", ""), 1, "“year” is missing"),
    "a year far away": (("year = 2027", "year = 1027"), 1, "“year” lies between 2000 and 2100"),
    "a name not known": (("last = 2027-02-16", "until = 2027-02-16"), 8, "“until” is not known here"),
    "no last day": (("last = 2027-02-16\n", ""), 5, "“last” is missing"),
    "not a day": (("last = 2027-02-16", "last = '16'"), 8, "“last” must be a date such as 2016-01-01"),
    "ends before it begins": (("2027-02-16", "2027-02-01"), 8, "a holiday lasts from 1 to 15 days"),
    "too long": (("2027-02-16", "2027-03-16"), 8, "a holiday lasts from 1 to 15 days"),
    "another year": (("first = 2027-01-01", "first = 2026-12-31"), 13, "this day does not lie in 2027"),
    "a working Friday": (("[2027-02-20]", "[2027-02-19]"), 9, "2027-02-19 is no weekend: it is worked anyway"),
    "a working day in a holiday": (("[2027-02-20]", "[2027-02-06]"), 9, "2027-02-06 is given as a holiday too"),
    "not a list": (("[2027-02-20]", "2027-02-20"), 9, "“working” must be a list"),
    "not a list of days": (("[2027-02-20]", "[20]"), 9, "“working” holds days of 2027, such as 2027-02-14"),
    "given twice": (("2027-01-01\nlast = 2027-01-01", "2027-02-16\nlast = 2027-02-16"), 13, None),
    "no toml": (("name = ", "name "), 6, None),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_its_line_and_the_reason(folder, name):
    (good, bad), line, reason = BAD[name]
    assert good in FILE
    with pytest.raises(FileRefused) as refused:
        workdays.read(folder(FILE.replace(good, bad, 1)))
    assert (refused.value.file, refused.value.line) == ("a.toml", line)
    assert reason is None or refused.value.reason == reason


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(FileRefused):
        workdays.read(tmp_path)

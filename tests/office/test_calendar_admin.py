"""The calendar in the admin site: entered day by day or by a year's notice, and what that moves."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from constituents.models import Petition
from office import clocks, holiday_notice, regulations, workdays
from office.models import AuditEvent, CalendarDay
from office.workdays import Calendar
from tests import county

AT = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)
ON = date(2026, 11, 10)
NOTICES = {
    2024: """国务院办公厅关于2024年
部分节假日安排的通知
一、元旦：1月1日放假，与周末连休。
二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。
三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。
四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。
五、端午节：6月10日放假，与周末连休。
六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。
节假日期间，各地区、各部门要妥善安排好值班。""",
    2025: """国务院办公厅关于2025年部分节假日安排的通知
按照上述原则，现将2025年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。""",
    2026: """国务院办公厅关于2026年部分节假日安排的通知
一、元旦：1月1日(周四)至3日(周六)放假调休,共3天。1月4日(周日)上班。
二、春节：2月15日(农历腊月二十八、周日)至23日(农历正月初七、周一)放假调休,共9天。2月14日(周六)、2月28日(周六)上班。
三、清明节:4月4日(周六)至6日(周一)放假,共3天。
四、劳动节:5月1日(周五)至5日(周二)放假调休,共5天。5月9日(周六)上班。
五、端午节:6月19日(周五)至21日(周日)放假,共3天。
六、中秋节:9月25日(周五)至27日(周日)放假,共3天。
七、国庆节:10月1日(周四)至7日(周三)放假调休,共7天。9月20日(周日)、10月10日(周六)上班。""",
}
# A year that has no notice yet, in the words of one; 2027-01-04 is a Monday, 2027-01-09 a Saturday.
NEXT_YEAR = """关于2027年部分节假日安排的通知
一、元旦：1月1日（周五）至4日（周一）放假调休，共4天。1月9日（周六）上班。
二、国庆节：10月1日（周五）至7日（周四）放假，共7天。"""
NOTICE = reverse("admin:office_calendarday_enter_notice")
LIST = reverse("admin:office_calendarday_changelist")


@pytest.fixture
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def small(db):
    regulations.load(on=date(2026, 1, 1))
    workdays.load()
    with time_machine.travel(AT, tick=False):
        yield county.build()


def petition(town, received_on):
    row = Petition.objects.create(
        station=town.station,
        year=received_on.year,
        seq=Petition.objects.count() + 1,
        received_on=received_on,
        registered_at=AT,
        visitor="来访人",
        situation="情况",
        request="问题",
    )
    clocks.stamp("hand_over", on=received_on)
    row.refresh_from_db()
    return row


# Reading a notice


@pytest.mark.parametrize("year", NOTICES)
def test_the_published_notices_are_read_to_the_same_days_as_the_files(year):
    notice = holiday_notice.read(NOTICES[year])
    assert notice.year == year
    assert notice.days == {d: said for d, said in Calendar.from_files().days.items() if d.year == year}


BAD = {
    "no title": ("2027年部分节假日", "明年部分节假日", None),
    "too few days": ("至7日（周四）", "", "国庆节: from 2027-10-01 to 2027-10-01 is not the number of days it gives."),
    "too many days": ("共4天", "共5天", "元旦: from 2027-01-01 to 2027-01-04 is not the number of days it gives."),
    "another weekday": ("1月9日（周六）", "1月9日（周日）", "元旦: 2027-01-09 is another day of the week."),
    "a working Monday": ("1月9日（周六）", "1月11日", "元旦: 2027-01-11 is no weekend."),
    "no such day": ("1月9日（周六）", "2月30日", "元旦: there is no 2月30日."),
    "day zero": ("至4日（周一）", "至1月0日", "元旦: there is no 1月0日."),
    "named twice": ("1月9日（周六）", "1月2日（周六）", "元旦: 2027-01-02 is named twice."),
    "one holiday alone": (
        "二、国庆节：10月1日（周五）至7日（周四）放假，共7天。",
        "",
        "Fewer holidays than the law names were found: please paste the notice as a whole.",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_notice_that_cannot_be_is_refused_with_the_reason(english, name):
    good, bad, reason = BAD[name]
    assert NEXT_YEAR.count(good) == 1
    with pytest.raises(holiday_notice.NoticeRefused) as refused:
        holiday_notice.read(NEXT_YEAR.replace(good, bad))
    assert reason in (None, str(refused.value))


# Entering it


@pytest.mark.django_db
def test_a_notice_is_looked_at_confirmed_and_moves_what_runs(client, small):
    row = petition(small.a, date(2026, 12, 30))
    assert row.hand_over_due_on == date(2027, 1, 6)
    client.force_login(small.office)
    looked = client.post(NOTICE, {"text": NEXT_YEAR, "number": "试验〔2026〕1号", "look": "yes"})
    assert len(looked.context["notice"].days) == 12
    assert not CalendarDay.objects.filter(day__year=2027).exists()
    done = client.post(NOTICE, {"text": NEXT_YEAR, "number": "试验〔2026〕1号", "confirmed": "yes"}, follow=True)
    assert done.redirect_chain == [(f"{LIST}?year=2027", 302)]
    days = CalendarDay.objects.filter(day__year=2027)
    assert {(d.note, d.edited) for d in days} == {("试验〔2026〕1号", True)}
    assert (days.filter(working=False).count(), days.filter(working=True).count()) == (11, 1)
    row.refresh_from_db()
    assert row.hand_over_due_on == date(2027, 1, 8)
    assert reverse("office:deadline_of", args=["petition", row.pk]) in done.content.decode()
    events = AuditEvent.objects.filter(user=small.office).order_by("pk").values_list("action", flat=True)
    assert list(events) == ["calendarday.entered", "deadline.moved"]


@pytest.mark.django_db
def test_a_notice_takes_the_place_of_what_its_year_had_and_of_no_other_year(client, small):
    CalendarDay.objects.create(day="2027-03-03", working=False, name="防汛", edited=True)
    client.force_login(small.office)
    client.post(NOTICE, {"text": NEXT_YEAR, "confirmed": "yes"})
    assert not CalendarDay.objects.filter(day="2027-03-03").exists()
    assert CalendarDay.objects.filter(day__lt="2027-01-01").count() == 108


@pytest.mark.django_db
def test_a_notice_that_is_refused_is_kept_in_the_form_and_writes_nothing(client, small):
    client.force_login(small.office)
    response = client.post(NOTICE, {"text": "放假通知", "confirmed": "yes"})
    assert (response.status_code, list(response.context["form"].errors)) == (200, ["text"])
    assert "放假通知" in response.content.decode()
    assert CalendarDay.objects.count() == 108


@pytest.mark.django_db
def test_the_county_writes_the_calendar_and_the_towns_read_it(client, small):
    day = CalendarDay.objects.get(day="2026-02-14")
    change = reverse("admin:office_calendarday_change", args=[day.pk])
    client.force_login(small.a.staff)
    assert [client.get(page).status_code for page in (LIST, change, NOTICE)] == [200, 200, 403]
    assert client.post(change, {"name": "春节", "note": ""}).status_code == 403
    assert client.post(NOTICE, {"text": NEXT_YEAR, "confirmed": "yes"}).status_code == 403
    client.force_login(small.a.deputy_user)
    assert [client.get(page).status_code for page in (LIST, change, NOTICE)] == [403, 403, 403]
    assert CalendarDay.objects.count() == 108


@pytest.mark.django_db
def test_a_day_that_the_office_changes_is_its_own_and_moves_what_runs(client, small):
    row = petition(small.a, date(2026, 2, 12))
    day = CalendarDay.objects.get(day="2026-02-14")
    client.force_login(small.office)
    change = reverse("admin:office_calendarday_change", args=[day.pk])
    assert client.post(change, {"name": "春节", "note": "本县不调休"}).status_code == 302
    day.refresh_from_db()
    assert (day.working, day.edited) == (False, True)
    row.refresh_from_db()
    assert row.hand_over_due_on == date(2026, 2, 27)
    moved = AuditEvent.objects.get(action="deadline.moved")
    assert (moved.subject_id, moved.detail["was"], moved.detail["now"]) == (row.pk, "2026-02-26", "2026-02-27")
    history = client.get(reverse("admin:constituents_petition_history", args=[row.pk])).content.decode()
    assert "2026-02-26 → 2026-02-27" in history


@pytest.mark.django_db
def test_a_day_of_its_own_is_added_once(client, small):
    client.force_login(small.office)
    add = reverse("admin:office_calendarday_add")
    form = {"day": "2026-12-04", "name": "防汛", "note": ""}
    assert client.post(add, form).status_code == 302
    assert client.post(add, form).status_code == 200
    assert CalendarDay.objects.get(day="2026-12-04").edited is True


@pytest.mark.django_db
@pytest.mark.parametrize(("asked", "days"), [("2026", 39), ("2025", 33), ("x", 108), ("99999", 108)])
def test_the_list_is_narrowed_to_a_year(client, small, asked, days):
    client.force_login(small.office)
    response = client.get(LIST, {"year": asked})
    assert response.context["cl"].result_count == days


# The next year is missing


@pytest.mark.django_db
@pytest.mark.parametrize(("on", "missing"), [("2026-10-31", []), ("2026-11-01", [2027]), ("2027-01-02", [2027])])
def test_the_overview_says_which_year_is_missing_and_the_county_how_to_enter_it(client, small, on, missing):
    links = {}
    with time_machine.travel(datetime.fromisoformat(f"{on}T04:00:00+00:00"), tick=False):
        for user in (small.office, small.a.staff):
            client.force_login(user)
            response = client.get(reverse("admin:index"))
            assert response.context["years_missing"] == missing
            links[user.username] = NOTICE in response.content.decode()
    assert links == {"office": bool(missing), "town1": False}

"""What a careful clerk reads in a cell, and what nobody can."""

from datetime import date, datetime

import pytest

from office import normalise
from office.normalise import DistrictName, NotUnderstood


def code(reader, value, **options):
    """The stable code under which a cell is named."""
    with pytest.raises(NotUnderstood) as refused:
        reader(value, **options)
    return refused.value.code


@pytest.mark.parametrize(
    "written",
    [
        "2026-01-03",
        "2026.1.3",
        "2026. 1. 3",
        "2026/01/03",
        "2026年1月3日",
        "2026 年 1 月 3 日",
        "二〇二六年一月三日",
        "1月3日",
        "1月3号",
        "元月3日",
        "1.3",
        "1-3",
        "20260103",
        20260103.0,
        46025.0,
        46025.375,
        "26.1.3",
        "26年1月3日",
        "２０２６－０１－０３",
        "2026—1—3",
        "2026年1月3日（星期六）",
        "2026-1-3 上午9:00-11:00",
        "2026-01-03 09:30:00",
        "2026-01-03T00:00:00",
        date(2026, 1, 3),
        datetime(2026, 1, 3, 9, 30),
    ],
)
def test_a_day_is_read_in_whatever_way_it_is_written(written):
    assert normalise.day(written, year=2026) == date(2026, 1, 3)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("2026-02-30", "impossible_day"),
        ("2026年13月1日", "impossible_day"),
        ("1月3-5日", "not_a_day"),
        ("1月上旬", "not_a_day"),
        ("2026年1月", "not_a_day"),
        ("3/1/2026", "not_a_day"),
        (2026.1, "not_a_day"),
        (True, "not_a_day"),
        (1.3, "ambiguous_day"),
        (10.2, "ambiguous_day"),
        ("2206-01-03", "implausible_year"),
        (date(1900, 1, 3), "implausible_year"),
    ],
)
def test_what_is_no_single_day_is_named_and_not_guessed(written, why):
    assert code(normalise.day, written, year=2026) == why


def test_a_day_without_a_year_needs_a_year_from_the_title():
    assert code(normalise.day, "1月3日") == "no_year"
    assert normalise.day(10.28, year=2025) == date(2025, 10, 28)


@pytest.mark.parametrize(
    "written",
    [
        "1981.10",
        "1981-10",
        "1981/10",
        "1981年10月",
        "１９８１．１０",
        "198110",
        198110.0,
        "81.10",
        "一九八一年十月",
        "1981年10月出生",
    ],
)
def test_a_month_of_birth_is_read_in_whatever_way_it_is_written(written):
    assert normalise.month(written) == date(1981, 10, 1)


def test_a_month_as_a_number_is_ambiguous_only_where_a_zero_may_be_lost():
    assert code(normalise.month, 1981.1) == "ambiguous_month"
    assert [normalise.month(1981.2), normalise.month(1981.12)] == [date(1981, 2, 1), date(1981, 12, 1)]
    assert code(normalise.month, 1981.0) == "not_a_month"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("19905032582", "19905032582"),
        (19905032582.0, "19905032582"),
        ("199-0503-2582", "19905032582"),
        ("199 0503 2582", "19905032582"),
        ("１９９０５０３２５８２", "19905032582"),
        ("19905032582 ", "19905032582"),
        ("+86 19905032582", "19905032582"),
        ("(0719)3221234", "0719-3221234"),
        ("07193221234", "0719-3221234"),
        ("0719-3221234转802", "0719-3221234-802"),
        ("电话：０７１９－３２２１２３４", "0719-3221234"),
        ("19905032582/0719-3221234", "19905032582、0719-3221234"),
        ("19905032582\n13800000000", "19905032582、13800000000"),
    ],
)
def test_a_telephone_number_is_read_in_whatever_way_it_is_written(written, number):
    assert normalise.phones(written) == number


@pytest.mark.parametrize("written", ["1990503258", "199050325821", "1.99E+10", "不知道", 1.5, "(139)00000000"])
def test_a_wrong_telephone_number_is_named(written):
    assert code(normalise.phones, written) == "not_a_phone"


def test_the_number_that_was_understood_is_kept_beside_what_was_not():
    with pytest.raises(NotUnderstood) as refused:
        normalise.phones("19905032582/138")
    assert (refused.value.code, refused.value.kept) == ("not_a_phone", "19905032582")
    with pytest.raises(NotUnderstood) as refused:
        normalise.phones("19905032582(微信同号)")
    assert (refused.value.code, refused.value.kept) == ("words_beside_phone", "19905032582")


@pytest.mark.parametrize(
    "written",
    ["第十二选区", "第 12 选区", "12选区", "12", 12.0, "十二选区", "第１２选区", "第12号选区", "选区12", "第012选区"],
)
def test_one_district_is_one_however_its_number_is_written(written):
    assert normalise.district(written) == DistrictName("第12选区", 12)


@pytest.mark.parametrize("name", ["城东选区", "五一选区", "一中选区", "三合选区", "八一"])
def test_a_district_with_a_name_is_no_number(name):
    assert normalise.district(name) == DistrictName(name)


def test_a_district_of_a_township_keeps_its_place():
    assert normalise.district("城关镇第一选区") == DistrictName("城关镇第1选区", 1)


@pytest.mark.parametrize("written", ["待定", "?", "第12、13选区", "第0选区"])
def test_what_is_no_district_is_named(written):
    assert code(normalise.district, written) == "not_a_district"


@pytest.mark.parametrize("gap", ["", " ", "  ", "\u3000", "\u00a0", "\u200b", "\n"])
def test_spaces_inside_a_name_of_two_characters_are_no_part_of_it(gap):
    assert normalise.person(f"崔{gap}海") == "崔海"


def test_dots_in_a_name_are_one_dot():
    names = [normalise.person(f"阿依古丽{dot}买买提") for dot in "·•・．."]
    assert set(names) == {"阿依古丽·买买提"}


@pytest.mark.parametrize("written", ["186人", "张", "张三(女)", "2026-01-03"])
def test_what_is_no_name_is_named(written):
    assert code(normalise.person, written) == "not_a_name"


@pytest.mark.parametrize(
    "written",
    [
        "田磊、王正、李四",
        "田磊，王正,李四",
        "田 磊 王正 李四",
        "田  磊、王 正;李四",
        "田磊\n王正\n李四",
        "田磊、王正 李四",
    ],
)
def test_names_in_one_cell_are_told_apart(written):
    assert normalise.persons(written) == ["田磊", "王正", "李四"]


def test_a_household_counts_its_people_in_figures_or_words():
    assert [normalise.people(written) for written in (3.0, "3人", "三口人", "３")] == [3, 3, 3, 3]
    assert [code(normalise.people, written) for written in ("0", "100", 2.5, "约3人")] == [
        "out_of_range",
        "out_of_range",
        "not_a_number",
        "not_a_number",
    ]


def test_none_is_said_in_many_ways():
    assert [normalise.is_none(word) for word in ("", " ", "无", "暂无", "—", "/", "－", None)] == [True] * 8
    assert [normalise.is_none(word) for word in ("无锡", "0", 0)] == [False] * 3


def test_the_year_of_a_title_is_read_only_when_it_is_one():
    assert normalise.year_in("填报日期：2026.11.3") == 2026
    assert normalise.year_in("二〇二六年度") == 2026
    assert normalise.year_in("2025-2026年度") is None
    assert normalise.year_in("电话19920261234") is None

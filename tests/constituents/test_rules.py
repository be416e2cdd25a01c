"""How words, names, phones and register numbers are read at the desk."""

import pytest

from constituents import moves, rules


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("03〔2026〕0012", {"station": 3, "year": 2026, "seq": 12}),
        ("０３〔２０２６〕００１２", {"station": 3, "year": 2026, "seq": 12}),
        ("3-2026-12", {"station": 3, "year": 2026, "seq": 12}),
        ("2026年第12号", {"year": 2026, "seq": 12}),
        ("2026-0012", {"year": 2026, "seq": 12}),
        ("第12号", {"seq": 12}),
        (" 0012 ", {"seq": 12}),
        ("19908490085", {}),
        ("石桥村12组", {}),
        ("", {}),
    ],
)
def test_a_register_number_is_understood_as_people_write_it(written, parts):
    assert rules.number_parts(written) == parts


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("张 三", "张三"),
        ("张\u3000三", "张三"),
        ("张三 李四", "张三 李四"),
        ("  王小明\n等五人 ", "王小明 等五人"),
        ("Anna Li", "Anna Li"),
    ],
)
def test_a_spaced_out_name_is_joined_and_two_names_stay_apart(written, name):
    assert rules.tidy_name(written) == name


@pytest.mark.parametrize(
    ("written", "fragments"),
    [
        ("199-0849-0085", ["19908490085"]),
        ("１９９０８４９００８５", ["19908490085"]),
        ("0719-3221234", ["0719-3221234"]),
        ("199 0849", ["1990849", "1990849"]),
        ("199-0849", ["199-0849", "1990849"]),
        ("12", []),
        ("张三", []),
    ],
)
def test_a_search_by_phone_finds_the_number_as_it_is_kept(written, fragments):
    assert rules.phone_fragments(written) == fragments


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b", "\x7f", "\ud800", "\udfff", "\ufffd", "\uffff"])
def test_a_sign_that_no_database_or_workbook_takes_is_not_readable(sign):
    assert not rules.is_readable(f"路灯{sign}坏了")


def test_rare_characters_tabs_and_line_breaks_are_readable():
    assert rules.is_readable("䶮㛃𬭎\t第一行\n第二行 😀")


def test_every_line_break_becomes_one_sign():
    assert rules.even_breaks("一\r\n二\r三\x0b四\u2028五\n六") == "一\n二\n三\n四\n五\n六"


@pytest.mark.parametrize("text", ["", " ", "\u3000", "\u200b", "\ufeff\u200d "])
def test_what_cannot_be_seen_is_blank(text):
    assert rules.is_blank(text)


def test_a_step_without_a_name_stands_for_itself():
    assert moves.step_name("unheard_of") == "unheard_of"

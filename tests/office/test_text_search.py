"""A search in Chinese text finds what reading every text finds, for a piece of any length, and through an index."""

import random
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.models import Q

from constituents.models import Petition
from office.text_search import Folded, GramIndex, Grams, containing, folded, pieces

AT = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
SIGNS = "路灯道修水村口的不亮农家书屋" + "1122345678901２AbZ%_\\'\"-，𠮷"
PAIRS = GramIndex(Grams("situation"), name="found_by_situation")


def texts(count, *, longest, seed):
    chance = random.Random(seed)
    return ["".join(chance.choices(SIGNS, k=chance.randint(1, longest))) for _ in range(count)]


def written(station, situations, **columns):
    return Petition.objects.bulk_create(
        Petition(
            station=station, year=2026, seq=n, received_on=AT.date(), registered_at=AT, visitor="王小明",
            situation=text, request="请修", **columns,
        )
        for n, text in enumerate(situations, 1)
    )  # fmt: skip


def build(index):
    """The index as a migration makes it."""
    editor = connection.SchemaEditorClass(connection)
    with connection.cursor() as cursor:
        cursor.execute(str(index.create_sql(Petition, editor)))


def plan_of(rows):
    """How the database goes about it, once it knows its rows."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE constituents_petition")
    return rows.explain()


@pytest.fixture
def register(small):
    """Three hundred matters in made-up signs, in small letters as the column of a search is."""
    build(PAIRS)
    return written(small.a.station, map(folded, texts(300, longest=40, seed=1)))


def found(text, **how):
    return set(Petition.objects.filter(containing("situation", text, **how)).values_list("pk", flat=True))


@pytest.mark.parametrize("length", [1, 2, 3, 4, 8])
def test_a_piece_of_any_length_is_found_where_reading_finds_it(register, length):
    chance = random.Random(length)
    starts = [(p.situation, chance.randrange(len(p.situation) - 7)) for p in register if len(p.situation) > 8]
    wanted = [text[i : i + length].strip() for text, i in starts[:60]] + texts(20, longest=length, seed=length)
    for piece in wanted:
        by_reading = {p.pk for p in register if folded(piece) in p.situation}
        assert found(piece) == found(piece, by_index=False) == by_reading, piece


def test_what_sql_takes_for_a_sign_of_its_own_is_only_itself(small):
    rows = written(
        small.a.station, ["涨了50%的水费", "涨了50元的水费", "编号a_1", "编号ab1", "路径c:\\d", "他说'不'", "100%_\\'"]
    )
    at = [row.pk for row in rows]
    assert [found(text) for text in ("50%", "a_1", "\\", "'", "%_\\'", "；drop table")] == [
        {at[0]}, {at[2]}, {at[4], at[6]}, {at[5], at[6]}, {at[6]}, set(),
    ]  # fmt: skip


def test_every_word_must_occur_in_whatever_order(small):
    both, turned, one, neither = written(small.a.station, ["路灯坏了，道路也坏", "道路旁的路灯", "路灯", "水渠"])
    assert found(" 道路　 路灯 ") == {both.pk, turned.pk}
    assert found("路灯 道路 水渠") == set()
    assert found("   ") == {both.pk, turned.pk, one.pk, neither.pk}


def test_small_and_capital_letters_are_the_same_and_so_they_are_for_the_database(small):
    rows = written(small.a.station, ["WiFi信号差，É不变"])
    stored = Petition.objects.values_list(Folded("situation"), flat=True).get()
    assert stored == folded("WiFi信号差，É不变") == "wifi信号差，É不变"
    rows[0].situation = stored
    rows[0].save()
    assert [found(text) for text in ("WIFI信号", "wifi", "差，É", "差，é")] == [{rows[0].pk}] * 3 + [set()]


def test_any_part_of_a_number_is_found(small):
    (row,) = written(small.a.station, ["王小明\n13912345678\n路灯12号不亮"])
    wanted = ["13912345678", "5678", "567", "78", "8", "明 139", "5678 路灯12号", "灯12号", "12号"]
    assert [found(text) for text in wanted] == [{row.pk}] * len(wanted)
    assert [found(text) for text in ("5679", "139123456789", "9913", "1123")] == [set()] * 4


@pytest.mark.parametrize(
    "text, expected",
    [
        ("灯", ["灯"]),
        ("路灯", ["路灯"]),
        ("1", ["1"]),
        ("139", ["13", "39"]),
        ("1391", ["1391"]),
        ("a13912b", ["1391", "2b", "3912", "a1"]),
        ("12号5678", ["12", "2号", "5678", "号5"]),
    ],
)
def test_the_index_is_asked_for_as_few_pieces_as_cover_the_text(text, expected):
    assert pieces(text) == sorted(expected)


def test_the_condition_goes_together_with_others(register):
    condition = containing("situation", "路灯") | Q(pk=register[0].pk) & ~containing("situation", "%")
    by_reading = {p.pk for p in register if "路灯" in p.situation or (p == register[0] and "%" not in p.situation)}
    assert set(Petition.objects.filter(condition).values_list("pk", flat=True)) == by_reading


@pytest.mark.postgres
@pytest.mark.parametrize("wanted", ["塘坝", "坝", "塘坝漏水严重"])
def test_the_index_finds_a_rare_piece(small, wanted):
    build(PAIRS)
    written(small.a.station, ["村口的路灯不亮，请修一修" * 5] * 5_000 + ["塘坝漏水严重"] * 2)
    plan = plan_of(Petition.objects.filter(containing("situation", wanted)))
    assert plan.count("Bitmap Index Scan on found_by_situation") == 1
    assert len(found(wanted)) == 2


@pytest.mark.postgres
def test_the_index_finds_the_end_of_a_telephone_number(small):
    build(PAIRS)
    written(small.a.station, [f"王小明，139{n * 7919:08d}，路灯不亮" for n in range(3_000)])
    wanted = Petition.objects.filter(containing("situation", "13900007919"))
    assert plan_of(wanted).count("Bitmap Index Scan on found_by_situation") == 1
    assert [row.seq for row in wanted] == [2]

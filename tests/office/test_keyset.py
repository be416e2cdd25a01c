"""Pages of a long list: no row is lost or shown twice, backwards as forwards, also while others add rows."""

import random
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from constituents.models import Petition
from office import keyset
from office.keyset import LAST, page, search_page
from office.text_search import containing
from tests.queries import asked

AT = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
FIRST = date(2026, 1, 1)
WORDS = ["路灯", "道路", "农家书屋", "水渠", "补贴", "的"]


def matters(station, count, *, seed=1, days=20):
    """Rows of few days, so that many share one; every word stands in some of them, one word in the oldest alone."""
    chance = random.Random(seed)
    begin = Petition.objects.count() + 1
    return Petition.objects.bulk_create(
        Petition(
            station=station, year=2026, seq=n, received_on=FIRST + timedelta(days=chance.randrange(days)),
            registered_at=AT, visitor="王小明", request="请修", situation="".join(chance.choices(WORDS, k=6)),
        )
        for n in range(begin, begin + count)
    )  # fmt: skip


def in_order(rows, **order):
    return sorted(rows, key=lambda row: (row.received_on, row.pk), reverse=True)


def walked(turn, start=None, way="next"):
    """The pages from one on, in one direction."""
    pages = [turn(start)]
    while cursor := getattr(pages[-1], way):
        pages.append(turn(cursor))
    return pages


def turn(cursor, **options):
    return page(Petition.objects.all(), after=cursor, size=25, **options)


def rows_of(pages):
    return [row for one in pages for row in one]


@pytest.fixture
def register(small):
    return in_order(matters(small.a.station, 137))


def test_all_pages_together_are_the_list_newest_first(register):
    pages = walked(turn)
    assert rows_of(pages) == register
    assert [len(one) for one in pages] == [25, 25, 25, 25, 25, 12]
    assert (pages[0].previous, pages[-1].next) == (None, None)


def test_the_same_pages_are_found_on_the_way_back(register):
    forward = walked(turn)
    back = walked(turn, start=forward[-1].previous, way="previous")
    assert [one.rows for one in reversed(back)] == [one.rows for one in forward[:-1]]


def test_from_the_last_page_the_list_is_walked_back_to_its_beginning(register):
    back = walked(turn, start=LAST, way="previous")
    assert back[0].rows == register[-25:]
    assert back[0].next is None
    # What is left over is no page of its own: the beginning is shown in full.
    assert back[-1].rows == register[:25]
    assert set(rows_of(back)) == set(register)


def test_a_cursor_can_be_read(register):
    last = register[24]
    assert turn(None).next == f"{last.received_on}.{last.pk}"
    assert turn(turn(None).next).previous == f"before.{register[25].received_on}.{register[25].pk}"


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "2026-03-01", "2026-13-01.5", "2026-03-01.x", "before.", "before.x.1", ".", "1.2026-03-01", "a.b.c",
     f"2026-03-01.{10**30}", "2026-03-01.1 OR 1=1", "'; --"],
)  # fmt: skip
def test_a_broken_cursor_is_the_first_page(register, cursor):
    assert turn(cursor).rows == register[:25]


def test_behind_the_last_row_there_is_nothing_and_the_way_back(register):
    empty = turn("1999-01-01.1")
    assert (empty.rows, empty.next) == ([], None)
    assert turn(empty.previous).rows == register[-25:]


def test_a_list_that_fits_on_a_page_has_no_neighbours(small):
    rows = in_order(matters(small.a.station, 25))
    for cursor in (None, LAST):
        one = turn(cursor)
        assert (one.rows, one.next, one.previous) == (rows, None, None)


def test_a_list_without_rows_is_an_empty_page(small):
    assert turn(None) == turn(LAST) == keyset.Page([])


def test_rows_that_come_between_two_pages_neither_hide_nor_double_one(register, small):
    first = turn(None)
    matters(small.b.station, 60, seed=2)
    rest = walked(turn, start=first.next)
    seen = [row for row in rows_of([first, *rest]) if row.station_id == small.a.station.pk]
    assert seen == register


def test_a_row_that_is_gone_hides_none_of_the_others(register):
    first = turn(None)
    first.rows[-1].delete()
    assert turn(first.next).rows == register[25:50]


def test_the_oldest_can_come_first_or_another_column_order_alone(register):
    oldest_first = walked(lambda cursor: turn(cursor, order=("received_on", "id")))
    by_number = walked(lambda cursor: turn(cursor, order=("-id",)))
    assert rows_of(oldest_first) == register[::-1]
    assert rows_of(by_number) == sorted(register, key=lambda row: -row.pk)
    with pytest.raises(ValueError):
        turn(None, order=("-received_on", "id"))


def test_a_page_asks_once_and_counts_nothing(register):
    for cursor in (None, turn(None).next, turn(turn(None).next).previous, LAST):
        with asked() as statements:
            turn(cursor)
        assert len(statements) == (2 if cursor and cursor.startswith("before") else 1)
        assert not any("COUNT" in sql for sql in statements)


def test_what_a_person_may_not_see_is_on_no_page(register, small):
    matters(small.b.station, 40, seed=3)
    visible = Petition.objects.visible_to(small.a.officer)
    assert rows_of(walked(lambda cursor: page(visible, after=cursor))) == register


def search(text, rows=None):
    def narrow(rows, by_index):
        return rows.filter(containing("situation", text, by_index=by_index))

    return lambda cursor: search_page(Petition.objects.all() if rows is None else rows, narrow, after=cursor)


@pytest.mark.parametrize("near", [1, 30, 5_000])
@pytest.mark.parametrize("text", ["的", "路灯", "家书屋", "农家书屋", "路灯道路水渠补贴", "水渠 补贴", "没有这个"])
def test_a_search_finds_what_reading_finds_forwards_and_back(small, monkeypatch, near, text):
    monkeypatch.setattr(keyset, "NEAR", near)
    register = in_order(matters(small.a.station, 400))
    wanted = [row for row in register if all(word in row.situation for word in text.split())]
    assert rows_of(walked(search(text))) == wanted
    back = walked(search(text), start=LAST, way="previous")
    assert set(rows_of(back)) == set(wanted)
    assert back[0].rows == (wanted[-25:] if len(wanted) > 25 else wanted)


def test_a_search_stays_within_what_a_person_may_see(register, small):
    matters(small.b.station, 200, seed=5)
    visible = Petition.objects.visible_to(small.a.officer)
    wanted = [row for row in register if "路灯" in row.situation]
    assert rows_of(walked(search("路灯", visible))) == wanted != []


def test_a_frequent_word_is_found_without_the_index_and_a_rare_one_with_it(small, monkeypatch):
    monkeypatch.setattr(keyset, "NEAR", 100)
    matters(small.a.station, 300)
    with asked() as frequent:
        search("的")(None)
    with asked() as rare:
        search("的的的的的的")(None)
    assert (len(frequent), len(rare)) == (2, 3)
    assert not any("grams(" in sql for sql in (*frequent, *rare[:2]))
    assert ("grams(" in rare[2]) == (connection.vendor == "postgresql")

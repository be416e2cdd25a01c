"""Job 8: what a search finds is what reading every text finds; and how long the ways take inside the database."""

from itertools import islice
from statistics import median

from django.db import connection

from benchmarks.contest import Unequal, seconds
from benchmarks.words import SEARCHED
from constituents.models import Petition
from office import keyset
from office.models import User
from office.roles import Role
from office.text_search import pieces

ROUNDS = 3
PAGES = 3
_ORDER = "ORDER BY received_on DESC, id DESC LIMIT %(rows)s"
READING = f"SELECT id FROM constituents_petition WHERE words LIKE %(like)s {_ORDER}"
"""The plain scan; the planner may walk along the order, which is the fastest for what stands everywhere."""
BY_INDEX = f"SELECT id FROM constituents_petition WHERE grams(words) @> %(pieces)s AND words LIKE %(like)s {_ORDER}"


def check(search=None) -> dict[str, dict]:
    """By text: how many rows hold it, and the seconds of a first page by the program, by the index, and by reading.

    Raises ``Unequal`` where the first pages of ``search`` (text and cursor to a page; without it the register's) are
    not the first rows of the scan.
    """
    search = search or first_page
    return {text: _checked(search, text) for text in SEARCHED}


def first_page(text, after=None):
    """A page of the search through every register, as an officer reads: names and numbers in clear."""
    officer = User.objects.get(assignments__role=Role.STATION_OFFICER)
    return keyset.search_page(
        Petition.objects.all(), lambda rows, by_index: rows.matching(text, officer, by_index=by_index), after=after
    )


def _checked(search, text) -> dict:
    wanted = _ids(READING, text, keyset.SIZE * PAGES)
    found = [row.pk for page in islice(_pages(search, text), PAGES) for row in page]
    if found != wanted:
        raise Unequal(f"search {text}: {len(set(found) ^ set(wanted))} of the first rows differ, or their order")
    ways = {
        "program": lambda: search(text),
        "by index": lambda: _ids(BY_INDEX, text, keyset.SIZE + 1),
        "by reading": lambda: _ids(READING, text, keyset.SIZE + 1),
    }
    return {"hits": _hits(text)} | {name: median(seconds(way) for _ in range(ROUNDS)) for name, way in ways.items()}


def _pages(search, text):
    page = search(text)
    yield page
    while page.next:
        page = search(text, page.next)
        yield page


def _ids(sql, text, rows) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"like": f"%{text}%", "pieces": pieces(text), "rows": rows})
        return [pk for (pk,) in cursor.fetchall()]


def _hits(text) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM constituents_petition WHERE words LIKE %s", [f"%{text}%"])
        return cursor.fetchone()[0]

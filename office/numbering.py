"""Gap-free numbers, given inside the transaction that uses them."""

from django.db import connection

from office.models import Jurisdiction

# One statement takes and keeps the row's lock until the transaction ends: a number that is rolled back is given again.
_TAKE = """
INSERT INTO office_counter (kind, year, owner, n) VALUES (%s, %s, %s, %s)
ON CONFLICT (kind, year, owner) DO UPDATE SET n = office_counter.n + excluded.n RETURNING n
"""


def take(kind: str, *, year: int, owner: int, count: int = 1) -> range:
    """The next ``count`` numbers of a register, beginning with 1 each year; call it inside ``atomic()``.

    ``owner`` is the primary key of what keeps the register, e.g. a station (D5-三a).
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [kind, year, owner, count])
        (last,) = cursor.fetchone()
    return range(last - count + 1, last + 1)


def letters(place: Jurisdiction, *, year: int, count: int = 1) -> list[str]:
    """The next document numbers (发文字号, GB/T 9704 7.2.5) of a congress office; empty ones while it has no code.

    Call it inside ``atomic()`` with every row locked that the transaction will lock: who waits for a number holds one.
    """
    if not place.letter_code:
        return [""] * count
    numbers = take("letter", year=year, owner=place.pk, count=count)
    return [f"{place.letter_code}〔{year}〕{n}号" for n in numbers]

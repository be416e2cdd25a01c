"""Who is in office, and who owes what a period asks."""

from datetime import date

import pytest

from deputies.models import Absence, Deputy

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)


def away(deputy, since, until, kind=Absence.Kind.LEAVE):
    Absence.objects.create(
        deputy=deputy, kind=kind, since=since, until=until, reason="住院", approved_by="镇人大主席团"
    )


@pytest.mark.rule("D1-3①b")
@pytest.mark.parametrize(
    ("since", "until", "owes"),
    [
        (date(2026, 2, 1), date(2026, 2, 28), True),
        (date(2026, 2, 1), date(2026, 3, 1), False),
        (date(2026, 3, 31), date(2026, 4, 9), False),
        (date(2026, 4, 1), None, True),
        (date(2025, 1, 1), None, False),
    ],
)
@pytest.mark.parametrize("kind", Absence.Kind.values)
def test_a_deputy_away_on_one_day_of_the_period_does_not_owe_it(small, since, until, owes, kind):
    away(small.a.deputy, since, until, kind)
    others = {small.a.leader, small.b.deputy, small.b.leader}
    assert set(Deputy.objects.owing(FIRST, LAST)) == ({small.a.deputy} if owes else set()) | others
    assert small.a.deputy in Deputy.objects.in_office(FIRST, LAST)


def test_who_is_not_in_office_all_the_time_owes_nothing_either(small):
    Deputy.objects.filter(pk=small.a.deputy.pk).update(joined_on=date(2026, 3, 2))
    assert set(Deputy.objects.owing(FIRST, LAST)) == {small.a.leader, small.b.deputy, small.b.leader}

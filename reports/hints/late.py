"""Contacts written down late: no question at all. They count as late, and this says how late, openly (D1-3①b)."""

from datetime import date

from django.db.models import Q

from office import clock
from reports.hints.questions import midnight
from visits.models import Visit


def written_late(on: date) -> Q:
    """Written down here in the year of ``on`` after the month was over: the first of a month lies in between."""
    late = Q(pk__in=[])
    for month in range(1, on.month + 1):
        first = date(on.year, month, 1)
        late |= Q(happened_on__lt=first, logged_at__gte=midnight(first))
    return Q(imported=False, logged_at__gte=midnight(date(on.year, 1, 1))) & late


def days_late(visit: Visit) -> int:
    """Days from the end of the month it belongs to until it was written down."""
    return (clock.local_date(visit.logged_at) - clock.month_end(visit.happened_on)).days

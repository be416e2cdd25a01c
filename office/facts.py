"""What everything that counts for a duty has in common: it happened on a day, and was written down at an instant."""

from django.db.models import Q

from office import clock
from office.scoping import ScopedQuerySet


class FactQuerySet(ScopedQuerySet):
    """Of a model with ``happened_on``, ``logged_at`` and ``imported``."""

    def known(self, on):
        """What had happened by a day and was on record then; a workbook does not say when it was written."""
        on_record = Q(imported=True) | Q(logged_at__lt=clock.midnight_after(on))
        return self.filter(on_record, happened_on__lte=on)

    def between(self, first, last):
        """What happened from ``first`` to ``last``, both included."""
        return self.filter(happened_on__gte=first, happened_on__lte=last)

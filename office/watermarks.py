"""Up to which local date a scheduled job has been done; a missed night is seen here, and an older record rewinds it."""

from collections.abc import Callable
from datetime import date, timedelta

from django.db.models import DateField, Value
from django.db.models.functions import Coalesce, Least

from office.models import Watermark

SWEEP = "sweep"
"""The job that raises and clears the flags."""


def held(job: str, *, since: Callable[[], date]) -> Watermark:
    """The job's watermark, locked until the transaction ends; before the first run it stands on ``since()``.

    The row is made before it is locked, so that first runs at once take their locks in the same order as all others.
    """
    Watermark.objects.get_or_create(job=job, defaults={"done_through": since})
    return Watermark.objects.select_for_update().get(job=job)


def judged_through(job: str) -> date | None:
    """The last day that ``job`` has done, None before its first; until the transaction ends it does no further one.

    Whoever writes down something of a day waits for the run that judges that day, or that run waits for them. Who
    means to ``rewind`` and holds what a change of term takes as well takes this before it, as the change and the sweep
    do: nobody waits crosswise.
    """
    mark = Watermark.objects.select_for_update().filter(job=job).first()
    return mark and mark.done_through


def rewind(job: str, *, to: date):
    """Let ``job`` be done again from ``to`` on: facts of that day and later have just come in, or were taken back."""
    earliest = Least(Coalesce("again_from", Value(to)), Value(to), output_field=DateField())
    passed = Watermark.objects.filter(job=job, done_through__gte=to)
    passed.update(done_through=to - timedelta(days=1), again_from=earliest)

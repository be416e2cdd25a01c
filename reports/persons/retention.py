"""What is kept longer than there is a need to, as on a day; and its erasure. A second run finds nothing.

How long: the catalogue of personal data, or what the office has set instead. Figures stay, since rows stay with all
that is counted. The trail of who did what is never touched.
"""

import shutil
from datetime import date, datetime, time

from django.conf import settings
from django.db.models import DateField, Max, OuterRef, Q, Subquery
from django.db.models.functions import Cast, Coalesce, Greatest
from django.utils import timezone

from constituents.models import Attachment, Designation, Household, LiaisonVoter, PaperBatch, Petition, PetitionEvent
from deputies.models import Deputy
from office import clock, personal_data
from office.models import Attempt, Erasure, Job, Notice, Outbox, RetentionPeriod, Session, Submission, User, Watermark
from reports.persons import erasing
from reports.persons.erasing import not_erased
from visits.models import Visit, VisitPhoto

JOB = "retention"
_FINISHED = (Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED)


def months() -> dict[str, int]:
    """How many months each kind of data is kept: as the office has set it, else by the catalogue."""
    kept = {key: period.months for key, period in personal_data.periods().items()}
    return kept | dict(RetentionPeriod.objects.filter(key__in=kept).values_list("key", "months"))


def _until(on: date, kept: dict, key: str) -> date:
    """The last day of what is no longer needed on a day."""
    return clock.add_months(on, -kept[key])


def due(on: date) -> dict:
    """The records whose time is over on a day, by kind."""
    kept = months()
    contact = _until(on, kept, "contact")
    return {
        # First: a household takes what is left of its contacts with it.
        "contacts": Visit.objects.filter(not_erased("visits.visit"), _told(), happened_on__lt=contact),
        "petitions": _petitions(_until(on, kept, "matter")),
        "households": _households(contact),
        "liaison_voters": LiaisonVoter.objects.filter(not_erased("constituents.liaisonvoter"), until__lt=contact),
        "deputies": Deputy.objects.filter(not_erased("deputies.deputy"), left_on__lt=_until(on, kept, "mandate")),
        "users": _users(_until(on, kept, "account")),
    }


def _petitions(until):
    """Matters that came to their end by a day: that of their last step, or that on which an old register has them."""
    steps = PetitionEvent.objects.filter(petition=OuterRef("pk")).order_by().values("petition")
    last = Cast(Subquery(steps.annotate(last=Max("at")).values("last")), DateField())
    rows = Petition.objects.exclude(status__in=Petition.OPEN).annotate(ended_on=Coalesce(last, "received_on"))
    return rows.filter(not_erased("constituents.petition"), ended_on__lt=until)


def _households(until):
    """Households that are nobody's and were neither named nor seen since a day."""
    named = Designation.objects.filter(household=OuterRef("pk"))
    last = named.order_by().values("household").annotate(last=Max("until")).values("last")
    seen = Visit.objects.filter(household=OuterRef("pk")).order_by().values("household")
    never = date(1900, 1, 1)
    rows = Household.objects.exclude(pk__in=Designation.objects.filter(until=None).values("household"))
    rows = rows.annotate(
        ended_on=Greatest(
            Coalesce(Subquery(last), never), Coalesce(Subquery(seen.annotate(l=Max("happened_on")).values("l")), never)
        )
    )
    return rows.filter(not_erased("constituents.household"), ended_on__lt=until, ended_on__gt=never)


def _told():
    photos = Q(pk__in=VisitPhoto.objects.values("visit"))
    return photos | ~Q(content="") | ~Q(place="") | ~Q(met__in=("", erasing.GONE))


def _users(until):
    used = Coalesce("last_login", "date_joined")
    rows = User.objects.filter(not_erased("office.user"), is_active=False, is_superuser=False).annotate(used=used)
    return rows.filter(used__lt=_midnight(until))


def _midnight(day) -> datetime:
    return datetime.combine(day, time(), timezone.get_current_timezone())


def passing(on: date) -> dict:
    """What is no record of the office and goes as a whole, by kind."""
    kept, at = months(), _midnight(on)
    notice, tries = _midnight(_until(on, kept, "notice")), _midnight(_until(on, kept, "attempt"))
    return {
        "notices": Notice.objects.filter(at__lt=notice),
        "messages": Outbox.objects.filter(created_at__lt=notice, done_at__isnull=False),
        "sessions": Session.objects.filter(expire_date__lt=at),
        "attempts": Attempt.objects.filter(at__lt=tries),
        "submissions": Submission.objects.filter(at__lt=tries),
    }


def _workbooks(on):
    """The folders of imports that were over long ago; what came of them stands in the register."""
    until = _midnight(_until(on, months(), "import"))
    return Job.objects.filter(state__in=_FINISHED, finished_at__lt=until).exclude(folder="")


def run(*, on: date, at, by=None, dry_run=False) -> dict:
    """Erase what is due on a day and clear what passes; how many of each kind, and how many files.

    A record that must stay (held, or meanwhile in use again) is left out and counted as ``kept``. With ``dry_run``
    nothing is written: the numbers are those that a run would have.
    """
    found = {kind: rows.order_by("pk") for kind, rows in due(on).items()}
    if dry_run:
        told = {kind: rows.count() for kind, rows in (found | passing(on)).items()}
        return {**told, "workbooks": _workbooks(on).count(), "files": _files(found), "kept": 0}
    told, kept, files = {}, 0, 0
    for kind, rows in found.items():
        told[kind] = 0
        for row in list(rows):
            try:
                files += erasing.erase(row, why="due", by=by, at=at).files
                told[kind] += 1
            except erasing.Kept:
                kept += 1
    told |= {kind: rows.delete()[0] for kind, rows in passing(on).items()}
    told |= {"workbooks": _clear_workbooks(on), "files": files, "kept": kept}
    return told


def _files(found) -> int:
    """How many files go: of a photo the small picture too."""
    petitions, contacts, homes = (
        found[kind].order_by().values("pk") for kind in ("petitions", "contacts", "households")
    )
    photos = VisitPhoto.objects.filter(Q(visit__in=contacts) | Q(visit__household__in=homes))
    papers = Attachment.objects.filter(petition__in=petitions).count()
    return papers + 2 * photos.count() + _scans(petitions).count()


def _scans(petitions):
    """Scans of paper on which no matter is left beside these."""
    gone = Erasure.objects.filter(subject_type="constituents.petition").values("subject_id")
    left = Petition.objects.exclude(pk__in=gone).exclude(pk__in=petitions).exclude(paper=None)
    held = PaperBatch.objects.filter(petitions__in=petitions).distinct()
    return held.exclude(scan="").exclude(pk__in=left.values("paper"))


def _clear_workbooks(on) -> int:
    jobs = list(_workbooks(on))
    for job in jobs:
        shutil.rmtree(settings.VAR_DIR / job.folder, ignore_errors=True)
        Job.objects.filter(pk=job.pk).update(folder="", params={"files": []}, message="")
    return len(jobs)


def run_monthly(*, on: date, at) -> dict | None:
    """The run of a month, once; None where it is switched off or was done. A run that broke off is made again."""
    first = clock.month_start(on)
    if not settings.RETENTION_MONTHLY or Watermark.objects.filter(job=JOB, done_through__gte=first).exists():
        return None
    told = run(on=on, at=at)
    Watermark.objects.update_or_create(job=JOB, defaults={"done_through": first})
    return told

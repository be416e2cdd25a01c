"""A report to voters is planned, written, held, tallied, given back, filed and published (D1-4, D9-2一, D6-b).

The contact from which the duty of the year is derived is written with the holding, once, and goes with it.
"""

from datetime import date

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from deputies.models import Deputy
from office import audit, clock, watermarks
from office.models import User
from office.notices import tell
from office.roles import STAFF
from visits import handing_in
from visits.actions import CannotLog, CannotWithdraw, absence_named, enter_visit, not_in_office, take_out
from visits.models import ReportExemption, Visit, VoterReport
from visits.models.voters import BALLOTS, PARTS
from visits.voters.table import BACK, DEPUTY, VERBS, WRITING

_S = VoterReport.Status
DEEDS = {"held": "report_held", "cancelled": "called_off", "returned": "result_given", "filed": "put_on_file"}
"""How the trail calls a step where the word is taken."""
YEARS_AROUND = 1
"""So many years before and after this one may be planned for."""


class CannotReport(handing_in.CannotFile):
    """A step of a report is not possible now."""


# Planning


@transaction.atomic
def plan(deputies, *, by, at, days, place, starts_at=None, agenda="", pilot=False, roles=STAFF) -> list[VoterReport]:
    """Plan a report of each of ``deputies`` (a queryset) on the day that ``days`` gives for the own district.

    ``days`` are dates by the district's key. ``roles`` are those by which the person plans. Raises ``CannotReport``.
    """
    chosen = list(Deputy.objects.visible_to(by, roles=roles).filter(pk__in=deputies.order_by().values("pk")))
    if not chosen:
        raise CannotReport(_("Choose at least one deputy."), "deputies")
    told = {
        "place": place,
        "starts_at": starts_at,
        "agenda": agenda,
        "pilot": pilot,
        "planned_at": at,
        "planned_by": by,
    }
    rows = [
        VoterReport(deputy=one, district_id=one.district_id, planned_on=days[one.district_id], **told) for one in chosen
    ]
    for day in set(days.values()):
        _check_day(day, at)
        _check_in_office([row.deputy_id for row in rows if row.planned_on == day], day)
    _saved(lambda: VoterReport.objects.bulk_create(rows))
    keys = [row.pk for row in rows]
    audit.record_all(
        by=by, at=at, action="voterreport.report_planned", model=VoterReport, keys=keys, detail={"pilot": pilot}
    )
    for row in rows:
        _tell_deputy(row, by, at, "planned", _("Your report to voters is planned for %(day)s, %(place)s."))
    return rows


def _check_day(day, at, field="planned_on"):
    this = clock.local_date(at).year
    if not this - YEARS_AROUND <= day.year <= this + YEARS_AROUND:
        raise CannotReport(_("This day is too far away: last year, this year or next year."), field)


def _check_in_office(keys, day):
    absent = not_in_office(Deputy.objects.filter(pk__in=keys), day)
    if absent:
        raise CannotReport(absence_named(absent, day), "planned_on")


def _saved(save):
    try:
        with transaction.atomic():
            return save()
    except IntegrityError:
        text = _("This deputy has a report to voters on this day already.")
        raise CannotReport(text, "planned_on") from None


@transaction.atomic
def move(report, *, by, at, on: date, place, reason, starts_at=None, together=(), seen=None) -> VoterReport:
    """Another day, time or place, with the reason; ``together`` are keys of reports of the same meeting that go too."""
    row = _locked(report, "move", by, seen)
    _check_day(on, at)
    rows = [row, *_others(row, together, by, VERBS["move"].roles)]
    _check_in_office([one.deputy_id for one in rows], on)
    for one in rows:
        was = {"day": one.planned_on.isoformat(), "place": one.place}
        one.planned_on, one.place, one.starts_at, one.moved_reason = on, place, starts_at, reason
        _saved(lambda one=one: one.changed("planned_on", "place", "starts_at", "moved_reason"))
        _record(one, "put_off", by, at, {"was": was, "reason": reason})
        _tell_deputy(one, by, at, "moved", _("Your report to voters is moved to %(day)s, %(place)s."))
    return row


@transaction.atomic
def cancel(report, *, by, at, reason, seen=None) -> VoterReport:
    """It does not take place; the reason stays. Raises ``CannotReport``."""
    row = _locked(report, "cancel", by, seen)
    row.cancelled_reason = reason
    _step(row, "cancelled", by, at, "cancelled_reason", detail={"reason": reason})
    _tell_deputy(row, by, at, "cancelled", _("Your report to voters of %(day)s is cancelled."))
    return row


@transaction.atomic
def write(report, *, by, at, seen=None, **parts) -> VoterReport:
    """Write the text of a report, as far as it is there; ``parts`` are columns of ``PARTS``. Or ``CannotReport``."""
    row = _row(report, by, STAFF | DEPUTY, seen)
    if row.status not in WRITING:
        raise CannotReport(_("The text of this report is closed: the result is with the deputy."))
    changed = [name for name in PARTS if name in parts and parts[name] != getattr(row, name)]
    for name in changed:
        setattr(row, name, parts[name])
    if changed:
        row.written_at = at
        row.changed(*changed, "written_at")
        _record(row, "text_written", by, at, {"parts": changed})
    return row


# Holding


@transaction.atomic
def hold(report, *, by, at, on: date, present: int, invited=None, observers="", together=(), seen=None) -> VoterReport:
    """It was held on the day ``on`` before so many voters: the deputy's duty of the year is done (D1-4).

    ``together`` are keys of reports of the same meeting that were held with it. Raises ``CannotReport``.
    """
    row = _locked(report, "hold", by, seen)
    if on > clock.local_date(at):
        raise CannotReport(_("This day has not come yet."), "on")
    _check_day(on, at, "on")
    if not present:
        text = _("Nobody came: then no voter heard a report. Change its day, or cancel it with the reason.")
        raise CannotReport(text, "voters_present")
    for one in [row, *_others(row, together, by, STAFF)]:
        one.visit, one.visit_was_there = _contact(one, by, at, on)
        one.held_on, one.voters_present, one.voters_invited, one.observers = on, present, invited, observers
        columns = ("visit", "visit_was_there", "held_on", "voters_present", "voters_invited", "observers")
        _step(one, "held", by, at, *columns, detail={"day": on.isoformat(), "present": present, "visit": one.visit_id})
    return row


def _contact(row, by, at, on) -> tuple[Visit, bool]:
    """The contact of this report: the one that the deputy wrote down already, or a new one."""
    there = Visit.objects.filter(deputy=row.deputy_id, kind=Visit.Kind.REPORT, happened_on=on, activity=None)
    if found := there.filter(voter_report=None).order_by("pk").first():
        return found, True
    met = _("voters of %s") % row.district
    told = {"kind": Visit.Kind.REPORT, "met": met[:80], "place": row.place}
    try:
        return enter_visit(by=by, deputy=row.deputy, at=at, on=on, **told), False
    except CannotLog as refused:
        raise CannotReport(str(refused), "on") from refused


@transaction.atomic
def tally(report, *, by, at, counted_by, watched_by, comments="", seen=None, **ballots) -> VoterReport:
    """The ballots of a report, which must add up (D6-b); raises ``CannotReport`` with the field that does not."""
    row = _locked(report, "tally", by, seen)
    check_ballots(ballots, present=row.voters_present)
    for name in BALLOTS:
        setattr(row, name, ballots[name])
    row.counted_by, row.watched_by, row.comments = counted_by, watched_by, comments
    _step(row, "tallied", by, at, *BALLOTS, "counted_by", "watched_by", "comments", detail=dict(ballots))
    return row


def check_ballots(ballots: dict, *, present: int):
    """Whether the ballots add up; the database would refuse them too. Raises ``CannotReport``."""
    out, back, void = (ballots[name] for name in BALLOTS[:3])
    votes = sum(ballots[name] for name in BALLOTS[3:])
    if out > present:
        told = {"out": out, "present": present}
        raise CannotReport(_("%(out)d ballots given out, but only %(present)d voters present.") % told, "ballots_out")
    if back > out:
        told = {"back": back, "out": out}
        raise CannotReport(_("%(back)d ballots returned, but only %(out)d given out.") % told, "ballots_back")
    if votes + void != back:
        told = {"votes": votes, "void": void, "sum": votes + void, "back": back}
        text = _("Votes %(votes)d + void %(void)d = %(sum)d, but %(back)d ballots were returned.") % told
        raise CannotReport(text, "ballots_back")


@transaction.atomic
def give(report, *, by, at, seen=None) -> VoterReport:
    """The result goes to the deputy in writing (D6-b)."""
    row = _locked(report, "give", by, seen)
    _step(row, "returned", by, at)
    _tell_deputy(row, by, at, "given", _("The result of your report to voters of %(day)s is there in writing."))
    return row


@transaction.atomic
def put_on_file(report, *, by, at, seen=None) -> VoterReport:
    """The report with its result goes to the file (D1-3b)."""
    row = _locked(report, "file", by, seen)
    _step(row, "filed", by, at)
    return row


@transaction.atomic
def publish(report, *, by, at, seen=None) -> VoterReport:
    """The result is published: everybody may read it (代表法 Art. 58)."""
    row = _locked(report, "publish", by, seen)
    _step(row, "published", by, at)
    _tell_deputy(row, by, at, "published", _("The result of your report to voters of %(day)s is published."))
    return row


@transaction.atomic
def take_back(report, *, by, at, reason, seen=None) -> VoterReport:
    """Undo the last step, with the reason; what it had brought goes with it. Raises ``CannotReport``."""
    row = _locked(report, "take_back", by, seen)
    was = row.status
    row.status, (step,) = BACK[was]
    columns = ["status", *_cleared(row, step)]
    visit = row.visit if step == "held" else None
    if visit:
        row.visit = None
        columns.append("visit")
    row.changed(*columns)
    if visit and not row.visit_was_there:
        _remove(visit, by, at, reason)
    _record(row, "stepped_back", by, at, {"was": was, "reason": reason})
    return row


def _cleared(row, step) -> list[str]:
    told = {"held": ("held_on", "voters_present", "voters_invited"), "tallied": BALLOTS}.get(step, ())
    texts = {"held": ("observers",), "tallied": ("counted_by", "watched_by", "comments")}.get(step, ())
    columns = [f"{step}_at", f"{step}_by", *told]
    for name in columns:
        setattr(row, name, None)
    for name in texts:
        setattr(row, name, "")
    return [*columns, *texts]


def _remove(visit, by, at, reason):
    try:
        take_out(visit, by=by, at=at, reason=reason)
    except CannotWithdraw as refused:
        raise CannotReport(str(refused)) from refused


# Exemptions


@transaction.atomic
def exempt(deputy, *, by, at, year: int, reason, approved_by) -> ReportExemption:
    """The deputy need not report to voters in a year; raises ``CannotReport``."""
    deputy = Deputy.objects.visible_to(by, roles=STAFF).get(pk=deputy.pk)
    if VoterReport.objects.held().of_year(year).filter(deputy=deputy).exists():
        raise CannotReport(_("This deputy has reported to voters in this year already."))
    row = ReportExemption(deputy=deputy, year=year, reason=reason, approved_by=approved_by, made_at=at, made_by=by)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise CannotReport(_("This deputy is exempt in this year already.")) from None
    told = {"deputy": deputy.pk, "year": year, "reason": reason, "approved_by": approved_by}
    audit.record(by=by, at=at, action="reportexemption.added", subject=row, detail=told)
    _judge_again(year)
    return row


@transaction.atomic
def end_exemption(exemption, *, by, at) -> None:
    """The deputy is asked after all; raises ``ReportExemption.DoesNotExist`` where it is gone already."""
    row = ReportExemption.objects.visible_to(by, roles=STAFF).select_for_update(of=("self",)).get(pk=exemption.pk)
    told = {"deputy": row.deputy_id, "year": row.year}
    audit.record(by=by, at=at, action="reportexemption.removed", subject=row, detail=told)
    year = row.year
    row.delete()
    _judge_again(year)


def _judge_again(year):
    watermarks.rewind(watermarks.SWEEP, to=date(year, 12, 31))


# Signed sheets


@transaction.atomic
def add_sheets(report, files, *, by, at) -> None:
    """Add scans of what was signed on paper (cleaned files); raises ``CannotReport``."""
    row = _row(report, by, STAFF, None)
    _refuse_filed(row)
    names = handing_in.keep_files(row, files, by=by, at=at)
    row.changed()
    _record(row, "file_added", by, at, {"files": names})


@transaction.atomic
def remove_sheet(file, *, by, at) -> None:
    """Take a scan out again before the report is on file; raises ``CannotReport``."""
    row = _row(file.report, by, STAFF, None)
    _refuse_filed(row)
    names = handing_in.drop_file(file)
    row.changed()
    _record(row, "file_removed", by, at, {"files": names})


def _refuse_filed(row):
    if row.status in (_S.FILED, _S.PUBLISHED):
        raise CannotReport(_("This report is on file. Take the last step back first, with the reason."))


# What all of them have in common


def _row(report, by, roles, seen) -> VoterReport:
    rows = VoterReport.objects.visible_to(by, roles=roles).select_related("deputy__user", "district")
    return handing_in.locked(rows, report.pk, seen)


def _locked(report, verb, by, seen) -> VoterReport:
    row = _row(report, by, VERBS[verb].roles, seen)
    if row.status not in VERBS[verb].sources:
        told = {"state": row.get_status_display(), "verb": VERBS[verb].name}
        raise CannotReport(_("This report is “%(state)s” now; “%(verb)s” is not possible.") % told)
    return row


def _others(row, keys, by, roles) -> list[VoterReport]:
    """Those of the same meeting that are planned still, locked in the order of their keys."""
    same = VoterReport.objects.visible_to(by, roles=roles).of_meeting(row).filter(status=_S.PLANNED, pk__in=keys)
    return list(
        same.exclude(pk=row.pk)
        .select_related("deputy__user", "district")
        .order_by("pk")
        .select_for_update(of=("self",))
    )


def _step(row, step, by, at, *columns, detail=None):
    row.status = step
    setattr(row, f"{step}_at", at)
    setattr(row, f"{step}_by", by)
    row.changed("status", f"{step}_at", f"{step}_by", *columns)
    _record(row, DEEDS.get(step, step), by, at, detail)


def _record(row, action, by, at, detail=None):
    audit.record(by=by, at=at, action=f"voterreport.{action}", subject=row, detail=detail)


def _tell_deputy(row, by, at, verb, text):
    """The deputy learns what others did about the own report; the key has the version: each is told once."""
    people = User.objects.filter(pk=row.deputy.user_id, is_active=True).exclude(pk=by.pk)
    said = text % {"day": row.day.isoformat(), "place": row.place}
    key, page = f"voterreport.{verb}:{row.pk}:{row.version}", reverse("voters:report", args=[row.pk])
    tell(people, key=key, text=said[:500], outside=_("There is news about a record."), link=page, at=at, kind="voters")

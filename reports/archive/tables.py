"""The registers of the archive: each kind of record as rows of a sheet, read as they are written."""

from collections.abc import Callable, Iterator
from datetime import date

from django.utils.translation import gettext as _

from constituents.models import Feedback, PetitionEvent, Referral
from constituents.moves import step_name
from office.sheets import Head, Ident, Table

CHUNK = 2000


def _day(moment):
    return f"{moment:%Y-%m-%d %H:%M}" if moment else None


def sheet(name: str, columns: dict, rows, keys: list) -> Table:
    """One table: ``columns`` are heads with a function of a row each; the keys of what is written go to ``keys``."""
    heads = [Head(_("Record")), *(Head(label) for label in columns)]
    return Table(name, name, heads, _lines(rows, list(columns.values()), keys), fixed=1)


def _lines(rows, cells: list[Callable], keys) -> Iterator[list]:
    for row in rows.iterator(chunk_size=CHUNK):
        keys.append(row.pk)
        yield [Ident(row.pk), *(_cell(cell(row)) for cell in cells)]


def _cell(value):
    if value is None or value == "":
        return None
    if value is True or value is False:
        return _("yes") if value else None
    return value if isinstance(value, str | int | date) else str(value)


def visits(scope, keys) -> Table:
    columns = {
        _("Date"): lambda one: one.happened_on,
        _("Deputy"): lambda one: one.deputy.name,
        _("District"): lambda one: one.deputy.district.name,
        _("Way"): lambda one: one.get_kind_display(),
        _("Household or who was met"): lambda one: one.household.head if one.household else one.met,
        _("Place"): lambda one: one.place,
        _("what was heard"): lambda one: one.content,
        _("a matter was raised"): lambda one: one.matter_raised,
        _("Matter"): lambda one: one.petition_id and f"constituents.petition:{one.petition_id}",
        _("Group activity"): lambda one: one.activity_id and f"visits.groupactivity:{one.activity_id}",
        _("an opinion on"): lambda one: one.consultation and one.consultation.topic,
        _("logged at"): lambda one: _day(one.logged_at),
        _("recorder"): lambda one: one.logged_by or one.imported and _("from a workbook"),
    }
    rows = scope.visits().select_related("deputy__district", "household", "logged_by", "consultation")
    return sheet(_("Contacts"), columns, rows.order_by("happened_on", "pk"), keys)


def engagements(scope, keys) -> Table:
    columns = {
        _("Deputy"): lambda one: one.deputy.name,
        _("kind"): lambda one: one.get_kind_display(),
        _("status"): lambda one: one.get_status_display(),
        _("asked on"): lambda one: one.asked_on,
        _("place or unit"): lambda one: one.place,
        _("about what, and why"): lambda one: one.about,
        _("planned on"): lambda one: one.planned_on,
        _("held on"): lambda one: one.held_on,
        _("answer of the office"): lambda one: one.answer,
        _("outcome"): lambda one: one.outcome,
    }
    rows = scope.engagements().select_related("deputy").order_by("asked_on", "pk")
    return sheet(_("Inspections and talks"), columns, rows, keys)


def duty_entries(scope, keys) -> Table:
    columns = {
        _("Deputy"): lambda one: one.deputy.name,
        _("part of the duty file"): lambda one: one.get_part_display(),
        _("kind"): lambda one: one.get_kind_display(),
        _("Date"): lambda one: one.happened_on,
        _("last day"): lambda one: one.until,
        _("title"): lambda one: one.title,
        _("Place"): lambda one: one.place,
        _("role or result"): lambda one: one.role,
        _("attendance"): lambda one: one.get_attendance_display(),
        _("note"): lambda one: one.note,
        _("state"): lambda one: one.get_status_display(),
        _("why it was not accepted"): lambda one: one.reason,
        _("logged at"): lambda one: _day(one.logged_at),
        _("logged by"): lambda one: one.logged_by,
        _("confirmed or refused by"): lambda one: one.decided_by,
    }
    rows = scope.duty_entries().select_related("deputy", "logged_by", "decided_by")
    return sheet(_("Entries of the duty file"), columns, rows.order_by("happened_on", "pk"), keys)


def petitions(scope, keys) -> Table:
    columns = {
        _("Number"): lambda one: one.number,
        _("Station"): lambda one: one.station.name,
        _("Received on"): lambda one: one.received_on,
        _("channel"): lambda one: one.get_channel_display(),
        _("Deputy"): lambda one: one.deputy and one.deputy.name,
        _("visitor"): lambda one: one.visitor,
        _("number of visitors"): lambda one: one.visitor_count,
        _("phone"): lambda one: one.phone,
        _("address"): lambda one: one.address,
        _("category"): lambda one: one.category,
        _("situation"): lambda one: one.situation,
        _("problem to be solved"): lambda one: one.request,
        _("urgent"): lambda one: one.urgent,
        _("status"): lambda one: one.get_status_display(),
        _("answer or guidance"): lambda one: one.answer,
        _("satisfaction"): lambda one: one.get_satisfaction_display(),
        _("recorder"): lambda one: one.registered_by,
    }
    rows = scope.petitions().select_related("station", "deputy", "registered_by").defer("words")
    return sheet(_("Reception register"), columns, rows.order_by("station__number", "year", "seq"), keys)


def steps(scope) -> Table:
    """What was done with each matter, the first step first."""
    columns = {
        _("Matter"): lambda one: one.petition_id,
        _("time"): lambda one: _day(one.at),
        _("step"): lambda one: step_name(one.verb),
        _("by"): lambda one: one.who or one.by,
        _("note"): lambda one: one.note,
    }
    rows = PetitionEvent.objects.filter(petition__in=scope.petitions().order_by().values("pk")).select_related("by")
    return sheet(_("Timeline"), columns, rows.order_by("petition", "pk"), [])


def referrals(scope) -> Table:
    """To whom each matter went, and what was replied."""
    columns = {
        _("Matter"): lambda one: one.petition_id,
        _("Unit"): lambda one: one.unit.name,
        _("Routed on"): lambda one: one.routed_on,
        _("what is asked of the unit"): lambda one: one.brief,
        _("Reply due on"): lambda one: one.due_on,
        _("Replied on"): lambda one: one.replied_on,
        _("reply"): lambda one: one.reply,
        _("class of result"): lambda one: one.result,
        _("reason of the return"): lambda one: one.return_reason,
    }
    rows = Referral.objects.filter(petition__in=scope.petitions().order_by().values("pk"))
    return sheet(_("Referrals"), columns, rows.select_related("unit", "result").order_by("petition", "pk"), [])


def feedbacks(scope) -> Table:
    """What the person was told, and said to it."""
    columns = {
        _("Matter"): lambda one: one.petition_id,
        _("told on"): lambda one: one.told_on,
        _("way"): lambda one: one.get_way_display(),
        _("what the person was told"): lambda one: one.told,
        _("what the person said"): lambda one: one.reaction,
        _("satisfaction with the result"): lambda one: one.get_result_display(),
    }
    rows = Feedback.objects.filter(petition__in=scope.petitions().order_by().values("pk"))
    return sheet(_("Feedback"), columns, rows.order_by("petition", "pk"), [])


def receptions(scope, keys) -> Table:
    columns = {
        _("Station"): lambda one: one.station.name,
        _("Date"): lambda one: one.planned_on,
        _("Time"): lambda one: one.hours,
        _("moved from"): lambda one: one.moved_from,
        _("why it was moved"): lambda one: one.moved_why,
        _("Deputies"): lambda one: "、".join(turn.deputy.name for turn in one.duties.all()),
        _("who came"): lambda one: "、".join(turn.deputy.name for turn in one.duties.all() if turn.came),
        _("notice posted on"): lambda one: one.notice_posted_on,
        _("held on"): lambda one: one.held_on,
        _("nobody came"): lambda one: one.nobody_came,
        _("cancelled"): lambda one: one.cancelled,
        _("why it was cancelled"): lambda one: one.cancel_reason,
        _("note"): lambda one: one.note,
    }
    rows = scope.receptions().select_related("station").prefetch_related("duties__deputy")
    return sheet(_("Rota and receptions"), columns, rows.order_by("station__number", "planned_on", "pk"), keys)


def commendations(scope, keys) -> Table:
    columns = {
        _("kind"): lambda one: one.get_kind_display(),
        _("Deputy or group"): lambda one: one.deputy or one.group,
        _("state"): lambda one: one.get_state_display(),
        _("title of honour"): lambda one: one.title,
        _("commended by"): lambda one: one.by_whom,
        _("on what ground"): lambda one: one.ground,
        _("awarded on"): lambda one: one.awarded_on,
        _("why it was declined"): lambda one: one.reason,
    }
    rows = scope.commendations().select_related("deputy", "group").order_by("kind", "pk")
    return sheet(_("Commendations"), columns, rows, keys)


def filing_states(scope, keys) -> Table:
    """How each record stands with the office; the records themselves stand in folders of their own."""
    columns = {
        _("deputy group"): lambda one: one.group.name,
        _("Date"): lambda one: one.happened_on,
        _("topic"): lambda one: one.topic or one.get_kind_display(),
        _("report due on"): lambda one: one.report_due_on,
        _("state"): lambda one: one.filing.label,
        _("reported on"): lambda one: one.reported_on,
        _("received by"): lambda one: one.received_by,
        _("why it was returned"): lambda one: one.returned_reason,
    }
    rows = scope.activities().select_related("group", "received_by").order_by("group__name", "happened_on", "pk")
    return sheet(_("Filing of group activities"), columns, rows, [])


def area_states(scope, keys) -> Table:
    """The same for what areas filed (D1-3a)."""
    columns = {
        _("deputy group"): lambda one: one.group.name,
        _("first day"): lambda one: one.first,
        _("last day"): lambda one: one.last,
        _("title"): lambda one: one.title,
        _("state"): lambda one: one.filing.label,
        _("reported on"): lambda one: one.reported_on,
        _("received by"): lambda one: one.received_by,
        _("why it was returned"): lambda one: one.returned_reason,
    }
    rows = scope.filings().select_related("group", "received_by").order_by("group__name", "first", "pk")
    return sheet(_("Filing of areas"), columns, rows, [])

"""Records that have a sheet of their own in the archive, told for ``templates/paper/archive_record.typ``."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from constituents.moves import step_name
from visits.models.voters import PARTS


def _said(row, *names) -> list[tuple[str, str]]:
    """The columns of a row by their labels, in words; what is empty is left out."""
    told = []
    for name in names:
        field = row._meta.get_field(name)
        shown = getattr(row, f"get_{name}_display", None)
        value = shown() if shown else getattr(row, name)
        text = _("yes") if value is True else "" if value is False else _word(value)
        if text:
            told.append((str(field.verbose_name), text))
    return told


def _word(value) -> str:
    """A value as a sheet shows it: a moment by the clock of the office, to the minute."""
    if value is None:
        return ""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if isinstance(value, datetime) else str(value)


def _paper(title, pairs, texts=(), tables=(), *, row, foot) -> dict:
    pairs = [*pairs, *([("", "")] if len(pairs) % 2 else [])]
    texts = [(label, text) for label, text in texts if text.strip()]
    tables = [one for one in tables if one["rows"]]
    return {"title": title, "pairs": pairs, "texts": texts, "tables": tables, "foot": f"{foot} {record_of(row)}"}


def record_of(row) -> str:
    return f"{row._meta.label_lower}:{row.pk}"


def _table(title, heads, rows) -> dict:
    cells = [[_word(cell) for cell in row] for row in rows]
    return {"title": title, "heads": [str(head) for head in heads], "rows": cells}


def _filing(row) -> list[tuple[str, str]]:
    """How it stands with the office, and since when."""
    told = [(_("state"), str(row.filing.label))]
    filed = _said(row, "reported_on", "filed_at", "filed_by", "received_by", "returned_at", "returned_reason")
    return [*told, *filed]


def activity(row, *, foot) -> dict:
    """One group activity with its attendance (D9-3)."""
    pairs = _said(row, "group", "happened_on", "kind", "topic", "place", "report_due_on")
    there = [[one.deputy.name, one.deputy.district.name, _("present"), ""] for one in row.visits.all()]
    away = [
        [one.deputy.name, one.deputy.district.name, one.get_kind_display(), one.reason] for one in row.absences.all()
    ]
    heads = [_("Deputy"), _("District"), _("attendance"), _("reason")]
    attendance = _table(_("Attendance"), heads, [*there, *away])
    title = row.topic or row.get_kind_display()
    return _paper(title, [*pairs, *_filing(row)], [(_("minutes"), row.content)], [attendance], row=row, foot=foot)


def filing(row, *, foot) -> dict:
    """What an area filed with its township (D1-3a)."""
    pairs = [*_said(row, "group", "first", "last"), *_filing(row), *_said(row, "received_on")]
    figures = _table(_("figures as filed"), [_("Figure"), _("number")], sorted(dict(row.figures or {}).items()))
    return _paper(row.title, pairs, [(_("written material"), row.content)], [figures], row=row, foot=foot)


def report(row, *, foot) -> dict:
    """One report to voters with its tally (D1-4, D6-b)."""
    about = ("deputy", "district", "status", "planned_on", "held_on", "place", "voters_invited", "voters_present")
    votes = ("ballots_out", "ballots_back", "ballots_void", "satisfied", "fairly", "dissatisfied")
    said = ("observers", "counted_by", "watched_by", "returned_at", "filed_at", "published_at", "cancelled_reason")
    pairs = _said(row, *about, *votes, *said)
    texts = [
        (str(row._meta.get_field(name).verbose_name), getattr(row, name)) for name in ("agenda", *PARTS, "comments")
    ]
    return _paper(_("Report to voters of %s") % row.deputy.name, pairs, texts, row=row, foot=foot)


def suggestion(row, *, foot) -> dict:
    """One suggestion with its signatures, its way and the replies (L1-51)."""
    pairs = [(_("number"), row.number), *_said(row, "deputy", "jurisdiction", "status", "written_on", "submitted_on")]
    pairs += _said(row, "wide", "attitude", "satisfaction")
    texts = [(_("grounds"), row.grounds), (_("what is suggested"), row.proposal)]
    signed = [[one.deputy.name, one.signed_at and f"{one.signed_at:%Y-%m-%d}"] for one in row.signatures.all()]
    heads = [_("Unit"), _("Routed on"), _("Reply due on"), _("Replied on"), _("class of result")]
    routed = [[one.unit.name, one.routed_on, one.due_on, one.replied_on, one.result] for one in row.referrals.all()]
    texts += [(f"{_('reply')} · {one.unit.name}", one.reply) for one in row.referrals.all()]
    steps = [[f"{one.at:%Y-%m-%d}", step_name(one.verb), one.who or one.by, one.note] for one in row.events.all()]
    tables = [
        _table(_("joint signatures"), [_("Deputy"), _("signed at")], signed),
        _table(_("Referrals"), heads, routed),
        _table(_("What happened so far"), [_("time"), _("step"), _("by"), _("note")], steps),
    ]
    return _paper(row.title, pairs, texts, tables, row=row, foot=foot)

"""The lists of the annual report: one row a record, so that every figure can be counted again."""

from django.utils.translation import gettext as _

from constituents.models import Petition
from office import masking
from office.sheets import Head, Ident, Marked, Table
from reports.annual.tables import headline, notes
from reports.annual.wording import labels, reply_name
from visits.models import Visit


def lists(report, records) -> list[Table]:
    """All lists in the order of the workbook."""
    return [
        _household_list(report, records.households),
        _petition_list(report, records.petitions),
        _evidence(report, records.visits),
        _referral_evidence(report, records.petitions),
    ]


def _household_list(report, records) -> Table:
    heads = [
        _("Household ID"),
        _("Head of household"),
        _("Household's township"),
        _("Deputy"),
        _("District"),
        _("Named since"),
        _("Named until"),
        _("number of contacts"),
        _("of these by this deputy"),
        _("Last contact"),
        _("Seen in the year"),
    ]
    rows = [
        [
            Ident(record.designation.household_id),
            masking.name(record.designation.household.head),
            record.designation.household.jurisdiction.name,
            record.designation.deputy.name,
            record.designation.deputy.district.name,
            record.designation.since,
            record.designation.until,
            record.contacts,
            record.own_contacts,
            record.last_on,
            _("yes") if record.is_seen else Marked(_("no"), "missed"),
        ]
        for record in records
    ]
    contacts, own = sum(record.contacts for record in records), sum(record.own_contacts for record in records)
    sums = [None, _("Total"), None, None, None, None, None, contacts, own, None, None]
    return _list(report, _("Households"), heads, rows, sums)


def _petition_list(report, records) -> Table:
    heads = [
        _("Petition ID"),
        _("Register number"),
        _("Received on"),
        _("Station"),
        _("Receiving deputy"),
        _("Visitor"),
        _("Category"),
        _("Course taken"),
        _("Stands at"),
        _("Handling unit"),
        _("Routed on"),
        _("Reply due on"),
        _("Replied on"),
        _("State of the reply"),
        _("days overdue"),
        _("Satisfaction"),
    ]
    words = labels(Petition.Course) | {"": _("not decided")}, labels(Petition.Status), labels(Petition.Satisfaction)
    return _list(report, _("Petition list"), heads, [_petition(record, *words) for record in records])


def _petition(record, courses, statuses, opinions) -> list:
    petition, referral = record.petition, record.deciding
    days = record.days_overdue
    return [
        Ident(petition.pk),
        petition.number,
        petition.received_on,
        petition.station.name,
        petition.deputy.name if petition.deputy else f"（{_('no receiving deputy')}）",
        masking.name(petition.visitor),
        petition.category,
        courses[petition.course],
        statuses[petition.status],
        "、".join(r.unit.name for r in record.referrals) or None,
        referral.routed_on if referral else None,
        referral.due_on if referral else None,
        referral.replied_on if referral else None,
        Marked(reply_name(petition.reply), "missed" if days else ""),
        days,
        opinions.get(petition.satisfaction),
    ]


def _evidence(report, visits) -> Table:
    heads = [
        _("Contact ID"),
        _("Date"),
        _("Month"),
        _("Deputy ID"),
        _("Deputy"),
        _("District"),
        _("Way"),
        _("Household ID"),
        _("Household"),
    ]
    ways = labels(Visit.Kind)
    rows = [
        [
            Ident(visit.pk),
            visit.happened_on,
            Ident(visit.happened_on.month),
            Ident(visit.deputy_id),
            visit.deputy__name,
            visit.deputy__district__name,
            ways[visit.kind],
            Ident(visit.household_id) if visit.household_id else None,
            masking.name(visit.household__head or "") or None,
        ]
        for visit in visits
    ]
    note = _("Every contact behind the figures. Filter by deputy, month or way: the rows left are the figure.")
    return _list(report, _("Evidence"), heads, rows, note=note)


def _referral_evidence(report, records) -> Table:
    heads = [
        _("Referral ID"),
        _("Petition ID"),
        _("Register number"),
        _("Handling unit"),
        _("Routed on"),
        _("Reply due on"),
        _("Replied on"),
        _("State of the reply"),
    ]
    rows = [
        [Ident(r.pk), Ident(p.pk), p.number, r.unit.name, r.routed_on, r.due_on, r.replied_on, reply_name(r.state)]
        for p, referrals in ((record.petition, record.referrals) for record in records)
        for r in referrals
    ]
    note = _("Every referral behind the replies. A petition with several stands as the worst of them.")
    return _list(report, _("Evidence of replies"), heads, rows, note=note)


def _list(report, name, heads, rows, sums=None, note="") -> Table:
    count = _("%(number)d rows") % {"number": len(rows)}
    above = notes(report, "　".join(text for text in (count, note) if text))
    return Table(name, headline(report, name), [Head(label) for label in heads], rows, above, sums, fixed=2)

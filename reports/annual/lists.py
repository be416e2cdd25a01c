"""The lists of the annual report: one row a record, so that every figure can be counted again.

Those of a closed year hold the records that were frozen, as they stand now, and say so.
"""

from django.utils.translation import gettext as _

from constituents.models import Petition
from office import masking
from office.sheets import Head, Ident, Marked, Table
from reports.annual.records import CHUNK, Gone
from reports.annual.wording import labels, notes, reply_name
from visits.models import Visit


def lists(made, records, *, closed=False) -> list[Table]:
    """All lists of a document in the order of the workbook; that of the contacts is read as it is written.

    ``closed``: the document is frozen and ``records`` are those that it counts, as they stand on its day.
    """
    said = _("The records that were frozen, as they stand now. What counts are the frozen figures.") if closed else ""
    return [
        _household_list(made, records.households, said),
        _petition_list(made, records.petitions, said),
        _evidence(made, records.visits, said),
        _referral_evidence(made, records.petitions, said),
    ]


def _household_list(made, records, said) -> Table:
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
    there = [record for record in records if not isinstance(record, Gone)]
    gone = [one.key for one in records if isinstance(one, Gone)]
    # The key is that of the naming, which is no number of a household.
    lost = [[None, _("Naming %d was taken out since.") % key, *[None] * (len(heads) - 2)] for key in gone]
    contacts, own = sum(record.contacts for record in there), sum(record.own_contacts for record in there)
    sums = [None, _("Total"), None, None, None, None, None, contacts, own, None, None]
    return _list(made, _("Households"), heads, [*map(_household, there), *lost], sums, note=said)


def _household(record) -> list:
    return [
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


def _lost(gone, heads) -> list:
    return [Ident(gone.key), _("taken out since"), *[None] * (len(heads) - 2)]


def _petition_list(made, records, said) -> Table:
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
    rows = [_lost(one, heads) if isinstance(one, Gone) else _petition(one, *words) for one in records]
    return _list(made, _("Petition list"), heads, rows, note=said)


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


def _evidence(made, visits, said) -> Table:
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
    rows = (
        _lost(one, heads) if isinstance(one, Gone) else _contact(one, ways) for one in visits.iterator(chunk_size=CHUNK)
    )
    note = _("Every contact behind the figures. Filter by deputy, month or way: the rows left are the figure.")
    return _list(made, _("Evidence"), heads, rows, note=said or note, number=made.figure("contacts").value)


def _contact(visit, ways) -> list:
    return [
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


def _referral_evidence(made, records, said) -> Table:
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
        for p, referrals in ((one.petition, one.referrals) for one in records if not isinstance(one, Gone))
        for r in referrals
    ]
    note = _("Every referral behind the replies. A petition with several stands as the worst of them.")
    return _list(made, _("Evidence of replies"), heads, rows, note=said or note)


def _list(made, name, heads, rows, sums=None, note="", number=None) -> Table:
    count = _("%(number)d rows") % {"number": len(rows) if number is None else number}
    above = notes(made, "　".join(text for text in (count, note) if text))
    return Table(name, f"{made.title}　{name}", [Head(label) for label in heads], rows, above, sums, fixed=2)

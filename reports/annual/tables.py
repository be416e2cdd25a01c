"""The tables of the annual report: one row a deputy, a row apart for what belongs to none, and a row of sums."""

from collections import Counter

from django.utils.translation import gettext as _

from office.sheets import Head, Ident, Marked, Table, Tenths
from reports.annual import columns, counting
from reports.annual.columns import Column, share_of
from reports.annual.figures import Row
from reports.annual.left_out import left_out_of
from reports.annual.wording import for_everybody, headline, month_names, notes, service_of
from reports.subjects import Kind


def tables(report) -> list[Table]:
    """All tables in the order of the workbook; towns are set side by side where there are several."""
    return [*contact_tables(report), *petition_tables(report), *left_out_tables(report)]


def contact_tables(report) -> list[Table]:
    """The duty table, with the towns where there are several, the contacts by month and by way."""
    several = len(report.by_town()) > 1
    return [
        _duty_table(report),
        *([_town_table(report)] if several else []),
        _month_table(report),
        _kind_table(report),
    ]


def petition_tables(report) -> list[Table]:
    return [_petition_table(report)]


def digest_tables(report) -> list[Table]:
    """What the petitions were about by the place they come from, the most frequent categories first (D5-三b)."""
    cells = {
        name_of(place, report): {about: report.whole[key] for about, key in told.items()}
        for place, told in places_of(report).items()
    }
    if not cells:
        return []
    about = sorted(_known(report, "category."), key=lambda key: (-report.whole[key], key))
    rows = [
        [Ident(n), place, sum(told.values()), *(told.get(key, 0) for key in about)]
        for n, (place, told) in enumerate(sorted(cells.items()), 1)
    ]
    heads = [Head(_("No.")), Head(_("Place")), Head(_("Total"))]
    heads += [Head(str(_("without a category")) if key == "category.none" else key.partition(".")[2]) for key in about]
    sums = [None, _("Total"), *(sum(row[n] for row in rows) for n in range(2, len(heads)))]
    name = _("Petitions by place")
    note = _("By the township of the station; in a smaller report by the village that the address names.")
    return [Table(name, headline(report, name), heads, rows, notes(report, note), sums, fixed=2)]


def places_of(report) -> dict[str, dict[str, str]]:
    """By place and category the figure that counts its petitions; none in the report of one deputy."""
    found = {}
    if report.subject.kind != Kind.DEPUTY:
        level = counting.TOWN if report.subject.kind == Kind.COUNTY else counting.VILLAGE
        for key in _known(report, f"{level}."):
            place, _slash, about = key.removeprefix(f"{level}.").partition("/")
            found.setdefault(place, {})[about] = key
    return found


def name_of(place: str, report) -> str:
    """How people call a place of ``places_of``: the town, and the village where one is named."""
    town, _dot, village = place.partition(".")
    return f"{report.towns[town]}{village}"


def _known(report, start) -> list[str]:
    return [key for key in report.whole if key.startswith(start)]


def left_out_tables(report) -> list[Table]:
    return [_left_out_table(report)]


def _per_deputy(report, name, shown, *, note="", before=(), after=(), cell=None) -> Table:
    """A table of figures: ``before`` and ``after`` them stand texts about the deputy, as (label, text of a row)."""
    cell = cell or (lambda row, column: value(column, row.figures))
    rows = [
        [*_who(number, row), *(text(row) for _label, text in before)]
        + [*(cell(row, column) for column in shown), *(text(row) for _label, text in after)]
        for number, row in enumerate(report.rows, 1)
    ]
    gap, end = [None] * len(before), [None] * len(after)
    rows += [[*who, *gap, *(figures.get(column.key) for column in shown), *end] for who, figures in _apart(report)]
    sums = [None, _("Total"), None, None, *gap, *(value(column, report.total) for column in shown), *end]
    heads = [Head(_("No.")), Head(_("Deputy")), Head(_("District")), Head(_("Township"))]
    heads += [Head(label) for label, _text in before]
    heads += [Head(column.label, column.group) for column in shown]
    heads += [Head(label, widest=50) for label, _text in after]
    return Table(name, headline(report, name), heads, rows, notes(report, note), sums, fixed=2)


def _who(number, row) -> list:
    return [Ident(number), row.deputy.name, row.deputy.district.name, row.town[1]]


def _apart(report):
    """What belongs to no deputy, and what deputies of other reports took in: rows of their own, by town."""
    for name, parts in ((_("no receiving deputy"), report.nobody), (_("deputies not listed here"), report.others)):
        for (_code, town), figures in sorted(parts.items()):
            yield [None, f"（{name}）", None, town], figures


def value(column: Column, figures: Counter):
    """What stands in a column: a count, or the share of two counts; None where there is nothing to share."""
    if column.share is None:
        return figures[column.key]
    share = share_of(figures, column.share)
    return None if share is None else Tenths(share)


def _duty_table(report) -> Table:
    before = [
        (_("Deputy group"), lambda row: row.deputy.group.name if row.deputy.group else None),
        (_("Service"), lambda row: service_of(row.deputy, report)),
    ]
    note = _("Each share stands behind its numerator and denominator; the row of sums adds up the rows above.")
    return _per_deputy(report, _("Duty table"), columns.duty_columns(), note=note, before=before)


def _town_table(report) -> Table:
    shown = columns.duty_columns()
    deputies = Counter(row.town for row in report.rows)
    rows = [
        [Ident(number), town[1], deputies[town], *(value(column, figures) for column in shown)]
        for number, (town, figures) in enumerate(report.by_town().items(), 1)
    ]
    sums = [None, _("Total"), len(report.rows), *(value(column, report.total) for column in shown)]
    heads = [Head(_("No.")), Head(_("Township")), Head(_("number of deputies"))]
    heads += [Head(column.label, column.group) for column in shown]
    note = _("A deputy counts for the township of their district; a petition without a deputy for that of its station.")
    name = _("By township")
    return Table(name, headline(report, name), heads, rows, notes(report, note), sums, fixed=2)


def _month_table(report) -> Table:
    shown = columns.month_columns(report.period)
    shown += [c for c in columns.duty_columns() if c.key in {"contacts", "owed", "met", "missed", "share.met"}]
    note = _("Red: a month that was owed and passed without a contact. Grey: a month that is not judged.")
    after = [(_("Months missed, by name"), lambda row: month_names(row.missed, report.period) or None)]
    shown = [column._replace(group="") for column in shown]
    return _per_deputy(report, _("Contacts by month"), shown, note=note, after=after, cell=_month_cell)


def _month_cell(row: Row, column: Column):
    shown = value(column, row.figures)
    if not column.key.startswith("month."):
        return shown
    number = int(column.key.partition(".")[2])
    if number in row.missed:
        return Marked(shown, "missed")
    return Marked(shown, "left_out") if row.months[number - 1] else shown


def _kind_table(report) -> Table:
    shown = [*columns.kind_columns(), Column("contacts", _("Total"))]
    return _per_deputy(report, _("Contacts by way"), shown)


def _petition_table(report) -> Table:
    shown = [Column("petitions", _("taken in"))]
    shown += [*columns.course_columns(), *columns.status_columns()]
    shown += [*columns.reply_columns(), *columns.satisfaction_columns()]
    note = _("Under each of the four heads the parts add up to the petitions taken in.")
    return _per_deputy(report, _("Petitions by outcome"), shown, note=note)


def _left_out_table(report) -> Table:
    rows = [_left_out(one, report.period) for one in left_out_of(report)]
    heads = [
        _("No."),
        _("Deputy"),
        _("District"),
        _("Township"),
        _("Why not judged"),
        _("Day"),
        _("Reason"),
        _("Approved by"),
        _("number of months"),
        _("Months"),
    ]
    sums = [None, _("Total"), None, None, None, None, None, None, sum(row[8] for row in rows), None]
    name = _("Months not judged")
    heads = [Head(label) for label in heads]
    return Table(name, headline(report, name), heads, rows, notes(report, for_everybody(report)), sums, fixed=2)


def _left_out(one, period) -> list:
    ground = [one.why, one.days, one.reason, one.approved_by]
    return [*_who(one.number, one.row), *ground, len(one.months), month_names(one.months, period)]

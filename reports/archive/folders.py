"""What stands in which folder of the archive. Each kind of record stands in one of them, and the index says where."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from office import pdf
from office.sheets import Workbook
from reports.archive import names, records, tables
from reports.archive.scope import Scope
from reports.archive.writer import Writer
from reports.duty_file import paper
from reports.duty_file import reading as duty_files
from reports.exports import Refused

CHUNK = 50
"""So many duty files are read at once."""


@dataclass
class Making:
    """One archive under way: what belongs to it, where it goes, a folder for what is written aside, and the step."""

    scope: Scope
    writer: Writer
    aside: Path
    at: object
    step: Callable[[str], None]
    foot: str = ""
    errors: list = field(default_factory=list)

    def paper(self, folder, name, template, data, **about):
        """One sheet as PDF."""
        try:
            content = pdf.render(template, data, tagged=False)
        except pdf.PaperRefused as refused:
            raise Refused(str(refused)) from refused
        self.writer.put(folder, names.safe(name, ".pdf"), content, **about)
        self.step(name)

    def workbook(self, folder, name, sheets, *, what, label=""):
        """Some tables as one workbook; ``sheets`` take the scope and a list for the keys of their rows."""
        path, keys = self.aside / "table.xlsx", []
        with Workbook(
            title=f"{self.scope.subject.name} {name}", author=settings.OFFICE_NAME, at=self.at, to=path
        ) as book:
            for sheet in sheets:
                book.table(sheet(self.scope, keys))
            book.save()
        told = {label: keys} if label and keys else {}
        self.writer.move(folder, names.safe(name, ".xlsx"), path, what=what, records=told)
        self.step(name)


@dataclass(frozen=True)
class Folder:
    """One numbered folder: its title, the kinds of records that stand in it with their rows, and how it is written."""

    number: int
    title: str
    write: Callable[[Making, str], None]
    rows: dict[str, Callable]

    def __str__(self):
        return f"{self.number:02d}_{self.title}"


def _files(making, folder, rows, label, owner, what, name=lambda one: one.name, stored=lambda one: one.file.name):
    """The files that people added, each with the key of its row and of the record it belongs to in its name."""
    for one in rows.order_by("pk").iterator(chunk_size=500):
        said, dot, ending = name(one).rpartition(".")
        given = names.safe(f"{owner(one)}_{said or ending}", f".{ending}" if dot else "")
        making.writer.keep(folder, given, stored(one), what=what, records={label: [one.pk]})
        making.step(given)


def _deputies(making, folder):
    scope = making.scope
    keys = list(
        scope.serving().order_by("district__jurisdiction__code", "district__number", "pk").values_list("pk", flat=True)
    )
    for start in range(0, len(keys), CHUNK):
        chunk = scope.serving().filter(pk__in=keys[start : start + CHUNK])
        for file in sorted(duty_files.read(chunk, *scope.days), key=lambda one: keys.index(one.deputy.pk)):
            deputy = file.deputy
            name = f"{deputy.district.jurisdiction.name}_{deputy.district.name}_{deputy.name}_{deputy.pk}"
            data = paper.data(file, user=scope.user, on=scope.on)
            making.paper(folder, name, "duty_file", data, what=_("duty file"), records={"deputies.deputy": [deputy.pk]})
    making.workbook(
        folder, _("Entries of the duty file"), [tables.duty_entries], what=_("register"), label="visits.dutyentry"
    )
    attached = scope.duty_files().order_by("file", "pk").values_list("file", "pk", "name", "entry__deputy__name")
    by_path = {}
    for path, pk, name, who in attached.iterator(chunk_size=500):
        by_path.setdefault(path, []).append((pk, name, who))
    for path, shown in by_path.items():
        # One sheet that was entered for many stands once, under all of its rows.
        who = shown[0][2] if len(shown) == 1 else _("%d deputies") % len(shown)
        said, _dot, ending = shown[0][1].rpartition(".")
        given = names.safe(f"{who}_{shown[0][0]}_{said}", f".{ending}")
        told = {"visits.dutyfile": [pk for pk, _name, _who in shown]}
        making.writer.keep(f"{folder}/{_('files')}", given, path, what=_("file of a duty entry"), records=told)
        making.step(given)


def _contacts(making, folder):
    scope = making.scope
    making.workbook(folder, _("Contacts"), [tables.visits], what=_("register"), label="visits.visit")
    making.workbook(
        folder, _("Inspections and talks"), [tables.engagements], what=_("register"), label="constituents.engagement"
    )
    photos = scope.photos().select_related("visit__deputy")
    _files(
        making, f"{folder}/{_('photos')}", photos, "visits.visitphoto",
        owner=lambda one: f"{one.visit.happened_on}_{one.visit.deputy.name}_{one.visit_id}", what=_("photo"),
        name=lambda one: f"{one.pk}.{one.kind}",
    )  # fmt: skip


def _activities(making, folder):
    scope = making.scope
    rows = scope.activities().select_related("group", "filed_by", "received_by")
    rows = rows.prefetch_related("visits__deputy__district", "absences__deputy__district")
    for one in rows.order_by("happened_on", "pk").iterator(chunk_size=200):
        name = f"{one.happened_on}_{one.group.name}_{one.topic or one.get_kind_display()}_{one.pk}"
        data = records.activity(one, foot=making.foot)
        told = {"visits.groupactivity": [one.pk]}
        making.paper(folder, name, "archive_record", data, what=_("record of an activity"), records=told)
    _files(
        making, f"{folder}/{_('files')}", scope.activity_files().select_related("activity__group"),
        "visits.activityfile", what=_("file of a group activity"),
        owner=lambda one: f"{one.activity.happened_on}_{one.activity.group.name}_{one.activity_id}",
    )  # fmt: skip


def _filings(making, folder):
    scope = making.scope
    for one in scope.filings().select_related("group", "filed_by", "received_by").order_by("last", "pk").iterator():
        name = f"{one.first}_{one.last}_{one.group.name}_{one.pk}"
        data = records.filing(one, foot=making.foot)
        told = {"visits.areafiling": [one.pk]}
        making.paper(folder, name, "archive_record", data, what=_("filing of an area"), records=told)
    states = [tables.filing_states, tables.area_states]
    making.workbook(folder, _("States of the filings"), states, what=_("list"))
    _files(
        making, f"{folder}/{_('files')}", scope.area_files().select_related("filing__group"), "visits.areafile",
        owner=lambda one: f"{one.filing.last}_{one.filing.group.name}_{one.filing_id}", what=_("file of a filing"),
    )  # fmt: skip


def _reports(making, folder):
    scope = making.scope
    rows = scope.reports().select_related("deputy", "district").order_by("planned_on", "pk")
    for one in rows.iterator(chunk_size=200):
        data = records.report(one, foot=making.foot)
        told = {"visits.voterreport": [one.pk]}
        name = f"{one.day}_{one.deputy.name}_{one.pk}"
        making.paper(folder, name, "archive_record", data, what=_("report to voters"), records=told)
    _files(
        making, f"{folder}/{_('scans')}", scope.report_files().select_related("report__deputy"), "visits.reportfile",
        owner=lambda one: f"{one.report.day}_{one.report.deputy.name}_{one.report_id}", what=_("signed sheet"),
    )  # fmt: skip


def _register(making, folder):
    scope = making.scope
    sheets = [tables.petitions, *(_without_keys(one) for one in (tables.steps, tables.referrals, tables.feedbacks))]
    making.workbook(folder, _("Reception register"), sheets, what=_("register"), label="constituents.petition")
    _files(
        making, f"{folder}/{_('files')}", scope.attachments().select_related("petition__station"),
        "constituents.attachment", owner=lambda one: f"{one.petition.number}_{one.pk}", what=_("file of a matter"),
    )  # fmt: skip
    _files(
        making, f"{folder}/{_('scans')}", scope.scans().select_related("station"), "constituents.paperbatch",
        owner=lambda one: f"{one.station.name}_{one.pk}", what=_("scan of a sheet"), stored=lambda one: one.scan.name,
    )  # fmt: skip


def _without_keys(table):
    return lambda scope, _keys: table(scope)


def _suggestions(making, folder):
    rows = making.scope.suggestions().select_related("deputy", "jurisdiction")
    rows = rows.prefetch_related("signatures__deputy", "referrals__unit", "referrals__result", "events__by")
    for one in rows.order_by("submitted_on", "pk").iterator(chunk_size=200):
        data = records.suggestion(one, foot=making.foot)
        told = {"constituents.suggestion": [one.pk]}
        name = f"{one.number or one.submitted_on}_{one.title}_{one.pk}"
        making.paper(folder, name, "archive_record", data, what=_("suggestion"), records=told)


def _rota(making, folder):
    making.workbook(
        folder, _("Rota and receptions"), [tables.receptions], what=_("register"), label="liaison_stations.reception"
    )


def _commendations(making, folder):
    making.workbook(
        folder, _("Commendations"), [tables.commendations], what=_("register"), label="reports.commendation"
    )


FOLDERS = (
    Folder(
        2,
        gettext_lazy("Duty files of the deputies"),
        _deputies,
        {
            "deputies.deputy": Scope.serving,
            "visits.dutyentry": Scope.duty_entries,
            "visits.dutyfile": Scope.duty_files,
        },
    ),
    Folder(
        3,
        gettext_lazy("Contacts with voters"),
        _contacts,
        {
            "visits.visit": Scope.visits,
            "constituents.engagement": Scope.engagements,
            "visits.visitphoto": Scope.photos,
        },
    ),
    Folder(
        4,
        gettext_lazy("Group activities"),
        _activities,
        {"visits.groupactivity": Scope.activities, "visits.activityfile": Scope.activity_files},
    ),
    Folder(
        5,
        pgettext_lazy("archive", "Filings"),
        _filings,
        {"visits.areafiling": Scope.filings, "visits.areafile": Scope.area_files},
    ),
    Folder(
        6,
        gettext_lazy("Reports to voters"),
        _reports,
        {"visits.voterreport": Scope.reports, "visits.reportfile": Scope.report_files},
    ),
    Folder(
        7,
        gettext_lazy("Reception register"),
        _register,
        {
            "constituents.petition": Scope.petitions,
            "constituents.attachment": Scope.attachments,
            "constituents.paperbatch": Scope.scans,
        },
    ),
    Folder(8, gettext_lazy("Suggestions"), _suggestions, {"constituents.suggestion": Scope.suggestions}),
    Folder(9, gettext_lazy("Rota and receptions"), _rota, {"liaison_stations.reception": Scope.receptions}),
    Folder(10, gettext_lazy("Commendations"), _commendations, {"reports.commendation": Scope.commendations}),
)
ANNUAL = gettext_lazy("Annual duty report")
CLOSED = gettext_lazy("Closing of the year")

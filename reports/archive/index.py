"""The index over an archive: for people as workbook, sheet and page, for machines, and for ``sha256sum -c``."""

import json
from collections import defaultdict
from dataclasses import dataclass
from urllib.parse import quote

from django.apps import apps
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from office import pdf
from office.sheets import Head, Table, Workbook
from reports.annual.word import ranges
from reports.archive import names
from reports.archive.folders import Making
from reports.archive.writer import Entry, sums
from reports.exports import Refused

ON_PAPER = 1000
"""So many files stand in the index that is printed; the workbook and index.json have all of them."""


@dataclass(frozen=True)
class Index:
    """The index of an archive whose folders are written; ``unfiled`` names what was to be filed and was not."""

    making: Making
    title: str
    unfiled: list[str]

    def write(self):
        """Put each form of it into the archive; Refused where the sheet cannot be printed."""
        name = _("Index")
        listed = list(self.making.writer.entries)
        path = self.making.aside / "index.xlsx"
        self._workbook(path, listed)
        self.making.writer.move("", names.safe(f"00_{name}", ".xlsx"), path, what=name)
        self._put(names.safe(f"00_{name}", ".pdf"), self._sheet(listed))
        page = render_to_string("reports/archive_index.html", {"title": self.title, "folders": _by_folder(listed)})
        self._put(names.safe(f"00_{name}", ".html"), page.encode())
        self._put("index.json", json.dumps(self._as_json(), ensure_ascii=False, indent=1).encode())
        self._put("SHA256SUMS", sums(self.making.writer.entries))

    def _put(self, name, content):
        self.making.writer.put("", name, content, what=_("Index"))

    @cached_property
    def missing(self) -> list[Entry]:
        return [one for one in self.making.writer.entries if one.is_missing]

    @property
    def said(self) -> list[str]:
        return [*self.making.errors, *self.unfiled]

    def _workbook(self, path, listed):
        with Workbook(title=self.title, author=settings.OFFICE_NAME, at=self.making.at, to=path) as book:
            book.table(_files_table(self.title, listed))
            book.table(self._notes())
            book.save()

    def _notes(self) -> Table:
        rows = [[_("missing on the disk"), one.path] for one in self.missing]
        rows += [[_("not filed, or a note"), one] for one in self.said]
        return Table(_("What is missing"), self.title, [Head(_("kind")), Head(_("Record"), widest=90)], rows)

    def _sheet(self, listed) -> bytes:
        try:
            return pdf.render("archive_record", self._on_paper(listed), tagged=False)
        except pdf.PaperRefused as refused:
            raise Refused(str(refused)) from refused

    def _on_paper(self, listed) -> dict:
        made = f"{timezone.localtime(self.making.at):%Y-%m-%d %H:%M}"
        lost = [[one.path, one.what] for one in self.missing] + [[one, ""] for one in self.said]
        tables = [
            {"title": _("Folders"), "heads": [_("Folder"), _("files"), "MB"], "rows": _sizes(listed)},
            {"title": _("What is missing"), "heads": [_("Record"), _("kind")], "rows": lost},
            _first_files(listed),
        ]
        return {
            "title": self.title,
            "pairs": [(_("made at"), made), (_("made by"), str(self.making.scope.user))],
            "texts": [],
            "tables": [one for one in tables if one["rows"]],
            "foot": _("Check with: sha256sum -c SHA256SUMS"),
        }

    def _as_json(self) -> dict:
        scope = self.making.scope
        return {
            "title": self.title,
            "subject": str(scope.subject),
            "year": scope.year,
            "term": scope.term and scope.term.pk,
            "made_at": self.making.at.isoformat(),
            "made_by": str(scope.user),
            "entries": [_entry(one) for one in self.making.writer.entries],
            "missing": [one.path for one in self.missing],
            "not_filed": self.unfiled,
            "notes": self.making.errors,
        }


def _entry(entry: Entry) -> dict:
    return {name: getattr(entry, name) for name in ("path", "what", "size", "sha256", "records")}


def _by_folder(entries) -> dict[str, list]:
    """The files with their addresses as seen from the index, by folder; what is missing has none."""
    found = defaultdict(list)
    for one in entries:
        folder, _slash, name = one.path.rpartition("/")
        found[folder].append((name, "" if one.is_missing else quote(one.path), one))
    return dict(found)


def _sizes(entries) -> list[list[str]]:
    """By folder how many files, and how large they are together."""
    sizes = defaultdict(list)
    for one in entries:
        sizes[one.path.partition("/")[0]].append(one.size)
    return [[name, str(len(own)), f"{sum(own) / 2**20:.1f}"] for name, own in sizes.items()]


def _first_files(entries) -> dict:
    title = _("Files") if len(entries) <= ON_PAPER else _("The first %d files") % ON_PAPER
    rows = [[one.path, str(one.size), one.sha256[:16]] for one in entries[:ON_PAPER]]
    return {"title": title, "heads": [_("Path"), _("size in bytes"), "SHA-256 (16)"], "rows": rows}


def _files_table(title, entries) -> Table:
    rows = [
        [one.path, one.what if not one.is_missing else _("%s: MISSING on the disk") % one.what, one.size,
         _told(one.records)[:2000], one.sha256]
        for one in entries
    ]  # fmt: skip
    notes = (_("%d files") % len(entries), _("Check with: sha256sum -c SHA256SUMS"))
    heads, widths = [_("Path"), _("what it is"), _("size in bytes"), _("Records"), "SHA-256"], (70, 30, 30, 60, 70)
    shown = [Head(label, widest=most) for label, most in zip(heads, widths, strict=True)]
    return Table(_("Index"), title, shown, rows, notes, fixed=1)


def _told(records) -> str:
    return "；".join(f"{apps.get_model(label)._meta.verbose_name} {ranges(keys)}" for label, keys in records.items())

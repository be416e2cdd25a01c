"""All deputies of a subject as Word documents in one zip file: their annual reports, or their notices (Art. 58).

``{"subject": …, "year": …}``. The figures of all are read at once, those of a closed year as they were frozen; what is
written is forgotten, so that memory does not grow with the number of deputies.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from office import clock
from office.pdf import PaperRefused
from office.uploads import shown_name
from office.word.fill import BrokenTemplate, TooLarge, many
from reports import closing
from reports.annual import document, word
from reports.exports import Refused
from reports.narrative import built_in, notice, templates
from reports.snapshot import report_tx
from reports.subjects import Kind, UnknownSubject, find

STEP = 20
"""After so many documents it is said how far the work is."""


def reports(params, *, by, at, folder: Path, progress) -> tuple[str, Path]:
    """The annual report of every deputy of a subject."""
    return _written(params, by, at, folder, progress, built_in.DEPUTY, _report)


def notices(params, *, by, at, folder: Path, progress) -> tuple[str, Path]:
    """The notice of every deputy of a subject for publication."""
    return _written(params, by, at, folder, progress, built_in.NOTICE, _notice)


def _written(params, by, at, folder, progress, kind, make) -> tuple[str, Path]:
    try:
        with report_tx():
            subject, _offered, years = find(params["subject"], user=by)
            if params["year"] not in years:
                raise Refused(_("The office has no records of %(year)d.") % {"year": params["year"]})
            made = documents(subject, params["year"], kind, make, at=at, user=by, progress=progress)
            return _kept(subject, params["year"], kind, made, folder)
    except (UnknownSubject, BrokenTemplate, TooLarge, PaperRefused, templates.CannotUse, closing.Damaged) as refused:
        raise Refused(str(refused)) from refused


def _kept(subject, year, kind, made, folder) -> tuple[str, Path]:
    names = {built_in.DEPUTY: _("%(subject)s: annual reports of deputies %(year)d")}
    names[built_in.NOTICE] = _("%(subject)s: notices of deputies %(year)d")
    title = names[kind] % {"subject": subject.name, "year": year}
    if subject.kind == Kind.DEPUTY:
        for _name, content in made:
            (folder / "document.docx").write_bytes(content)
            return f"{title}.docx", folder / "document.docx"
        raise _nobody()
    if not many(made, folder / "documents.zip"):
        raise _nobody()
    return f"{title}.zip", folder / "documents.zip"


def _nobody() -> Refused:
    return Refused(_("There is no deputy in it."))


def documents(subject, year, kind, make: Callable, *, at, user=None, progress=None) -> Iterator[tuple[str, bytes]]:
    """The documents of a subject's deputies one by one, each with the name of its file, inside ``report_tx()``.

    Whoever came to the roster after the closing of a closed year has no frozen report and no document.
    """
    rows = subject.deputies(user).select_related("district__jurisdiction", "group", "term__jurisdiction")
    deputies = {str(row.pk): row for row in rows.prefetch_related("stations")}
    letter, by_place = word.Letter(clock.local_date(at), office=settings.OFFICE_NAME), {}
    kept = closing.frozen_each([f"{Kind.DEPUTY}:{key}" for key in deputies], year)
    read = kept or document.read_each(subject, year, on=clock.local_date(at), user=user)
    for n, one in enumerate(read, 1):
        deputy = deputies[one.subject.key]
        if progress and n % STEP == 1:
            progress(n - 1, len(deputies), deputy.name)
        path = deputy.district.jurisdiction.path
        if path not in by_place:
            by_place[path] = templates.in_use(kind, path)
        name = shown_name(f"{n:04d} {deputy.district.jurisdiction.name} {deputy.name}.docx", "docx")
        yield name, make(deputy, one, letter, by_place[path])


def _report(_deputy, one, letter, template) -> bytes:
    return word.docx_of(one, letter=letter, template=template)


def _notice(deputy, one, letter, template) -> bytes:
    return template.render(notice.context_of(deputy, one, letter))

"""The annual report as an export: ``{"subject": …, "year": 2026, "format": …}``, or ``from`` and ``to`` for months."""

from pathlib import Path

from django.utils.translation import gettext as _

from reports.annual import formats
from reports.annual.period import Period
from reports.exports import Refused
from reports.subjects import UnknownSubject


def choices() -> list[tuple]:
    """The formats that can be asked for, each with its name."""
    return [(ending, form.label) for ending, form in formats.FORMATS.items()]


def make(params, *, by, at, folder: Path, progress) -> tuple[str, Path]:
    """Count the report as of ``at`` and write it in the format asked for."""
    ending = params["format"]
    progress(0, 2, _("Counting"))
    try:
        written = formats.write(params["subject"], _period(params), ending, at=at, user=by, **_letter(params))
    except (UnknownSubject, formats.NothingRecorded, formats.CannotWrite) as refused:
        raise Refused(str(refused)) from refused
    progress(1, 2, _("Writing the file"))
    path = folder / f"report.{ending}"
    path.write_bytes(written.content)
    return written.title, path


def _letter(params) -> dict:
    return {name: params[name] for name in ("number", "to_office", "signer") if name in params}


def _period(params) -> Period:
    if "year" in params:
        return Period.year(params["year"])
    return Period.between(params["from"], params["to"])

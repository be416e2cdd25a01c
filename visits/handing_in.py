"""What is filed with an office, received and returned is moved alike, whatever it is (D9-3, D1-3a)."""

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from office import clock, versions
from office import files as kept

FILED = ("filed_at", "filed_by", "reported_on")
RETURNED = ("returned_at", "returned_by", "returned_reason")


class CannotFile(Exception):
    """This is not possible now; the text is for the person, ``field`` the input it is about."""

    def __init__(self, text, field=None):
        super().__init__(text)
        self.field = field


def locked(rows, pk, seen):
    """The row of ``rows``, locked, if it is as it was seen; raises ``CannotFile`` or the model's ``DoesNotExist``."""
    try:
        return versions.lock(rows, pk, seen)
    except versions.ChangedMeanwhile as changed:
        raise CannotFile(str(changed)) from changed


def refuse_received(row):
    if row.filing == row.Filing.RECEIVED:
        raise CannotFile(_("The office has received this record. Please ask the office to correct it."))


def file(row, *, by, at) -> tuple:
    """It is filed from this instant on, and no longer returned; the columns to be saved."""
    if row.reported_on:
        raise CannotFile(_("This record is filed already."))
    row.filed_at, row.filed_by, row.reported_on = at, by, clock.local_date(at)
    row.returned_at, row.returned_by, row.returned_reason = None, None, ""
    return FILED + RETURNED


def unfile(row) -> tuple:
    """It is with its writer again, before the office has received it; the columns to be saved."""
    if row.filing != row.Filing.FILED:
        raise CannotFile(_("Only what the office has not received yet is taken back."))
    row.reported_on, row.filed_at, row.filed_by = None, None, None
    return FILED


def send_back(row, *, by, at, reason) -> tuple:
    """The office returns it for correction: it has not come; the columns to be saved."""
    if row.filing != row.Filing.FILED:
        raise CannotFile(_("Only a record that is filed and not received yet is returned."))
    if not reason.strip():
        raise CannotFile(_("Please say what is to be corrected."))
    row.returned_at, row.returned_by, row.returned_reason = at, by, reason
    return unfile(row) + RETURNED


def add_files(row, files, *, by, at) -> list[str]:
    """Keep cleaned files with a row that is not received yet; their names."""
    refuse_received(row)
    return keep_files(row, files, by=by, at=at)


def keep_files(row, files, *, by, at) -> list[str]:
    """Keep cleaned files with a row, as long as it holds no more than it may; their names."""
    most = row.files.model.MOST
    if row.files.count() + len(files) > most:
        raise CannotFile(_("A record holds at most %d files.") % most)
    for one in files:
        content = ContentFile(one.content, name=one.stored_name())
        row.files.create(file=content, name=one.name, kind=one.kind, size=len(one.content), added_at=at, added_by=by)
    return [one.name for one in files]


def remove_file(row, file) -> list[str]:
    """Take a file out of a row that is not received yet; its name."""
    refuse_received(row)
    return drop_file(file)


def drop_file(file) -> list[str]:
    """Take a file out, and off the disk once the deed is done; its name."""
    kept.remove([file.file.name])
    file.delete()
    return [file.name]

"""The form on which workbooks are chosen for import. It looks at the files from outside; reading them is later work."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from visits import import_files

MAX_FILES = 10
MAX_MEGABYTES = 20
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
"""How an .xlsx or .ods begins, and how an .xls or a workbook with a password begins."""


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFiles(forms.FileField):
    widget = SeveralFilesInput

    def clean(self, data, initial=None):
        return [super(SeveralFiles, self).clean(one, initial) for one in data or [None]]


class UploadForm(forms.Form):
    files = SeveralFiles(
        label=gettext_lazy("Workbooks"),
        error_messages={
            "required": gettext_lazy("Choose at least one workbook."),
            "missing": gettext_lazy("Choose at least one workbook."),
            "empty": gettext_lazy("A chosen file is empty."),
            "invalid": gettext_lazy("The files did not arrive. Please choose them again."),
        },
    )

    def clean_files(self):
        files = self.cleaned_data["files"]
        if len(files) > MAX_FILES:
            raise ValidationError(_("At most %d workbooks can be imported at once.") % MAX_FILES)
        faults = [fault for fault in (_fault(file) for file in files) if fault] + _same_names(files)
        if faults:
            raise ValidationError(faults)
        return files


def _fault(file) -> str:
    if file.size > MAX_MEGABYTES * 2**20:
        return _("%(file)s is larger than %(limit)d MB.") % {"file": file.name, "limit": MAX_MEGABYTES}
    head = file.read(len(ZIP))
    file.seek(0)
    if head not in (ZIP, OLE):
        return (
            _("%s is not an Excel workbook. If it opens in Excel, save it there as .xlsx and use that file.")
            % file.name
        )
    return ""


def _same_names(files) -> list[str]:
    names = [import_files.safe_name(file.name).lower() for file in files]
    twice = sorted({name for name in names if names.count(name) > 1})
    return [_("Two files have the name %s. Rename one of them, or leave it out.") % name for name in twice]

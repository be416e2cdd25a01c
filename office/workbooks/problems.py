"""What is named in a workbook, and where a row came from."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Problem:
    """One thing that was not understood: where it stands, why, and what to do.

    ``row`` is the number at the left of the sheet (0 for the file as a whole), ``column`` the header on the sheet,
    ``code`` stable, ``value`` what stands in the cell.
    """

    file: str
    sheet: str
    row: int
    column: str
    reason: str
    code: str = ""
    value: str = ""

    def as_json(self) -> dict:
        return {key: value for key, value in asdict(self).items() if key not in ("code", "value")}


@dataclass(frozen=True)
class Source:
    """The row of a workbook that something was read from."""

    file: str
    sheet: str
    row: int
    labels: Mapping[str, str] = field(default_factory=dict, compare=False)

    def problem(self, key: str, code: str, reason: str, value: object = "") -> Problem:
        """A problem in the column that ``key`` stands for; an empty key means the whole row."""
        label = self.labels.get(key) or _("whole row")
        return Problem(self.file, self.sheet, self.row, label, reason, code, str(value))

    @property
    def words(self) -> str:
        """Where it is, in words: the row, and the sheet it is on."""
        return _("row %(row)d of sheet %(sheet)s") % {"row": self.row, "sheet": self.sheet}

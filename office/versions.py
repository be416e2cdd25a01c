"""Two people edit one row: whoever saves second is told, and nothing is lost in silence."""

from django.db import models
from django.utils.translation import gettext as _


class Versioned(models.Model):
    """A row that counts its changes. A form carries the number it was opened with."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def changed(self, *columns):
        """Save these columns of a locked row, and count the change."""
        self.version += 1
        self.save(update_fields=[*columns, "version"])


class ChangedMeanwhile(Exception):
    """Somebody else wrote the row after the form was opened; ``row`` is as it stands now."""

    def __init__(self, row):
        super().__init__(_("Somebody else has changed this meanwhile. Please look at what is new, then save again."))
        self.row = row


def lock(rows, pk, seen: int | None = None):
    """The row, locked until the transaction ends, if it still is as it was ``seen`` (a version; None: as it is).

    Raises ``ChangedMeanwhile`` or the model's ``DoesNotExist``.
    """
    row = rows.select_for_update(of=("self",), no_key=True).get(pk=pk)
    if seen is not None and row.version != seen:
        raise ChangedMeanwhile(row)
    return row


def hold(rows: list[Versioned]):
    """Lock all of these rows of one kind in one order, where one after another is to be worked on in one transaction.

    Otherwise the second could be in the hands of somebody who waits for what was taken for the first, as a number.
    """
    found = type(rows[0])._base_manager.filter(pk__in=[row.pk for row in rows]).order_by("pk")
    list(found.select_for_update(no_key=True).values_list("pk"))

from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarDay(models.Model):
    """One day that is not what its weekday says: a statutory holiday, or a weekend day that is worked (调休)."""

    day = models.DateField(_("day"), unique=True)
    working = models.BooleanField(_("working day"))
    name = models.CharField(_("name"), max_length=40)
    note = models.CharField(_("note"), max_length=200, blank=True)
    edited = models.BooleanField(_("edited by the office"), default=False, editable=False)

    class Meta:
        verbose_name = _("holiday or working weekend")
        verbose_name_plural = _("holidays and working weekends")
        ordering = ["-day"]

    def __str__(self):
        return f"{self.day:%Y-%m-%d} {self.name}"

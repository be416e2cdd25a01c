from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedFilter(models.Model):
    """One list as a person narrowed it, kept under a name; nobody else sees it."""

    MOST = 30

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_filters", verbose_name=_("user")
    )
    name = models.CharField(_("name"), max_length=40)
    # The address of the list, and what it is narrowed to.
    path = models.CharField(_("list"), max_length=200)
    query = models.CharField(_("filter"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "path", "name"],
                name="one_saved_filter_of_a_name",
                violation_error_message=_("You have a filter of this name here already."),
            )
        ]

    def __str__(self):
        return self.name

    @property
    def address(self) -> str:
        """The list again, narrowed as it was."""
        return f"{self.path}?{self.query}" if self.query else self.path

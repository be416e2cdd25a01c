from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from office.scoping import ScopedQuerySet


class Level(models.TextChoices):
    """The level of a jurisdiction, a congress or a unit."""

    PREFECTURE = "prefecture", _("prefecture")
    COUNTY = "county", _("county")
    TOWN = "town", _("township")


class Jurisdiction(models.Model):
    """One administrative division, in a tree; ``path`` (``/1/4/``) is a prefix of every path below it.

    ``code`` is the GB/T 2260 code as text; until the office enters it, a provisional one that begins with 99.
    """

    name = models.CharField(_("name"), max_length=50)
    former_names = models.CharField(
        _("former names"),
        max_length=200,
        blank=True,
        db_default="",
        help_text=_(
            "Older addresses call it so. Between several stands “、”; the name is added here when it is changed."
        ),
    )
    level = models.CharField(_("level"), max_length=12, choices=Level)
    code = models.CharField(_("division code"), max_length=12, unique=True)
    # 机关代字 (GB/T 9704 7.2.5); without one the letters of its congress office carry the number of the register.
    letter_code = models.CharField(
        _("letter code"),
        max_length=20,
        blank=True,
        db_default="",
        validators=[RegexValidator(r"^[\u4e00-\u9fff]+$", _("Chinese characters alone; year and number are added."))],
        help_text=_(
            "The congress office's code before the number of its letters: with 县人大联办 the first letter of 2026 is "
            "县人大联办〔2026〕1号. Empty: letters carry the number of the register."
        ),
    )
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name=_("parent"))
    path = models.CharField(max_length=100, unique=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("jurisdiction")
        verbose_name_plural = _("jurisdictions")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="one_name_among_siblings"),
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(parent__isnull=True), name="one_name_at_the_top"
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def congress_office(self) -> str:
        """Who signs here: the county's office by its own name, a township's presidium, a street's working committee."""
        if self.level == Level.COUNTY:
            return settings.OFFICE_NAME
        street = self.name.endswith("街道")
        return str(_("%s congress working committee") if street else _("%s congress presidium")) % self.name


class Unit(models.Model):
    """One handling unit (承办单位): a department or a township government."""

    name = models.CharField(_("name"), max_length=80)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, verbose_name=_("jurisdiction"))
    active = models.BooleanField(_("active"), default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("handling unit")
        verbose_name_plural = _("handling units")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["jurisdiction", "name"], name="one_unit_of_a_name")]

    def __str__(self):
        return self.name

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from office.roles import ADMINISTRATORS, Role


class User(AbstractUser):
    """One person who can sign in."""

    class Mail(models.TextChoices):
        EACH = "each", _("an e-mail for each notice")
        DAILY = "daily", _("one e-mail in the morning with what came the day before")
        URGENT = "urgent", _("an e-mail only for what is urgent")

    first_name = last_name = None
    name = models.CharField(_("full name"), max_length=50, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    # What is urgent comes at once, whatever was chosen.
    mail = models.CharField(_("e-mail"), max_length=6, choices=Mail, default=Mail.EACH, db_default=Mail.EACH)
    must_change_password = models.BooleanField(_("has a first password"), default=False, editable=False)

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self):
        return self.name or self.username

    def get_full_name(self):
        return str(self)

    def get_short_name(self):
        return str(self)

    @cached_property
    def _standing(self):
        keepers = Assignment.objects.filter(role=Role.SECURITY_ADMIN, user__is_active=True)
        held = list(self.assignments.select_related("jurisdiction").annotate(separated=models.Exists(keepers)))
        # Should an administrator ever come to hold another role as well, that other one counts for nothing.
        return [one for one in held if one.role in ADMINISTRATORS] or held

    def standing(self):
        """This person's roles with the place or unit each is for; one query a request."""
        return self._standing

    def has_role(self, *roles) -> bool:
        return any(a.role in roles for a in self.standing())

    def gives_sign_ins(self) -> bool:
        """Whether this person gives out sign-ins, roles and passwords: the security administrator, or as long as
        there is none the county office. A superuser (set-up only) may."""
        for one in self.standing():
            if one.role == Role.SECURITY_ADMIN or (one.role == Role.COUNTY_OFFICE and not one.separated):
                return True
        return self.is_superuser


class Assignment(models.Model):
    """One role that one person holds, for a place or a unit where the role needs one."""

    user = models.ForeignKey(User, models.CASCADE, related_name="assignments", verbose_name=_("user"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    jurisdiction = models.ForeignKey(
        "office.Jurisdiction", models.PROTECT, null=True, blank=True, verbose_name=_("jurisdiction")
    )
    unit = models.ForeignKey("office.Unit", models.PROTECT, null=True, blank=True, verbose_name=_("handling unit"))

    class Meta:
        verbose_name = _("role assignment")
        verbose_name_plural = _("role assignments")
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "jurisdiction"], name="one_assignment_a_place"),
            models.UniqueConstraint(fields=["user", "role", "unit"], name="one_assignment_a_unit"),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=models.Q(jurisdiction__isnull=True, unit__isnull=True),
                name="one_assignment_a_role",
            ),
            models.CheckConstraint(
                name="place_roles_have_a_place",
                condition=~models.Q(role__in=["county_office", "town_office", "leader"])
                | models.Q(jurisdiction__isnull=False),
                violation_error_message=_("This role needs a jurisdiction."),
            ),
            models.CheckConstraint(
                name="unit_role_has_a_unit",
                condition=~models.Q(role="handling_unit") | models.Q(unit__isnull=False),
                violation_error_message=_("This role needs a handling unit."),
            ),
            models.CheckConstraint(
                name="administrators_have_no_place",
                condition=~models.Q(role__in=["system_admin", "security_admin", "audit_admin"])
                | models.Q(jurisdiction__isnull=True, unit__isnull=True),
                violation_error_message=_("An administrator has neither a jurisdiction nor a unit."),
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(role__in=["system_admin", "security_admin", "audit_admin"]),
                name="one_administrator_s_role_a_person",
                violation_error_message=_("Nobody holds two of the administrators' roles."),
            ),
        ]

    def __str__(self):
        return f"{self.user} · {self.get_role_display()}"

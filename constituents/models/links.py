"""How a unit without an account handles one thing that was handed to it: a link that ends by itself (N14)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from constituents.models.petitions import Complaint, Petition
from constituents.models.referrals import Referral
from constituents.models.suggestions import Suggestion
from office.scoping import ScopedQuerySet

LINK = "link"
"""The role of whoever holds a good link, in the table of moves."""


class UnitLinkQuerySet(ScopedQuerySet):
    def good(self, on: date):
        """The links that open something on a day: as long as the unit holds it and nothing has ended them."""
        unit = OuterRef("referral__unit")
        about = Complaint.objects.filter(Q(unit=unit) | Q(person__assignments__unit=unit))
        return self.filter(
            ~Exists(about.filter(petition=OuterRef("referral__petition"))),
            Q(referral__petition__status__in=Petition.OPEN) | Q(referral__suggestion__status__in=Suggestion.OPEN),
            ended_at=None,
            until__gte=on,
            referral__holder__isnull=False,
            referral__unit__active=True,
        )

    def until_of_referral(self):
        """Until when the link of a referral (the outer row) is good that nobody has ended."""
        return Subquery(self.filter(referral=OuterRef("pk"), ended_at=None).order_by().values("until")[:1])

    def of(self, token: str):
        """The link of an address; the address itself is stored nowhere."""
        return self.filter(token_hash=hash_of(token))


def hash_of(token: str) -> str:
    """What stands in the database for the secret part of an address."""
    return salted_hmac("constituents.link", token, algorithm="sha256").hexdigest()


class UnitLink(models.Model):
    """One address under which one unit may handle one referral without a sign-in, until a day."""

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="links", verbose_name=_("referral"))
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    until = models.DateField(_("good until"))
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )

    objects = UnitLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link for a unit")
        verbose_name_plural = _("links for units")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["referral"], condition=Q(ended_at__isnull=True), name="one_link_of_a_referral"
            ),
            models.CheckConstraint(
                name="a_link_is_ended_by_somebody",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.referral_id} {self.until}"


@dataclass(frozen=True)
class Guest:
    """Whoever acts through a link on a day: no user, but the name and the phone that they gave."""

    link: UnitLink
    name: str
    phone: str
    on: date

    is_superuser: ClassVar[bool] = False

    def has_role(self, *roles) -> bool:
        return LINK in roles

    @property
    def words(self) -> str:
        """Who it was, for the trail."""
        return f"{self.name}（{self.phone}）"

    def referrals(self):
        """The one referral of a link that is still good; nothing otherwise."""
        good = UnitLink.objects.good(self.on).filter(pk=self.link.pk)
        return Referral.objects.filter(pk__in=good.values("referral"))

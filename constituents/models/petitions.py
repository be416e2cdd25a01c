from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from constituents import rules
from deputies.models import Deputy
from liaison_stations.models import Station
from office.models import Rule, Unit
from office.scoping import ScopedQuerySet


class PetitionQuerySet(ScopedQuerySet):
    def matching(self, text):
        """Petitions that carry ``text`` as their number, their visitor, phone or address, or in the visitor's words."""
        found = Q()
        for field in ("visitor", "address", "situation", "request", "category"):
            found |= Q(**{f"{field}__icontains": text})
        for part in rules.phone_fragments(text):
            found |= Q(phone__contains=part)
        parts = rules.number_parts(text)
        if parts:
            columns = {"station": "station__number", "year": "year", "seq": "seq"}
            found |= Q(**{columns[part]: n for part, n in parts.items()})
        return self.filter(found)


class Petition(models.Model):
    """One matter that a visitor brought to a station: their words, and what became of it."""

    class Channel(models.TextChoices):
        WALK_IN = "walk_in", _("walk-in")
        VISIT = "visit", _("raised at a visit")
        LETTER = "letter", _("letter")
        PHONE = "phone", _("phone call")

    class Status(models.TextChoices):
        RECEIVED = "received", _("registered")
        ROUTED = "routed", _("routed")
        REPLIED = "replied", _("replied")
        CLOSED = "closed", _("closed")
        ANSWERED = "answered", _("answered on the spot")
        DECLINED = "declined", _("declined with guidance")

    # The matter has not come to its end.
    OPEN = (Status.RECEIVED, Status.ROUTED, Status.REPLIED)

    class Course(models.TextChoices):
        """What was done with the matter (D3-六, D5-三c)."""

        ROUTE = "route", _("routed to a unit")
        ANSWER = "answer", _("answered on the spot")
        DECLINE = "decline", _("declined with guidance")
        SUGGESTION = "suggestion", _("to become a suggestion")
        INSPECTION = "inspection", _("inspection proposed")
        ESCALATE = "escalate", _("reported upward")

    class Satisfaction(models.TextChoices):
        SATISFIED = "satisfied", pgettext_lazy("visitor", "satisfied")
        FAIRLY = "fairly", _("fairly satisfied")
        DISSATISFIED = "dissatisfied", _("dissatisfied")

    station = models.ForeignKey(Station, models.PROTECT, related_name="petitions", verbose_name=_("liaison station"))
    year = models.PositiveSmallIntegerField(_("year"), editable=False)
    seq = models.PositiveIntegerField(_("number"), editable=False)
    received_on = models.DateField(_("received on"))
    registered_at = models.DateTimeField(_("registered at"))
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name=_("recorder"))
    channel = models.CharField(_("channel"), max_length=8, choices=Channel, default=Channel.WALK_IN)
    deputy = models.ForeignKey(
        Deputy, models.PROTECT, null=True, blank=True, related_name="petitions", verbose_name=_("receiving deputy")
    )
    visitor = models.CharField(_("visitor"), max_length=50)
    visitor_count = models.PositiveSmallIntegerField(_("number of visitors"), default=1)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    address = models.CharField(_("address"), max_length=150, blank=True)
    category = models.CharField(_("category"), max_length=30, blank=True)
    situation = models.TextField(_("situation"), max_length=4000)
    request = models.TextField(_("problem to be solved"), max_length=4000, blank=True)
    urgent = models.BooleanField(_("urgent"), default=False)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.RECEIVED)
    course = models.CharField(_("course taken"), max_length=10, choices=Course, blank=True)
    # The words of the office's own register, where the matter came in from a workbook.
    course_words = models.CharField(_("course in the register's words"), max_length=120, blank=True)
    satisfaction = models.CharField(_("satisfaction"), max_length=12, choices=Satisfaction, blank=True)
    imported = models.BooleanField(_("from a workbook"), default=False)
    # The officer hands it to the deputy (D3-六h), the deputy passes it on (D1-3①e): by when, by which rule, and when.
    hand_over_due_on = models.DateField(_("to be handed over by"), null=True, blank=True, editable=False)
    hand_over_rule = models.ForeignKey(
        Rule, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("rule")
    )
    handed_over_on = models.DateField(_("handed over on"), null=True, blank=True)

    objects = PetitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("petition")
        verbose_name_plural = _("petitions")
        ordering = ["-received_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["station", "year", "seq"], name="one_petition_of_a_number"),
            models.CheckConstraint(
                # D5-三a: situation and problem are both written down; old registers have one column for the two.
                name="situation_and_problem_are_recorded",
                condition=~Q(situation="") & (Q(imported=True) | ~Q(request="")),
            ),
            models.CheckConstraint(name="at_least_one_visitor", condition=Q(visitor_count__gte=1)),
        ]
        indexes = [
            models.Index(fields=["received_on"], name="petition_by_day"),
            models.Index(fields=["deputy", "received_on"], name="petition_by_deputy"),
        ]

    def __str__(self):
        return self.number

    @property
    def number(self) -> str:
        """The register number as it is printed: station, year, running number."""
        return self.number_of(self.station.number, self.year, self.seq)

    @staticmethod
    def number_of(station: int, year: int, seq: int) -> str:
        """The register number from its three parts."""
        return f"{station:02d}〔{year}〕{seq:04d}"


class PetitionEvent(models.Model):
    """One step in a petition's life."""

    petition = models.ForeignKey(Petition, models.CASCADE, related_name="events")
    verb = models.CharField(_("step"), max_length=20)
    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name=_("by"))
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("petition step")
        verbose_name_plural = _("petition steps")
        ordering = ["id"]

    def __str__(self):
        return f"{self.petition_id} {self.verb}"


class ReferralQuerySet(ScopedQuerySet):
    def overdue(self, on):
        """Referrals whose reply was due before ``on`` and had not come by then (D3-七)."""
        return self.filter(Q(replied_on__isnull=True) | Q(replied_on__gt=on), due_on__lt=on)


class Referral(models.Model):
    """One petition handed to one unit, with the day its reply is due and the rule that set it."""

    petition = models.ForeignKey(Petition, models.CASCADE, related_name="referrals", verbose_name=_("petition"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="referrals", verbose_name=_("handling unit"))
    routed_on = models.DateField(_("routed on"))
    due_on = models.DateField(_("reply due on"), null=True, blank=True)
    due_rule = models.ForeignKey(Rule, models.PROTECT, null=True, blank=True, verbose_name=_("rule"))
    replied_on = models.DateField(_("replied on"), null=True, blank=True)
    # The reply is brought back to the person (D3-六f): by when, by which rule, and when.
    feedback_due_on = models.DateField(_("feedback due on"), null=True, blank=True, editable=False)
    feedback_rule = models.ForeignKey(
        Rule, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("rule")
    )
    fed_back_on = models.DateField(_("fed back on"), null=True, blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["petition", "unit"], name="one_referral_to_a_unit"),
            models.CheckConstraint(
                name="reply_comes_after_routing",
                condition=Q(replied_on__isnull=True) | Q(replied_on__gte=models.F("routed_on")),
                violation_error_message=_("The reply lies before the day of routing."),
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], name="referral_open_by_due", condition=Q(replied_on__isnull=True)),
        ]

    def __str__(self):
        return f"{self.petition_id} → {self.unit}"


class Extension(models.Model):
    """More time for one reply: how much, why, and who approved it."""

    class Unit(models.TextChoices):
        DAYS = "days", _("days")
        WORKING_DAYS = "working-days", _("working days")
        MONTHS = "months", _("months")

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="extensions", verbose_name=_("referral"))
    amount = models.PositiveSmallIntegerField(_("amount"))
    unit = models.CharField(_("unit of time"), max_length=12, choices=Unit, default=Unit.WORKING_DAYS)
    reason = models.CharField(_("reason"), max_length=200)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("approved by"))
    approved_on = models.DateField(_("approved on"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ["id"]
        constraints = [models.CheckConstraint(name="an_extension_is_some_time", condition=Q(amount__gte=1))]

    def __str__(self):
        return f"+{self.amount} {self.get_unit_display()}"

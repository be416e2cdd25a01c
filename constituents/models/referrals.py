from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from constituents.models.petitions import Petition
from constituents.models.suggestions import Suggestion
from constituents.models.tables import ResultClass
from office.models import Jurisdiction, Rule, Unit
from office.scoping import ScopedQuerySet
from office.versions import Versioned


class ReferralQuerySet(ScopedQuerySet):
    def overdue(self, on):
        """Referrals whose reply was due before ``on`` and had not come by then (D3-七)."""
        return self.owing().filter(Q(replied_on__isnull=True) | Q(replied_on__gt=on), due_on__lt=on)

    def owing(self):
        """Referrals that a unit still has, or has replied to, and whose clock is not stopped."""
        return self.filter(paused_on__isnull=True, returned_on__isnull=True, recalled_on__isnull=True)


class Referral(Versioned):
    """One matter or suggestion handed to one unit: what is asked, by when and by which rule, and what came back."""

    class Kind(models.TextChoices):
        """What the matter is decides which rule sets the day of the reply (D3-七, L1-51, L2-34)."""

        STATION = "station", _("station feedback")
        LETTERS = "letters", _("letters-and-visits matter")
        SUGGESTION = "suggestion", _("deputy's suggestion")
        WIDE = "wide", _("deputy's suggestion, wide or difficult")

    class Part(models.TextChoices):
        LEAD = "lead", _("lead")
        ASSISTING = "assisting", _("assisting")

    class Mode(models.TextChoices):
        """In which form it is handed over (D5-三c)."""

        LETTER = "letter", _("transfer letter")
        SUGGESTION = "suggestion", _("written suggestion")
        MOTION = "motion", _("motion")
        ENVELOPE = "envelope", _("deputy envelope")

    class Status(models.TextChoices):
        SENT = "sent", _("sent")
        ACCEPTED = "accepted", _("accepted")
        REPLIED = "replied", _("replied")
        RETURNED = "returned", _("returned by the unit")
        RECALLED = "recalled", _("taken back by the office")

    # The unit has it in hand: it has neither replied nor lost it.
    IN_HAND = Q(replied_on__isnull=True, returned_on__isnull=True, recalled_on__isnull=True)
    # The unit has it no longer, and sees it no longer.
    GONE = Q(returned_on__isnull=False) | Q(recalled_on__isnull=False)

    petition = models.ForeignKey(
        Petition, models.CASCADE, null=True, blank=True, related_name="referrals", verbose_name=_("petition")
    )
    suggestion = models.ForeignKey(
        Suggestion, models.CASCADE, null=True, blank=True, related_name="referrals", verbose_name=_("suggestion")
    )
    # Where it comes from: the station's township, or the place of the deputy's congress.
    place = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name=_("place"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="referrals", verbose_name=_("handling unit"))
    # The unit's key as long as it may see the matter: who has returned it sees it no more.
    holder = models.GeneratedField(
        expression=Case(When(GONE, then=Value(None)), default=F("unit")),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )
    person = models.CharField(_("responsible person"), max_length=50, blank=True)
    part = models.CharField(_("part"), max_length=9, choices=Part, default=Part.LEAD)
    kind = models.CharField(_("kind of matter"), max_length=10, choices=Kind, default=Kind.STATION)
    mode = models.CharField(_("form"), max_length=10, choices=Mode, default=Mode.LETTER)
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    # What the days below say, for lists and filters.
    status = models.GeneratedField(
        expression=Case(
            When(recalled_on__isnull=False, then=Value("recalled")),
            When(returned_on__isnull=False, then=Value("returned")),
            When(replied_on__isnull=False, then=Value("replied")),
            When(accepted_on__isnull=False, then=Value("accepted")),
            default=Value("sent"),
        ),
        output_field=models.CharField(_("status"), max_length=8, choices=Status),
        db_persist=True,
        choices=Status,
        verbose_name=_("status"),
    )
    # What the unit reads: written by the office, without what it need not know of the person.
    brief = models.TextField(_("what is asked of the unit"), max_length=4000, blank=True)
    # Of the letter that handed it over, where the office has a code for its letters.
    letter_number = models.CharField(_("letter number"), max_length=60, blank=True, db_default="", editable=False)
    routed_on = models.DateField(_("routed on"))
    routed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("routed by")
    )
    # The unit takes it, or gives it back with a reason (L2-23): by when, by which rule, and when.
    receipt_due_on = models.DateField(_("to be accepted or returned by"), null=True, blank=True, editable=False)
    receipt_rule = models.ForeignKey(
        Rule, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("rule")
    )
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    returned_on = models.DateField(_("returned on"), null=True, blank=True)
    return_reason = models.CharField(_("reason of the return"), max_length=500, blank=True)
    recalled_on = models.DateField(_("taken back on"), null=True, blank=True)
    due_on = models.DateField(_("reply due on"), null=True, blank=True)
    due_rule = models.ForeignKey(Rule, models.PROTECT, null=True, blank=True, verbose_name=_("rule"))
    paused_on = models.DateField(_("clock stopped on"), null=True, blank=True)
    replied_on = models.DateField(_("replied on"), null=True, blank=True)
    reply = models.TextField(_("reply"), max_length=8000, blank=True)
    result = models.ForeignKey(ResultClass, models.PROTECT, null=True, blank=True, verbose_name=_("class of result"))
    # Typed in by the office from the unit's letter (N14).
    on_paper = models.BooleanField(_("on paper"), default=False)
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
            models.CheckConstraint(
                name="referral_of_one_matter", condition=Q(petition__isnull=True) ^ Q(suggestion__isnull=True)
            ),
            models.UniqueConstraint(
                fields=["petition", "unit"],
                condition=Q(replied_on__isnull=True, returned_on__isnull=True, recalled_on__isnull=True),
                name="one_open_referral_to_a_unit",
            ),
            models.UniqueConstraint(
                fields=["suggestion", "unit"],
                condition=Q(replied_on__isnull=True, returned_on__isnull=True, recalled_on__isnull=True),
                name="one_open_suggestion_at_a_unit",
            ),
            models.UniqueConstraint(
                fields=["petition"],
                condition=Q(replied_on__isnull=True, returned_on__isnull=True, recalled_on__isnull=True, part="lead"),
                name="one_lead_of_a_petition",
            ),
            models.UniqueConstraint(
                fields=["suggestion"],
                condition=Q(replied_on__isnull=True, returned_on__isnull=True, recalled_on__isnull=True, part="lead"),
                name="one_lead_of_a_suggestion",
            ),
            models.CheckConstraint(
                name="reply_comes_after_routing",
                condition=Q(replied_on__isnull=True) | Q(replied_on__gte=models.F("routed_on")),
                violation_error_message=_("The reply lies before the day of routing."),
            ),
            models.CheckConstraint(
                name="replied_returned_or_recalled",
                condition=Q(replied_on__isnull=True) | Q(returned_on__isnull=True, recalled_on__isnull=True),
            ),
            models.CheckConstraint(
                name="returned_with_a_reason",
                condition=Q(returned_on__isnull=True) ^ Q(~Q(return_reason="")),
            ),
            models.CheckConstraint(name="handled_once_or_twice", condition=Q(round__in=(1, 2))),
        ]
        indexes = [
            models.Index(fields=["due_on"], name="referral_open_by_due", condition=Q(replied_on__isnull=True)),
            models.Index(fields=["holder", "status", "due_on"], name="referral_by_holder"),
        ]

    def __str__(self):
        return f"{self.matter} → {self.unit}"

    @property
    def is_gone(self) -> bool:
        """``GONE``, of a row that was read."""
        return bool(self.returned_on or self.recalled_on)

    @property
    def is_in_hand(self) -> bool:
        """``IN_HAND``, of a row that was read."""
        return not (self.replied_on or self.is_gone)

    @property
    def matter(self):
        """The petition or the suggestion that was handed over."""
        return self.petition or self.suggestion


class Extension(models.Model):
    """More time for one reply: how much, why, who asked for it, and who approved or refused it."""

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


class ExtensionRequest(models.Model):
    """One unit's wish for more time: granted, it becomes an extension; refused, it stays with the answer."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="requests", verbose_name=_("referral"))
    amount = models.PositiveSmallIntegerField(_("amount"))
    unit = models.CharField(
        _("unit of time"), max_length=12, choices=Extension.Unit, default=Extension.Unit.WORKING_DAYS
    )
    reason = models.CharField(_("reason"), max_length=200)
    # Empty where the unit asked through its link.
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("asked by")
    )
    asked_on = models.DateField(_("asked on"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ASKED)
    answer = models.CharField(_("answer"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("request for more time")
        verbose_name_plural = _("requests for more time")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["referral"], condition=Q(state="asked"), name="one_open_request_for_more_time"
            )
        ]

    def __str__(self):
        return f"+{self.amount} {self.get_unit_display()}"


class Urging(models.Model):
    """One time that a unit was urged to reply (催办), with the letter's number."""

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="urgings", verbose_name=_("referral"))
    on = models.DateField(_("urged on"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    words = models.CharField(_("words of the letter"), max_length=500, blank=True)
    letter_number = models.CharField(_("letter number"), max_length=60, blank=True, db_default="", editable=False)

    class Meta:
        verbose_name = _("urging")
        verbose_name_plural = _("urgings")
        ordering = ["id"]

    def __str__(self):
        return f"{self.on}"


class Attachment(models.Model):
    """One file that belongs to a matter: what the visitor brought, or what a unit sent with its reply."""

    petition = models.ForeignKey(Petition, models.CASCADE, related_name="attachments", verbose_name=_("petition"))
    reply_to = models.ForeignKey(
        Referral, models.CASCADE, null=True, blank=True, related_name="attachments", verbose_name=_("reply")
    )
    # The referrals whose unit may open it too.
    released_in = models.ManyToManyField(Referral, related_name="released_attachments", blank=True)
    name = models.CharField(_("file name"), max_length=100)
    file = models.FileField(_("file"), upload_to="matters/", max_length=120)
    kind = models.CharField(_("kind of file"), max_length=80)
    size = models.PositiveIntegerField(_("size in bytes"))
    added_at = models.DateTimeField(_("added at"))
    # Empty where it came through a unit's link.
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("added by")
    )

    MOST = 20

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["id"]

    def __str__(self):
        return self.name

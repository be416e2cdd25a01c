from datetime import time, timedelta
from secrets import token_urlsafe

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deputies.models import Deputy
from liaison_stations import rota
from office.models import Jurisdiction, Rule
from office.scoping import ScopedQuerySet


class Station(models.Model):
    """One liaison station (人大代表联络站) with the deputies who receive the public there."""

    name = models.CharField(_("name"), max_length=80)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, verbose_name=_("township"))
    # The number in front of the station's register numbers, given once and kept.
    number = models.PositiveSmallIntegerField(_("station number"))
    address = models.CharField(_("address"), max_length=120, blank=True)
    head = models.ForeignKey(
        Deputy, models.SET_NULL, null=True, blank=True, related_name="heads", verbose_name=_("station head")
    )
    # A head who is no deputy of this congress stands here by name.
    head_name = models.CharField(_("station head's name"), max_length=50, blank=True)
    reception_hours = models.CharField(_("reception hours"), max_length=120, blank=True)
    opening_hours = models.CharField(_("opening hours"), max_length=120, blank=True)
    # Drawn anew before it is kept (office.uploads), shown only by a page that asks who looks.
    photo = models.FileField(_("photo"), upload_to="stations/", max_length=120, blank=True)
    deputies = models.ManyToManyField(Deputy, related_name="stations", blank=True, verbose_name=_("deputies"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("liaison station")
        verbose_name_plural = _("liaison stations")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["jurisdiction", "name"], name="one_station_of_a_name"),
            models.UniqueConstraint(fields=["number"], name="one_station_of_a_number"),
        ]

    def __str__(self):
        return self.name


class StationPost(models.Model):
    """One person who works at a station: a liaison officer, or the one who follows matters up (D5-一b)."""

    class Kind(models.TextChoices):
        OFFICER = "officer", _("liaison officer")
        TRACKER = "tracker", _("tracker")

    station = models.ForeignKey(Station, models.CASCADE, related_name="posts", verbose_name=_("liaison station"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.OFFICER)
    name = models.CharField(_("full name"), max_length=50)
    job = models.CharField(_("post"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="posts",
        verbose_name=_("sign-in"),
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("station post")
        verbose_name_plural = _("station posts")
        constraints = [
            models.UniqueConstraint(fields=["station", "kind", "name"], name="one_post_of_a_name_at_a_station")
        ]

    def __str__(self):
        return self.name


class Recurrence(models.Model):
    """One rule by which a station's receptions come round (D3-三, D5-二a)."""

    class Kind(models.TextChoices):
        MONTHLY = rota.MONTHLY, _("every month")
        ODD_15TH = rota.ODD_15TH, _("15th of odd months")
        WEEKLY = rota.WEEKLY, _("every week")
        CUSTOM = rota.CUSTOM, _("rule of one's own")

    class Shift(models.TextChoices):
        NEXT = rota.NEXT_WORKING_DAY, _("to the next working day")
        NONE = rota.NO_SHIFT, _("not moved")

    station = models.ForeignKey(Station, models.PROTECT, related_name="recurrences", verbose_name=_("liaison station"))
    kind = models.CharField(_("how often"), max_length=8, choices=Kind, default=Kind.MONTHLY)
    # RFC 5545, without the beginning and the end, which stand in ``since`` and ``until``.
    rule = models.CharField(_("recurrence rule"), max_length=120)
    starts_at = models.TimeField(_("from"), default=time(9))
    ends_at = models.TimeField(_("to"), default=time(11))
    deputies_each = models.PositiveSmallIntegerField(
        _("deputies each time"), default=2, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    shift = models.CharField(_("on a day off"), max_length=5, choices=Shift, default=Shift.NEXT)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("recurrence of receptions")
        verbose_name_plural = _("recurrences of receptions")
        ordering = ["station", "since", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "rule", "starts_at", "since"], name="one_recurrence_of_a_kind_at_a_station"
            ),
            models.CheckConstraint(
                name="recurrence_ends_after_it_begins",
                condition=Q(ends_at__gt=models.F("starts_at")),
                violation_error_message=_("The end lies before the beginning."),
            ),
            models.CheckConstraint(
                name="recurrence_lasts_a_day",
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(name="recurrence_needs_a_deputy", condition=Q(deputies_each__range=(1, 20))),
        ]

    def __str__(self):
        return rota.in_words(self.kind, self.rule)

    @property
    def hours(self) -> str:
        """``9:00—11:00``."""
        return rota.hours(self.starts_at, self.ends_at)


class Reception(models.Model):
    """One time at which deputies receive the public at a station: planned, announced, held."""

    class Kind(models.TextChoices):
        REGULAR = "regular", _("regular reception")
        # Staff bring deputies and voters together as needed, outside the rota (D5-二b).
        APPOINTMENT = "appointment", _("appointment")

    kind = models.CharField(_("kind"), max_length=11, choices=Kind, default=Kind.REGULAR)
    station = models.ForeignKey(Station, models.PROTECT, related_name="receptions", verbose_name=_("liaison station"))
    planned_on = models.DateField(_("date"))
    starts_at = models.TimeField(_("from"), null=True, blank=True)
    ends_at = models.TimeField(_("to"), null=True, blank=True)
    deputies = models.ManyToManyField(
        Deputy, through="ReceptionDuty", related_name="receptions", verbose_name=_("deputies")
    )
    # The rule that this reception came from, the day that rule names, and why it was moved away from it.
    recurrence = models.ForeignKey(
        Recurrence,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="receptions",
        editable=False,
        verbose_name=_("recurrence of receptions"),
    )
    rule_date = models.DateField(_("day by the rule"), null=True, blank=True, editable=False)
    moved_from = models.DateField(_("moved from"), null=True, blank=True, editable=False)
    moved_why = models.CharField(_("why it was moved"), max_length=60, blank=True, editable=False)
    topics = models.CharField(_("topics"), max_length=200, blank=True)
    with_whom = models.CharField(_("with whom"), max_length=100, blank=True)
    about = models.CharField(_("about what"), max_length=200, blank=True)
    # Three days before: deputies confirmed, notice posted (D5-二a). The next working day: entries or a note (D5-三a).
    notice_due_on = models.DateField(_("notice due on"), null=True, blank=True, editable=False)
    notice_rule = models.ForeignKey(
        Rule, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("rule")
    )
    notice_posted_on = models.DateField(_("notice posted on"), null=True, blank=True)
    record_due_on = models.DateField(_("record due on"), null=True, blank=True, editable=False)
    record_rule = models.ForeignKey(
        Rule, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("rule")
    )
    held_on = models.DateField(_("held on"), null=True, blank=True)
    nobody_came = models.BooleanField(_("nobody came"), default=False)
    cancelled = models.BooleanField(_("cancelled"), default=False)
    cancel_reason = models.CharField(_("why it was cancelled"), max_length=200, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("reception")
        verbose_name_plural = _("receptions")
        ordering = ["-planned_on", "station"]
        constraints = [
            models.UniqueConstraint(fields=["station", "planned_on", "starts_at"], name="one_reception_at_a_time"),
            models.UniqueConstraint(fields=["recurrence", "rule_date"], name="one_reception_of_a_rule_a_day"),
            models.CheckConstraint(
                name="an_appointment_says_with_whom_and_about_what",
                condition=Q(kind="regular") | (~Q(with_whom="") & ~Q(about="")),
                violation_error_message=_("Say with whom the appointment is and what it is about."),
            ),
            models.CheckConstraint(
                name="reception_ends_after_it_begins",
                condition=Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__gt=models.F("starts_at")),
                violation_error_message=_("The end lies before the beginning."),
            ),
        ]
        indexes = [models.Index(fields=["station", "held_on"], name="reception_by_station")]

    def __str__(self):
        return f"{self.planned_on:%Y-%m-%d} {self.station}"

    @property
    def is_open(self) -> bool:
        """Neither held nor cancelled."""
        return not self.cancelled and self.held_on is None

    @property
    def notice_by(self):
        """The last day for posting the notice: by the rule in force, or else three days before, as is the custom."""
        return self.notice_due_on or self.planned_on - timedelta(days=rota.NOTICE_DAYS)

    @property
    def hours(self) -> str:
        """``9:00—11:00``, as a notice writes it; empty where no time was entered."""
        return rota.hours(self.starts_at, self.ends_at)


class ReceptionDuty(models.Model):
    """One deputy's turn at one reception."""

    reception = models.ForeignKey(Reception, models.CASCADE, related_name="duties", verbose_name=_("reception"))
    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="reception_duties", verbose_name=_("deputy"))
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)
    came = models.BooleanField(_("signed in"), default=False)
    signed_in_at = models.DateTimeField(_("signed in at"), null=True, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("turn at a reception")
        verbose_name_plural = _("turns at receptions")
        ordering = ["reception", "id"]
        constraints = [models.UniqueConstraint(fields=["reception", "deputy"], name="one_turn_a_deputy")]

    def __str__(self):
        return str(self.deputy)


class TurnRequest(models.Model):
    """What a deputy asked about one turn: to swap it, to be replaced, or to be excused; and what was answered."""

    class Kind(models.TextChoices):
        SWAP = "swap", _("swap")
        SUBSTITUTE = "substitute", _("substitution")
        LEAVE = "leave", _("leave")

    class State(models.TextChoices):
        ASKED = "asked", _("waiting for an answer")
        AGREED = "agreed", _("agreed")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.ASKED)
    reception = models.ForeignKey(Reception, models.CASCADE, related_name="turn_requests", verbose_name=_("reception"))
    # A turn that is given up is taken away; what was asked about it stays on record.
    duty = models.ForeignKey(
        ReceptionDuty, models.SET_NULL, null=True, related_name="turn_requests", verbose_name=_("turn at a reception")
    )
    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="turns_asked_about", verbose_name=_("deputy"))
    to_duty = models.ForeignKey(
        ReceptionDuty, models.SET_NULL, null=True, related_name="swaps_offered", verbose_name=_("turn in exchange")
    )
    to_deputy = models.ForeignKey(
        Deputy, models.PROTECT, null=True, related_name="turns_offered", verbose_name=_("other deputy")
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True)
    answer = models.CharField(_("answer"), max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("question about a turn")
        verbose_name_plural = _("questions about turns")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["duty"], condition=Q(state="asked"), name="one_open_question_about_a_turn"),
            models.CheckConstraint(
                name="an_answer_has_its_time_and_its_person",
                condition=Q(state="asked", answered_at__isnull=True, answered_by__isnull=True)
                | (~Q(state="asked") & Q(answered_at__isnull=False, answered_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="leave_has_a_reason_others_a_deputy",
                condition=(Q(kind="leave") & ~Q(reason="")) | (~Q(kind="leave") & Q(to_deputy__isnull=False)),
            ),
        ]

    def __str__(self):
        return f"{self.deputy} {self.get_kind_display()}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.ASKED


def new_token() -> str:
    """An address part that nobody guesses."""
    return token_urlsafe(32)


class FeedToken(models.Model):
    """The address under which one person's calendar programme reads their receptions, without a sign-in."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="feed", verbose_name=_("user"))
    token = models.CharField(_("address"), max_length=64, unique=True, default=new_token)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")

    def __str__(self):
        return str(self.user)

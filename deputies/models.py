from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from office import typed
from office.models import Jurisdiction
from office.scoping import ScopedQuerySet
from office.versions import Versioned


class TermQuerySet(ScopedQuerySet):
    def running(self):
        """Those that no later term has followed."""
        return self.filter(successor__isnull=True)


class Term(models.Model):
    """One term (届) of one congress: it runs until the next one follows it (换届)."""

    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, verbose_name=_("jurisdiction"))
    # Unknown when no roster's title has said it.
    ordinal = models.PositiveSmallIntegerField(_("ordinal"), null=True, blank=True)
    # Months before the ledger begins are not judged: the office has no record of them.
    records_since = models.DateField(_("records since"), null=True, blank=True)
    began_on = models.DateField(_("first day"), null=True, blank=True)
    ended_on = models.DateField(_("last day"), null=True, blank=True)
    successor = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="predecessor",
        verbose_name=_("next term"),
    )

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = [models.F("ordinal").desc(nulls_last=True)]
        constraints = [
            models.UniqueConstraint(fields=["jurisdiction", "ordinal"], name="one_term_of_a_number"),
            models.UniqueConstraint(
                fields=["jurisdiction"], condition=Q(ended_on__isnull=True), name="one_term_of_a_congress_runs"
            ),
            models.CheckConstraint(
                name="term_ends_after_it_begins",
                condition=Q(began_on__isnull=True) | Q(ended_on__isnull=True) | Q(ended_on__gte=models.F("began_on")),
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                name="a_term_that_was_followed_has_ended",
                condition=Q(successor__isnull=True) | Q(ended_on__isnull=False),
            ),
        ]

    def __str__(self):
        return _("%(place)s term %(ordinal)s") % {"place": self.jurisdiction, "ordinal": self.ordinal or "–"}

    @property
    def is_closed(self) -> bool:
        return self.successor_id is not None


class OfTermQuerySet(ScopedQuerySet):
    """What belongs to a term: lists show the terms that run, and of an earlier one what is asked for by its key."""

    def of_running_terms(self, or_key=None):
        running, key = Q(term__successor__isnull=True), typed.key(or_key)
        return self.filter(running | Q(pk=key) if key else running)


class ElectoralDistrict(models.Model):
    """One electoral district (选区) of a term, electing one to three deputies."""

    term = models.ForeignKey(Term, models.PROTECT, related_name="districts", verbose_name=_("term"))
    number = models.PositiveSmallIntegerField(_("number"), null=True, blank=True)
    name = models.CharField(_("name"), max_length=60)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, verbose_name=_("township"))

    objects = OfTermQuerySet.as_manager()

    class Meta:
        verbose_name = _("electoral district")
        verbose_name_plural = _("electoral districts")
        ordering = ["term", "number", "name"]
        constraints = [models.UniqueConstraint(fields=["term", "name"], name="one_district_of_a_name")]

    def __str__(self):
        return self.name


class DistrictSuccession(models.Model):
    """An electoral district of the term before, of which at least a part lies in this one of the new term."""

    old = models.ForeignKey(ElectoralDistrict, models.CASCADE, related_name="passed_to", verbose_name=_("old district"))
    new = models.ForeignKey(ElectoralDistrict, models.CASCADE, related_name="made_of", verbose_name=_("new district"))

    class Meta:
        verbose_name = _("succession of districts")
        verbose_name_plural = _("successions of districts")
        ordering = ["old", "new"]
        constraints = [
            models.UniqueConstraint(fields=["old", "new"], name="a_district_passes_to_another_once"),
            models.CheckConstraint(name="no_district_follows_itself", condition=~Q(old=models.F("new"))),
        ]

    def __str__(self):
        return f"{self.old} → {self.new}"


class TermChange(Versioned):
    """One change of term: prepared in steps as a draft, written at once, taken back as a whole if need be.

    ``plan`` is the draft: the new term, its districts, which old ones they follow, the roster as it was read, who was
    elected again, and what was chosen by hand. ``written`` names the rows that the change made and what it ended.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("change of term", "in preparation")
        DONE = "done", pgettext_lazy("change of term", "carried out")
        UNDONE = "undone", pgettext_lazy("change of term", "taken back")
        DROPPED = "dropped", pgettext_lazy("change of term", "given up")

    term = models.ForeignKey(Term, models.PROTECT, related_name="changes", verbose_name=_("term"))
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.DRAFT)
    plan = models.JSONField(default=dict)
    written = models.JSONField(default=dict)
    begun_at = models.DateTimeField(_("begun at"))
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    done_at = models.DateTimeField(_("carried out at"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("carried out by")
    )
    undone_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("taken back by")
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of term")
        verbose_name_plural = _("changes of term")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["term"], condition=Q(state__in=("draft", "done")), name="a_term_changes_once"
            ),
            models.CheckConstraint(
                name="what_was_carried_out_says_by_whom",
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self._meta.verbose_name} {self.term}"


class DeputyGroup(models.Model):
    """One deputy group (代表小组) with its leader."""

    term = models.ForeignKey(Term, models.PROTECT, related_name="groups", verbose_name=_("term"))
    name = models.CharField(_("name"), max_length=60)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, verbose_name=_("jurisdiction"))
    leader = models.ForeignKey(
        "Deputy", models.SET_NULL, null=True, blank=True, related_name="leads", verbose_name=_("group leader")
    )

    objects = OfTermQuerySet.as_manager()

    class Meta:
        verbose_name = _("deputy group")
        verbose_name_plural = _("deputy groups")
        ordering = ["term", "name"]
        constraints = [models.UniqueConstraint(fields=["term", "name"], name="one_group_of_a_name")]

    def __str__(self):
        return self.name


class DeputyQuerySet(OfTermQuerySet):
    def in_office(self, first, last):
        """Deputies in office on every day from ``first`` to ``last``: nobody owes a month that was not whole."""
        return self.filter(Deputy.in_office_all_of(first, last))

    def owing(self, first, last):
        """Deputies who owe what a whole period asks: in office on every day of it, and neither suspended nor on leave.

        A deputy on leave may still log a contact; that is ``in_office``.
        """
        away = Absence.objects.within(first, last).filter(deputy=OuterRef("pk"))
        return self.in_office(first, last).filter(~Exists(away))

    def held(self) -> list:
        """These rows as they stand now; until the transaction ends no mandate among them ends or is taken back.

        Whoever writes down something that only a deputy in office may do asks by this, so that a change of term, or
        somebody who ends the mandate, does not pass between the question and the writing.
        """
        # NO KEY: whoever only refers to a deputy need not wait.
        return list(self.order_by("pk").select_for_update(of=("self",), no_key=True))

    def present(self):
        """Of somebody's mandates that follow one another the last."""
        return self.filter(continued_as__isnull=True)


class Deputy(models.Model):
    """One person's mandate in one term, with the days it began and ended."""

    term = models.ForeignKey(Term, models.PROTECT, related_name="deputies", verbose_name=_("term"))
    district = models.ForeignKey(
        ElectoralDistrict, models.PROTECT, related_name="deputies", verbose_name=_("electoral district")
    )
    group = models.ForeignKey(
        DeputyGroup, models.PROTECT, null=True, blank=True, related_name="deputies", verbose_name=_("deputy group")
    )
    # Whoever is elected again signs in as before, and reads what is on record of both mandates.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("sign-in")
    )
    succeeds = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="continued_as",
        verbose_name=_("mandate before"),
    )
    name = models.CharField(_("full name"), max_length=50)
    sex = models.CharField(_("sex"), max_length=4, blank=True)
    nation = models.CharField(_("ethnic group"), max_length=20, blank=True)
    born = models.DateField(_("month of birth"), null=True, blank=True)
    party = models.CharField(_("political affiliation"), max_length=30, blank=True)
    education = models.CharField(_("education"), max_length=30, blank=True)
    job = models.CharField(_("work unit and post"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    joined_on = models.DateField(_("in office since"), null=True, blank=True)
    left_on = models.DateField(_("left office on"), null=True, blank=True)
    # Filled without left_on: the roster says that the mandate ended, but not when; then no month is owed.
    end_reason = models.CharField(_("why the mandate ended"), max_length=100, blank=True)

    objects = DeputyQuerySet.as_manager()

    class Meta:
        verbose_name = _("deputy")
        verbose_name_plural = _("deputies")
        ordering = ["district__number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["district", "name"], name="one_deputy_of_a_name_in_a_district"),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(end_reason=""),
                name="one_mandate_of_a_person_at_a_time",
                violation_error_message=_("This sign-in belongs to another deputy in office."),
            ),
            models.CheckConstraint(
                name="deputy_leaves_after_joining",
                condition=Q(joined_on__isnull=True) | Q(left_on__isnull=True) | Q(left_on__gte=models.F("joined_on")),
                violation_error_message=_("The day of leaving lies before the day of joining."),
            ),
            models.CheckConstraint(
                name="an_end_has_a_reason",
                condition=Q(left_on__isnull=True) | ~Q(end_reason=""),
                violation_error_message=_("Say why the mandate ended."),
            ),
        ]
        indexes = [models.Index(fields=["name"], name="deputy_by_name")]

    def __str__(self):
        return self.name

    @staticmethod
    def in_office_all_of(first, last) -> Q:
        """In office on every day of a period, as a condition on a deputy."""
        began = Q(joined_on__isnull=True) | Q(joined_on__lte=first)
        stays = Q(left_on__gt=last) | Q(left_on__isnull=True, end_reason="")
        return began & stays

    @property
    def has_ended(self) -> bool:
        return bool(self.end_reason)


class AbsenceQuerySet(ScopedQuerySet):
    def within(self, first, last):
        """Absences that take at least one day of the period; one without an end lasts."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=first), since__lte=last)


class Absence(models.Model):
    """Days on which a deputy in office owes no duty: suspended, or on leave that somebody approved."""

    class Kind(models.TextChoices):
        SUSPENDED = "suspended", _("suspended")
        LEAVE = "leave", _("approved leave")

    deputy = models.ForeignKey(Deputy, models.CASCADE, related_name="absences", verbose_name=_("deputy"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.LEAVE)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=100)
    approved_by = models.CharField(_("approved by"), max_length=60)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["-since"]
        constraints = [
            models.CheckConstraint(
                name="absence_ends_after_it_begins",
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                name="an_absence_has_reason_and_approver", condition=~Q(reason="") & ~Q(approved_by="")
            ),
        ]
        indexes = [models.Index(fields=["deputy", "since"], name="absence_by_deputy")]

    def __str__(self):
        return f"{self.deputy} {self.get_kind_display()}"


class CongressSession(models.Model):
    """One session (人代会) of a congress; before it opens, deputies hear their voters (D8-二b)."""

    term = models.ForeignKey(Term, models.CASCADE, related_name="sessions", verbose_name=_("term"))
    name = models.CharField(_("name"), max_length=60)
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("closes on"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("congress session")
        verbose_name_plural = _("congress sessions")
        ordering = ["-opens_on"]
        constraints = [
            models.UniqueConstraint(fields=["term", "opens_on"], name="one_session_a_day"),
            models.CheckConstraint(
                name="session_closes_after_it_opens",
                condition=Q(closes_on__isnull=True) | Q(closes_on__gte=models.F("opens_on")),
                violation_error_message=_("The last day lies before the first."),
            ),
        ]

    def __str__(self):
        return self.name

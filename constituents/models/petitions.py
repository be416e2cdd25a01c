from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from constituents import rules
from constituents.models.tables import DeclineReason
from deputies.models import Deputy
from liaison_stations.models import Reception, Station
from office import clock, masking, personal_data
from office.models import Jurisdiction, Rule, Unit
from office.scoping import ScopedQuerySet
from office.text_search import Folded, GramIndex, Grams, containing
from office.versions import Versioned

_SAID = Folded(Concat("category", Value("\n"), "situation", Value("\n"), "request", output_field=models.TextField()))


class PetitionQuerySet(ScopedQuerySet):
    def matching(self, text, by, *, by_index=True, numbered=None):
        """Petitions that carry ``text`` as their number or as a piece of what was said.

        Of the person as ``by`` sees them (see ``office.personal_data``): a piece of name, phone or address for who
        reads them in clear, the whole name or number for who has to ask, nothing for who never sees them, since
        searching piece by piece would spell them out. ``by_index`` as in ``office.text_search.containing``;
        ``numbered``: what ``numbered(text)`` found already.
        """
        found = Q(pk__in=self.numbered(text) if numbered is None else numbered)
        view = personal_data.view_of(by, self.model)
        fragments = rules.phone_fragments(text)
        if view == personal_data.CLEAR:
            for wanted in (text, *fragments):
                found |= containing("words", wanted, by_index=by_index)
            return self.filter(found)
        if view == personal_data.ASK:
            found |= Q(visitor=text) | Q(phone__in=fragments)
        # The index knows all the words; which of them were said is judged on the few rows that it finds.
        said = containing("words", text, by_index=by_index) & containing("said", text, by_index=False)
        return self.alias(said=_SAID).filter(found | said)

    def numbered(self, text) -> list[int]:
        """The keys of the petitions of a register number, at most 500.

        A list, because an index serves each side of an OR but no sub-query in it.
        """
        columns = {"station": "station__number", "year": "year", "seq": "seq"}
        parts = {columns[part]: n for part, n in rules.number_parts(text).items()}
        return list(self.model._base_manager.filter(**parts).values_list("pk", flat=True)[:500]) if parts else []


class Step(models.Model):
    """One step in the life of something: the verb of ``constituents.moves``, who, when, and in which words."""

    verb = models.CharField(_("step"), max_length=20)
    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name=_("by"))
    # Who acted through a unit's link, in their own words (see models.links).
    who = models.CharField(_("by"), max_length=120, blank=True)
    # Where it stood before and after; empty for what was taken over from a workbook.
    was = models.CharField(max_length=10, blank=True)
    now = models.CharField(max_length=10, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        abstract = True
        ordering = ["id"]


class Satisfaction(models.TextChoices):
    """What a person says of an answer: of the attitude, and of the result."""

    SATISFIED = "satisfied", pgettext_lazy("visitor", "satisfied")
    FAIRLY = "fairly", _("fairly satisfied")
    DISSATISFIED = "dissatisfied", _("dissatisfied")


class Petition(Versioned):
    """One matter that a visitor brought to a station: their words, and what became of it."""

    class Channel(models.TextChoices):
        WALK_IN = "walk_in", _("walk-in")
        VISIT = "visit", _("raised at a visit")
        LETTER = "letter", _("letter")
        PHONE = "phone", _("phone call")
        RECEPTION = "reception", _("at a reception")

    class Status(models.TextChoices):
        RECEIVED = "received", _("registered")
        ADMITTED = "admitted", _("admitted")
        ESCALATED = "escalated", _("reported to the county")
        ROUTED = "routed", _("routed")
        RETURNED = "returned", _("returned by the unit")
        REPLIED = "replied", _("replied")
        FED_BACK = "fed_back", _("told to the person")
        JUDGED = "judged", _("judged by the person")
        CLOSED = "closed", _("closed")
        ANSWERED = "answered", _("answered on the spot")
        DECLINED = "declined", _("declined with guidance")
        MERGED = "merged", _("merged into another")
        VOID = "void", _("void")

    # The matter has not come to its end.
    OPEN = (
        Status.RECEIVED,
        Status.ADMITTED,
        Status.ESCALATED,
        Status.ROUTED,
        Status.RETURNED,
        Status.REPLIED,
        Status.FED_BACK,
        Status.JUDGED,
    )

    class Course(models.TextChoices):
        """What was done with the matter (D3-六, D5-三c)."""

        ROUTE = "route", _("routed to a unit")
        ANSWER = "answer", _("answered on the spot")
        DECLINE = "decline", _("declined with guidance")
        SUGGESTION = "suggestion", _("to become a suggestion")
        INSPECTION = "inspection", _("inspection proposed")
        ESCALATE = "escalate", _("reported upward")

    class Level(models.TextChoices):
        """At whose desk the matter is routed (D3-六b, D3-六c)."""

        TOWN = "town", _("township")
        COUNTY = "county", _("county")

    Satisfaction = Satisfaction

    station = models.ForeignKey(Station, models.PROTECT, related_name="petitions", verbose_name=_("liaison station"))
    year = models.PositiveSmallIntegerField(_("year"), editable=False)
    seq = models.PositiveIntegerField(_("number"), editable=False)
    received_on = models.DateField(_("received on"))
    registered_at = models.DateTimeField(_("registered at"))
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name=_("recorder"))
    channel = models.CharField(_("channel"), max_length=9, choices=Channel, default=Channel.WALK_IN)
    deputy = models.ForeignKey(
        Deputy, models.PROTECT, null=True, blank=True, related_name="petitions", verbose_name=_("receiving deputy")
    )
    # Passed on at a change of term; who received it stays who received it.
    followed_up_by = models.ForeignKey(
        Deputy,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="petitions_followed_up",
        verbose_name=_("followed up by"),
    )
    visitor = models.CharField(_("visitor"), max_length=50)
    visitor_count = models.PositiveSmallIntegerField(_("number of visitors"), default=1)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    address = models.CharField(_("address"), max_length=150, blank=True)
    category = models.CharField(_("category"), max_length=30, blank=True)
    situation = models.TextField(_("situation"), max_length=4000)
    request = models.TextField(_("problem to be solved"), max_length=4000, blank=True)
    urgent = models.BooleanField(_("urgent"), default=False)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.RECEIVED)
    course = models.CharField(_("course taken"), max_length=10, choices=Course, blank=True)
    # The words of the office's own register, where the matter came in from a workbook.
    course_words = models.CharField(_("course in the register's words"), max_length=120, blank=True)
    # The last verdict of the person: on the result, and on the attitude.
    satisfaction = models.CharField(_("satisfaction"), max_length=12, choices=Satisfaction, blank=True)
    attitude = models.CharField(_("satisfaction with the attitude"), max_length=12, choices=Satisfaction, blank=True)
    level = models.CharField(_("level"), max_length=6, choices=Level, default=Level.TOWN)
    reception = models.ForeignKey(
        Reception,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="petitions",
        verbose_name=_("reception"),
    )
    # How it ended where no unit was asked: declined with guidance (D3-五b), answered on the spot (D3-六a), or merged.
    decline_reason = models.ForeignKey(
        DeclineReason, models.PROTECT, null=True, blank=True, verbose_name=_("reason to decline")
    )
    answer = models.TextField(_("answer or guidance"), max_length=4000, blank=True)
    # Of the notice that it is not taken up, where the office has a code for its letters.
    letter_number = models.CharField(_("letter number"), max_length=60, blank=True, db_default="", editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("merged into")
    )
    # The office has released who complains to the units that handle it; otherwise they read the matter alone.
    released = models.BooleanField(_("person released to the unit"), default=False)
    # The receipt's code is never stored, only what it hashes to (see constituents.receipts).
    code_hash = models.CharField(max_length=64, null=True, editable=False)  # noqa: DJ001 (unique where there is one)
    words = models.GeneratedField(
        expression=Folded(
            Concat(
                "visitor",
                Value("\n"),
                "phone",
                Value("\n"),
                "address",
                Value("\n"),
                "category",
                Value("\n"),
                "situation",
                Value("\n"),
                "request",
                output_field=models.TextField(),
            )
        ),
        output_field=models.TextField(),
        db_persist=True,
    )
    imported = models.BooleanField(_("from a workbook"), default=False)
    # Written on paper that day, typed in later (N5); ``registered_at`` says when.
    paper = models.ForeignKey(
        "constituents.PaperBatch",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="petitions",
        verbose_name=_("from paper"),
    )
    # The officer hands it to the deputy (D3-六h), the deputy passes it on (D1-3①e): by when, by which rule, and when.
    hand_over_due_on = models.DateField(_("to be handed over by"), null=True, blank=True, editable=False)
    hand_over_rule = models.ForeignKey(
        Rule, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("rule")
    )
    handed_over_on = models.DateField(_("handed over on"), null=True, blank=True)

    objects = PetitionQuerySet.as_manager()

    # A walk-in's papers go to the deputy who was not there (D3-六h); what came from an old register went long ago.
    TO_HAND_OVER = Q(
        Q(imported=False) | Q(hand_over_due_on__isnull=False),
        status__in=OPEN,
        channel="walk_in",
        deputy__isnull=False,
        handed_over_on=None,
    )

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
            models.UniqueConstraint(fields=["code_hash"], name="one_petition_of_a_code"),
            models.CheckConstraint(
                # D3-五b: nobody is sent away without being told why; an old register does not say it.
                name="declined_with_a_reason",
                condition=~Q(status="declined") | Q(imported=True) | Q(decline_reason__isnull=False),
            ),
            models.CheckConstraint(
                name="answered_with_an_answer", condition=~Q(status="answered") | Q(imported=True) | ~Q(answer="")
            ),
            models.CheckConstraint(name="merged_into_one", condition=Q(status="merged") ^ Q(merged_into__isnull=True)),
        ]
        indexes = [
            # The register, newest first, as a whole and by station: a page is found at any depth.
            models.Index(F("received_on").desc(), F("id").desc(), name="petition_newest"),
            models.Index(F("station"), F("received_on").desc(), F("id").desc(), name="petition_newest_at"),
            models.Index(fields=["phone"], name="petition_by_phone"),
            models.Index(fields=["deputy", "received_on"], name="petition_by_deputy"),
            # A search: by a piece of the words, and by the running number with or without its year.
            GramIndex(Grams("words"), name="petition_by_words"),
            models.Index(fields=["seq", "year"], name="petition_by_number"),
        ]

    def __str__(self):
        return self.number

    @property
    def number(self) -> str:
        """The register number as it is printed: station, year, running number."""
        return self.number_of(self.station.number, self.year, self.seq)

    @property
    def office_place(self) -> Jurisdiction:
        """The place whose congress office deals with it: the station's, or the county for what lies there (D3-六c)."""
        place = self.station.jurisdiction
        is_above = self.level == self.Level.COUNTY and place.level == self.Level.TOWN
        return place.parent if is_above and place.parent else place

    @property
    def follower_id(self) -> int | None:
        """The deputy who follows it up now: who received it, or to whom it passed at a change of term."""
        return self.followed_up_by_id or self.deputy_id

    @property
    def entered_late(self) -> int:
        """Days between the day on the paper and the day on which it was typed in (N7)."""
        return (clock.local_date(self.registered_at) - self.received_on).days if self.paper_id else 0

    @staticmethod
    def number_of(station: int, year: int, seq: int) -> str:
        """The register number from its three parts."""
        return f"{station:02d}〔{year}〕{seq:04d}"


class PetitionEvent(Step):
    """One step in a petition's life, and the referral it was about where it was about one."""

    petition = models.ForeignKey(Petition, models.CASCADE, related_name="events")
    referral = models.ForeignKey("constituents.Referral", models.CASCADE, null=True, blank=True, related_name="events")

    class Meta(Step.Meta):
        verbose_name = _("petition step")
        verbose_name_plural = _("petition steps")

    def __str__(self):
        return f"{self.petition_id} {self.verb}"


class Representative(models.Model):
    """One more of the people who came with a matter; with the visitor they are at most five."""

    MOST = 5

    petition = models.ForeignKey(Petition, models.CASCADE, related_name="representatives")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("full name"), max_length=50)
    phone = models.CharField(_("phone"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("representative")
        verbose_name_plural = _("representatives")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["petition", "position"], name="one_representative_a_place"),
            models.CheckConstraint(name="at_most_five_representatives", condition=Q(position__range=(2, 5))),
        ]

    def __str__(self):
        return masking.name(self.name)


class Complaint(models.Model):
    """One unit or official whom a matter complains about: it is never routed, listed or told to them."""

    petition = models.ForeignKey(Petition, models.CASCADE, related_name="complaints")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, verbose_name=_("handling unit"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sign-in")
    )
    # An official without a sign-in stands here by name.
    name = models.CharField(_("full name"), max_length=50, blank=True)

    class Meta:
        verbose_name = _("complaint about")
        verbose_name_plural = _("complaints about")
        constraints = [
            models.CheckConstraint(
                name="a_complaint_is_about_somebody",
                condition=Q(unit__isnull=False) | Q(person__isnull=False) | ~Q(name=""),
            ),
            models.UniqueConstraint(fields=["petition", "unit"], name="a_unit_is_complained_about_once"),
            models.UniqueConstraint(fields=["petition", "person"], name="a_person_is_complained_about_once"),
        ]

    def __str__(self):
        return str(self.unit or self.person or self.name)


class Feedback(models.Model):
    """One time that the outcome was brought back to the person (D3-六f, D5-四b), and what the person says of it."""

    class Way(models.TextChoices):
        PHONE = "phone", _("by phone")
        DOOR = "door", _("at the door")
        STATION = "station", _("at the station")
        LETTER = "letter", _("in writing")
        OFFICER = "officer", _("through the liaison officer")
        NOT_REACHED = "not_reached", _("not reached, tried several times")

    petition = models.ForeignKey(Petition, models.CASCADE, related_name="feedbacks")
    told_on = models.DateField(_("told on"))
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("told by"))
    way = models.CharField(_("way"), max_length=11, choices=Way)
    told = models.TextField(_("what the person was told"), max_length=4000)
    reaction = models.TextField(_("what the person said"), max_length=2000, blank=True)
    attitude = models.CharField(_("satisfaction with the attitude"), max_length=12, choices=Satisfaction, blank=True)
    result = models.CharField(_("satisfaction with the result"), max_length=12, choices=Satisfaction, blank=True)
    judged_at = models.DateTimeField(_("judged at"), null=True, blank=True)
    # Empty where the person judged without help, on the public page.
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorder")
    )

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="a_verdict_has_its_time",
                condition=Q(result="", judged_at__isnull=True) | Q(~Q(result=""), judged_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.petition_id} {self.told_on}"

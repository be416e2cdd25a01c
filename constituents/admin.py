"""Contact households and petitions in the admin site."""

from django import forms
from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import BigIntegerField, Exists, F, Max, Min, OuterRef, Subquery
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from constituents import moves, routing_views, table_admin
from constituents.actions import designations
from constituents.matter_filter import Places
from constituents.models import (
    DeclineReason,
    Designation,
    Engagement,
    HintWord,
    Household,
    LiaisonVoter,
    Petition,
    PetitionEvent,
    Referral,
    ResultClass,
    Snippet,
    Suggestion,
)
from deputies.models import Deputy
from office import admin_trail, bulk, clock, masking
from office.admin_site import (
    NOBODY,
    Labels,
    ReadOnlyAdmin,
    ScopedAdmin,
    ScopedInline,
    ScopedRelatedFilter,
    VersionedAdmin,
)

admin_trail.name_deeds({verb: moves.step_name(verb) for verb in moves.NAMES})

# A list is sorted by one expression: a register number by its year and place in the year, below its station.
_NUMBER = F("year") * 100_000 + F("seq")
_STATION = Cast("station__number", BigIntegerField())


class DesignationInline(ScopedInline):
    """Which deputy the household belongs to, from when to when; a designation is ended, not removed (D1-3①a)."""

    model = Designation
    autocomplete_fields = ["deputy"]
    fields = ["deputy", "since", "until"]


class DayForm(bulk.BulkForm):
    """The day on which something ends or begins; not one that is still to come."""

    on = forms.DateField(label=_("day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, initial={"on": clock.today()}, **kwargs)

    def clean_on(self):
        day = self.cleaned_data["on"]
        if day > clock.today():
            raise forms.ValidationError(_("This day has not come yet."))
        return day


class HandOverForm(DayForm):
    """To which deputy several households go, and from which day."""

    deputy = forms.ModelChoiceField(None, label=_("deputy"), empty_label=_("please choose"), widget=Places)
    field_order = ["deputy", "on"]

    def __init__(self, *args, deputies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("from this day")
        self.fields["deputy"].queryset = deputies
        self.fields["deputy"].label_from_instance = lambda deputy: f"{deputy} ({deputy.district})"


class Named(SimpleListFilter):
    title = _("named by a deputy")
    parameter_name = "named"

    def lookups(self, request, model_admin):
        return [("yes", _("by a deputy")), ("no", _("by nobody now"))]

    def queryset(self, request, queryset):
        now = Designation.objects.filter(until=None).values("household")
        if self.value() == "yes":
            return queryset.filter(pk__in=now)
        return queryset.exclude(pk__in=now) if self.value() == "no" else queryset


@admin.register(Household)
class HouseholdAdmin(ScopedAdmin):
    list_display = ["head", "deputy", "jurisdiction", "address", "kind", "last_contact"]
    list_filter = [("jurisdiction", ScopedRelatedFilter), Named]
    list_select_related = ["jurisdiction"]
    lookups = ["designations__deputy__id__exact"]
    search_fields = ["=head", "=phone", "designations__deputy__name"]
    search_help_text = _("deputy, or the whole name or number of the household")
    fields = ["head", "jurisdiction", "address", "phone", "people", "kind", "remark"]
    inlines = [DesignationInline]
    actions = ["hand_over", "undo_hand_over", "end_designation"]

    @action(description=_("Hand over to another deputy"), permissions=["change"])
    def hand_over(self, request, queryset):
        on = clock.today()
        deputies = self.admin_site.get_model_admin(Deputy).rows(request, self.changing).in_office(on, on)
        sent = request.POST if "confirmed" in request.POST else None
        form = HandOverForm(sent, deputies=deputies.select_related("district").order_by("name", "pk"))
        return bulk.run(
            self,
            request,
            queryset,
            title=_("Hand over to another deputy"),
            action="hand_over",
            form=form,
            deed=designations.hand_over,
            refusals=(designations.NotDesignated,),
            note=_(
                "Whoever has it now has it until the day before; the contacts so far stay with whom they were. "
                "Within a day it can be undone."
            ),
        )

    @action(description=_("Undo a hand-over of the last day"), permissions=["change"])
    def undo_hand_over(self, request, queryset):
        return bulk.run(
            self,
            request,
            queryset,
            title=_("Undo a hand-over of the last day"),
            action="undo_hand_over",
            form=bulk.BulkForm(request.POST if "confirmed" in request.POST else None),
            deed=designations.undo_hand_over,
            refusals=(designations.NotDesignated,),
            note=_("Whoever had it before has it again; that it was handed over and taken back stays in the history."),
        )

    @action(description=_("End the designation"), permissions=["change"])
    def end_designation(self, request, queryset):
        return bulk.run(
            self,
            request,
            queryset,
            title=_("End the designation"),
            action="end_designation",
            form=DayForm(request.POST if "confirmed" in request.POST else None),
            deed=designations.end,
            refusals=(designations.NotDesignated,),
            note=_("The day is the last on which the household belongs to its deputy (D1-3①a)."),
        )

    def get_queryset(self, request):
        alone = Household.objects.filter(pk=OuterRef("pk")).order_by().values("pk")
        now = Designation.objects.filter(household=OuterRef("pk"), until=None)
        return (
            super()
            .get_queryset(request)
            .annotate(
                deputy=Subquery(now.values("deputy__name")[:1]),
                last_contact=Subquery(alone.annotate(day=Max("visits__happened_on")).values("day")),
            )
        )

    def choice_label(self, obj):
        return f"{obj} ({masking.address(obj.address) or obj.jurisdiction})"

    @display(description=_("deputy"), ordering="deputy")
    def deputy(self, obj):
        return obj.deputy

    @display(description=_("last contact"), ordering="last_contact")
    def last_contact(self, obj):
        return obj.last_contact


@admin.register(LiaisonVoter)
class LiaisonVoterAdmin(ScopedAdmin):
    """The five voters whom each deputy named (D8-三); who is one no longer is ended, not removed."""

    list_display = ["name", "deputy", "town", "phone", "since", "until"]
    list_filter = [("deputy__district__jurisdiction", ScopedRelatedFilter)]
    list_select_related = ["deputy__district__jurisdiction"]
    lookups = ["deputy__id__exact"]
    search_fields = ["=name", "=phone", "deputy__name"]
    search_help_text = _("deputy, or the whole name or number of the voter")
    autocomplete_fields = ["deputy"]
    fields = ["deputy", "name", "phone", "address", "since", "until"]

    @display(description=_("township"), ordering="deputy__district__jurisdiction")
    def town(self, obj):
        return obj.deputy.district.jurisdiction


class ReferralInline(ScopedInline):
    """To which units it went and what came back; it is routed, returned and replied to on the matter's own page."""

    model = Referral
    adding = changing = NOBODY
    fields = readonly_fields = ["unit", "part", "routed_on", "due_on", "replied_on", "fed_back_on", "state"]

    @display(description=_("status"))
    def state(self, obj):
        return obj.get_status_display()


class EventInline(ScopedInline):
    """What happened to the matter, as it happened."""

    model = PetitionEvent
    verbose_name_plural = _("course of the matter")
    adding = changing = NOBODY
    fields = readonly_fields = ["at", "step", "who", "note"]

    def rows(self, request, roles=None):
        visible = Petition.objects.visible_to(request.user, roles=roles or self.viewing)
        return PetitionEvent.objects.filter(petition__in=visible).select_related("by")

    @display(description=_("step"))
    def step(self, obj):
        return moves.step_name(obj.verb)

    @display(description=_("by"))
    def who(self, obj):
        return obj.by or obj.who or None


class FromPaper(SimpleListFilter):
    title = _("typed in from paper")
    parameter_name = "paper"

    def lookups(self, request, model_admin):
        return [("yes", _("from paper")), ("no", _("not from paper"))]

    def queryset(self, request, queryset):
        wanted = {"yes": False, "no": True}.get(self.value())
        return queryset if wanted is None else queryset.filter(paper__isnull=wanted)


class Reply(SimpleListFilter):
    title = _("reply (D3-七)")
    parameter_name = "reply"

    def lookups(self, request, model_admin):
        return [("overdue", _("overdue")), ("waiting", _("awaited"))]

    def queryset(self, request, queryset):
        overdue = Referral.objects.overdue(clock.today())
        if self.value() == "overdue":
            return queryset.filter(pk__in=overdue.values("petition"))
        if self.value() == "waiting":
            return queryset.filter(pk__in=Referral.objects.filter(Referral.IN_HAND).values("petition"))
        return queryset


@admin.register(Petition)
class PetitionAdmin(VersionedAdmin):
    """Here matters are looked for, and what was written down of them is corrected.

    What becomes of a matter is moved by the verbs of its own page, never here.
    """

    adding = NOBODY
    list_display = ["number_read", "received_on", "station", "visitor", "category", "state", "due", "deputy"]
    list_filter = ["status", Reply, ("station__jurisdiction", ScopedRelatedFilter), "urgent", FromPaper]
    list_select_related = ["station", "deputy"]
    facts = ("received_on", "deputy", "channel")  # a deputy who took it in received the public that day (D3-三)
    lookups = ["station__id__exact", "deputy__id__exact"]
    # What the search looks into: PetitionQuerySet.matching.
    search_fields = ["visitor"]
    search_help_text = _("number, visitor, phone or words of the matter")
    date_hierarchy = "received_on"
    autocomplete_fields = ["deputy"]
    readonly_fields = [
        "page_of_it",
        "number_read",
        "station",
        "received_on",
        "registered_at",
        "recorder",
        "imported",
        "paper",
    ]
    readonly_fields += ["deadlines", "status", "course", "course_words", "handed_over_on", "satisfaction"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "seen",
                    "page_of_it",
                    "number_read",
                    "station",
                    "received_on",
                    "registered_at",
                    "recorder",
                    "imported",
                    "paper",
                    "deadlines",
                ]
            },
        ),
        (
            _("visitor"),
            {"fields": ["visitor", "visitor_count", "phone", "address", "channel", "deputy", "category", "urgent"]},
        ),
        (_("matter"), {"fields": ["situation", "request"]}),
        (_("outcome"), {"fields": ["status", "course", "course_words", "handed_over_on", "satisfaction"]}),
    ]
    inlines = [ReferralInline, EventInline]
    custom_urls = [
        ("routing/", "constituents_petition_routing", routing_views.desk),
        ("routing/do/", "constituents_petition_routing_do", routing_views.do),
    ]

    def get_queryset(self, request):
        open_ = Referral.objects.filter(Referral.IN_HAND, petition=OuterRef("pk"))
        return (
            super()
            .get_queryset(request)
            .annotate(
                due=Subquery(open_.order_by().values("petition").annotate(day=Min("due_on")).values("day")),
                late=Exists(Referral.objects.overdue(clock.today()).filter(petition=OuterRef("pk"), replied_on=None)),
            )
        )

    def get_search_results(self, request, queryset, search_term):
        text = search_term.strip()
        return (queryset.matching(text, request.user) if text else queryset), False

    @display(description=_("number"), ordering=_STATION * 10**9 + _NUMBER)
    def number_read(self, obj):
        return obj.number

    @display(description=_("dealt with on"))
    def page_of_it(self, obj):
        address = reverse("constituents:detail", args=[obj.pk])
        return format_html('<a class="text-link" href="{}">{}</a>', address, _("page of the matter"))

    @display(description=_("deadlines"))
    def deadlines(self, obj):
        """Each deadline of the matter, on a link to how it was counted."""
        found = [
            ("referral", referral.pk, referral.unit, referral.due_on or referral.feedback_due_on)
            for referral in obj.referrals.select_related("unit")
        ]
        found.append(("petition", obj.pk, _("hand-over"), obj.hand_over_due_on))
        links = [
            (reverse("office:deadline_of", args=[kind, pk]), name, day.isoformat())
            for kind, pk, name, day in found
            if day
        ]
        return format_html_join("；", '<a class="text-link" href="{}">{} {}</a>', links) or "–"

    @display(description=_("recorder"))
    def recorder(self, obj):
        return obj.registered_by

    @display(
        description=_("status"),
        ordering="status",
        label=Labels({"received": "warning", "routed": "info", "replied": "info", "closed": "success"}),
    )
    def state(self, obj):
        return (obj.status, obj.get_status_display())

    @display(description=_("reply due"), ordering="due", label=Labels({"late": "danger"}))
    def due(self, obj):
        if obj.late:
            return ("late", _("overdue since %s") % obj.due)
        return obj.due and ("", f"{obj.due:%Y-%m-%d}")


@admin.register(Suggestion)
class SuggestionAdmin(ReadOnlyAdmin):
    """The register of suggestions; they are written, put on file and answered on their own pages."""

    list_display = ["number", "title", "deputy", "jurisdiction", "state", "submitted_on"]
    list_display_links = ["number", "title"]
    list_filter = ["status", "year", "wide", ("jurisdiction", ScopedRelatedFilter)]
    list_select_related = ["deputy", "jurisdiction"]
    search_fields = ["title", "deputy__name"]
    fields = ["number", "title", "deputy", "jurisdiction", "status", "wide", "written_on", "submitted_on"]
    fields += ["grounds", "proposal", "attitude", "satisfaction"]

    @display(description=_("number"), ordering=_NUMBER)
    def number(self, obj):
        return obj.number or "–"

    @display(description=_("status"), ordering="status")
    def state(self, obj):
        return obj.get_status_display()


@admin.register(Engagement)
class EngagementAdmin(ReadOnlyAdmin):
    """Inspections, surveys and talks that deputies asked for or were invited to because of a matter."""

    list_display = ["kind", "deputy", "place", "petition", "state", "asked_on", "held_on"]
    list_filter = ["status", "kind"]
    list_select_related = ["deputy", "petition__station"]
    search_fields = ["deputy__name", "place", "about"]
    fields = ["kind", "deputy", "petition", "status", "asked_on", "about", "place", "planned_on", "delegate"]
    fields += ["answer", "answered_by", "held_on", "outcome"]

    @display(description=_("status"), ordering="status")
    def state(self, obj):
        return obj.get_status_display()


admin.site.register(DeclineReason, table_admin.DeclineReasonAdmin)
admin.site.register(ResultClass, table_admin.ResultClassAdmin)
admin.site.register(Snippet, table_admin.SnippetAdmin)
admin.site.register(HintWord, table_admin.HintWordAdmin)

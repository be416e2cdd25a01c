"""Liaison stations in the admin site."""

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.core.exceptions import ValidationError
from django.db.models import Count, Max, Q
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import StackedInline
from unfold.decorators import action, display

from liaison_stations import rota_pages
from liaison_stations.forms import RecurrenceForm, StationForm
from liaison_stations.models import Reception, ReceptionDuty, Recurrence, Station, StationPost
from office import clock
from office.admin_site import COUNTY, Scoped, ScopedAdmin, ScopedForm, ScopedInline, ScopedRelatedFilter, may
from office.roles import STAFF


class PostForm(ScopedForm):
    class Meta:
        labels = {"name": _("full name")}


class PostInline(ScopedInline):
    """Whoever leaves a post is taken off it: the post is what opens the station's register to them."""

    model = StationPost
    form = PostForm
    removing = STAFF
    autocomplete_fields = ["user"]
    fields = ["kind", "name", "job", "phone", "user"]

    def get_readonly_fields(self, request, obj=None):
        return [] if may(request.user, COUNTY) else ["user"]


class RecurrenceInline(Scoped, StackedInline):
    """When receptions come round at the station; a rule that no longer holds is ended, not removed (D5-一a)."""

    model = Recurrence
    form = RecurrenceForm
    extra = 0
    fields = RecurrenceForm.Meta.fields


@admin.register(Station)
class StationAdmin(ScopedAdmin):
    form = StationForm
    list_display = ["number", "name", "jurisdiction", "headed_by", "reception_hours"]
    list_display_links = ["name"]
    list_filter = [("jurisdiction", ScopedRelatedFilter)]
    list_select_related = ["jurisdiction", "head"]
    search_fields = ["name", "number"]
    autocomplete_fields = ["head", "deputies"]
    fields = [
        "number",
        "name",
        "jurisdiction",
        "address",
        "head",
        "head_name",
        "opening_hours",
        "reception_hours",
        "photo",
        "photo_now",
        "deputies",
    ]
    inlines = [PostInline, RecurrenceInline]
    actions = ["set_recurrence"]
    custom_urls = [("recurrence/", "liaison_stations_station_recurrence", rota_pages.set_recurrence)]

    def choice_label(self, obj):
        return f"{obj.number:02d} {obj.name}"

    def get_readonly_fields(self, request, obj=None):
        # The number stands in front of every register number the station gave.
        return ["number", "photo_now"] if obj else ["photo_now"]

    @display(description=_("photo now"))
    def photo_now(self, obj):
        if not obj or not obj.pk or not obj.photo:
            return None
        address = reverse("stations:photo", args=[obj.pk])
        return format_html('<a href="{0}"><img src="{0}" alt="" width="240"></a>', address)

    @action(description=_("Set a recurrence for these stations"))
    def set_recurrence(self, request, queryset):
        keys = "&".join(f"station={pk}" for pk in queryset.values_list("pk", flat=True))
        return redirect(f"{reverse('admin:liaison_stations_station_recurrence')}?{keys}")

    def get_changeform_initial_data(self, request):
        last = Station.objects.aggregate(Max("number"))["number__max"] or 0
        return {"number": last + 1, **super().get_changeform_initial_data(request)}

    @display(description=_("station head"), ordering="head__name")
    def headed_by(self, obj):
        return obj.head or obj.head_name


class DutyForm(ScopedForm):
    days_gone = ("confirmed_on",)


class DutyInline(ScopedInline):
    """Whose turn it is, who has confirmed (D5-二a), and who then came."""

    model = ReceptionDuty
    form = DutyForm
    removing = STAFF
    autocomplete_fields = ["deputy"]
    fields = ["deputy", "confirmed_on", "came"]


class ReceptionForm(ScopedForm):
    days_gone = ("held_on", "notice_posted_on")

    def clean(self):
        told = super().clean()
        if told.get("cancelled") and told.get("held_on"):
            raise ValidationError(_("A reception that was held was not cancelled: please keep one of the two."))
        if told.get("cancel_reason") and not told.get("cancelled"):
            self.add_error("cancelled", _("There is a reason, but the reception is not cancelled."))
        if told.get("nobody_came") and not told.get("held_on"):
            self.add_error("held_on", _("Nobody came: please say on which day the deputies waited."))
        return told


class Course(SimpleListFilter):
    """What is still to be done about a reception."""

    title = _("state")
    parameter_name = "course"

    def lookups(self, request, model_admin):
        return [
            ("coming", _("still to come")),
            ("unposted", _("notice not posted")),
            ("unconfirmed", _("not confirmed by a deputy")),
            ("held", _("held")),
            ("missed", _("past and not held")),
            ("cancelled", _("cancelled")),
        ]

    def queryset(self, request, queryset):
        today = clock.today()
        open_ = Q(cancelled=False, held_on=None)
        coming = open_ & Q(planned_on__gte=today)
        courses = {
            "coming": coming,
            "unposted": coming & Q(notice_posted_on=None),
            "unconfirmed": coming & Q(pk__in=ReceptionDuty.objects.filter(confirmed_on=None).values("reception")),
            "held": Q(held_on__isnull=False),
            "missed": open_ & Q(planned_on__lt=today),
            "cancelled": Q(cancelled=True),
        }
        return queryset.filter(courses[self.value()]) if self.value() in courses else queryset


@admin.register(Reception)
class ReceptionAdmin(ScopedAdmin):
    """When deputies receive the public, and what came of it (D3-三, D5-二a, D5-三a)."""

    form = ReceptionForm
    list_display = ["planned_on", "station", "hours", "moved", "confirmed", "notice_posted_on", "state"]
    list_filter = [Course, "kind", ("station", ScopedRelatedFilter)]
    list_select_related = ["station"]
    lookups = ["station__id__exact"]
    date_hierarchy = "planned_on"
    search_fields = ["station__name", "deputies__name"]
    search_help_text = _("station or deputy")
    autocomplete_fields = ["station"]
    facts = ("planned_on", "held_on", "cancelled", "station")
    readonly_fields = ["moved", "kind"]
    fieldsets = [
        (None, {"fields": ["station", "planned_on", "starts_at", "ends_at", "moved", "cancelled", "cancel_reason"]}),
        (_("appointment (D5-二b)"), {"fields": ["kind", "with_whom", "about"]}),
        (_("beforehand"), {"fields": ["topics", "notice_posted_on"]}),
        (_("afterwards"), {"fields": ["held_on", "nobody_came", "note"]}),
    ]
    inlines = [DutyInline]
    actions_list = ["generate_year"]
    custom_urls = [("rota/", "liaison_stations_reception_rota", rota_pages.generate)]

    def get_fieldsets(self, request, obj=None):
        # Appointments are made at the station's page; here they are corrected.
        appointment = obj and obj.kind == Reception.Kind.APPOINTMENT
        return [one for one in self.fieldsets if appointment or "with_whom" not in one[1]["fields"]]

    def get_queryset(self, request):
        confirmed = Count("duties", filter=Q(duties__confirmed_on__isnull=False))
        return super().get_queryset(request).annotate(turns=Count("duties"), yes=confirmed)

    @display(description=_("hours"))
    def hours(self, obj):
        return f"{obj.starts_at:%H:%M}–{obj.ends_at:%H:%M}" if obj.starts_at and obj.ends_at else None

    @display(description=_("moved"))
    def moved(self, obj):
        if not obj.moved_from:
            return None
        words = {"day": obj.moved_from.isoformat(), "why": obj.moved_why}
        return _("from %(day)s (%(why)s)") % words

    @action(description=_("Generate the rota of a year"), icon="event_repeat", url_path="generate")
    def generate_year(self, request):
        return redirect("admin:liaison_stations_reception_rota")

    @display(description=_("deputies confirmed"))
    def confirmed(self, obj):
        return f"{obj.yes} / {obj.turns}"

    @display(
        description=_("state"),
        label={"held": "success", "nobody": "info", "cancelled": "info", "missed": "danger", "coming": "warning"},
    )
    def state(self, obj):
        if obj.cancelled:
            return ("cancelled", _("cancelled"))
        if obj.held_on:
            return ("nobody", _("nobody came")) if obj.nobody_came else ("held", _("held"))
        return ("missed", _("not held")) if obj.planned_on < clock.today() else ("coming", _("still to come"))

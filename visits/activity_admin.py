"""Activities of the deputy groups and their written reports, and meetings of a congress office, in the admin site."""

from django.contrib import messages
from django.contrib.admin import SimpleListFilter
from django.contrib.admin.utils import unquote
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action, display

from deputies.models import Term
from office import clock
from office.admin_site import COUNTY, Labels, ScopedAdmin, ScopedRelatedFilter, VersionedAdmin, may
from visits import actions, filing
from visits.activity_forms import ActivityForm, MeetingForm, ReceiptForm, ReturnForm
from visits.models import GroupActivity, Meeting, Visit

WAITING, OVERDUE, FILED, RECEIVED, LATE = "waiting", "overdue", "filed", "received", "late"
REPORTS = {
    FILED: _("filed, to be received or returned"),
    WAITING: _("report awaited"),
    OVERDUE: _("report overdue"),
    RECEIVED: _("report received"),
    LATE: _("report received late"),
}


def report_state(activity, on) -> str:
    """How the written report of an activity stands on a day (D9-3)."""
    due = activity.report_due_on
    if activity.filing == activity.Filing.FILED:
        return FILED
    if activity.reported_on:
        return LATE if due and activity.reported_on > due else RECEIVED
    return OVERDUE if due and due < on else WAITING


class Report(SimpleListFilter):
    title = _("written report (D9-3)")
    parameter_name = "report"

    def lookups(self, request, model_admin):
        return REPORTS.items()

    def queryset(self, request, queryset):
        open_, overdue = Q(reported_on=None), Q(report_due_on__lt=clock.today())
        late, filed = Q(reported_on__gt=F("report_due_on")), Q(filed_at__isnull=False, received_by=None)
        states = {
            FILED: filed,
            WAITING: open_ & (Q(report_due_on=None) | ~overdue),
            OVERDUE: open_ & overdue,
            RECEIVED: ~open_ & ~filed & (Q(report_due_on=None) | ~late),
            LATE: late & ~filed,
        }
        return queryset.filter(states[self.value()]) if self.value() in states else queryset


def members(request, model_admin):
    """The deputies of the group that was just chosen, to be ticked in the form that is open."""
    activity = model_admin.get_object(request, request.GET.get("activity", ""))
    form = model_admin.get_form(request, activity)(instance=activity, initial={"group": request.GET.get("group")})
    return HttpResponse(str(form["participants"]))


class GroupActivityAdmin(VersionedAdmin):
    """What the groups did, who took part, and whether they reported it in writing (D9-1a, D9-3)."""

    form = ActivityForm
    list_display = ["happened_on", "group", "what", "present", "due", "report"]
    list_filter = [Report, ("group__jurisdiction", ScopedRelatedFilter), ("group", ScopedRelatedFilter), "kind"]
    list_select_related = ["group"]
    date_hierarchy = "happened_on"
    search_fields = ["group__name", "topic", "place", "content", "visits__deputy__name"]
    search_help_text = _("group, deputy, place or what was done")
    facts = ("happened_on", "group", "kind", "participants")
    readonly_fields = ["deadline", "standing", "record_filed", "reported_on", "filed_by", "received_by", "logged_at"]
    readonly_fields += ["recorder", "imported", "returned_reason"]
    fieldsets = [
        (None, {"fields": ["seen", "group", "happened_on", "kind", "topic", "place", "participants", "content"]}),
        (
            _("written report (D9-3)"),
            {
                "fields": [
                    "deadline",
                    "standing",
                    "record_filed",
                    "reported_on",
                    "filed_by",
                    "received_by",
                    "returned_reason",
                ]
            },
        ),
        (_("record"), {"fields": ["logged_at", "recorder", "imported"]}),
    ]
    actions = ["receive_today", "take_back_chosen"]
    actions_detail = ["receive", "send_back", "take_back"]
    custom_urls = [("members/", "visits_groupactivity_members", members)]

    def get_queryset(self, request):
        alone = GroupActivity.objects.filter(pk=OuterRef("pk")).order_by().values("pk")
        took_part = Subquery(alone.annotate(n=Count("visits")).values("n"))
        return super().get_queryset(request).select_related("group").annotate(took_part=took_part)

    def get_changeform_initial_data(self, request):
        group = _the_only(self.admin_site.get_model_admin(GroupActivity.group.field.related_model).choices(request))
        return {"group": group, **super().get_changeform_initial_data(request)}

    def get_fieldsets(self, request, obj=None):
        # Before it is written down there is neither a report nor a record of it.
        return self.fieldsets if obj else self.fieldsets[:1]

    def save_model(self, request, obj, form, change):
        if change:
            super().save_model(request, obj, form, change)
        else:
            obj.logged_at, obj.logged_by = clock.now(), request.user
            obj.save()

    def changeform_view(self, request, *args, **kwargs):
        try:
            return super().changeform_view(request, *args, **kwargs)
        except (actions.NotInOffice, actions.CannotWithdraw) as refused:
            messages.error(request, refused)
            return redirect(request.get_full_path())

    def save_related(self, request, form, formsets, change):
        deputies = form.cleaned_data["participants"]
        form.parts = actions.set_participants(form.instance, deputies, by=request.user, at=clock.now())
        super().save_related(request, form, formsets, change)

    def construct_change_message(self, request, form, formsets, add=False):
        """The changed fields, and who was named or is named no more."""
        # Who took part is no column of the activity but a row for each.
        form.changed_data = [name for name in form.changed_data if name not in ("participants", "seen")]
        told = super().construct_change_message(request, form, formsets, add)
        rows = [_part(visit, "added") for visit in form.parts.added]
        rows += [_part(visit, "removed") for visit in form.parts.removed]
        return {**told, "rows": rows} if rows else told

    # -- the list and what is only read

    @display(description=_("kind"), ordering="kind")
    def what(self, obj):
        return obj.get_kind_display()

    @display(description=_("took part"), ordering="took_part")
    def present(self, obj):
        return obj.took_part or format_html('<span class="office-amber">{}</span>', _("nobody named"))

    @display(description=_("report due on"), ordering="report_due_on")
    def due(self, obj):
        if obj.report_due_on is None:
            return None
        late = "office-late" if report_state(obj, clock.today()) == OVERDUE else "underline"
        return _deadline_link(obj, obj.report_due_on.isoformat(), late)

    @display(
        description=_("written report"),
        ordering="reported_on",
        label=Labels({WAITING: "warning", OVERDUE: "danger", FILED: "warning", RECEIVED: "success", LATE: "info"}),
    )
    def report(self, obj):
        state = report_state(obj, clock.today())
        return (state, REPORTS[state])

    @display(description=_("report due on"))
    def deadline(self, obj):
        if obj.report_due_on is None:
            return _("No rule asks for a report of this day.")
        return format_html("{} {}", obj.report_due_on.isoformat(), _deadline_link(obj, _("How it was counted")))

    @display(description=_("state"))
    def standing(self, obj):
        return REPORTS[report_state(obj, clock.today())]

    @display(description=_("record with attendance and files"))
    def record_filed(self, obj):
        page = reverse("group:activity", args=[obj.pk])
        return format_html('<a class="text-link" href="{}">{}</a>', page, _("Read and print the record"))

    @display(description=_("recorder"))
    def recorder(self, obj):
        return obj.logged_by

    # -- the written report

    def has_receive_permission(self, request, object_id=None):
        return may(request.user, COUNTY)

    def get_actions_detail(self, request, object_id):
        activity = self.get_object(request, unquote(str(object_id)))
        offered = _OFFERED[activity.filing] if activity else ()
        return [one for one in super().get_actions_detail(request, object_id) if one.action_name.endswith(offered)]

    @action(description=_("Receive the written report"), icon="inbox", url_path="receive", permissions=["receive"])
    def receive(self, request, object_id):
        activity = self.found(request, object_id)
        day = activity.reported_on or clock.today()
        form = ReceiptForm(request.POST or None, initial={"reported_on": day, "seen": activity.version})
        form.fields["reported_on"].disabled = bool(activity.filed_at)
        if form.is_valid():
            day, seen = form.cleaned_data["reported_on"], form.cleaned_data["seen"]
            try:
                actions.receive_reports(_alone(activity), by=request.user, at=clock.now(), on=day, seen=seen)
            except actions.CannotReceive as refused:
                form.add_error("reported_on", str(refused))
            else:
                messages.success(request, _("The written report has been received."))
                return redirect("admin:visits_groupactivity_change", activity.pk)
        return self._receipt(request, activity, _("Receive the written report"), form)

    @action(description=_("Return it for correction"), icon="reply", url_path="return", permissions=["receive"])
    def send_back(self, request, object_id):
        activity = self.found(request, object_id)
        form = ReturnForm(request.POST or None, initial={"seen": activity.version})
        if form.is_valid():
            told = {"reason": form.cleaned_data["reason"], "seen": form.cleaned_data["seen"]}
            try:
                filing.return_record(activity, by=request.user, at=clock.now(), **told)
            except filing.CannotFile as refused:
                form.add_error("reason", str(refused))
            else:
                messages.success(request, _("The record is returned; the group leader is told."))
                return redirect("admin:visits_groupactivity_change", activity.pk)
        return self._receipt(request, activity, _("Return it for correction"), form)

    @action(description=_("Take the receipt back"), icon="undo", url_path="take-back", permissions=["receive"])
    def take_back(self, request, object_id):
        activity = self.found(request, object_id)
        if request.method != "POST":
            return self._receipt(request, activity, _("Take the receipt back"))
        actions.take_back_reports(_alone(activity), by=request.user, at=clock.now())
        messages.success(request, _("The written report is awaited again."))
        return redirect("admin:visits_groupactivity_change", activity.pk)

    def _receipt(self, request, activity, title, form=None):
        context = {"title": title, "activity": activity, "form": form, "opts": self.opts}
        return self.page(request, "admin/receipt.html", context)

    @action(description=_("Receive the written reports today"), permissions=["receive"])
    def receive_today(self, request, queryset):
        at = clock.now()
        try:
            n = actions.receive_reports(queryset, by=request.user, at=at, on=clock.local_date(at))
        except actions.CannotReceive as refused:
            messages.error(request, refused)
        else:
            messages.success(request, ngettext("%d report received.", "%d reports received.", n) % n)

    @action(description=_("Take the receipts back"), permissions=["receive"])
    def take_back_chosen(self, request, queryset):
        n = actions.take_back_reports(queryset, by=request.user, at=clock.now())
        messages.success(request, ngettext("%d receipt taken back.", "%d receipts taken back.", n) % n)


class MeetingAdmin(ScopedAdmin):
    """What a congress office called its people to: the group leaders once or twice a year (D9-5), or others."""

    form = MeetingForm
    adding = changing = COUNTY
    list_display = ["happened_on", "jurisdiction", "what", "place"]
    list_filter = ["kind"]
    list_select_related = ["jurisdiction"]
    date_hierarchy = "happened_on"
    search_fields = ["place", "content"]
    search_help_text = _("place or what was discussed")
    facts = ("happened_on", "jurisdiction", "kind")
    readonly_fields = ["logged_at", "recorder", "imported"]
    fieldsets = [
        (None, {"fields": ["jurisdiction", "happened_on", "kind", "place", "content"]}),
        (_("record"), {"fields": ["logged_at", "recorder", "imported"]}),
    ]

    def get_field_queryset(self, db, db_field, request):
        # A place without a congress of its own is no congress office.
        congresses = Term.objects.order_by().values("jurisdiction")
        return super().get_field_queryset(db, db_field, request).filter(pk__in=congresses)

    def get_changeform_initial_data(self, request):
        offices = self.get_field_queryset(None, Meeting.jurisdiction.field, request)
        return {"jurisdiction": _the_only(offices), **super().get_changeform_initial_data(request)}

    def get_fieldsets(self, request, obj=None):
        return self.fieldsets if obj else self.fieldsets[:1]

    def save_model(self, request, obj, form, change):
        if not change:
            obj.logged_at, obj.logged_by = clock.now(), request.user
        super().save_model(request, obj, form, change)

    @display(description=_("kind"), ordering="kind")
    def what(self, obj):
        return obj.get_kind_display()

    @display(description=_("recorder"))
    def recorder(self, obj):
        return obj.logged_by


_OFFERED = {
    GroupActivity.Filing.DRAFT: ("receive",),
    GroupActivity.Filing.RETURNED: ("receive",),
    GroupActivity.Filing.FILED: ("receive", "send_back"),
    GroupActivity.Filing.RECEIVED: ("take_back",),
}
"""What is offered on the page of an activity, by how its report stands."""


def _the_only(rows):
    """The row that is chosen already where there is no choice."""
    found = list(rows[:2])
    return found[0] if len(found) == 1 else None


def _alone(activity):
    return GroupActivity.objects.filter(pk=activity.pk)


def _part(visit, did):
    """One deputy's part, as the trail keeps the rows of a table below a form."""
    return {"model": Visit._meta.label_lower, "pk": visit.pk, "did": did, "was": str(visit.deputy)}


def _deadline_link(activity, text, style="text-link"):
    address = reverse("office:deadline_of", args=["activity", activity.pk])
    return format_html('<a class="{}" href="{}">{}</a>', style, address, text)

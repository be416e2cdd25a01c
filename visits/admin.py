"""Contacts, group activities and meetings, and the import of workbooks, in the admin site."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from constituents.models import Designation
from deputies.models import TermChange
from office import admin_trail, clock, personal_data
from office.admin_site import COUNTY, NOBODY, Labels, ReadOnlyAdmin, ScopedAdmin, ScopedForm, ScopedRelatedFilter
from office.models import Job
from visits import import_files, import_runs, import_views, reviews, rules
from visits.activity_admin import GroupActivityAdmin, MeetingAdmin
from visits.areas import actions as areas
from visits.consultation_admin import ConsultationAdmin
from visits.models import Consultation, GroupActivity, Meeting, Review, Visit
from visits.term_admin import TermChangeAdmin
from visits.voters import table as voters_table

admin_trail.name_deeds(voters_table.DEEDS | areas.DEEDS)
admin.site.register(GroupActivity, GroupActivityAdmin)
admin.site.register(Meeting, MeetingAdmin)
admin.site.register(Consultation, ConsultationAdmin)
admin.site.register(TermChange, TermChangeAdmin)
KEPT_BY_THE_ACTIVITY = ["deputy", "household", "who", "happened_on", "kind", "place"]


class VisitForm(ScopedForm):
    """A contact that the office writes down or corrects, however long ago it was."""

    def clean_happened_on(self):
        day = self.cleaned_data["happened_on"]
        if day > clock.today():
            raise ValidationError(_("This day has not come yet."))
        return day

    def clean(self):
        super().clean()
        changed = {"deputy", "household", "happened_on"} & set(self.changed_data)
        if changed and not self.errors and self.cleaned_data["household"] and not self._was_theirs():
            self.add_error("household", _("On this day this was not one of the deputy's contact households."))

    def _was_theirs(self):
        given = self.cleaned_data
        held = Designation.objects.on(given["happened_on"])
        return held.filter(deputy=given["deputy"], household=given["household"]).exists()


def _is_kept(visit) -> bool:
    """Whether a contact belongs to a record of its own, by which it is kept."""
    return bool(visit) and (visit.activity_id is not None or hasattr(visit, "voter_report"))


@admin.register(Visit)
class VisitAdmin(ScopedAdmin):
    form = VisitForm
    list_display = ["happened_on", "deputy", "way", "who", "raised", "late", "petition"]
    list_filter = [
        "kind",
        "matter_raised",
        ("deputy__district__jurisdiction", ScopedRelatedFilter),
        ("deputy__group", ScopedRelatedFilter),
    ]
    list_select_related = ["deputy", "household", "petition__station"]
    facts = ("happened_on", "deputy", "kind")
    lookups = ["deputy__id__exact", "household__id__exact", "activity__id__exact"]
    search_help_text = _("deputy, the whole name of who was met, or what was heard")
    search_fields = ["deputy__name", "=household__head", "=met", "content"]
    date_hierarchy = "happened_on"
    autocomplete_fields = ["deputy", "household", "petition", "consultation"]
    readonly_fields = ["kind_words", "part_of", "logged_at", "written_at", "recorder", "imported", "shots"]
    fieldsets = [
        (None, {"fields": ["deputy", "household", "met", "happened_on", "kind", "place"]}),
        (_("what was heard"), {"fields": ["content", "consultation", "shots", "matter_raised", "petition"]}),
        (_("record"), {"fields": ["part_of", "kind_words", "logged_at", "written_at", "recorder", "imported"]}),
    ]

    def get_readonly_fields(self, request, obj=None):
        # A part in a group activity is entered, moved and taken back on the page of the activity, and a report to
        # voters on its own.
        return [*self.readonly_fields, *KEPT_BY_THE_ACTIVITY] if _is_kept(obj) else self.readonly_fields

    def get_fieldsets(self, request, obj=None):
        (title, first), *more = self.fieldsets
        kept = KEPT_BY_THE_ACTIVITY if _is_kept(obj) else first["fields"]
        return [(title, {"fields": kept}), *more]

    def save_model(self, request, obj, form, change):
        if not change:
            obj.logged_at, obj.logged_by = clock.now(), request.user
        super().save_model(request, obj, form, change)
        if change and form.has_changed():
            reviews.record_changed(obj, by=request.user, at=clock.now())

    @display(description=_("way"), ordering="kind")
    def way(self, obj):
        return obj.get_kind_display()

    @display(description=_("who was met"))
    def who(self, obj):
        return obj.household or personal_data.mask(obj, "met")

    @display(description=_("recorder"))
    def recorder(self, obj):
        return obj.logged_by

    @display(description=_("group activity"))
    def part_of(self, obj):
        if obj.activity_id is None:
            return None
        page = reverse("admin:visits_groupactivity_change", args=[obj.activity_id])
        return format_html('<a class="text-link" href="{}">{}</a>', page, obj.activity)

    @display(description=_("photos"))
    def shots(self, obj):
        picture = '<img src="{0}?small" alt="{1} {2}" width="92" loading="lazy">'
        link = f'<a class="inline-block" href="{{0}}" target="_blank">{picture}</a>'
        photos = obj.photos.all() if obj.pk else ()
        rows = [(reverse("visits:photo", args=[one.pk]), _("photo"), n) for n, one in enumerate(photos, 1)]
        return format_html_join(" ", link, rows) or None

    @display(description=_("a matter was raised"), ordering="matter_raised", label=Labels({"yes": "info"}))
    def raised(self, obj):
        return ("yes", _("raised")) if obj.matter_raised else None

    @display(description=_("written down late"), label=Labels({"yes": "warning"}))
    def late(self, obj):
        late = not obj.imported and rules.is_late(obj.happened_on, clock.local_date(obj.logged_at))
        return ("yes", _("late")) if late else None


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    """What group leaders confirmed and asked; it is settled on its own page."""

    list_display = ["about", "deputy", "standing", "question", "made_at", "made_by"]
    list_filter = ["status", ("deputy__group", ScopedRelatedFilter)]
    list_select_related = ["deputy", "made_by"]
    fields = ["deputy", "question", "answer", "status"]
    search_fields = ["deputy__name", "question", "answer"]
    search_help_text = _("deputy, question or answer")
    date_hierarchy = "made_at"

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return redirect("group:question", self.found(request, object_id).pk)

    @display(
        description=_("state"),
        ordering="status",
        label=Labels({"confirmed": "success", "asked": "warning", "answered": "danger", "settled": "success"}),
    )
    def standing(self, obj):
        return (obj.status, obj.get_status_display())


@admin.register(Job)
class ImportAdmin(ScopedAdmin):
    """The imports a person started; nobody else sees them or what came out of them."""

    viewing = adding = COUNTY
    changing = NOBODY
    exports = False
    list_display = ["created_at", "standing", "workbooks", "did", "problems", "finished_at"]
    fields = ["created_at", "state"]
    custom_urls = [
        ("<int:object_id>/status/", "office_job_status", import_views.status),
        ("<int:object_id>/confirm/", "office_job_confirm", import_views.confirm),
        ("<int:object_id>/again/", "office_job_again", import_views.again),
        ("<int:object_id>/cancel/", "office_job_cancel", import_views.cancel),
        ("<int:object_id>/problems.xlsx", "office_job_problems", import_views.problems),
    ]

    def rows(self, request, roles=None):
        return Job.objects.visible_to(request.user).filter(kind=import_runs.KIND)

    def add_view(self, request, form_url="", extra_context=None):
        return import_views.upload(request, self)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return import_views.show(request, self, object_id)

    @display(description=_("state"), label=Labels({"done": "success", "failed": "danger", "preview": "warning"}))
    def standing(self, obj):
        return (obj.state, obj.get_state_display())

    @display(description=_("what it did"))
    def did(self, obj):
        """What was written of each kind, on a link to its list; of a preview what would be."""
        told = [
            (page, name, _("new %(new)d, updated %(updated)d") % {"new": count["created"], "updated": count["updated"]})
            for name, count, page in import_runs.figures(obj)
            if count["created"] or count["updated"]
        ]
        return format_html_join("；", '<a class="text-link" href="{}">{}</a> {}', told) or "–"

    @display(description=_("not understood"))
    def problems(self, obj):
        number = obj.result.get("problem_count")
        if not number:
            return "–"
        kept = import_files.problems_of(obj).exists()
        page = reverse("admin:office_job_problems" if kept else "admin:office_job_change", args=[obj.pk])
        return format_html('<a class="text-link" href="{}">{}</a>', page, number)

    @display(description=_("workbooks"))
    def workbooks(self, obj):
        return "、".join(obj.params["files"])

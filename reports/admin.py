"""Flags, questions about records and objections in the admin site: all have pages of their own."""

from django.apps import apps
from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.decorators import action, display

from office import audit, clock, personal_data
from office.admin_site import COUNTY, Labels, ReadOnlyAdmin, ScopedAdmin, ScopedRelatedFilter
from office.models import Erasure, Hold, RetentionPeriod
from reports import closing_views, flag_views
from reports.commendations import points_views
from reports.commendations import views as commendation_views
from reports.commendations.models import Commendation
from reports.hints import views as hint_views
from reports.models import ClosedYear, Flag, HintAnswer, Objection
from reports.narrative import case_admin, template_admin  # noqa: F401 - their pages are registered there
from reports.objections import desk
from reports.persons import views as person_views
from reports.persons.forms import PeriodForm


@admin.register(Flag)
class FlagAdmin(ReadOnlyAdmin):
    exports = False
    fields = ["rule", "severity", "period", "due_on"]
    custom_urls = [
        ("urge/", "reports_flag_urge", flag_views.urge),
        ("waive/", "reports_flag_waive", flag_views.waive),
        ("unwaive/", "reports_flag_unwaive", flag_views.unwaive),
        ("print/", "reports_flag_print", flag_views.on_paper),
        ("flags.xlsx", "reports_flag_xlsx", flag_views.xlsx),
    ]

    def changelist_view(self, request, extra_context=None):
        return flag_views.board(request, self)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return flag_views.show(request, self, object_id)


@admin.register(HintAnswer)
class HintAnswerAdmin(ReadOnlyAdmin):
    """The list is that of the questions; an answer has a page for the trail."""

    exports = False
    fields = ["kind", "finding", "note", "answered_at", "answered_by", "withdrawn_at", "withdrawn_by"]
    custom_urls = [
        ("question/<slug:key>/", "reports_hintanswer_question", hint_views.show),
        ("answer/", "reports_hintanswer_answer", hint_views.answer),
        ("take-back/", "reports_hintanswer_take_back", hint_views.take_back),
        ("print/", "reports_hintanswer_print", hint_views.on_paper),
    ]

    def changelist_view(self, request, extra_context=None):
        return hint_views.board(request, self)


class OfRecord:
    """Lists about records of any kind, each named by its kind and number."""

    viewing = COUNTY

    def rows(self, request, roles=None):
        return self.model.objects.all()

    @display(description=_("record"))
    def subject(self, obj):
        return f"{capfirst(apps.get_model(obj.subject_type)._meta.verbose_name)} {obj.subject_id}"


@admin.register(Erasure)
class ErasureAdmin(OfRecord, ReadOnlyAdmin):
    """What was erased of persons, when and why; and the way to the requests and the catalogue."""

    list_display = ["at", "subject", "why", "note", "files", "by"]
    list_filter = ["why"]
    list_select_related = ["by"]
    date_hierarchy = "at"
    fields = readonly_fields = ["at", "subject", "why", "note", "files", "by"]
    actions_list = ["person", "catalogue"]

    @action(description=_("Requests about one's own data"), icon="person_search", url_path="person")
    def person(self, request):
        return person_views.person(request, self)

    @action(description=_("Catalogue of personal data"), icon="menu_book", url_path="catalogue")
    def catalogue(self, request):
        return person_views.catalogue(request, self)


@admin.register(Hold)
class HoldAdmin(OfRecord, ReadOnlyAdmin):
    """Records that must not be erased; a mark that is no longer needed is taken away, on record."""

    removing = COUNTY
    list_display = ["at", "subject", "reason", "by"]
    list_select_related = ["by"]
    fields = readonly_fields = ["at", "subject", "reason", "by"]

    def delete_model(self, request, obj):
        audit.record(by=request.user, at=clock.now(), action="hold.removed", subject=obj)
        super().delete_model(request, obj)


@admin.register(RetentionPeriod)
class RetentionPeriodAdmin(ScopedAdmin):
    """How long the office keeps what, where it differs from the catalogue."""

    form = PeriodForm
    viewing = adding = changing = removing = COUNTY
    list_display = ["kind", "months", "note"]
    fields = ["key", "months", "note"]

    def rows(self, request, roles=None):
        return RetentionPeriod.objects.all()

    @display(description=_("kind of data"))
    def kind(self, obj):
        return personal_data.periods()[obj.key].name


@admin.register(Objection)
class ObjectionAdmin(ReadOnlyAdmin):
    """What deputies say is not right on record about them, and the answer (D8-五b)."""

    list_display = ["about", "deputy", "what", "standing", "raised_at"]
    fields = ["about", "deputy", "kind", "status"]
    list_filter = ["status", "kind", ("deputy__district__jurisdiction", ScopedRelatedFilter)]
    list_select_related = ["deputy"]
    search_fields = ["deputy__name", "about", "steps__text"]
    search_help_text = _("deputy, record or what was said")
    date_hierarchy = "raised_at"
    custom_urls = [
        ("<int:object_id>/accept/", "reports_objection_accept", desk.accept),
        ("<int:object_id>/refuse/", "reports_objection_refuse", desk.refuse),
        ("<int:object_id>/reopen/", "reports_objection_reopen", desk.reopen),
    ]

    def get_queryset(self, request):
        about = ("deputy__district__jurisdiction", "visit", "flag")
        return super().get_queryset(request).select_related(*about)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return desk.show(request, self, object_id)

    @display(description=_("what it is about"), ordering="kind")
    def what(self, obj):
        return obj.get_kind_display()

    @display(
        description=_("state"),
        ordering="status",
        label=Labels({"open": "danger", "again": "danger", "accepted": "success", "refused": "info"}),
    )
    def standing(self, obj):
        return (obj.status, obj.get_status_display())


@admin.register(Commendation)
class CommendationAdmin(ReadOnlyAdmin):
    """Who was chosen for commendation, and what became of it (D9-6)."""

    list_display = ["year", "kind", "deputy", "group", "jurisdiction", "standing"]
    list_filter = ["year", "kind", "state", ("jurisdiction", ScopedRelatedFilter)]
    list_select_related = ["deputy", "group", "jurisdiction"]
    search_fields = ["deputy__name", "group__name"]
    search_help_text = _("deputy or group")
    fields = ["year", "kind", "deputy", "group", "state", "title", "by_whom", "ground", "session", "awarded_on"]
    fields += ["reason", "criteria"]
    readonly_fields = ["criteria"]
    actions_list = ["candidates"]
    actions = ["propose", "decline", "award", "take_back"]
    custom_urls = [
        ("candidates.xlsx", "reports_commendation_candidates_xlsx", commendation_views.xlsx),
        ("candidates.pdf", "reports_commendation_candidates_pdf", commendation_views.as_pdf),
        ("points/", "reports_commendation_points", points_views.board),
        ("points.xlsx", "reports_commendation_points_xlsx", points_views.xlsx),
    ]

    @action(description=_("Candidates"), icon="military_tech", url_path="candidates")
    def candidates(self, request):
        return commendation_views.board(request, self)

    @action(description=pgettext_lazy("commendation", "Propose"), permissions=["view"])
    def propose(self, request, queryset):
        return commendation_views.propose(self, request, queryset)

    @action(description=pgettext_lazy("commendation", "Decline"), permissions=["view"])
    def decline(self, request, queryset):
        return commendation_views.decline(self, request, queryset)

    @action(description=pgettext_lazy("commendation", "Award"), permissions=["view"])
    def award(self, request, queryset):
        return commendation_views.award(self, request, queryset)

    @action(description=pgettext_lazy("verb", "Take the last step back"), permissions=["view"])
    def take_back(self, request, queryset):
        return commendation_views.take_back(self, request, queryset)

    @display(description=pgettext_lazy("commendation", "evidence"))
    def criteria(self, obj):
        lines = (
            (o["address"], o["label"], "–" if o["value"] is None else o["value"], o["threshold"], o["clause"])
            for o in obj.evidence
        )
        return format_html_join(" · ", '<a class="text-link" href="{}">{} {} (≥ {}, {})</a>', lines) or "–"

    @display(
        description=_("state"),
        ordering="state",
        label=Labels({"candidate": "info", "proposed": "warning", "awarded": "success", "declined": "danger"}),
    )
    def standing(self, obj):
        return (obj.state, obj.get_state_display())


@admin.register(ClosedYear)
class ClosedYearAdmin(ReadOnlyAdmin):
    """The years of the county that are closed, what would be different now, and closing another."""

    viewing = COUNTY
    exports = False
    fields = ["jurisdiction", "year", "on", "fingerprint", "closed_at", "closed_by"]
    custom_urls = [
        ("close/", "reports_closedyear_close", closing_views.close),
        ("<int:object_id>/differences/", "reports_closedyear_differences", closing_views.differences),
        ("<int:object_id>/print/", "reports_closedyear_print", closing_views.on_paper),
        ("<int:object_id>/reopen/", "reports_closedyear_reopen", closing_views.reopen),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("jurisdiction", "closed_by", "reopened_by")

    def changelist_view(self, request, extra_context=None):
        return closing_views.board(request, self)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return closing_views.show(request, self, object_id)

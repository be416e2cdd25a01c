"""Flags and questions about records in the admin site: both have pages of their own."""

from django.contrib import admin

from office.admin_site import ReadOnlyAdmin
from reports import flag_views
from reports.hints import views as hint_views
from reports.models import Flag, HintAnswer


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

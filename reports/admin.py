"""Flags in the admin site: the board has pages of its own."""

from django.contrib import admin

from office.admin_site import ReadOnlyAdmin
from reports import flag_views
from reports.models import Flag


@admin.register(Flag)
class FlagAdmin(ReadOnlyAdmin):
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

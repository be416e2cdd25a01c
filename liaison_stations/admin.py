"""Liaison stations in the admin site."""

from django.contrib import admin
from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from liaison_stations.models import Station, StationPost
from office.admin_site import COUNTY, ScopedAdmin, ScopedForm, ScopedInline, ScopedRelatedFilter, may
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


@admin.register(Station)
class StationAdmin(ScopedAdmin):
    list_display = ["number", "name", "jurisdiction", "headed_by", "reception_hours"]
    list_display_links = ["name"]
    list_filter = [("jurisdiction", ScopedRelatedFilter)]
    list_select_related = ["jurisdiction", "head"]
    search_fields = ["name", "number"]
    autocomplete_fields = ["head", "deputies"]
    fields = ["number", "name", "jurisdiction", "address", "head", "head_name", "reception_hours", "deputies"]
    inlines = [PostInline]

    def choice_label(self, obj):
        return f"{obj.number:02d} {obj.name}"

    def get_readonly_fields(self, request, obj=None):
        # The number stands in front of every register number the station gave.
        return ["number"] if obj else []

    def get_changeform_initial_data(self, request):
        last = Station.objects.aggregate(Max("number"))["number__max"] or 0
        return {"number": last + 1, **super().get_changeform_initial_data(request)}

    @display(description=_("station head"), ordering="head__name")
    def headed_by(self, obj):
        return obj.head or obj.head_name

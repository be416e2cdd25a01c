"""The tables that the county office keeps: reasons to decline, classes of results, policy texts, words that hint."""

from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from office.admin_site import COUNTY, ScopedAdmin


class TableAdmin(ScopedAdmin):
    """The same for everybody in the system: the county writes, the towns read; what is in use is made inactive."""

    adding = changing = COUNTY
    ordering = ["position", "pk"]
    list_filter = ["active"]

    def rows(self, request, roles=None):
        return self.model.objects.all()


class KeyedAdmin(TableAdmin):
    def get_readonly_fields(self, request, obj=None):
        # By the key it is found again when the files of a new version are loaded.
        return ["key"] if obj else []


class DeclineReasonAdmin(KeyedAdmin):
    list_display = ["name", "guidance", "basis", "active"]
    search_fields = ["name", "guidance", "basis"]
    fields = ["key", "name", "guidance", "basis", "position", "active"]


class ResultClassAdmin(KeyedAdmin):
    list_display = ["called", "counts_as_solved", "active"]
    fields = ["key", "name", "counts_as_solved", "position", "active"]

    @display(description=_("class of result"), ordering="position")
    def called(self, obj):
        return str(obj)


class SnippetAdmin(TableAdmin):
    list_display = ["name", "category", "source", "active"]
    list_filter = ["active", "category"]
    search_fields = ["name", "text", "source"]
    fields = ["name", "category", "text", "source", "position", "active"]


class HintWordAdmin(TableAdmin):
    ordering = ["kind", "word"]
    list_display = ["word", "kind", "why", "reason"]
    list_filter = ["kind"]
    list_select_related = ["reason"]
    search_fields = ["word", "why"]
    fields = ["kind", "word", "why", "reason"]

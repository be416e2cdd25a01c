"""Changes of term in the admin site: the list of them, and the pages of each."""

from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from office.admin_site import Labels, ReadOnlyAdmin
from visits.terms import desk


class TermChangeAdmin(ReadOnlyAdmin):
    """How one term gives way to the next (换届)."""

    exports = False
    list_display = ["__str__", "standing", "begun_at", "begun_by", "done_at", "done_by"]
    list_select_related = ["term__jurisdiction", "begun_by", "done_by"]
    fields = ["term", "state", "begun_at", "begun_by", "done_at", "done_by", "undone_at", "undone_by"]
    actions_list = ["new"]
    custom_urls = [
        ("<int:object_id>/begin/", "deputies_termchange_begin", desk.begin),
        ("<int:object_id>/districts/", "deputies_termchange_districts", desk.districts),
        ("<int:object_id>/roster/", "deputies_termchange_roster", desk.roster),
        ("<int:object_id>/again/", "deputies_termchange_again", desk.again),
        ("<int:object_id>/pass-on/", "deputies_termchange_pass_on", desk.pass_on),
        ("<int:object_id>/confirm/", "deputies_termchange_confirm", desk.confirm),
        ("<int:object_id>/undo/", "deputies_termchange_undo", desk.undo),
        ("<int:object_id>/drop/", "deputies_termchange_drop", desk.drop),
    ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return desk.show(request, self, object_id)

    @action(description=_("Begin a change of term"), icon="event_repeat", url_path="new")
    def new(self, request):
        return desk.new(request, self)

    @display(
        description=_("state"),
        ordering="state",
        label=Labels({"draft": "warning", "done": "success", "undone": "info", "dropped": "info"}),
    )
    def standing(self, obj):
        return (obj.state, obj.get_state_display())

"""Which ways out of the house are set up, and a message to try them; no address of a room is shown."""

from uuid import uuid4

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from office import channels, clock, notices, working_hours


def show(request, model_admin):
    """The page; sent, it tries every way that is set up."""
    if request.method == "POST":
        text = _("Test message of the deputy liaison system; nothing need be done.")
        sent = notices.try_channels(request.user, key=str(uuid4()), text=text, at=clock.now())
        if sent:
            messages.success(request, _("Test messages on their way: %d. How they fared stands in this list.") % sent)
        else:
            messages.warning(request, _("Nothing was sent: no channel is set up, or you have no e-mail address."))
        return redirect("admin:office_outbox_changelist")
    opens, closes = working_hours.hours()
    context = {
        "title": _("Channels of notices"),
        "opts": model_admin.opts,
        "ways": channels.configured(),
        "email": channels.reaches(request.user) and request.user.email,
        "opens": opens,
        "closes": closes,
        "next": working_hours.next_moment(clock.now()),
    }
    return model_admin.page(request, "admin/channels.html", context)

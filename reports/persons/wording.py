"""What the kinds of records are called on the pages and in the commands about persons."""

from django.utils.translation import gettext_lazy as _

KINDS = {
    "petitions": _("petitions"),
    "households": _("contact households"),
    "liaison_voters": _("liaison voters"),
    "contacts": _("contacts"),
    "deputies": _("deputies"),
    "users": _("users"),
    "notices": _("notices"),
    "messages": _("notices sent out"),
    "sessions": _("sessions that are over"),
    "attempts": _("counted attempts"),
    "submissions": _("forms that were sent"),
    "workbooks": _("imported workbooks"),
    "files": _("files"),
    "kept": _("kept, since they are held or in use"),
}
"""In the order in which they are told."""

"""The main menu: the pages that a person may open, in the order of their day. The first is where they begin."""

from django.utils.translation import gettext_lazy as _

from office import policy

_PAGES = (
    ("admin:index", _("Office")),
    ("visits:my_month", _("My month")),
    ("constituents:desk", _("Station desk")),
    ("reports:annual", _("Annual report")),
)


def pages_of(user) -> list[tuple]:
    """The name of the address and the label of each page that ``user`` may open."""
    return [(name, label) for name, label in _PAGES if policy.line_for(name).allows(user, "GET")]


def menu(request) -> dict:
    """For the templates: the menu of whoever is signed in, empty for a stranger and on pages without a person."""
    user = getattr(request, "user", None)
    return {"menu": pages_of(user) if user and user.is_authenticated else []}

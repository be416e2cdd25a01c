"""Where something is shown: the address of a matter, a suggestion or an inspection, and of a unit's task."""

from django.urls import reverse

from constituents.moving import subject_of

_PAGES = {"petition": "detail", "suggestion": "suggestion", "engagement": "engagement"}


def page_of(row) -> str:
    """The page of a matter, a suggestion or an inspection."""
    return reverse(f"constituents:{_PAGES[subject_of(row)]}", args=[row.pk])


def task_of(referral) -> str:
    """The unit's own page of what was handed to it."""
    return reverse("constituents:task", args=[referral.pk])


def link_of(token, verb="") -> str:
    """The address of a unit's link, or of one of its verbs; the secret stands in the query, which no log holds."""
    page = reverse("constituents:link_move", args=[verb]) if verb else reverse("constituents:link")
    return f"{page}?t={token}"

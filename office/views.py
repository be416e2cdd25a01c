"""The front door, and what is shown when something goes wrong."""

from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from office import audit, clock, kept_forms, menu


def home(request):
    """Send everybody to the page where their work is."""
    if not request.user.is_authenticated:
        return redirect("office:sign_in")
    for page, _label in menu.pages_of(request.user):
        return redirect(page)
    return render(request, "office/home.html")


def bad_request(request, exception=None):
    return _problem(request, 400, _("This address or form contains characters that cannot be read."))


def permission_denied(request, exception=None):
    """What the page itself gives as the reason is said; otherwise that it is not for this role. It is on record."""
    user = getattr(request, "user", None)
    if user and user.is_authenticated:
        match = request.resolver_match
        told = {"page": match.view_name if match else "", "method": request.method}
        audit.record(by=user, at=clock.now(), action="access.refused", subject=user, detail=told)
    return _problem(request, 403, str(exception or "") or _("This page is not among those of your role."))


def form_expired(request, reason=""):
    """A form without the token of this browser: it stood open over a new sign-in, or it came from elsewhere.

    Where the browser vouches that it is a page of ours, what was typed is offered once more.
    """
    kept = kept_forms.of(request) if kept_forms.is_ours(request) else ""
    if kept:
        return kept_forms.offer(request, kept)
    return _problem(request, 403, _("This form has expired. Go back, reload the page and send it once more."))


def page_not_found(request, exception=None):
    return _problem(request, 404, _("There is no such page, or it is not yours to see."))


def server_error(request):
    return _problem(request, 500, _("Something went wrong here. What you had saved before is safe; please try again."))


def _problem(request, status, text):
    # Rendered without the request's context: the session or the database may be what failed.
    return render(None, "office/problem.html", {"status": status, "text": text}, status=status)

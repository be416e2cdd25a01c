"""What stands before every view: broken text is refused, and the policy table is asked."""

import re
from itertools import chain

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import UnreadablePostError
from django.utils import translation

from office import policy as table

_BROKEN = re.compile("[\x00\ud800-\udfff]")
"""A NUL byte or half a character: PostgreSQL keeps neither, and a page with the second cannot be written."""


def refuse_broken_text(get_response):
    """An address or a query with broken text would reach the database and fail there; it is refused here (400)."""

    def middleware(request):
        if _BROKEN.search(request.path) or _is_broken(request.GET):
            raise BadRequest("broken text in an address")
        return get_response(request)

    return middleware


def refuse_broken_forms(get_response):
    """The same for the fields of a form. It stands behind the policy: no stranger's form is read for this.

    Django reads a form once and keeps it, so the view finds the same fields and the same uploads.
    """

    def middleware(request):
        return get_response(request)

    def process_view(request, view, args, kwargs):
        try:
            broken = request.method == "POST" and _is_broken(request.POST)
        except UnreadablePostError:
            broken = True  # the sender went away half-way
        if broken:
            raise BadRequest("broken text in a form")

    middleware.process_view = process_view
    return middleware


def _is_broken(fields) -> bool:
    return any(_BROKEN.search(text) for text in chain(fields, *(texts for _name, texts in fields.lists())))


def language(get_response):
    """Chinese, unless the person chose otherwise; the browser's own preference does not count in this office."""

    def middleware(request):
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        request.LANGUAGE_CODE = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(request.LANGUAGE_CODE):
            return get_response(request)

    return middleware


def policy(get_response):
    """Every view asks the policy table first: a stranger signs in, a wrong role is refused (403)."""

    def middleware(request):
        return get_response(request)

    def process_view(request, view, args, kwargs):
        line = table.line_for(request.resolver_match.view_name)
        if line.allows(request.user, request.method):
            return None
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.get_full_path())

    middleware.process_view = process_view
    return middleware

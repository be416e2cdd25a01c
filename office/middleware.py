"""Before every view broken text is refused and the policy table asked; after it every answer gets its headers."""

import re
from itertools import chain

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import DatabaseError
from django.http import JsonResponse
from django.utils import translation

from office import policy as table

_BROKEN = re.compile("[\x00\ud800-\udfff]")
"""A NUL byte or half a character: PostgreSQL keeps neither, and a page with the second cannot be written."""


def headers(get_response):
    """What every answer says of itself; what somebody signed in sees is kept by no browser and no proxy on the way."""

    def middleware(request):
        response = get_response(request)
        for name, value in settings.RESPONSE_HEADERS.items():
            response.headers.setdefault(name, value)
        if hasattr(request, "user") and request.user.is_authenticated:
            response["Cache-Control"] = "no-store"
        return response

    return middleware


def refuse_broken_text(get_response):
    """An address or a query with broken text would reach the database and fail there; it is refused here (400)."""

    def middleware(request):
        if _BROKEN.search(request.path) or _is_broken(request.GET):
            raise BadRequest("broken text in an address")
        return get_response(request)

    return middleware


def refuse_broken_forms(get_response):
    """A form with broken text: where its own page does not name the field, and fails, the answer is 400 and not 500.

    Nothing is read for this that the view did not read: what was uploaded is in memory once.
    """

    def middleware(request):
        return get_response(request)

    def process_exception(request, exception):
        # What a database, an encoder and a page say of broken text.
        fault = isinstance(exception, ValueError | DatabaseError)
        if fault and request.method == "POST" and _is_broken(request.POST):
            raise BadRequest("broken text in a form") from exception

    middleware.process_exception = process_exception
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
        if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
            return JsonResponse({"sign_in": str(settings.LOGIN_URL)}, status=401)  # a script does not read a page
        return redirect_to_login(request.get_full_path())

    middleware.process_view = process_view
    return middleware

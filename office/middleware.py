"""Before every view broken text is refused and the policy table asked; after it every answer gets its headers."""

import re
from itertools import chain
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import DatabaseError
from django.http import JsonResponse
from django.urls import reverse
from django.utils import translation

from office import clock, kept_forms
from office import policy as table
from office.sign_in_views import ask_for_password

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


def seen(get_response):
    """Whoever does something is still there: their session does not end for want of use."""

    def middleware(request):
        response = get_response(request)
        request.session.seen(clock.now())
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
        return _to_the_front_door(request)

    middleware.process_view = process_view
    return middleware


def _to_the_front_door(request):
    """A page is sent to sign in and comes back; a form keeps what was typed; a script is told so in plain words.

    A script is never sent elsewhere: what stands typed in the page around it would be gone.
    """
    if not _wants_a_page(request):
        door = f"{reverse('office:sign_in')}?next={quote(request.get_full_path())}"
        return JsonResponse({"error": "signed_out", "sign_in": door}, status=401, headers={"HX-Reswap": "none"})
    if request.method == "POST":
        return ask_for_password(request, kept=kept_forms.of(request))
    return redirect_to_login(request.get_full_path())


def _wants_a_page(request) -> bool:
    by_script = request.headers.get("hx-request") or request.headers.get("sec-fetch-mode", "navigate") != "navigate"
    return not by_script and "application/json" not in request.headers.get("accept", "")

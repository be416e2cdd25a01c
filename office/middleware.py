"""What stands before every view: broken text is refused, and the policy table is asked."""

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.utils import translation

from office import policy as table


def refuse_broken_text(get_response):
    """A NUL byte in an address or a query would reach the database and fail there; it is refused here (400)."""

    def middleware(request):
        if "\x00" in request.path or any(
            "\x00" in part for pair in request.GET.lists() for part in (pair[0], *pair[1])
        ):
            raise BadRequest("NUL byte")
        return get_response(request)

    return middleware


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

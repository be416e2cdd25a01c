"""What all pages without a sign-in have in common: nothing of them is kept, indexed or told to the next page."""

from functools import wraps

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

_HEADERS = {
    "Cache-Control": "no-store, private",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
}


def private(view):
    """Nothing of the page stays anywhere; what is proved is a code or a link, nobody's session: no CSRF cookie."""

    @csrf_exempt
    @sensitive_post_parameters()
    @wraps(view)
    def answered(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        for name, value in _HEADERS.items():
            response[name] = value
        return response

    return answered


def page(name, context, *, status=200) -> HttpResponse:
    """A page; without the request, so that nothing of somebody who happens to be signed in stands on it."""
    return HttpResponse(render_to_string(f"constituents/{name}.html", context), status=status)

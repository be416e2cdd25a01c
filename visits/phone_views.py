"""A deputy's phone without a signal: the page that works there, what may be kept there, how a contact comes in."""

from hashlib import sha256
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import Http404, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from office import clock, masking, submissions
from visits import rules
from visits.forms import LogForm
from visits.views import deputy_of, household_asked_for, log_once, own_households, topics_of

ASSETS = (
    "css/bootstrap.min.css",
    "css/signs.css",
    "css/office.css",
    "css/visits.css",
    "img/icon.svg",
    "js/drafts.js",
    "js/phone.js",
    "js/visits.js",
    "js/waiting.js",
)
"""What the page without a signal is made of; a test compares this with what it links."""
SIZES = (192, 512)
"""Pixels of the pictures that stand for the system on a phone's screen."""


def waiting(request):
    """What waits on this phone, the households and the form: the same page with and without a signal.

    Nothing of a person is in it, so that a phone may keep it: whatever it shows it reads from the phone's own store.
    """
    return render(request, "visits/waiting.html", _shell())


def _shell() -> dict:
    home, other = (LogForm(household=at_home, today=None, auto_id=f"{at_home}_%s") for at_home in ("home", None))
    return {"forms": [("home", home), ("other", other)], "most": rules.PHOTOS, "days_back": rules.DAYS_BACK}


@never_cache
def mine(request):
    """The least that a phone has to know of a person: who it is, whom they look after, and a fresh form token."""
    today = clock.today()
    deputy = deputy_of(request.user, today, today, today)
    homes = own_households(request.user, deputy, today, today) if deputy and deputy.serves else ()
    return JsonResponse(
        {
            "user": request.user.pk,
            "token": get_token(request),
            "homes": [{"id": home.pk, "head": home.head, "place": _village(home)} for home in homes],
        }
    )


def _village(home) -> str:
    return masking.address(home.address).rstrip("*")


@require_POST
def send(request):
    """Take in one contact that a phone has kept: ``{"key", "page", "again"}``, or what has to be mended (422).

    A contact belongs to whoever wrote it: on a phone where somebody else has signed in since, it is refused (409).
    """
    key = request.POST.get("key", "")
    if request.POST.get("owner") != str(request.user.pk):
        return _refused({"owner": [_("Somebody else has signed in on this phone.")]}, status=409)
    # A lost answer may be asked for again long after, when the same contact would no longer be taken.
    if page := submissions.earlier(user=request.user, key=key):
        return JsonResponse({"key": key, "page": page, "again": True})
    form = _form(request)
    if form and form.is_valid() and (page := log_once(request, form.deputy, form)):
        return JsonResponse({"key": key, "page": page, "again": False})
    return _refused(
        form.errors
        if form
        else {"household": [_("No mandate is linked to this sign-in, or this household is not among yours.")]}
    )


def _form(request):
    """The form of the contact that was sent; None where there is no mandate, or its household was never theirs."""
    today = clock.today()
    deputy = deputy_of(request.user, today, today, today)
    try:
        household = household_asked_for(request, deputy, today)
    except Http404:
        deputy = None
    if deputy is None:
        return None
    form = LogForm(request.POST, request.FILES, household=household, today=today, topics=topics_of(deputy, today))
    form.deputy = deputy
    return form


def _refused(errors, status=422):
    return JsonResponse({"errors": errors}, status=status)


def worker(request):
    """The script that answers on a deputy's phone where no server can. It changes with whatever it keeps."""
    page = render_to_string("visits/waiting.html", _shell())
    version = sha256(f"{get_language()} {page}".encode())
    for name in ASSETS:
        version.update(static(name).encode())
        version.update(Path(finders.find(name)).read_bytes())
    context = {"version": version.hexdigest()[:16], "assets": " ".join(static(name) for name in ASSETS)}
    response = render(request, "visits/worker.js", context, content_type="text/javascript")
    response.headers["Service-Worker-Allowed"] = "/"
    response.headers["Cache-Control"] = "no-cache"
    return response


def manifest(request):
    """What a phone needs to know to put the system on its screen."""
    icons = [
        {"src": static(f"img/{name}-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for name, purpose in (("icon", "any"), ("maskable", "maskable"))
        for size in SIZES
    ]
    about = {
        "name": _("Deputy liaison"),
        "short_name": _("Deputy liaison"),
        "lang": get_language(),
        "id": "/",
        "start_url": reverse("visits:my_month"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#a61b1b",
        "icons": icons,
    }
    return JsonResponse(about, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})

"""What was typed into a form whose sender had been signed out meanwhile: kept in the page, and offered again after.

It travels as a signed text from page to page and is stored nowhere. Files do not travel.
"""

from urllib.parse import urlsplit

from django.core import signing
from django.shortcuts import render

MOST = 200_000
"""Signs that are kept; a longer form is not."""
LASTS = 60 * 60
_SALT = "office.kept_forms"


def of(request) -> str:
    """The form that this request brings, for a hidden field; empty where there is none, it is too long or secret."""
    if request.method != "POST" or any("password" in name for name in request.POST):
        return ""
    fields = [(name, one) for name, values in request.POST.lists() for one in values if name != "csrfmiddlewaretoken"]
    if sum(len(name) + len(one) for name, one in fields) > MOST:
        return ""
    kept = {"path": request.get_full_path(), "fields": fields, "files": bool(request.FILES)}
    return signing.dumps(kept, salt=_SALT, compress=True)


def read(text: str) -> dict | None:
    """What was kept: where it was to go, the fields, whether files were with it. None if it is not ours, or too old."""
    try:
        return signing.loads(text, salt=_SALT, max_age=LASTS)
    except signing.BadSignature:
        return None


def offer(request, text: str):
    """The page with what was typed and a button that sends it where it was to go."""
    kept = read(text)
    kept["words"] = [value for _name, value in kept["fields"] if _is_words(value)]
    return render(request, "office/kept_form.html", {"kept": kept})


def _is_words(value) -> bool:
    """Whether somebody would know it as their own words: no choice from a list, no key, no number of a row."""
    return not value.isascii() or " " in value.strip()


def is_ours(request) -> bool:
    """Whether the browser itself says that the form stood on a page of this site."""
    origin = urlsplit(request.headers.get("origin", ""))
    return bool(origin.netloc) and (origin.scheme, origin.netloc) == (request.scheme, request.get_host())

"""Lists that a person narrowed and keeps under a name: shown above that list and on the first page, to them alone."""

from urllib.parse import urlsplit

from django import forms
from django.http import QueryDict
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from office import policy
from office.models import SavedFilter

_PLACES = ("p", "page", "after", "e", "all", "_changelist_filters", "_popup", "_to_field")
"""Where in a list one stands is not part of how it is narrowed."""


class NoList(Exception):
    """The address is not that of a list this person may open."""

    def __str__(self):
        return str(_("This list cannot be kept."))


def is_list(name: str) -> bool:
    """Whether the page of this name is a list of the admin site, or its routing desk."""
    return name.startswith("admin:") and name.endswith(("_changelist", "_routing"))


def read(address: str, *, user) -> tuple[str, str]:
    """Path and query of a list of this site, without the page one was on; raises ``NoList`` for anything else."""
    try:
        parts = urlsplit(address)
    except ValueError:
        raise NoList from None
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or parts.path.startswith("//"):
        raise NoList
    try:
        name = resolve(parts.path).view_name
    except Resolver404:
        raise NoList from None
    line = policy.line_for(name) if is_list(name) else None
    if line is None or not line.allows(user, "GET"):
        raise NoList
    query = QueryDict(parts.query, mutable=True)
    for place in _PLACES:
        query.pop(place, None)
    return parts.path, query.urlencode()


def of(request) -> dict:
    """For the template of a list: what the person kept of it, which of them is shown, and the address to keep."""
    path, query = read(request.get_full_path(), user=request.user)
    kept = list(request.user.saved_filters.filter(path=path))
    shown = next((one for one in kept if one.query == query), None)
    return {"kept": kept, "kept_shown": shown, "keep_address": f"{path}?{query}"}


class NameForm(forms.Form):
    """What a filter is called; ``one`` is the filter as it is to be kept, of its person and list."""

    name = forms.CharField(max_length=40, error_messages={"required": _("Please give it a name.")})

    def __init__(self, *args, one, **kwargs):
        super().__init__(*args, **kwargs)
        self.one = one

    def clean_name(self):
        name = self.cleaned_data["name"]
        if SavedFilter.objects.filter(user=self.one.user, path=self.one.path, name=name).exclude(pk=self.one.pk):
            raise forms.ValidationError(_("You have a filter of this name here already."))
        return name

    def save(self) -> SavedFilter:
        self.one.name = self.cleaned_data["name"]
        self.one.save()
        return self.one


class KeepForm(NameForm):
    """A name for the list that is shown."""

    def clean(self):
        if len(self.one.path) > 200 or len(self.one.query) > 1000:
            raise forms.ValidationError(_("This list cannot be kept."))
        if SavedFilter.objects.filter(user=self.one.user).count() >= SavedFilter.MOST:
            raise forms.ValidationError(
                _("At most %d filters can be kept. Please remove one first.") % SavedFilter.MOST
            )
        return super().clean()

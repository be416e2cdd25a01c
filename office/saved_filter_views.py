"""Keeping a list, giving it another name, removing it; each leads back to the list."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from office import saved_filters
from office.models import SavedFilter


def keep(request):
    """Keep the list of an address under a name."""
    try:
        path, query = saved_filters.read(request.POST.get("address", ""), user=request.user)
    except saved_filters.NoList as refused:
        messages.error(request, str(refused))
        return redirect("office:home")
    one = SavedFilter(user=request.user, path=path, query=query)
    return _named(request, saved_filters.KeepForm(request.POST, one=one), _("Kept as “%s”."))


def rename(request, pk):
    """Give one another name."""
    form = saved_filters.NameForm(request.POST, one=_own(request, pk))
    return _named(request, form, _("It is called “%s” now."))


def remove(request, pk):
    """Remove one; the list itself stays."""
    one = _own(request, pk)
    one.delete()
    messages.success(request, _("“%s” was removed from your filters.") % one.name)
    return redirect(one.path)


def _own(request, pk):
    return get_object_or_404(request.user.saved_filters, pk=pk)


def _named(request, form, words):
    if form.is_valid():
        messages.success(request, words % form.save().name)
    for fault in (fault for faults in form.errors.values() for fault in faults):
        messages.error(request, fault)
    return redirect(form.one.address)

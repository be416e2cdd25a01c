"""The files of a record on its page, whatever the record is: added, taken out, opened."""

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from office import audit, clock, files
from visits.handing_in import CannotFile
from visits.record_forms import FilesForm


def add(request, row, act, *, page, form_class=FilesForm):
    """Keep what was sent with ``row``: ``act(row, files, by=, at=)``; then its ``page``, with what came of it."""
    form = form_class(request.POST, request.FILES)
    if not form.is_valid():
        for error in form.errors["files"]:
            messages.error(request, error)
        return redirect(page)
    if not form.cleaned_data["files"]:
        messages.warning(request, _("Please choose a file first."))
        return redirect(page)
    return change(request, act, row, form.cleaned_data["files"], page=page)


def change(request, act, *about, page):
    """Do ``act(*about, by=, at=)``; then the ``page``, which says what came of it. 404 for what is out of sight."""
    try:
        act(*about, by=request.user, at=clock.now())
        messages.success(request, _("The record is saved."))
    except CannotFile as refused:
        messages.error(request, str(refused))
    except ObjectDoesNotExist as unseen:
        raise Http404 from unseen
    return redirect(page)


def hand_out(request, one):
    """One file as it was kept; that it was opened is written down."""
    audit.record(by=request.user, at=clock.now(), action=f"{one._meta.model_name}.opened", subject=one)
    return files.download(one.file.name, one.name, one.kind, inline="inline" in request.GET)

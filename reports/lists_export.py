"""A long list of the admin site as a workbook: ``{"list": "app.model", "query": …}``, what stands in its address."""

from pathlib import Path

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.test import RequestFactory
from django.utils.translation import gettext as _

from office import list_export, policy
from reports.exports import Refused


def make(params, *, by, at, folder: Path, progress) -> tuple[str, Path]:
    """Write the list as its page would show it to this person, the rows as they are read."""
    path = folder / "list.xlsx"
    page, request = _page(params), _request(params, by)
    try:
        title = list_export.write(
            page, request, at=at, to=path, seen=lambda done, number: progress(done, number, _("Writing the rows"))
        )
    except IncorrectLookupParameters as wrong:
        raise Refused(_("There is no such list any more. Please go back to it and ask again.")) from wrong
    return f"{title}.xlsx", path


def may(user, params) -> bool:
    """Whether this person may open the list and have it as a workbook."""
    page = _page(params)
    if page is None or not page.exports:
        return False
    name = f"admin:{page.opts.app_label}_{page.opts.model_name}_export"
    return policy.line_for(name).allows(user, "GET") and page.has_view_permission(_request(params, user))


def _page(params):
    return admin.site._registry.get(apps.get_model(params["list"]))


def _request(params, user):
    """The request that the page of the list would be asked with."""
    request = RequestFactory().get(f"/?{params['query']}")
    request.user = user
    return request

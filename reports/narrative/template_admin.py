"""Templates of reports in the admin site: fetch one, change it in WPS, upload it, look at it with figures, use it."""

import io

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST
from unfold.decorators import action, display

from office import clock, files, uploads
from office.admin_site import Labels, ScopedAdmin, ScopedForm, ScopedRelatedFilter
from office.pdf import PaperRefused
from office.uploads import CONTENT_TYPES
from office.word.fill import BrokenTemplate, TooLarge
from reports.narrative import built_in, previews, templates
from reports.narrative.models import ReportTemplate
from reports.narrative.placeholder_page import listed

_PAGE = "admin:reports_reporttemplate_change"


class TemplateForm(ScopedForm):
    """A new version: what it is for, whose, and the file, which is checked at once."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            self.fields["file"].widget = forms.FileInput(attrs={"accept": ".docx"})

    def clean_file(self):
        try:
            self.cleaned = uploads.clean_template(self.cleaned_data["file"])
        except uploads.Refused as refused:
            raise ValidationError(str(refused)) from refused
        return self.cleaned_data["file"]

    def clean(self):
        told = super().clean()
        if not self.errors:
            try:
                templates.check(self.cleaned.content, told["kind"])
            except BrokenTemplate as broken:
                self.add_error("file", str(broken).split("\n"))
        return told


def built_in_file(request, model_admin, kind):
    """The built-in template of a kind, to be changed in WPS."""
    if kind not in ReportTemplate.Kind.values:
        raise Http404
    return _word(built_in.content(kind), _("%(kind)s (built-in template)") % {"kind": ReportTemplate.Kind(kind).label})


def placeholders(request, model_admin):
    """What a template may say: each placeholder with its meaning and an example; and the built-in templates."""
    parts = [(kind, ReportTemplate.Kind(kind).label) for kind in ReportTemplate.Kind.values]
    tables = [(_("Annual reports"), listed(built_in.ANNUAL)), (_("Notice of a deputy"), listed(built_in.NOTICE_PARTS))]
    context = {
        "title": _("Placeholders and built-in templates"),
        "opts": model_admin.opts,
        "kinds": parts,
        "tables": tables,
        "hint": _(
            "A loop or condition stands alone in its paragraph: {%p for … %}, {%p if … %}. In a table it stands alone "
            "in a row: {%tr for … %}. The number of a turn is {{ loop.index }}."
        ),
    }
    return model_admin.page(request, "admin/narrative/placeholders.html", context)


def file(request, model_admin, object_id):
    """A version as it was uploaded."""
    row = model_admin.found(request, object_id)
    return files.download(row.file.name, row.file_name, "docx")


def preview(request, model_admin, object_id):
    """The version filled in: with figures of last year where there are some, else with examples."""
    row = model_admin.found(request, object_id)
    try:
        return _word(previews.of(row, user=request.user, at=clock.now()), f"{row} {_('preview')}")
    except (templates.CannotUse, BrokenTemplate, TooLarge, PaperRefused) as refused:
        messages.error(request, str(refused))
        return redirect(_PAGE, row.pk)


@require_POST
def use(request, model_admin, object_id):
    """Write the reports by this version."""
    row = model_admin.found(request, object_id)
    try:
        templates.use(row, by=request.user, at=clock.now())
    except templates.CannotUse as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("In use. Reports are written by this version from now on."))
    return redirect(_PAGE, row.pk)


@require_POST
def stop(request, model_admin, object_id):
    """Back to the template above it, or to the built-in one."""
    row = model_admin.found(request, object_id)
    templates.stop(row, by=request.user, at=clock.now())
    messages.success(request, _("Put aside. Reports are written by the built-in template, or that of the place above."))
    return redirect(_PAGE, row.pk)


def _word(content, name) -> FileResponse:
    told = {"as_attachment": True, "filename": f"{name}.docx", "content_type": CONTENT_TYPES["docx"]}
    response = FileResponse(io.BytesIO(content), **told)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@admin.register(ReportTemplate)
class ReportTemplateAdmin(ScopedAdmin):
    form = TemplateForm
    exports = False
    fields = ["kind", "jurisdiction", "file", "note"]
    list_display = ["kind_of", "jurisdiction", "number", "used", "file_name", "note", "uploaded_at", "uploaded_by"]
    list_filter = ["kind", ("jurisdiction", ScopedRelatedFilter)]
    list_select_related = ["jurisdiction", "uploaded_by"]
    actions_list = ["placeholders"]
    custom_urls = [
        ("built-in/<slug:kind>.docx", "reports_reporttemplate_built_in", built_in_file),
        ("<int:object_id>/file/", "reports_reporttemplate_file", file),
        ("<int:object_id>/preview/", "reports_reporttemplate_preview", preview),
        ("<int:object_id>/use/", "reports_reporttemplate_use", use),
        ("<int:object_id>/stop/", "reports_reporttemplate_stop", stop),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.list_select_related)

    def get_changeform_initial_data(self, request):
        places = list(self.get_field_queryset(None, ReportTemplate.jurisdiction.field, request)[:2])
        first = {"jurisdiction": places[0]} if len(places) == 1 else {}
        return {**first, **super().get_changeform_initial_data(request)}

    def save_model(self, request, obj, form, change):
        told = {"kind": obj.kind, "jurisdiction": obj.jurisdiction, "note": obj.note}
        made = templates.upload(form.cleaned, **told, by=request.user, at=clock.now())
        obj.pk, obj.number = made.pk, made.number

    def log_addition(self, request, obj, message):
        """The action has written its line."""

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, _("Checked and kept. Look at the preview, then use it."))
        return redirect(_PAGE, obj.pk)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        row = self.found(request, object_id)
        same = self.rows(request).filter(kind=row.kind, jurisdiction=row.jurisdiction_id)
        context = {
            "title": f"{row.get_kind_display()} · {row.jurisdiction}",
            "opts": self.opts,
            "row": row,
            "versions": same.select_related("uploaded_by").order_by("-number"),
            "may_change": self.has_add_permission(request),
        }
        return self.page(request, "admin/narrative/template.html", context)

    @action(description=_("Placeholders and built-in templates"), icon="menu_book", url_path="placeholders")
    def placeholders(self, request):
        return placeholders(request, self)

    @display(description=pgettext_lazy("template", "for"), ordering="kind")
    def kind_of(self, obj):
        return obj.get_kind_display()

    @display(description=pgettext_lazy("template", "in use"), ordering="active", label=Labels({"yes": "success"}))
    def used(self, obj):
        return ("yes", _("in use")) if obj.active else None

"""Typical cases in the admin site: the office picks what a report tells, words it without names, and takes it back."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from office import audit, clock
from office.admin_site import STAFF, ScopedRelatedFilter, VersionedAdmin, VersionedForm
from reports.about import page_of
from reports.narrative import cases
from reports.narrative.models import TypicalCase


class CaseForm(VersionedForm):
    """One record, the year in whose report it is told, and the words."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "year" in self.fields:
            self.initial.setdefault("year", clock.today().year)

    def clean(self):
        told = super().clean()
        chosen = [told.get(name) or getattr(self.instance, name) for name in TypicalCase.RECORDS]
        records = [record for record in chosen if record]
        if self.errors or len(records) != 1:
            return told  # what is wrong with the number of records, the constraint says
        try:
            cases.check(records[0], year=told["year"], words=f"{told['title']}\n{told['text']}", on=clock.today())
        except cases.CannotPick as refused:
            raise ValidationError(str(refused)) from refused
        return told


@admin.register(TypicalCase)
class TypicalCaseAdmin(VersionedAdmin):
    form = CaseForm
    removing = STAFF
    fields = ["seen", *TypicalCase.RECORDS, "year", "title", "text"]
    list_display = ["title", "year", "about", "jurisdiction", "picked_at", "picked_by"]
    list_filter = ["year", ("jurisdiction", ScopedRelatedFilter)]
    list_select_related = ["petition__station", "visit__deputy", "activity__group", "jurisdiction", "picked_by"]
    search_fields = ["title", "text"]
    search_help_text = _("title or words of the case")
    autocomplete_fields = list(TypicalCase.RECORDS)
    readonly_fields = ["about", "picked_at", "recorder"]

    def get_fields(self, request, obj=None):
        if obj:
            return ["seen", "about", "year", "title", "text", "picked_at", "recorder"]
        given = [name for name in TypicalCase.RECORDS if request.GET.get(name)]
        left_out = set(TypicalCase.RECORDS) - set(given[:1] or TypicalCase.RECORDS)
        return [name for name in self.fields if name not in left_out]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.list_select_related)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.jurisdiction = cases.place_of(obj.record)
            obj.picked_at, obj.picked_by = clock.now(), request.user
            obj.save()
        else:
            super().save_model(request, obj, form, change)

    def delete_model(self, request, obj):
        audit.record(by=request.user, at=clock.now(), action="typicalcase.removed", subject=obj)
        super().delete_model(request, obj)

    @display(description=_("record"))
    def about(self, obj):
        page = page_of(obj.record)
        return format_html('<a class="text-link" href="{}">{}</a>', page, obj.record) if page else str(obj.record)

    @display(description=_("picked by"))
    def recorder(self, obj):
        return obj.picked_by

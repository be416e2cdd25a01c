"""Flags in the admin site: what the sweep found, each with the sentence it rests on."""

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from office.admin_site import ReadOnlyAdmin, ScopedRelatedFilter
from reports.models import Flag


class State(SimpleListFilter):
    """Open flags are the day's work, so the list begins with them."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("cleared", _("cleared")), ("all", _("all"))]

    def choices(self, changelist):
        for value, title in ((None, _("open")), *self.lookup_choices):
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": title,
            }

    def queryset(self, request, queryset):
        if self.value() == "cleared":
            return queryset.filter(cleared_on__isnull=False)
        return queryset if self.value() == "all" else queryset.open()


class Finding(SimpleListFilter):
    title = _("rule")
    parameter_name = "rule_key"

    def lookups(self, request, model_admin):
        rows = model_admin.rows(request).order_by("rule_key").values_list("rule_key", "rule__name").distinct()
        return [(key, f"{key} {name}") for key, name in rows]

    def queryset(self, request, queryset):
        return queryset.filter(rule_key=self.value()) if self.value() else queryset


@admin.register(Flag)
class FlagAdmin(ReadOnlyAdmin):
    list_display = ["finding", "grade", "subject", "jurisdiction", "period", "due_on", "state"]
    list_filter = [State, "severity", Finding, ("jurisdiction", ScopedRelatedFilter)]
    list_select_related = ["rule__clause", "jurisdiction", "deputy", "referral__petition__station", "referral__unit"]
    lookups = ["deputy__id__exact"]
    search_help_text = _("deputy, handling unit or clause")
    search_fields = ["deputy__name", "referral__unit__name", "rule_key", "rule__name"]
    ordering = ["-severity", "due_on", "id"]
    fields = [
        "finding",
        "quote",
        "severity",
        "subject",
        "jurisdiction",
        "period",
        "due_on",
        "raised_on",
        "cleared_on",
        "cleared_why",
    ]
    readonly_fields = ["finding", "quote", "subject"]

    @display(description=_("rule"), ordering="rule_key")
    def finding(self, obj):
        return f"{obj.rule_key} {obj.rule.name}"

    @display(description=_("severity"), ordering="severity", label={"red": "danger", "amber": "warning"})
    def grade(self, obj):
        return (obj.severity, obj.get_severity_display())

    @display(description=_("clause"))
    def quote(self, obj):
        return format_html("<q>{}</q> {}", obj.rule.clause.quote, obj.rule.clause.place)

    @display(description=_("about"))
    def subject(self, obj):
        if obj.deputy:
            return _link("deputies_deputy", obj.deputy_id, obj.deputy)
        petition = obj.referral.petition
        return _link("constituents_petition", petition.pk, f"{petition} → {obj.referral.unit}")

    @display(description=_("state"), ordering="cleared_on", label={"open": "danger", "cleared": "success"})
    def state(self, obj):
        return ("open", _("open")) if obj.cleared_on is None else ("cleared", obj.get_cleared_why_display())


def _link(page, pk, text):
    return format_html('<a class="text-link" href="{}">{}</a>', reverse(f"admin:{page}_change", args=[pk]), text)

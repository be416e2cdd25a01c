"""The regulations in the admin site: texts, clauses, rules and where they apply."""

from datetime import date

from django.contrib.admin import SimpleListFilter
from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from office import clock, rule_pages
from office.admin_site import COUNTY, ReadOnlyAdmin, ScopedAdmin, ScopedRelatedFilter
from office.models import RuleSetUse
from office.regulations.wording import in_words
from office.rule_forms import RuleSetUseForm
from office.rule_versions import sweep_again

# As the regulation files write it.
LEVELS = {
    "county": _("county"),
    "town": _("township"),
    "street": _("street"),
    "station": _("liaison station"),
}


class ReferenceAdmin(ReadOnlyAdmin):
    """The regulations are the same for everybody; they are kept in dated files and loaded from there."""

    def rows(self, request, roles=None):
        return self.model.objects.all()


class RegulationAdmin(ReferenceAdmin):
    list_display = ["key", "title", "kind", "meant_for", "scope", "status", "effective_from"]
    list_display_links = ["key", "title"]
    list_filter = ["status", "kind"]
    search_fields = ["key", "title", "text"]
    fields = [
        "key",
        "title",
        "kind",
        "meant_for",
        "scope",
        "status",
        "superseded_by",
        "effective_from",
        "effective_to",
        "clauses",
        "whole_text",
    ]
    readonly_fields = ["meant_for", "clauses", "whole_text"]

    @display(description=_("level"), ordering="level")
    def meant_for(self, obj):
        return LEVELS.get(obj.level, obj.level)

    @display(description=_("clauses"))
    def clauses(self, obj):
        lines = ((_link("office_clause", clause.pk, clause), clause.quote) for clause in obj.clauses.all())
        return format_html_join("", '<p class="office-quote">{} {}</p>', lines)

    @display(description=_("text"))
    def whole_text(self, obj):
        return format_html('<div class="whole-text">{}</div>', obj.text)


class ClauseAdmin(ReferenceAdmin):
    list_display = ["key", "quote", "duty", "regulation"]
    list_filter = [("regulation", ScopedRelatedFilter)]
    list_select_related = ["regulation"]
    search_fields = ["key", "quote", "duty"]
    fields = ["regulation", "key", "place", "quote", "duty", "read_by"]
    readonly_fields = ["read_by"]

    @display(description=_("rules"))
    def read_by(self, obj):
        """The versions that read the clause, or the reason why none does."""
        rules = obj.rules.order_by("name", "effective_from")
        lines = ((_link("office_rule", rule.pk, rule.name), rule.span) for rule in rules)
        return format_html_join("", '<p class="office-quote">{} {}</p>', lines) or obj.text_only or "–"


class Standing(SimpleListFilter):
    """What is in force today is what is looked for; earlier and later versions on demand."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("later", _("not yet begun")), ("ended", _("ended")), ("all", _("all"))]

    def choices(self, changelist):
        for value, title in ((None, _("in force")), *self.lookup_choices):
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": title,
            }

    def queryset(self, request, queryset):
        today = clock.today()
        if self.value() == "all":
            return queryset
        if self.value() == "later":
            return queryset.filter(effective_from__gt=today)
        if self.value() == "ended":
            return queryset.filter(effective_to__lt=today)
        return queryset.filter(Q(effective_to=None) | Q(effective_to__gte=today), effective_from__lte=today)


class RuleAdmin(ReferenceAdmin):
    """One rule is one page, with all its versions; the county office writes the next one."""

    list_display = ["name", "clause", "rule_set", "kind", "words", "severity", "effective_from"]
    list_display_links = ["name"]
    list_filter = [Standing, ("rule_set", ScopedRelatedFilter), "kind", "severity"]
    list_select_related = ["clause", "rule_set"]
    search_fields = ["name", "clause__key", "clause__quote"]
    fields = ["name", "clause", "rule_set", "kind", "severity", "effective_from", "effective_to", "note"]
    custom_urls = [
        ("<int:object_id>/amend/", "office_rule_amend", rule_pages.amend),
        ("<int:object_id>/end/", "office_rule_end", rule_pages.end),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("clause__regulation", "rule_set")

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return rule_pages.show(request, self, object_id)

    @display(description=_("amounts"))
    def words(self, obj):
        return in_words(obj) or "–"


class RuleSetAdmin(ReferenceAdmin):
    list_display = ["name", "applies", "note"]
    fields = ["name", "note"]

    def get_queryset(self, request):
        uses = RuleSetUse.objects.select_related("area")
        return super().get_queryset(request).prefetch_related(Prefetch("uses", uses))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return rule_pages.show_set(request, self, object_id)

    @display(description=_("applies to"))
    def applies(self, obj):
        held = [use for use in obj.uses.all() if use.holds_on(clock.today())]
        return "；".join(_where(use) for use in held) or _("nobody")


class RuleSetUseAdmin(ScopedAdmin):
    """A set is switched on for a level and an area from a day, and off by its last day."""

    adding = changing = COUNTY
    form = RuleSetUseForm
    list_display = ["rule_set", "where", "effective_from", "effective_to", "note"]
    list_filter = [("rule_set", ScopedRelatedFilter), "level"]
    list_select_related = ["rule_set", "area"]
    fields = ["rule_set", "level", "area", "effective_from", "effective_to", "note"]

    def rows(self, request, roles=None):
        return RuleSetUse.objects.all()

    def get_readonly_fields(self, request, obj=None):
        # Whom it governed is history; for somebody else there is another use.
        return ["rule_set", "level", "area"] if obj else []

    @display(description=_("applies to"))
    def where(self, obj):
        return _where(obj)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        values = [form.initial.get(name) for name in form.changed_data] + [obj.effective_from]
        sweep_again(min(value for value in values if isinstance(value, date)), today=clock.today())


def _where(use) -> str:
    level = use.get_level_display() or _("every level")
    return f"{level}，{use.area}" if use.area else str(level)


def _link(page, pk, text):
    return format_html('<a class="text-link" href="{}">{}</a>', reverse(f"admin:{page}_change", args=[pk]), text)

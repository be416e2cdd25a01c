"""The admin site in which the congress office works, and the classes that keep everybody in it to their own rows.

Every ``ModelAdmin`` is a ``ScopedAdmin`` and every table below a form a ``ScopedInline``: rows, choices, filters and
look-ups are those of ``visible_to``, rights go by role, nothing is deleted, each write leaves its line in the trail.
"""

import io
from collections import defaultdict
from datetime import date
from functools import partial

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.decorators import csp_replace
from django import forms
from django.contrib import messages
from django.contrib.admin import RelatedFieldListFilter, ShowFacets, SimpleListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple, RelatedFieldWidgetWrapper
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.sites import UnfoldAdminSite

from office import (
    admin_trail,
    audit,
    bulk,
    clock,
    clocks,
    list_export,
    masked_fields,
    menu,
    personal_data,
    saved_filters,
    sign_ins,
    typed,
    versions,
    watermarks,
)
from office.models import AuditEvent
from office.roles import ADMINISTRATORS, STAFF, Role

COUNTY = frozenset({Role.COUNTY_OFFICE})
NOBODY = frozenset()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# The theme's own script reads its expressions from the page, and its colours stand in a style there.
THEME = csp_replace({"script-src": [SELF, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE]})


def may(user, roles) -> bool:
    """Whether a signed-in person holds one of these roles; a superuser (set-up only) holds them all."""
    return user.is_authenticated and user.is_active and (user.is_superuser or user.has_role(*roles))


def for_staff(request) -> bool:
    """For entries of the side menu that are part of the office's day, though others may open them."""
    return may(request.user, STAFF)


def for_county(request) -> bool:
    """Whether it is the county office that asks."""
    return may(request.user, COUNTY)


class Labels(dict):
    """The colours of a column by key. A key without one has no colour; a plain dict would show it for its words."""

    def __missing__(self, key):
        return None


class Choices(AutocompleteJsonView):
    """Choices found while typing, named as in the field they are chosen for."""

    def serialize_result(self, obj, to_field_name):
        return {**super().serialize_result(obj, to_field_name), "text": self.model_admin.choice_label(obj)}


class OfficeSite(UnfoldAdminSite):
    """Opened by role, not by ``is_staff``; signing in and passwords are those of the whole system."""

    def has_permission(self, request):
        return may(request.user, STAFF | ADMINISTRATORS)

    def index(self, request, extra_context=None):
        """The office's day; an administrator, who has no part in it, begins at the own pages."""
        if may(request.user, STAFF):
            return super().index(request, extra_context)
        return redirect(menu.pages_of(request.user)[0][0])

    def admin_view(self, view, cacheable=False):
        return THEME(super().admin_view(view, cacheable))

    def get_sidebar_list(self, request):
        return menu.side(request)

    def get_app_list(self, request, app_label=None):
        """All models with who may do what, looked up only where a page shows them: every page is given the list."""
        return SimpleLazyObject(partial(super().get_app_list, request, app_label))

    def login(self, request, extra_context=None):
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def logout(self, request, extra_context=None):
        sign_ins.leave(request, at=clock.now())
        return redirect("office:home")

    def password_change(self, request, extra_context=None):
        return redirect("office:password")

    def search(self, request, extra_context=None):
        # The side menu is short enough to read, and the theme's search fails on a page number that is none.
        raise Http404

    def autocomplete_view(self, request):
        return Choices.as_view(admin_site=self)(request)


class ScopedForm(forms.ModelForm):
    """Offers the rows its person may see, and keeps what a colleague of a wider scope had chosen.

    ``days_gone`` are the fields in which something is said to have happened already; ``by`` is who has the form.
    """

    days_gone = ()
    by = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField) and self.instance.pk:
                field.queryset = field.queryset | self._chosen(name, field.queryset.model)
        masked_fields.mask(self, self.instance, by=self.by)

    def clean(self):
        told = super().clean()
        for name in self.days_gone:
            if told.get(name) and told[name] > clock.today():
                self.add_error(name, _("This day has not come yet."))
        return told

    def _chosen(self, name, model):
        if isinstance(self.fields[name], forms.ModelMultipleChoiceField):
            return model._base_manager.filter(pk__in=getattr(self.instance, name).values("pk"))
        return model._base_manager.filter(pk=getattr(self.instance, f"{name}_id"))


class VersionedForm(ScopedForm):
    """Knows the version with which it was opened: whoever saves second sees what the first one wrote."""

    seen = forms.IntegerField(label="", widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["seen"] = self.instance.version

    def clean(self):
        told = super().clean()
        if "seen" in told and self.instance.pk:
            self._check_version(told["seen"])
        return told

    def _check_version(self, seen):
        """Lock the row; where it was changed meanwhile, name what is new beside what was typed."""
        try:
            versions.lock(self._meta.model._base_manager.all(), self.instance.pk, seen)
        except versions.ChangedMeanwhile as changed:
            self.add_error(None, str(changed))
            for name in list(self.cleaned_data):
                self._name_what_is_new(name, changed.row)
            # What is saved next is saved by somebody who has seen it.
            self.data = self.data.copy()
            self.data[self.add_prefix("seen")] = changed.row.version

    def _name_what_is_new(self, name, row):
        now = getattr(row, name, None)
        if name != "seen" and not self.fields[name].disabled and now != self.cleaned_data[name]:
            shown = getattr(row, f"get_{name}_display", lambda: now)()
            self.add_error(name, _("It says now: %s") % ("–" if shown in (None, "") else shown))


class ScopedRelatedFilter(RelatedFieldListFilter):
    """A filter by another row, listing only rows the person may see."""

    def field_choices(self, field, request, model_admin):
        admin = model_admin.admin_site.get_model_admin(field.remote_field.model)
        return [(row.pk, admin.choice_label(row)) for row in admin.choices(request)]


class OnlyKeys:
    """Shows again what was sent only where it may be the key of a row; the rest is for the field to refuse."""

    def optgroups(self, name, value, attr=None):
        keys = [one for one in value if typed.key(one)]
        return super().optgroups(name, keys, attr)


class FoundByTyping(OnlyKeys, AutocompleteSelect):
    """A choice of one row, found while typing."""


class SeveralFoundByTyping(OnlyKeys, AutocompleteSelectMultiple):
    """A choice of several rows, found while typing."""


class Scoped:
    """What a form and the tables below it have in common. Rights are sets of roles."""

    form = ScopedForm
    viewing = adding = changing = STAFF
    removing = NOBODY
    facts = ()
    """The fields that duties are judged by, the day first; when one is written, nights since then are swept again."""

    def rows(self, request, roles=None):
        """The rows this person may see here, or touch by one of ``roles``."""
        return self.model.objects.visible_to(request.user, roles=roles or self.viewing)

    def has_view_permission(self, request, obj=None):
        return may(request.user, self.viewing)

    def has_add_permission(self, request, obj=None):
        return may(request.user, self.adding)

    def has_change_permission(self, request, obj=None):
        return may(request.user, self.changing)

    def has_delete_permission(self, request, obj=None):
        return may(request.user, self.removing)

    def get_queryset(self, request):
        ordering = self.get_ordering(request)
        return self.rows(request).order_by(*ordering) if ordering else self.rows(request)

    def get_field_queryset(self, db, db_field, request):
        return self.admin_site.get_model_admin(db_field.remote_field.model).choices(request)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", FoundByTyping(db_field, self.admin_site, using=kwargs.get("using")))
        return self._named(super().formfield_for_foreignkey(db_field, request, **kwargs), db_field)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", SeveralFoundByTyping(db_field, self.admin_site, using=kwargs.get("using")))
        return self._named(super().formfield_for_manytomany(db_field, request, **kwargs), db_field)

    def _named(self, field, db_field):
        field.label_from_instance = self.admin_site.get_model_admin(db_field.remote_field.model).choice_label
        return field

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field.widget, RelatedFieldWidgetWrapper):
            # No windows that open from inside a form: whoever needs another row makes it on its own page.
            field.widget = field.widget.widget
        return field


class ScopedInline(Scoped, TabularInline):
    """A table of further rows below a form."""

    extra = 0
    hide_title = True

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.by = request.user
        for field in formset.form.base_fields.values():
            # The heads of the columns are no labels to whoever hears the page.
            field.widget.attrs.setdefault("aria-label", capfirst(str(field.label)))
        return formset


class ScopedAdmin(Scoped, ModelAdmin):
    """The pages of one model. ``lookups`` are those that links from elsewhere use beside the filters of the list.

    ``exports``: the list can be had as a workbook; not where it has one of its own.
    """

    actions = None
    exports = True
    lookups = ()
    list_before_template = "admin/_list_tools.html"
    list_per_page = 50
    list_fullwidth = True
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    warn_unsaved_form = True
    empty_value_display = "–"

    def get_custom_urls(self):
        """Of its own beside those of the class: the list as a workbook, and undoing what was done with many rows."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        urls = [*self.custom_urls, *([("export.xlsx", f"{name}_export", export)] if self.exports else [])]
        return [*urls, ("undo/", f"{name}_undo", bulk.undo)] if self.actions else urls

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.by = request.user
        return form

    def get_actions(self, request):
        """Those of the class; nothing is deleted here, by whomever."""
        found = super().get_actions(request)
        found.pop("delete_selected", None)
        return found

    def changelist_view(self, request, extra_context=None):
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_export"
        address = f"{reverse(name)}?{request.GET.urlencode()}" if self.exports else ""
        more = {**saved_filters.of(request), "export_address": address}
        return super().changelist_view(request, {**(extra_context or {}), **more})

    def choices(self, request):
        """The rows that may be chosen elsewhere, with all that ``choice_label`` reads."""
        return self.rows(request).select_related(*(self.list_select_related or ()))

    def choice_label(self, obj) -> str:
        """How a row is named where it is chosen from many."""
        return str(obj)

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def lookup_allowed(self, lookup, value, request):
        """Exactly the look-ups that the page itself offers: a prefix of a hidden field would spell it out."""
        return lookup in self._lookups(request) or (
            bool(self.date_hierarchy) and _is_in_calendar(lookup, value, self.date_hierarchy)
        )

    def _lookups(self, request):
        allowed = set(self.lookups)
        for item in self.get_list_filter(request):
            if isinstance(item, type) and issubclass(item, SimpleListFilter):
                allowed.add(item.parameter_name)
            else:
                name = item[0] if isinstance(item, tuple) else item
                allowed |= {name, f"{name}__exact", f"{name}__id__exact", f"{name}__isnull"}
        return allowed

    def get_list_display(self, request):
        """Columns about a person are masked, and sort nothing: the order would spell out what is hidden."""
        masked = personal_data.entry_of(self.model).masked()
        return [_masked_column(self.model, name) if name in masked else name for name in self.list_display]

    def changeform_view(self, request, *args, **kwargs):
        try:
            with transaction.atomic():
                if request.method == "POST" and any(page.facts for page in (self, *self.inlines)):
                    watermarks.judged_through(watermarks.SWEEP)
                return super().changeform_view(request, *args, **kwargs)
        except IntegrityError:
            messages.error(request, _("There is such a record already. Nothing was saved."))
            return redirect(request.get_full_path())

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if not self.rows(request, self.changing if change else self.adding).filter(pk=form.instance.pk).exists():
            raise PermissionDenied  # the second wall: no row leaves the scope of whoever saves it
        facts = {page.model: page.facts for page in (self, *self.inlines)}
        rows = [form, *(row for table in formsets for row in table.forms)]
        days = [day for row in rows for day in _days_touched(row, facts[row._meta.model])]
        if days:
            watermarks.rewind(watermarks.SWEEP, to=min(days))
        for model, keys in _clocks_touched(rows).items():
            clocks.follow(model, keys, by=request.user, at=clock.now(), on=clock.today())

    def construct_change_message(self, request, form, formsets, add=False):
        return admin_trail.detail(form, formsets)

    def log_addition(self, request, obj, message):
        self._record(request, obj, "added", message)

    def log_change(self, request, obj, message):
        if message:
            self._record(request, obj, "changed", message)

    def _record(self, request, obj, did, detail):
        action = f"{self.opts.model_name}.{did}"
        audit.record(by=request.user, at=clock.now(), action=action, subject=obj, detail=detail)

    def history_view(self, request, object_id, extra_context=None):
        """What the trail says of one row, for whoever may see the row."""
        obj = self.found(request, object_id)
        events = AuditEvent.objects.filter(subject_type=self.opts.label_lower, subject_id=obj.pk).select_related("user")
        context = {
            "title": _("History: %s") % obj,
            "opts": self.opts,
            "original": obj,
            "lines": [(event, admin_trail.deed(event.action), admin_trail.changes(event)) for event in events[:200]],
        }
        return self.page(request, "admin/history.html", context)

    def found(self, request, object_id):
        """The row of a page of our own; what is not there, or not for this person, is 404."""
        obj = self.get_object(request, unquote(str(object_id)))
        if obj is None or not self.has_view_permission(request, obj):
            raise Http404
        return obj

    def page(self, request, template, context):
        """A page of our own in the frame of the site."""
        request.current_app = self.admin_site.name
        return render(request, template, {**self.admin_site.each_context(request), **context})


def export(request, model_admin):
    """The list as a workbook, written down in the trail; a long one is made in the background.

    Back to the list where there is no such one.
    """
    back = f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_changelist"
    at = clock.now()
    try:
        title, content, number = list_export.workbook(model_admin, request, at=at)
    except IncorrectLookupParameters:
        return redirect(back)
    except list_export.TooMany:
        asked = urlencode({"list": model_admin.opts.label_lower, "query": request.GET.urlencode()})
        return redirect(f"{reverse('reports:export_new', args=['list'])}?{asked}")
    return hand_out(request, title, content, of=model_admin.opts.label_lower, number=number, at=at)


def hand_out(request, title, content, *, of, number, at, ending="xlsx") -> FileResponse:
    """A workbook or PDF of ``number`` rows of the list ``of`` as a download, written down in the trail."""
    detail = {"list": of, "number": number}
    audit.record(by=request.user, at=at, action="list.exported", subject=request.user, detail=detail)
    kind = XLSX if ending == "xlsx" else "application/pdf"
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=f"{title}.{ending}", content_type=kind)


class VersionedAdmin(ScopedAdmin):
    """Pages of rows that count their changes: two clerks never overwrite one another in silence.

    The form has the field ``seen``, which stands hidden in the first part of the page.
    """

    form = VersionedForm

    def save_model(self, request, obj, form, change):
        """Write what was typed and nothing else."""
        columns = {field.name for field in obj._meta.concrete_fields}
        typed = [name for name in form.changed_data if name in columns]
        if typed:
            obj.changed(*typed)


def _days_touched(form, facts) -> list[date]:
    """The days, before and after, from which what was written or removed counts; none when no fact was touched."""
    touched = facts if form.cleaned_data.get("DELETE") else [name for name in facts if name in form.changed_data]
    values = [value for name in touched for value in (form.initial.get(name), form.cleaned_data.get(name))]
    days = [value for value in values if isinstance(value, date)]
    first = getattr(form.instance, facts[0]) if touched else None
    return days or ([first] if first else [])


def _clocks_touched(rows) -> dict[str, list[int]]:
    """The rows by model of which the day was written that starts a clock."""
    touched = defaultdict(list)
    for form in rows:
        model = form._meta.model._meta.label_lower
        if not form.cleaned_data.get("DELETE") and clocks.STARTS.get(model, set()) & set(form.changed_data):
            touched[model].append(form.instance.pk)
    return touched


def _masked_column(model, name):
    def column(obj):
        return personal_data.mask(obj, name) or None

    column.__name__ = name
    column.short_description = model._meta.get_field(name).verbose_name
    return column


def _is_in_calendar(lookup, value, field) -> bool:
    """The year, month and day of the line of dates above a list; a year no calendar can count on from is refused."""
    part = lookup.removeprefix(f"{field}__")
    return part in ("month", "day") or (part == "year" and value.isdecimal() and 1900 <= int(value) <= 2999)


class ReadOnlyAdmin(ScopedAdmin):
    """Pages on which nothing can be written."""

    adding = changing = NOBODY

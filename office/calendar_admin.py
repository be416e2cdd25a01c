"""The working-day calendar in the admin site: day by day, or a year's notice at once."""

from django import forms
from django.contrib import messages
from django.contrib.admin import SimpleListFilter
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from office import clock, clocks, holiday_notice
from office.admin_site import COUNTY, Labels, ScopedAdmin, may
from office.models import CalendarDay

LINKS_SHOWN = 8


class Year(SimpleListFilter):
    title = _("year")
    parameter_name = "year"

    def lookups(self, request, model_admin):
        return [(day.year, day.year) for day in CalendarDay.objects.dates("day", "year", order="DESC")]

    def queryset(self, request, queryset):
        year = self.value() or ""
        return queryset.filter(day__year=int(year)) if year.isdecimal() and len(year) == 4 else queryset


class NoticeForm(forms.Form):
    """A notice as it was pasted, with its number for the record."""

    text = forms.CharField(
        label=_("text of the notice"), widget=forms.Textarea(attrs={"rows": 14, "autofocus": True}), max_length=20_000
    )
    number = forms.CharField(label=_("number of the notice"), max_length=60, required=False)

    def clean_text(self):
        try:
            self.notice = holiday_notice.read(self.cleaned_data["text"])
        except holiday_notice.NoticeRefused as refused:
            raise forms.ValidationError(str(refused)) from refused
        return self.cleaned_data["text"]


def tell_moved(request, moved):
    """Say how many running deadlines a change of the calendar has moved, with links to the first of them."""
    found = [(one, pk) for one in moved for pk in one.keys]
    if not found:
        return
    links = format_html_join("、", '<a class="text-link" href="{}">{}</a>', map(_link, found[:LINKS_SHOWN]))
    text = _("Running deadlines moved: %d") % len(found)
    messages.warning(request, format_html("{} ({}{})", text, links, " …" if len(found) > LINKS_SHOWN else ""))


def _link(found):
    one, pk = found
    [kind] = [kind for kind, subject in clocks.SUBJECTS.items() if subject.model == clocks.CLOCKS[one.measure].model]
    return reverse("office:deadline_of", args=[kind, pk]), f"{one.was} → {one.now}"


class CalendarDayAdmin(ScopedAdmin):
    """Days that are not what their weekday says; a day entered wrongly is set right, not removed."""

    adding = changing = COUNTY
    list_display = ["day", "weekday", "kind", "name", "note", "by_the_office"]
    list_filter = [Year, "working"]
    search_fields = ["name", "note"]
    fields = ["day", "working", "name", "note"]
    actions_list = ["enter_notice"]

    def rows(self, request, roles=None):
        return CalendarDay.objects.all() if may(request.user, roles or self.viewing) else CalendarDay.objects.none()

    def get_readonly_fields(self, request, obj=None):
        return ["day"] if obj else []

    def save_model(self, request, obj, form, change):
        obj.edited = True
        super().save_model(request, obj, form, change)
        now = _("worked") if obj.working else _("free")
        why = _("%(day)s %(name)s: %(now)s") % {"day": obj.day, "name": obj.name, "now": now}
        tell_moved(request, clocks.recompute(by=request.user, at=clock.now(), why=why))

    @action(description=_("Enter the notice of a year"), icon="edit_calendar", url_path="notice", permissions=["add"])
    def enter_notice(self, request):
        """Paste, look at what was read, confirm."""
        form = NoticeForm(request.POST or None)
        valid = form.is_valid()
        if valid and "confirmed" in request.POST:
            return self._enter(request, form)
        shown = form.notice if valid and "look" in request.POST else None
        context = {"title": _("Enter the notice of a year"), "form": form, "notice": shown, "opts": self.opts}
        return self.page(request, "admin/notice.html", context)

    def _enter(self, request, form):
        entered = form.notice
        moved = holiday_notice.enter(entered, note=form.cleaned_data["number"], by=request.user, at=clock.now())
        messages.success(request, _("The calendar of %d has been entered.") % entered.year)
        tell_moved(request, moved)
        return redirect(f"{reverse('admin:office_calendarday_changelist')}?year={entered.year}")

    @display(description=_("weekday"), ordering="day")
    def weekday(self, obj):
        return WEEKDAYS[obj.day.weekday()]

    @display(description=_("record"), ordering="edited", label=Labels({"yes": "info"}))
    def by_the_office(self, obj):
        return ("yes", _("edited by the office")) if obj.edited else None

    @display(description=_("kind"), ordering="working", label=Labels({"worked": "warning", "free": "success"}))
    def kind(self, obj):
        return ("worked", _("worked")) if obj.working else ("free", _("free"))

"""Terms, districts, groups and deputies in the admin site."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import SimpleListFilter
from django.db.models import Count, Max, OuterRef, Q, Subquery
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from unfold.decorators import action, display

from deputies import actions
from deputies.models import Absence, CongressSession, Deputy, DeputyGroup, ElectoralDistrict, Term
from office import bulk, clock, typed
from office.admin_site import COUNTY, Labels, ScopedAdmin, ScopedForm, ScopedInline, ScopedRelatedFilter, may
from office.password_again import password_again
from office.places import paths_to
from office.roles import STAFF


class SessionInline(ScopedInline):
    """The sessions of the congress: before each, deputies hear their voters (D8-二b)."""

    model = CongressSession
    adding = changing = removing = COUNTY
    facts = ("opens_on",)
    fields = ["name", "opens_on", "closes_on"]

    def rows(self, request, roles=None):
        # Whoever may read the term, also from below, may read when its congress meets.
        terms = self.admin_site.get_model_admin(Term).rows(request)
        return CongressSession.objects.filter(term__in=terms.order_by().values("pk"))


class TermForm(ScopedForm):
    """A congress enters its first term here; each later one is opened by the change of term."""

    def clean(self):
        told = super().clean()
        place = told.get("jurisdiction")
        if place and Term.objects.filter(jurisdiction=place).running().exclude(pk=self.instance.pk).exists():
            reason = _("A term of this congress runs already; the next one is opened under “Change of term”.")
            self.add_error("jurisdiction", reason)
        return told


@admin.register(Term)
class TermAdmin(ScopedAdmin):
    """Read by everybody below the congress; kept by the congress's own office."""

    form = TermForm
    adding = changing = COUNTY
    facts = ("records_since",)
    list_display = ["__str__", "began_on", "ended_on", "records_since", "standing"]
    list_select_related = ["jurisdiction"]
    fields = ["jurisdiction", "ordinal", "began_on", "records_since", "ended_on"]
    readonly_fields = ["ended_on"]
    inlines = [SessionInline]

    def rows(self, request, roles=None):
        visible = super().rows(request, roles)
        if roles or request.user.is_superuser:
            return visible
        above = [p for a in request.user.standing() if a.jurisdiction for p in paths_to(a.jurisdiction.path)]
        return visible | Term.objects.filter(jurisdiction__path__in=above)

    @display(description=_("state"), label=Labels({"running": "success"}))
    def standing(self, obj):
        return ("closed", pgettext("term", "closed")) if obj.is_closed else ("running", pgettext("term", "running"))


class OfTerm(SimpleListFilter):
    """The lists show the terms that run; an earlier one is chosen here."""

    title = _("term")
    parameter_name = "of_term"

    def lookups(self, request, model_admin):
        closed = model_admin.admin_site.get_model_admin(Term).rows(request).exclude(successor=None)
        return [(term.pk, str(term)) for term in closed.select_related("jurisdiction")[:20]]

    def choices(self, changelist):
        running, *earlier = super().choices(changelist)
        return [{**running, "display": _("the present one")}, *earlier]

    def queryset(self, request, queryset):
        term = typed.key(self.value())
        return queryset.filter(term=term) if term else queryset.of_running_terms()


def of_term(label: str, term) -> str:
    """The name of something; of an earlier term the number stands beside it."""
    return _("%(name)s (term %(n)s)") % {"name": label, "n": term.ordinal or "–"} if term.is_closed else label


class HasMembers(ScopedAdmin):
    """A list that says how many deputies in office belong to each row."""

    list_filter = [OfTerm, ("jurisdiction", ScopedRelatedFilter)]
    list_select_related = ["jurisdiction", "term__jurisdiction"]

    def choice_label(self, obj):
        return of_term(str(obj), obj.term)

    def get_queryset(self, request):
        in_office = Q(deputies__end_reason="")
        return super().get_queryset(request).annotate(members=Count("deputies", filter=in_office))

    @display(description=_("deputies in office"), ordering="members")
    def members(self, obj):
        return obj.members


@admin.register(ElectoralDistrict)
class ElectoralDistrictAdmin(HasMembers):
    list_display = ["name", "number", "jurisdiction", "members"]
    ordering = ["number", "name"]
    search_fields = ["name", "number"]
    fields = ["term", "number", "name", "jurisdiction"]

    def choice_label(self, obj):
        return of_term(f"{obj.name} ({obj.jurisdiction})", obj.term)


@admin.register(DeputyGroup)
class DeputyGroupAdmin(HasMembers):
    list_display = ["name", "jurisdiction", "leader", "members"]
    ordering = ["name"]
    list_select_related = ["jurisdiction", "leader", "term__jurisdiction"]
    search_fields = ["name"]
    autocomplete_fields = ["leader"]
    fields = ["term", "name", "jurisdiction", "leader"]


class Standing(SimpleListFilter):
    title = _("mandate")
    parameter_name = "mandate"

    def lookups(self, request, model_admin):
        return [("in_office", _("in office")), ("ended", _("ended"))]

    def queryset(self, request, queryset):
        today = clock.today()
        in_office = Deputy.objects.in_office(today, today).values("pk")
        if self.value() == "in_office":
            return queryset.filter(pk__in=in_office)
        return queryset.exclude(pk__in=in_office) if self.value() == "ended" else queryset


class ContactThisMonth(SimpleListFilter):
    title = _("contact this month (D1-3①b)")
    parameter_name = "contact"

    def lookups(self, request, model_admin):
        return [("yes", _("has had one")), ("no", _("not yet"))]

    def queryset(self, request, queryset):
        month = {
            "visits__happened_on__gte": clock.month_start(clock.today()),
            "visits__happened_on__lte": clock.month_end(clock.today()),
        }
        seen = Deputy.objects.filter(**month).values("pk")
        if self.value() == "yes":
            return queryset.filter(pk__in=seen)
        return queryset.exclude(pk__in=seen) if self.value() == "no" else queryset


class OwesThisMonth(SimpleListFilter):
    title = _("owes this month (D1-3①b)")
    parameter_name = "owing"

    def lookups(self, request, model_admin):
        return [("yes", _("owes it")), ("no", _("does not: not in office all through it, suspended or on leave"))]

    def queryset(self, request, queryset):
        today = clock.today()
        owing = Deputy.objects.owing(clock.month_start(today), clock.month_end(today)).values("pk")
        if self.value() == "yes":
            return queryset.filter(pk__in=owing)
        return queryset.exclude(pk__in=owing) if self.value() == "no" else queryset


class CanSignIn(SimpleListFilter):
    title = _("sign-in")
    parameter_name = "sign_in"

    def lookups(self, request, model_admin):
        return [("yes", _("can sign in")), ("no", _("cannot sign in yet"))]

    def queryset(self, request, queryset):
        return queryset.filter(user__isnull=self.value() == "no") if self.value() in ("yes", "no") else queryset


class Away(SimpleListFilter):
    title = _("absence")
    parameter_name = "away"

    def lookups(self, request, model_admin):
        return Absence.Kind.choices

    def queryset(self, request, queryset):
        today = Absence.objects.within(clock.today(), clock.today()).filter(kind=self.value())
        return queryset.filter(pk__in=today.values("deputy")) if self.value() in Absence.Kind.values else queryset


class AbsenceInline(ScopedInline):
    """Days that owe no duty, each with its reason and who approved it; one entered by mistake is removed."""

    model = Absence
    removing = STAFF
    facts = ("since", "until")
    fields = ["kind", "since", "until", "reason", "approved_by"]


class LiaisonVoterInline(ScopedInline):
    """The voters a deputy named (D8-三); they are kept in the app above, so they are found by the reverse relation."""

    model = Deputy._meta.get_field("liaison_voters").related_model
    fields = ["name", "phone", "address", "since", "until"]


SLIPS = 100
"""So many sign-ins are made at once: each password takes its time to be hashed."""


class GroupForm(bulk.BulkForm):
    """The group that several deputies are to belong to."""

    group = forms.ModelChoiceField(None, label=_("Deputy group"), required=False, empty_label=_("no group"))

    def __init__(self, *args, groups, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = groups


class DeputyForm(ScopedForm):
    class Meta:
        labels = {"name": _("full name")}


@admin.register(Deputy)
class DeputyAdmin(ScopedAdmin):
    form = DeputyForm
    list_display = ["full_name", "mandate", "district", "town", "group", "households", "last_contact", "can_sign_in"]
    list_filter = [
        OfTerm,
        Standing,
        ContactThisMonth,
        OwesThisMonth,
        ("district__jurisdiction", ScopedRelatedFilter),
        ("group", ScopedRelatedFilter),
        Away,
        CanSignIn,
    ]
    list_select_related = ["district__jurisdiction", "group", "term"]
    lookups = ["district__id__exact", "stations__id__exact"]
    search_fields = ["name", "district__name", "group__name"]
    search_help_text = _("full name, district or group")
    autocomplete_fields = ["district", "user"]
    readonly_fields = ["records"]
    fieldsets = [
        (None, {"fields": ["name", "district", "group", "records"]}),
        (_("mandate"), {"fields": ["joined_on", "left_on", "end_reason"]}),
        (_("person"), {"fields": ["sex", "nation", "born", "party", "education", "job", "phone", "remark", "user"]}),
    ]
    inlines = [AbsenceInline, LiaisonVoterInline]
    actions = ["assign_group", "make_sign_ins"]
    actions_detail = ["make_sign_in"]
    facts = ("left_on", "joined_on", "end_reason")

    def get_queryset(self, request):
        alone = Deputy.objects.filter(pk=OuterRef("pk")).order_by().values("pk")
        now = Q(designations__until__isnull=True)
        return (
            super()
            .get_queryset(request)
            .annotate(
                households=Subquery(alone.annotate(n=Count("designations", filter=now)).values("n")),
                last_contact=Subquery(alone.annotate(day=Max("visits__happened_on")).values("day")),
            )
        )

    def choice_label(self, obj):
        return of_term(f"{obj.name} ({obj.district})", obj.term)

    def get_readonly_fields(self, request, obj=None):
        # Who signs in as whom is decided by the office that keeps the users.
        return self.readonly_fields if may(request.user, COUNTY) else [*self.readonly_fields, "user"]

    def save_model(self, request, obj, form, change):
        obj.term = obj.district.term
        super().save_model(request, obj, form, change)

    @display(description=_("full name"), ordering="name")
    def full_name(self, obj):
        return obj.name

    @display(description=_("mandate"), label=Labels({"in": "success", "out": "danger"}))
    def mandate(self, obj):
        return ("out", _("ended")) if obj.has_ended else ("in", _("in office"))

    @display(description=_("township"), ordering="district__jurisdiction")
    def town(self, obj):
        return obj.district.jurisdiction

    @display(description=_("contact households"), ordering="households")
    def households(self, obj):
        return obj.households

    @display(description=_("last contact"), ordering="last_contact")
    def last_contact(self, obj):
        return obj.last_contact

    @display(description=_("sign-in"), label=Labels({"yes": "success"}))
    def can_sign_in(self, obj):
        return obj.user_id and ("yes", _("can sign in"))

    @display(description=_("records"))
    def records(self, obj):
        if not obj.pk:
            return "–"
        return format_html_join(
            " · ",
            '<a class="text-link" href="{}?{}={}">{}</a>',
            ((reverse(f"admin:{page}_changelist"), lookup, obj.pk, name) for page, lookup, name in RECORDS),
        )

    @action(description=_("Put into a deputy group"), permissions=["change"])
    def assign_group(self, request, queryset):
        groups = self.admin_site.get_model_admin(DeputyGroup).choices(request)
        form = GroupForm(request.POST if "confirmed" in request.POST else None, groups=groups)
        return bulk.change(
            self, request, queryset, title=_("Put into a deputy group"), action="assign_group", form=form, name="group"
        )

    @action(description=_("Make sign-ins and print the slips"), permissions=["sign_in"])
    @password_again
    def make_sign_ins(self, request, queryset):
        """For those of the chosen who serve and have none yet; the passwords are shown once, as a sheet to cut up."""
        serving = Deputy.objects.in_office(clock.today(), clock.today()).order_by().values("pk")
        wanting = list(bulk.chosen(self, request, queryset.filter(user=None, pk__in=serving)))
        if not 0 < len(wanting) <= SLIPS:
            messages.warning(request, _("Choose between 1 and %d deputies in office without a sign-in.") % SLIPS)
            return redirect(request.get_full_path())
        title, at = _("Make sign-ins and print the slips"), clock.now()
        if "confirmed" not in request.POST:
            return bulk.ask(self, request, wanting, title=title, action="make_sign_ins", form=bulk.BulkForm())
        slips = actions.make_sign_ins(deputies=wanting, by=request.user, at=at)
        context = {"slips": slips, "on": clock.today(), "site": request.build_absolute_uri("/")}
        return render(request, "admin/first_passwords.html", context)

    @action(description=_("Make a sign-in"), icon="key", url_path="sign-in", permissions=["sign_in"])
    @password_again
    def make_sign_in(self, request, object_id):
        deputy = self.found(request, object_id)
        if request.method != "POST":
            context = {"title": _("Make a sign-in for %s") % deputy, "original": deputy, "opts": self.opts}
            return self.page(request, "admin/new_password.html", context)
        try:
            user, password = actions.make_sign_in(deputy=deputy, by=request.user, at=clock.now())
        except actions.HasSignIn as reason:
            messages.error(request, reason)
            return redirect("admin:deputies_deputy_change", deputy.pk)
        context = {"title": _("First password"), "original": user, "password": password, "opts": self.opts}
        return self.page(request, "admin/first_password.html", context)

    def has_sign_in_permission(self, request, object_id=None):
        return may(request.user, COUNTY)


# What is on record of a deputy stands in apps above this one; their lists are known by name only.
RECORDS = [
    ("constituents_household", "designations__deputy__id__exact", _("contact households")),
    ("constituents_liaisonvoter", "deputy__id__exact", _("liaison voters")),
    ("visits_visit", "deputy__id__exact", _("contacts")),
    ("constituents_petition", "deputy__id__exact", _("petitions")),
    ("reports_flag", "deputy", _("flags")),
]

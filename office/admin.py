"""Places, people, regulations, what was sent out and the audit trail in the admin site."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import SimpleListFilter
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import Group
from django.db.models import Prefetch, Q
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_otp.plugins.otp_totp.models import TOTPDevice
from unfold.decorators import action, display

from office import admin_trail, bulk, channel_pages, clock, outbox, places, rule_admin, sessions, sign_ins, user_pages
from office.admin_site import (
    COUNTY,
    Labels,
    ReadOnlyAdmin,
    ScopedAdmin,
    ScopedForm,
    ScopedInline,
    ScopedRelatedFilter,
    may,
)
from office.calendar_admin import CalendarDayAdmin
from office.models import (
    Assignment,
    AuditEvent,
    CalendarDay,
    Clause,
    Jurisdiction,
    Outbox,
    Regulation,
    Rule,
    RuleSet,
    RuleSetUse,
    Unit,
    User,
)
from office.password_again import password_again
from office.roles import STAFF, Role, may_be_together

# Rights go by role here; Django's groups would be a second, silent way.
admin.site.unregister(Group)
# The key of somebody's second factor is for nobody to read.
admin.site.unregister(TOTPDevice)


SECURITY, AUDIT, SYSTEM = map(frozenset, ({Role.SECURITY_ADMIN}, {Role.AUDIT_ADMIN}, {Role.SYSTEM_ADMIN}))


@admin.register(Jurisdiction)
class JurisdictionAdmin(ScopedAdmin):
    viewing = STAFF | SYSTEM
    adding = changing = COUNTY | SYSTEM
    list_display = ["name", "level", "code", "parent"]
    list_filter = ["level"]
    list_select_related = ["parent"]
    search_fields = ["name", "code"]
    fields = ["name", "former_names", "level", "code", "letter_code", "parent"]

    def rows(self, request, roles=None):
        # The tree itself is no record of the office: the system administrator builds it, and a role is given on it.
        if may(request.user, SYSTEM | SECURITY):
            return Jurisdiction.objects.all()
        return super().rows(request, roles)

    def get_readonly_fields(self, request, obj=None):
        # The place in the tree decides who sees what; it is chosen once.
        return ["parent"] if obj else []

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        if "parent" in form.base_fields:
            form.base_fields["parent"].required = not may(request.user, SYSTEM)
        return form

    def save_model(self, request, obj, form, change):
        if not change:
            places.settle(obj)
            return
        if "name" in form.changed_data:
            places.renamed(obj, was=form.initial["name"])
        super().save_model(request, obj, form, change)


@admin.register(Unit)
class UnitAdmin(ScopedAdmin):
    list_display = ["name", "jurisdiction", "active"]
    list_filter = [("jurisdiction", ScopedRelatedFilter), "active"]
    list_select_related = ["jurisdiction"]
    search_fields = ["name"]
    fields = ["name", "jurisdiction", "active"]
    actions = ["take_into_use", "take_out_of_use"]

    @action(description=_("Take into use"), permissions=["change"])
    def take_into_use(self, request, queryset):
        return self._set_active(request, queryset, True, "take_into_use", _("Take into use"))

    @action(description=_("Take out of use"), permissions=["change"])
    def take_out_of_use(self, request, queryset):
        return self._set_active(request, queryset, False, "take_out_of_use", _("Take out of use"))

    def _set_active(self, request, queryset, active, name, title):
        form = bulk.BulkForm(request.POST if "confirmed" in request.POST else None)
        note = "" if active else _("Nothing new is routed to a unit out of use; what it has in hand stays with it.")
        asked = {"title": title, "action": name, "form": form, "note": note}
        return bulk.change(self, request, queryset, name="active", value=active, **asked)

    def choices(self, request):
        # A role is given for a unit, whoever gives it.
        return Unit.objects.select_related("jurisdiction") if may(request.user, SECURITY) else super().choices(request)


def people_of(user, roles):
    """The users whom a county office looks after: all who stand in no role on land that is not its own.

    The security and the audit administrator look after everybody but the superusers.
    """
    everybody = User.objects.order_by("name", "username")
    if user.is_superuser:
        return everybody
    if user.has_role(*(SECURITY | AUDIT)):
        return everybody.filter(is_superuser=False)
    foreign = Jurisdiction.objects.exclude(pk__in=Jurisdiction.objects.visible_to(user, roles=roles).values("pk"))
    elsewhere = (
        Q(assignments__jurisdiction__in=foreign)
        | Q(assignments__unit__jurisdiction__in=foreign)
        | Q(deputy__district__jurisdiction__in=foreign)
        | Q(posts__station__jurisdiction__in=foreign)
    )
    return everybody.filter(is_superuser=False).exclude(pk__in=User.objects.filter(elsewhere).values("pk"))


class RolesOfOne(forms.BaseInlineFormSet):
    """The roles of one person, as they would stand after saving."""

    def clean(self):
        super().clean()
        told = [form.cleaned_data for form in self.forms if getattr(form, "cleaned_data", None)]
        if not may_be_together([one["role"] for one in told if one.get("role") and not one.get("DELETE")]):
            raise forms.ValidationError(
                _("An administrator holds no other role: neither another administrator's nor one in the office.")
            )


class AssignmentInline(ScopedInline):
    """The roles of a person; nobody gives themselves any."""

    model = Assignment
    formset = RolesOfOne
    viewing = COUNTY | SECURITY
    fields = ["role", "jurisdiction", "unit"]

    def rows(self, request, roles=None):
        return Assignment.objects.filter(user__in=people_of(request.user, COUNTY))

    def has_add_permission(self, request, obj=None):
        return request.user.gives_sign_ins() and obj != request.user

    def has_change_permission(self, request, obj=None):
        return self.has_add_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return self.has_add_permission(request, obj)

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        if db_field.name == "role":
            kwargs["choices"] = [("", "---------"), *((r.value, r.label) for r in sign_ins.roles_to_give(request.user))]
        return super().formfield_for_choice_field(db_field, request, **kwargs)


class TownOfPerson(SimpleListFilter):
    """The township where somebody works, serves as a deputy or sits at a station."""

    title = _("township")
    parameter_name = "town"

    def lookups(self, request, model_admin):
        choices = model_admin.admin_site.get_model_admin(Jurisdiction).choices(request)
        return [(town.pk, town.name) for town in choices.filter(level="town")]

    def queryset(self, request, queryset):
        if not (self.value() or "").isdecimal():
            return queryset
        there = (
            Q(assignments__jurisdiction=self.value())
            | Q(assignments__unit__jurisdiction=self.value())
            | Q(deputy__district__jurisdiction=self.value())
            | Q(posts__station__jurisdiction=self.value())
        )
        return queryset.filter(pk__in=User.objects.filter(there).values("pk"))


class GroupOfPerson(SimpleListFilter):
    """The deputy group that somebody belongs to."""

    title = _("deputy group")
    parameter_name = "group"

    def lookups(self, request, model_admin):
        groups = model_admin.get_queryset(request).filter(deputy__group__isnull=False)
        return groups.order_by("deputy__group__name").values_list("deputy__group", "deputy__group__name").distinct()

    def queryset(self, request, queryset):
        return queryset.filter(deputy__group=self.value()) if (self.value() or "").isdecimal() else queryset


class SignedInYet(SimpleListFilter):
    """Whether somebody has ever signed in."""

    title = _("signed in before")
    parameter_name = "signed_in"

    def lookups(self, request, model_admin):
        return [("yes", _("yes")), ("no", _("never yet"))]

    def queryset(self, request, queryset):
        return queryset.filter(last_login__isnull=self.value() == "no") if self.value() in ("yes", "no") else queryset


class UserForm(ScopedForm):
    class Meta:
        labels = {"name": _("full name")}


@admin.register(User)
class UserAdmin(ScopedAdmin):
    """People who can sign in. A password is made here, shown once and never seen again."""

    viewing = adding = changing = COUNTY | SECURITY  # who of the two it is at present: User.gives_sign_ins
    form = UserForm
    list_display = ["username", "full_name", "roles", "is_active", "last_login"]
    list_filter = ["assignments__role", TownOfPerson, GroupOfPerson, SignedInYet, "is_active"]
    search_fields = ["username", "name"]
    search_help_text = _("user name, full name")
    ordering = ["name", "username"]
    fields = ["username", "name", "phone", "email", "is_active"]
    inlines = [AssignmentInline]
    actions_detail = ["new_password", "sign_in_state"]
    actions = ["first_passwords"]

    def rows(self, request, roles=None):
        return people_of(request.user, COUNTY)

    def has_add_permission(self, request):
        return request.user.gives_sign_ins()

    def has_change_permission(self, request, obj=None):
        return request.user.gives_sign_ins()

    def get_readonly_fields(self, request, obj=None):
        return ["is_active"] if obj == request.user else []

    def get_queryset(self, request):
        held = Assignment.objects.select_related("jurisdiction", "unit")
        return super().get_queryset(request).prefetch_related(Prefetch("assignments", held))

    def choice_label(self, obj):
        return f"{obj.name} ({obj.username})" if obj.name else obj.username

    @display(description=_("full name"), ordering="name")
    def full_name(self, obj):
        return obj.name

    @display(description=_("roles"))
    def roles(self, obj):
        return "、".join(_standing(assignment) for assignment in obj.assignments.all()) or "–"

    @password_again
    def changeform_view(self, request, *args, **kwargs):
        return super().changeform_view(request, *args, **kwargs)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if change and ("is_active" in form.changed_data or any(table.has_changed() for table in formsets)):
            # What somebody may do has changed: they begin anew, with what they may now.
            sessions.end(user=form.instance, by=request.user, at=clock.now())

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change:
            obj.first_password = sign_ins.new_password(user=obj, by=request.user, at=clock.now())

    def response_add(self, request, obj, post_url_continue=None):
        return self._show(request, obj, obj.first_password)

    @action(description=_("State of the sign-in"), icon="devices", url_path="sign-in", permissions=["change"])
    @password_again
    def sign_in_state(self, request, object_id):
        return user_pages.state(self, request, self.found(request, object_id))

    @action(description=_("Print first passwords"), permissions=["change"])
    @password_again
    def first_passwords(self, request, rows):
        return user_pages.first_passwords(self, request, rows)

    @action(description=_("New password"), icon="key", url_path="new-password", permissions=["change"])
    @password_again
    def new_password(self, request, object_id):
        user = self.found(request, object_id)
        if request.method != "POST":
            title = _("New password for %s") % user
            return self.page(request, "admin/new_password.html", {"title": title, "original": user, "opts": self.opts})
        return self._show(request, user, sign_ins.new_password(user=user, by=request.user, at=clock.now()))

    def _show(self, request, user, password):
        # In the answer itself: it is in no session, no cookie and no address.
        context = {"title": _("First password"), "original": user, "password": password, "opts": self.opts}
        return self.page(request, "admin/first_password.html", context)


def _standing(assignment) -> str:
    where = assignment.jurisdiction or assignment.unit
    return f"{assignment.get_role_display()} ({where})" if where else assignment.get_role_display()


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyAdmin):
    """Who holds which role; roles are given and taken on the person's own page."""

    viewing = COUNTY | SECURITY
    list_display = ["role", "person", "jurisdiction", "unit"]
    list_filter = ["role", ("jurisdiction", ScopedRelatedFilter)]
    list_select_related = ["user", "jurisdiction", "unit"]
    list_display_links = None
    search_fields = ["user__name", "user__username"]
    ordering = ["role", "user__name"]
    fields = ["user", "role", "jurisdiction", "unit"]

    def rows(self, request, roles=None):
        return Assignment.objects.filter(user__in=people_of(request.user, COUNTY))

    @display(description=_("user"), ordering="user__name")
    def person(self, obj):
        return format_html('<a href="{}">{}</a>', reverse("admin:office_user_change", args=[obj.user_id]), obj.user)


admin.site.register(CalendarDay, CalendarDayAdmin)
admin.site.register(Regulation, rule_admin.RegulationAdmin)
admin.site.register(Clause, rule_admin.ClauseAdmin)
admin.site.register(Rule, rule_admin.RuleAdmin)
admin.site.register(RuleSet, rule_admin.RuleSetAdmin)
admin.site.register(RuleSetUse, rule_admin.RuleSetUseAdmin)


class Stand(SimpleListFilter):
    """How a message stands: it waits for its next try, has gone, or was given up."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return Outbox.State.choices

    def queryset(self, request, queryset):
        open_, tried = Q(done_at=None), Q(tries__gte=Outbox.TRIES)
        states = {Outbox.State.WAITING: open_ & ~tried, Outbox.State.SENT: ~open_, Outbox.State.FAILED: open_ & tried}
        return queryset.filter(states[self.value()]) if self.value() in states else queryset


@admin.register(Outbox)
class OutboxAdmin(ReadOnlyAdmin):
    """What left the house or is to leave it; a message that was given up can be given its tries anew."""

    viewing = COUNTY | SYSTEM
    list_display = ["created_at", "channel", "recipient", "words", "stand", "tries", "error"]
    list_filter = [Stand, "channel"]
    list_select_related = ["user"]
    ordering = ["-id"]
    fields = ["created_at", "channel", "recipient", "words", "stand", "tries", "next_at", "done_at", "error"]
    readonly_fields = ["recipient", "words", "stand"]
    actions_detail = ["send_again"]
    actions_list = ["channels"]

    @action(description=_("Channels and test message"), icon="outgoing_mail", url_path="channels")
    def channels(self, request):
        return channel_pages.show(request, self)

    def rows(self, request, roles=None):
        if may(request.user, SYSTEM):
            return Outbox.objects.all()
        return Outbox.objects.filter(Q(user=None) | Q(user__in=people_of(request.user, COUNTY)))

    @display(description=pgettext_lazy("outgoing notice", "recipient"))
    def recipient(self, obj):
        return obj.user

    @display(description=pgettext_lazy("outgoing notice", "message"))
    def words(self, obj):
        return obj.payload["text"]

    @display(
        description=_("state"),
        label=Labels(
            {
                Outbox.State.WAITING.label: "info",
                Outbox.State.SENT.label: "success",
                Outbox.State.FAILED.label: "danger",
            }
        ),
    )
    def stand(self, obj):
        return obj.state.label

    def has_send_again_permission(self, request, object_id=None):
        return may(request.user, self.viewing)

    def get_actions_detail(self, request, object_id):
        message = self.get_object(request, unquote(str(object_id)))
        failed = message and message.state == Outbox.State.FAILED
        return super().get_actions_detail(request, object_id) if failed else []

    @action(description=_("Send again"), icon="send", url_path="send-again", permissions=["send_again"])
    def send_again(self, request, object_id):
        message = self.found(request, object_id)
        if request.method != "POST":
            context = {"title": _("Send again"), "original": message, "opts": self.opts}
            return self.page(request, "admin/send_again.html", context)
        if outbox.send_again(message, by=request.user, at=clock.now()):
            messages.success(request, _("The message is sent again."))
        else:
            messages.warning(request, _("This message has not failed; nothing was done."))
        return redirect("admin:office_outbox_change", message.pk)


class About(SimpleListFilter):
    """The signing in, what was done with people and their rights, or the office's own work."""

    title = _("about")
    parameter_name = "about"

    def lookups(self, request, model_admin):
        return [("sign_in", _("signing in")), ("people", _("people and roles")), ("work", _("the office's work"))]

    def queryset(self, request, queryset):
        signing, people = Q(action__startswith="sign_in."), Q(action__startswith="user.")
        found = {"sign_in": signing, "people": people, "work": ~signing & ~people}
        return queryset.filter(found[self.value()]) if self.value() in found else queryset


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """Who did what, and when; written with each deed and never changed."""

    viewing = COUNTY | AUDIT
    list_display = ["at", "user", "did", "subject", "changes"]
    list_filter = [About]
    list_select_related = ["user"]
    search_fields = ["user__name", "user__username", "action"]
    date_hierarchy = "at"
    fields = ["at", "user", "did", "subject", "changes", "detail"]
    readonly_fields = ["did", "subject", "subject_name", "changes"]

    def get_list_display(self, request):
        return self._told_to(request, self.list_display)

    def get_fields(self, request, obj=None):
        return self._told_to(request, self.fields)

    def _told_to(self, request, columns):
        """The audit administrator reads which row it was and which fields; the row and its words are the office's."""
        if may(request.user, COUNTY):
            return columns
        return ["subject_name" if name == "subject" else name for name in columns if name != "detail"]

    def rows(self, request, roles=None):
        mine = Q(user=None) | Q(user__in=people_of(request.user, COUNTY))
        return AuditEvent.objects.all() if request.user.is_superuser else AuditEvent.objects.filter(mine)

    @display(description=_("action"), ordering="action")
    def did(self, obj):
        return admin_trail.deed(obj.action)

    @display(description=_("changes"))
    def changes(self, obj):
        return "；".join(admin_trail.changes(obj)) or "–"

    @display(description=_("about"))
    def subject_name(self, obj):
        return admin_trail.subject_name(obj)

    @display(description=_("about"))
    def subject(self, obj):
        name = admin_trail.subject_name(obj)
        try:
            address = reverse(f"admin:{obj.subject_type.replace('.', '_')}_change", args=[obj.subject_id])
        except NoReverseMatch:
            return name
        return format_html('<a href="{}">{}</a>', address, name)

"""Topics on which deputies ask the public (D8-四3), as the office sets them in the admin site."""

from django.core.exceptions import ValidationError
from django.db.models import Count
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from deputies.models import Deputy
from office import clock
from office.admin_site import ScopedAdmin, ScopedForm, ScopedRelatedFilter
from office.models import User
from office.notices import tell
from office.roles import STAFF


class ConsultationForm(ScopedForm):
    """A topic; without a name among the deputies all in office in the place are asked."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "asked" in self.fields:
            self.fields["asked"].required = False
            self.fields["asked"].help_text = _("Empty: every deputy of the place who is in office.")

    def clean_until(self):
        until = self.cleaned_data["until"]
        if not self.instance.pk and until < clock.today():
            raise ValidationError(_("This day is over already."))
        return until

    def clean_asked(self):
        asked, place = self.cleaned_data["asked"], self.cleaned_data.get("jurisdiction")
        if asked or not place:
            return asked
        today = clock.today()
        return Deputy.objects.in_office(today, today).filter(district__jurisdiction__path__startswith=place.path)


class ConsultationAdmin(ScopedAdmin):
    """Which opinions the office wants, from whom and until when; and the sheet of what was heard."""

    form = ConsultationForm
    removing = STAFF
    list_display = ["topic", "occasion", "takes_place_on", "until", "heard"]
    list_filter = ["occasion", ("jurisdiction", ScopedRelatedFilter)]
    list_select_related = ["jurisdiction"]
    search_fields = ["topic", "question"]
    search_help_text = gettext_lazy("topic or what is asked")
    autocomplete_fields = ["asked"]
    readonly_fields = ["heard", "made_at", "made_by"]
    fieldsets = [
        (None, {"fields": ["jurisdiction", "topic", "occasion", "takes_place_on", "question", "until", "asked"]}),
        (gettext_lazy("record"), {"fields": ["heard", "made_at", "made_by"]}),
    ]

    def get_changeform_initial_data(self, request):
        own = next((one.jurisdiction for one in request.user.standing() if one.jurisdiction), None)
        return {"jurisdiction": own, **super().get_changeform_initial_data(request)}

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(n=Count("opinions"))

    def get_fieldsets(self, request, obj=None):
        return self.fieldsets if obj else self.fieldsets[:1]

    def save_model(self, request, obj, form, change):
        if not change:
            obj.made_at, obj.made_by = clock.now(), request.user
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if not change:
            _tell(form.instance, at=clock.now())

    @display(description=gettext_lazy("opinions"), ordering="n")
    def heard(self, obj):
        page = reverse("consultations:one", args=[obj.pk])
        return format_html('<a class="text-link" href="{}">{}</a>', page, obj.n)


def _tell(row, *, at):
    people = User.objects.filter(deputy__consultations=row, is_active=True).distinct()
    text = _("Your opinion is asked: please hear the public on “%(topic)s” until %(day)s.")
    text %= {"topic": row.topic, "day": row.until.isoformat()}
    page = reverse("consultations:one", args=[row.pk])
    tell(
        people,
        key=f"consultation:{row.pk}",
        text=text[:500],
        outside=_("There is a new topic to hear the public on."),
        link=page,
        at=at,
        kind="consultation",
    )

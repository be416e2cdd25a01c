"""The forms on which the office keeps what a group did, the receipt of its report, and its own meetings."""

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from deputies.models import Deputy
from office.admin_site import ScopedForm, VersionedForm
from office.roles import STAFF
from visits import actions
from visits.models import GroupActivity


class Participants(forms.ModelMultipleChoiceField):
    """Deputies to be ticked, each with the district that tells two of the same name apart."""

    widget = UnfoldAdminCheckboxSelectMultipleWidget

    def clean(self, value):
        try:
            return super().clean(value)
        except OverflowError as error:  # no key of this database is as long as that
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from error

    def label_from_instance(self, deputy):
        ended = _("mandate ended") if deputy.has_ended else ""
        return f"{deputy} {deputy.district} {ended}".rstrip()


class ActivityForm(VersionedForm):
    """A group activity and the deputies who took part (D9-3), for the clerk who fills it in."""

    days_gone = ("happened_on",)
    participants = Participants(
        label=_("deputies who took part"),
        queryset=Deputy.objects.none(),
        required=False,
        help_text=_(
            "The deputies of the chosen group. Taking part counts as the deputy's contact of the month (D1-3①b), "
            "but not as the visit to the own district once a year (D9-2二a)."
        ),
        error_messages={"invalid_choice": _("Not all of them are deputies of this group. Please choose again.")},
    )

    class Meta:
        error_messages = {
            NON_FIELD_ERRORS: {
                "unique_together": _("An activity of this group, of this day and kind is on record already.")
            }
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["participants"] = [deputy.pk for deputy in self._took_part()]
        self.fields["participants"].queryset = self._offered(self._group())
        members = f"{reverse('admin:visits_groupactivity_members')}?activity={self.instance.pk or ''}"
        self.fields["group"].widget.attrs |= {
            "hx-get": members,
            "hx-target": "#id_participants",
            "hx-swap": "outerHTML",
        }

    def clean(self):
        told = super().clean()
        day, deputies = told.get("happened_on"), told.get("participants")
        if day and self.instance.reported_on and day > self.instance.reported_on:
            self.add_error("happened_on", _("The report lies before the activity."))
        absent = actions.not_in_office(deputies, day) if day and deputies else []
        if absent:
            self.add_error("participants", actions.absence_named(absent, day))
        return told

    def _group(self):
        """The group that is chosen at the moment; nothing as long as none is."""
        field = self.fields["group"]
        chosen = self.data.get("group") if self.is_bound else self.get_initial_for_field(field, "group")
        try:
            return field.to_python(chosen)
        except ValidationError:
            return None

    def _offered(self, group):
        """The deputies of a group whom the clerk may see, and those who are named already, whoever named them."""
        if group is None:
            return Deputy.objects.none()
        members = Deputy.objects.visible_to(self.by, roles=STAFF).filter(group=group)
        if self.instance.group_id == group.pk:
            members |= self._took_part()
        return members.select_related("district")

    def _took_part(self):
        named = self.instance.visits.values("deputy") if self.instance.pk else []
        return Deputy.objects.filter(pk__in=named)

    def _chosen(self, name, model):
        return self._took_part() if name == "participants" else super()._chosen(name, model)


class ReceiptForm(forms.Form):
    """On which day a written report came; ``seen`` is the version of the record that was read."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reported_on = forms.DateField(
        label=_("reported on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class ReturnForm(forms.Form):
    """What is to be corrected."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("What is to be corrected"),
        max_length=GroupActivity._meta.get_field("returned_reason").max_length,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Please say what is to be corrected.")},
    )


class MeetingForm(ScopedForm):
    days_gone = ("happened_on",)

    class Meta:
        error_messages = {
            NON_FIELD_ERRORS: {
                "unique_together": _("A meeting of this office, of this day and kind is on record already.")
            }
        }

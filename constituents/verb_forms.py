"""What every form of a verb has in common: it is sent once, and it knows what the row was when it was opened."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from constituents.forms import Words

_NOT_WHOLE = dict.fromkeys(("required", "invalid"), _("The form was not sent whole. Please save once more."))


def attrs(css="form-control", **more):
    """The attributes of a widget in the house's style."""
    return {"class": css, "autocomplete": "off", **more}


class VerbForm(forms.Form):
    """The form of one verb about one row; ``user`` is who fills it in. What it adds is what the action takes."""

    key = forms.UUIDField(widget=forms.HiddenInput, error_messages=_NOT_WHOLE)
    seen = forms.IntegerField(widget=forms.HiddenInput, error_messages=_NOT_WHOLE)

    def __init__(self, *args, row, user, **kwargs):
        kwargs["initial"] = {"key": uuid4(), "seen": row.version, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.row, self.user = row, user

    def told(self) -> dict:
        """What was filled in, by the names of the action's arguments."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("key", "seen")}

    def open_anew(self):
        """Let the next sending count as a new one, made in knowledge of the row as it stands now."""
        self.data = self.data.copy()
        self.data["key"], self.data["seen"] = str(uuid4()), str(self.row.version)


def paragraphs(label, *, longest=4000, rows=4, required=True, **kwargs):
    """A field for some sentences."""
    return Words(longest=longest, label=label, required=required, widget=forms.Textarea(attrs(rows=rows)), **kwargs)


def line(label, *, longest=200, required=True, **kwargs):
    """A field for one line."""
    return Words(longest=longest, label=label, required=required, widget=forms.TextInput(attrs()), **kwargs)


def choice(label, choices, *, required=True, **kwargs):
    """One of several that are all seen at once."""
    widget = forms.RadioSelect(attrs("form-check-input"))
    return forms.ChoiceField(label=label, choices=choices, required=required, widget=widget, **kwargs)


class Note(VerbForm):
    """Nothing but a remark."""

    note = paragraphs(_("Remark"), longest=500, required=False)


class Reason(VerbForm):
    """Nothing but the reason."""

    reason = paragraphs(_("Reason"), longest=500)

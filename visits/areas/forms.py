"""What a convener writes up of an area."""

from django import forms
from django.utils.translation import gettext_lazy

from constituents.verb_forms import Reason, VerbForm, attrs, line, paragraphs
from visits.areas.actions import WRITTEN
from visits.models import AreaFiling


def _column(name):
    return AreaFiling._meta.get_field(name)


def _day(name):
    told = dict.fromkeys(("required", "invalid"), gettext_lazy("Which day? Please choose one."))
    widget = forms.DateInput(attrs(type="date"), format="%Y-%m-%d")
    return forms.DateField(label=_column(name).verbose_name, widget=widget, error_messages=told)


class MaterialForm(VerbForm):
    """The material of one period; a new one begins with the quarter before and with what its records say."""

    first = _day("first")
    last = _day("last")
    title = line(
        _column("title").verbose_name,
        longest=_column("title").max_length,
        error_messages={"required": gettext_lazy("Give it a title.")},
    )
    content = paragraphs(
        _column("content").verbose_name,
        longest=_column("content").max_length,
        rows=14,
        help_text=gettext_lazy("The figures beside it come from the records; write what they mean."),
        error_messages={"required": gettext_lazy("Write up what was done and heard.")},
    )

    def __init__(self, *args, row, begun=None, **kwargs):
        had = {name: getattr(row, name) for name in WRITTEN} if row.pk else begun
        super().__init__(*args, row=row, **kwargs, initial=had)


class ReturnForm(Reason):
    """What is to be corrected."""

    reason = paragraphs(
        gettext_lazy("What is to be corrected"),
        longest=_column("returned_reason").max_length,
        error_messages={"required": gettext_lazy("Please say what is to be corrected.")},
    )

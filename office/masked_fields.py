"""Form fields that hold something about a person: masked until it is asked for, and left as it is where it was not."""

from django.forms import Widget
from django.template.loader import render_to_string

from office import personal_data


class Masked(Widget):
    """What may be seen of the value, and the button that puts the field itself in its place."""

    def __init__(self, row, field, name):
        super().__init__()
        masked = personal_data.mask(row, field)
        shown = {"row": row, "field": field, "label": row._meta.label_lower, "input": name}
        self.told = {**shown, "masked": masked, "may_ask": True}

    def render(self, name, value, attrs=None, renderer=None):
        return render_to_string("office/_personal.html", self.told)

    def id_for_label(self, id_):
        return ""


def mask(form, row):
    """Mask the fields of a form about a saved ``row``, save those that were sent with it: those were asked for.

    A masked field is disabled, so that it keeps what stands in the row, whatever is sent.
    """
    if not row.pk:
        return
    for name in personal_data.entry_of(row).masked():
        field, sent = form.fields.get(name), form.add_prefix(name)
        hides = field and personal_data.mask(row, name) != (getattr(row, name) or "")
        if hides and not (form.is_bound and sent in form.data):
            field.disabled, field.widget = True, Masked(row, name, sent)

"""Form fields that hold something about a person: masked until it is asked for, and left as it is where it was not."""

from django.forms import Widget
from django.template.loader import render_to_string

from office import clock, personal_data, reveals


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


def mask(form, row, *, by):
    """Mask the fields of a form about a saved ``row``, save those that were sent with it and shown to ``by`` before.

    A masked field is disabled, so that it keeps what stands in the row, whatever is sent: what nobody has read, nobody
    writes over.
    """
    if not row.pk:
        return
    hidden = [name for name in personal_data.entry_of(row).masked() if name in form.fields and _is_hidden(row, name)]
    sent = {name for name in hidden if form.is_bound and form.add_prefix(name) in form.data}
    shown = reveals.shown_lately(row, to=by, at=clock.now()) if sent else set()
    for name in hidden:
        if name not in sent & shown:
            field = form.fields[name]
            field.disabled, field.widget = True, Masked(row, name, form.add_prefix(name))


def _is_hidden(row, name) -> bool:
    return personal_data.mask(row, name) != (getattr(row, name) or "")

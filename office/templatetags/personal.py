"""How something about a person is shown: ``{% personal row "phone" %}``."""

from django import template

from office import masking, personal_data
from office.personal_data import ASK, CLEAR

register = template.Library()


@register.inclusion_tag("office/_personal.html", takes_context=True)
def personal(context, row, name, own=False):
    """One field as whoever looks may see it: in full, or masked, with a button where they may ask for it.

    ``own`` says that the page is about the person's own household or matter.
    """
    view = CLEAR if own else personal_data.view_of(context["request"].user, row)
    if view == CLEAR:
        return {"text": getattr(row, name)}
    shown = {"row": row, "field": name, "label": row._meta.label_lower, "masked": personal_data.mask(row, name)}
    return {**shown, "may_ask": view == ASK and shown["masked"] != getattr(row, name)}


@register.simple_tag(takes_context=True)
def personal_text(context, row, name, own=False):
    """The same as words alone, for lines of a list that are links, and for titles."""
    view = CLEAR if own else personal_data.view_of(context["request"].user, row)
    return getattr(row, name) if view == CLEAR else personal_data.mask(row, name)


register.filter("masked_name", masking.name)

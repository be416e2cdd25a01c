"""How a person's name and phone are shown."""

from django import template

register = template.Library()


@register.filter
def masked_name(name: str) -> str:
    """A name of which only the first sign is shown: 张*."""
    return f"{name[:1]}*" if name else ""


@register.filter
def first_phone(phones: str) -> str:
    """The first of several numbers, as a telephone dials it."""
    return phones.split("、")[0].replace("-", "")

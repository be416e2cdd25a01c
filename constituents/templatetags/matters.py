"""How a phone number is dialled."""

from django import template

register = template.Library()


@register.filter
def first_phone(phones: str) -> str:
    """The first of several numbers, as a telephone dials it."""
    return phones.split("、")[0].replace("-", "")

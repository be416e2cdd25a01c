"""What the page of a record shows of the typical case that it is, or may become."""

from django import template

from office.roles import STAFF
from reports.narrative import cases
from reports.narrative.models import TypicalCase

register = template.Library()


@register.inclusion_tag("reports/_case.html")
def typical_case(record, user) -> dict:
    """A link to the case that a record is, or to making it one; nothing for whoever is not of the office."""
    if record is None or record.pk is None or not user.is_authenticated or not user.has_role(*STAFF):
        return {}
    column = cases.column_of(record)
    case = TypicalCase.objects.visible_to(user, roles=STAFF).filter(**{column: record}).first()
    return {"case": case, "column": column, "record": record, "offered": not case and cases.may_be_told(record)}

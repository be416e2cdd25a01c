"""What the page of a contact shows of the questions that rest on it."""

from django import template

from office import clock
from reports.hints import questions

register = template.Library()


@register.simple_tag(takes_context=True)
def questions_about(context, visit) -> list[dict]:
    """The open questions that rest on a contact, each with its kind and the key of its page."""
    if visit is None or visit.pk is None:
        return []
    found = questions.asked(context["request"].user, on=clock.today(), of=visit)
    return [
        {"key": questions.key_of(question.kind, visit.pk), "kind": questions.Kind(question.kind).label}
        for question in found
        if question.answer is None
    ]

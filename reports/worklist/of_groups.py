"""What is to be done about a group: its record filed, a question asked, answered and settled, an objection answered."""

from django.db.models import Case, Q, TextField, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from constituents.moves import DEPUTY, OFFICE
from office.roles import Role
from reports.models import Objection
from reports.worklist.source import Source
from visits.models import DutyEntry, GroupActivity, Review

LEADER = frozenset({Role.GROUP_LEADER})
_RETURNED = "returned"


def _to_file(user, on):
    """Records that are not with the office: a report that a rule awaits, or one that came back."""
    led = GroupActivity.objects.visible_to(user, roles=LEADER).filter(reported_on=None)
    return led.filter(Q(report_due_on__isnull=False) | Q(returned_at__isnull=False))


def _to_answer(user, on):
    return Review.objects.visible_to(user, roles=DEPUTY).filter(deputy__user=user, status=Review.Status.ASKED)


def _to_settle(user, on):
    answered = Review.objects.visible_to(user, roles=LEADER).filter(status=Review.Status.ANSWERED)
    return answered.exclude(deputy__user=user)


def _to_correct(user, on):
    """Records that their deputy says are wrong: only the office corrects them."""
    wrong = Review.objects.visible_to(user, roles=OFFICE).filter(status=Review.Status.ANSWERED)
    return wrong.filter(finding=Review.Finding.WRONG).exclude(deputy__user=user)


def _objections(user, on):
    return Objection.objects.visible_to(user, roles=OFFICE).open().exclude(deputy__user=user)


def _declared(user, on):
    """What members declared for their duty files; nobody confirms their own."""
    return DutyEntry.objects.visible_to(user, roles=LEADER | OFFICE).waiting().exclude(deputy__user=user)


_REVIEWS = {"link": "group:question", "number": ("deputy__name",), "about": "about", "clause": "D8-五a"}

SOURCES = (
    Source(
        "file_activity",
        LEADER,
        _to_file,
        text=_("File the record of the group's activity with the office"),
        says=Case(When(returned_at__isnull=False, then=Value(_RETURNED)), default=Value(""), output_field=TextField()),
        texts={_RETURNED: _("Correct the record that the office returned, and file it again")},
        clause="D9-3",
        rule="report_rule",
        due="report_due_on",
        link="group:activity",
        button=pgettext_lazy("worklist", "To the record"),
        number=("group__name",),
        about="happened_on",
        listed_at=("group:activities", ""),
    ),
    Source(
        "answer_question",
        DEPUTY,
        _to_answer,
        text=_("Answer a question about your record"),
        button=pgettext_lazy("worklist", "Answer"),
        listed_at=("reports:my_records", ""),
        **{**_REVIEWS, "number": ()},
    ),
    Source(
        "settle_question",
        LEADER,
        _to_settle,
        text=_("Settle a question that a member has answered"),
        button=pgettext_lazy("worklist", "Read the answer"),
        listed_at=("reports:group", ""),
        **_REVIEWS,
    ),
    Source(
        "correct_record",
        OFFICE,
        _to_correct,
        text=_("Correct a record that its deputy says is wrong, then settle the question"),
        button=pgettext_lazy("worklist", "Read the answer"),
        listed_at=("admin:visits_review_changelist", "?status__exact=answered"),
        **_REVIEWS,
    ),
    Source(
        "answer_objection",
        OFFICE,
        _objections,
        text=_("Answer a deputy's objection to their record"),
        clause="D8-五b",
        link="admin:reports_objection_change",
        button=pgettext_lazy("worklist", "Answer"),
        number=("deputy__name",),
        about="about",
        listed_at=("admin:reports_objection_changelist", ""),
    ),
    Source(
        "confirm_duty_entry",
        LEADER | OFFICE,
        _declared,
        text=_("Confirm what a deputy has declared for the duty file"),
        clause="D8-五b",
        link="duty:entry",
        button=pgettext_lazy("worklist", "Confirm"),
        number=("deputy__name",),
        about="title",
        listed_at=("duty:entries", "?status=declared"),
    ),
)

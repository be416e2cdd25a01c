"""What a question says: a sentence that asks, why it is asked, what was answered."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from reports.hints.questions import Answer, Kind, Question
from reports.models import HintAnswer

MINUTE = timedelta(minutes=1)


def sentence(question: Question, contact) -> str:
    """The question as it is put; ``contact`` is one of its contacts, with its household."""
    n, about = len(question.contacts), question.about
    if question.kind == Kind.MANY:
        return _many(n, about)
    if question.kind == Kind.SAME:
        return _same(n, about, len(question.deputies))
    if question.kind == Kind.PHOTO:
        return _("%(n)d contacts show the same photo. Was it taken at one of them, or is it of all?") % {"n": n}
    facts = {"n": n, "household": contact.household, "day": about["named"]}
    if question.kind == Kind.NEVER:
        return (
            _(
                "%(household)s was never a contact household of this deputy, yet has contacts: %(n)d. "
                "Was another household meant, or is the designation not on record?"
            )
            % facts
        )
    return (
        _(
            "%(household)s was named a contact household on %(day)s; contacts of days before: %(n)d. "
            "Is a date wrong, or did the visits begin first?"
        )
        % facts
    )


def _many(n, about) -> str:
    minutes = max(1, -((about["began"] - about["ended"]) // MINUTE))
    day = f"{timezone.localtime(about['began']):%Y-%m-%d %H:%M}"
    facts = {"n": n, "minutes": minutes, "day": day}
    return (
        _("%(n)d contacts were written down within %(minutes)d min (from %(day)s). Were they copied from paper?")
        % facts
    )


def _same(n, about, deputies) -> str:
    facts = {"n": n, "days": about["days"], "deputies": deputies}
    if deputies > 1:
        return (
            _(
                "%(deputies)d deputies have the same text, word for word, in %(n)d contacts. "
                "Did they go together, or write from one draft?"
            )
            % facts
        )
    return (
        _(
            "%(n)d contacts on %(days)d days have the same text, word for word. "
            "Was it the same each time, or did an old text stay in the form?"
        )
        % facts
    )


def reason(question: Question) -> str:
    """Why it is asked, and what may be quite in order."""
    return {
        Kind.MANY: _(
            "Copying a notebook is proper, and so is what waited on a phone for a signal: such a contact says when it "
            "was written there. Then note it, and nothing is wrong."
        ),
        Kind.PHOTO: _("One gathering may be several contacts; a picture may also have been chosen by mistake."),
        Kind.SAME: _("Visits made together, or a matter that stays the same, are proper; then note it."),
        Kind.BEFORE: _("A household may be visited before it is named; the date on either record may be wrong, too."),
        Kind.NEVER: _("The household or the designation can be corrected on its own page."),
    }[question.kind]


def answered(answer: Answer) -> str:
    """What was found, and what was noted."""
    finding = HintAnswer.Finding(answer.finding)
    found = "" if finding == HintAnswer.Finding.OTHER else str(finding.label)
    return _("checked: %s") % "，".join(filter(None, [found, answer.note]))

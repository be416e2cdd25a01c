"""What is done to a matter on a page of its own: each verb with its form, its deed and its page."""

from collections.abc import Callable
from typing import NamedTuple

from constituents import actions, matter_forms, referral_forms, verb_forms

PLAIN = "constituents/verb_matter.html"


class Deed(NamedTuple):
    """One verb: its form, the action it calls, whether that wants the day, whether the form does, and its page."""

    form: type
    action: Callable
    dated: bool = False
    form_dated: bool = False
    template: str = PLAIN


class ReferralDeed(NamedTuple):
    """One verb about a referral: for the lead and for who assists it these are two lines of the table."""

    lead: str
    assisting: str
    form: type
    action: Callable
    dated: bool = True
    form_dated: bool = False


def _page(name):
    return f"constituents/verb_{name}.html"


_SAID = {"form": matter_forms.Said, "template": _page("said")}

PETITION = {
    "admit": Deed(verb_forms.Note, actions.admit),
    "decline": Deed(matter_forms.Decline, actions.decline, template=_page("decline")),
    "answer": Deed(action=actions.answer, **_SAID),
    "explain": Deed(action=actions.explain, **_SAID),
    "escalate": Deed(matter_forms.Escalate, actions.escalate),
    "route": Deed(matter_forms.Route, actions.route, dated=True, form_dated=True, template=_page("route")),
    "add_unit": Deed(matter_forms.AddUnit, actions.add_unit, dated=True),
    "hand_over": Deed(verb_forms.Note, actions.hand_over, dated=True),
    "forward": Deed(matter_forms.Forward, actions.forward, dated=True),
    "alarm": Deed(verb_forms.Reason, actions.alarm),
    "name_complained": Deed(
        matter_forms.NameComplained, actions.name_complained, dated=True, template=_page("name_complained")
    ),
    "release": Deed(verb_forms.Reason, actions.release),
    "merge": Deed(matter_forms.Merge, actions.merge, template=_page("merge")),
    "void": Deed(verb_forms.Reason, actions.void),
    "correct": Deed(matter_forms.Correct, actions.correct, template=_page("correct")),
    "attach": Deed(matter_forms.Attach, actions.attach),
    "feed_back": Deed(matter_forms.FeedBack, actions.feed_back, dated=True, template=_page("feed_back")),
    "judge": Deed(matter_forms.Judge, actions.judge, dated=True),
    "close": Deed(matter_forms.Close, actions.close),
    "reopen": Deed(verb_forms.Reason, actions.reopen),
}

REFERRAL = {
    "extend": ReferralDeed("extend", "extend", referral_forms.Extend, actions.extend),
    "refuse_time": ReferralDeed("refuse_time", "refuse_time", referral_forms.RefuseTime, actions.refuse_time, False),
    "pause": ReferralDeed("pause", "pause", referral_forms.Because, actions.pause),
    "resume": ReferralDeed("resume", "resume", referral_forms.TaskForm, actions.resume),
    "urge": ReferralDeed("urge", "urge", referral_forms.Urge, actions.urge),
    "recall": ReferralDeed("recall", "drop_unit", referral_forms.Because, actions.recall),
    "give_link": ReferralDeed("give_link", "give_link", referral_forms.GiveLink, actions.give_link, form_dated=True),
    "end_link": ReferralDeed("end_link", "end_link", referral_forms.TaskForm, actions.end_link, False),
    "reply": ReferralDeed("reply", "opinion", referral_forms.PaperReply, actions.reply, False, form_dated=True),
}


def inner(referral, verb) -> str:
    """The verb of the table of moves for a verb of ``REFERRAL``."""
    return getattr(REFERRAL[verb], referral.part)

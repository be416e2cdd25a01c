"""The forms of a unit that acts through a link: those of a unit's tasks, signed with a name and a telephone."""

from django.utils.translation import gettext_lazy as _

from constituents import task_forms
from constituents.verb_forms import line


class Signed(task_forms.TaskForm):
    """Who sends it: there is no account that would say so."""

    who = line(
        _("Your name"), longest=50, error_messages={"required": _("Please enter your name: the office may ask back.")}
    )
    phone = line(
        _("Your telephone"),
        longest=40,
        error_messages={"required": _("Please enter a telephone number on which the office can reach you.")},
    )

    def told(self):
        return {name: value for name, value in super().told().items() if name not in ("who", "phone")}


class Accept(Signed, task_forms.Accept):
    pass


class GiveBack(Signed, task_forms.GiveBack):
    pass


class Reply(Signed, task_forms.Reply):
    pass


class AskTime(Signed, task_forms.AskTime):
    pass


FORMS = {"accept": Accept, "reply": Reply, "ask_time": AskTime, "return": GiveBack}

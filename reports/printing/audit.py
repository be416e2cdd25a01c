"""Who is named on a paper in full, whether its printer has to say why, and the line about it in the trail."""

from django.core.exceptions import PermissionDenied

from constituents.models import Designation, Household
from office import papers, personal_data
from reports.printing.kinds import Asked, Form


def asks_why(form: Form, asked: Asked) -> bool:
    """Whether ``asked.user`` says why before a household's card is printed; raises PermissionDenied for who never may.

    A deputy prints the cards of the own households without a question. The papers of a matter are printed by those who
    handle it, and on record without a question.
    """
    if asked.is_blank or form.name != "visit_card" or _is_own(asked):
        return False
    view = personal_data.view_of(asked.user, Household)
    if view == personal_data.HIDDEN:
        raise PermissionDenied
    return view == personal_data.ASK


def _is_own(asked: Asked) -> bool:
    held = Designation.objects.on(asked.on).filter(deputy__user=asked.user)
    if asked.kind == "household":
        return held.filter(household=asked.row).exists()
    deputy = asked.row if asked.kind == "deputy" else asked.row.deputy
    return deputy.user_id is not None and deputy.user_id == asked.user.pk


def record(form: Form, asked: Asked, *, at, reason: str = "") -> None:
    """Write down that it was printed, once for each person on it."""
    if not form.names_a_person or asked.is_blank:
        return
    for row in _named(asked):
        papers.printed(row, paper=form.name, by=asked.user, at=at, reason=reason)


def _named(asked: Asked) -> list:
    if asked.kind == "deputy":
        held = Designation.objects.on(asked.on).filter(deputy=asked.row).select_related("household")
        return [one.household for one in held]
    if asked.kind == "visit":
        return [asked.row.household or asked.row]
    return [asked.row]

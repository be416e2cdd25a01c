"""How a move is made: the row is locked, the table asked, the step written down; each in the caller's transaction."""

from django.utils.translation import gettext as _

from constituents import moves
from constituents.models import EngagementEvent, PetitionEvent, SuggestionEvent
from office import audit
from office.roles import Role
from office.versions import lock

_EVENTS = {
    "petition": (PetitionEvent, "petition"),
    "suggestion": (SuggestionEvent, "suggestion"),
    "engagement": (EngagementEvent, "engagement"),
}


class CannotMove(Exception):
    """The move is not made; the text is for the person, ``field`` the input it is about where there is one."""

    field = None

    def __init__(self, text, field=None):
        super().__init__(text)
        self.field = field


class WrongState(CannotMove):
    """It does not stand where this can be done."""


class NotTheirs(CannotMove):
    """It is not for this person to do."""


def subject_of(row) -> str:
    return row._meta.model_name


def may_register(by, subject="petition", verb="register"):
    """Whether somebody may begin one; raises ``NotTheirs``."""
    if not (by.is_superuser or by.has_role(*moves.roles_for(by, moves.of(subject, verb)))):
        raise NotTheirs(refusal(by, subject, verb))


def claim(row, *verbs, by, seen=None):
    """The row, locked for one of these verbs: it stands where it may be done, by somebody who may do it.

    ``by`` None is the person whose matter it is. ``seen`` is the version with which the form was opened. Raises
    ``WrongState``, ``NotTheirs`` or ``office.versions.ChangedMeanwhile``.
    """
    subject = subject_of(row)
    lines = [move for verb in verbs for move in moves.of(subject, verb)]
    _check_role(row, lines, by)
    locked = lock(type(row)._default_manager.all(), row.pk, seen)
    standing = [move for move in lines if locked.status in move.sources]
    if not standing:
        words = {"state": locked.get_status_display(), "verb": moves.NAMES[verbs[0]]}
        raise WrongState(_("This stands at “%(state)s”: “%(verb)s” is not possible now.") % words)
    if len(standing) < len(lines):
        _check_role(row, standing, by)
    return locked


def _check_role(row, lines, by):
    roles = moves.roles_for(by, lines)
    if by is None:
        allowed = bool(roles)
    else:
        allowed = roles and type(row).objects.visible_to(by, roles=roles).filter(pk=row.pk).exists()
    if not allowed:
        raise NotTheirs(refusal(by, subject_of(row), lines[0].verb))


def refusal(by, subject, verb) -> str:
    """Why this is not for somebody to do; a deputy is told of D3-六j."""
    handling = any(move.handling for move in moves.of(subject, verb))
    if handling and by is not None and by.has_role(Role.DEPUTY):
        return _("Deputies see to it that a matter is dealt with; they do not handle it themselves (D3-六j, D5-四a).")
    return _("“%s” is not among what your role does here.") % moves.NAMES[verb]


def step(row, verb, *, by, at, note="", referral=None, detail=None, **columns):
    """Make the move of a locked row: its new state and columns, the step, and the line in the trail."""
    subject = subject_of(row)
    was, now = row.status, _target(row, subject, verb)
    for name, value in {**columns, "status": now}.items():
        setattr(row, name, value)
    row.changed("status", *columns)
    event, name = _EVENTS[subject]
    about = {} if referral is None else {"referral": referral}
    event.objects.create(**{name: row}, verb=verb, at=at, by=by, was=was, now=now, note=note, **about)
    audit.record(
        by=by, at=at, action=f"{subject}.{verb}", subject=row, detail={"was": was, "now": now, **(detail or {})}
    )
    return row


def begin(row, verb, *, by, at, note="", detail=None):
    """Write down the first step of a row that was just made."""
    subject = subject_of(row)
    event, name = _EVENTS[subject]
    event.objects.create(**{name: row}, verb=verb, at=at, by=by, now=row.status, note=note)
    audit.record(by=by, at=at, action=f"{subject}.{verb}", subject=row, detail=detail)
    return row


def _target(row, subject, verb) -> str:
    [target] = {move.target for move in moves.of(subject, verb) if row.status in move.sources}
    return target or row.status

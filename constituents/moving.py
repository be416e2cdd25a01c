"""How a move is made: the row is locked, the table asked, the step written down; each in the caller's transaction."""

from django.utils.translation import gettext as _

from constituents import moves
from constituents.models import EngagementEvent, Guest, PetitionEvent, SuggestionEvent
from office import audit
from office.roles import Role
from office.versions import lock

_EVENTS = {
    "petition": (PetitionEvent, "petition"),
    "suggestion": (SuggestionEvent, "suggestion"),
    "engagement": (EngagementEvent, "engagement"),
}


# What the next step of a row asks for: its number, and the place whose rules and offices are meant.
_PLACE = {"petition": ("station__jurisdiction",), "suggestion": ("jurisdiction",), "engagement": ()}


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

    ``by`` is a user, a ``Guest`` who holds a unit's link, or None: the person whose matter it is. ``seen`` is the
    version with which the form was opened. Raises ``WrongState``, ``NotTheirs`` or
    ``office.versions.ChangedMeanwhile``.
    """
    subject = subject_of(row)
    lines = [move for verb in verbs for move in moves.of(subject, verb)]
    try:
        locked = lock(_theirs(row, lines, by).select_related(*_PLACE[subject]), row.pk, seen)
    except type(row).DoesNotExist:
        raise NotTheirs(refusal(by, subject, verbs[0])) from None
    standing = [move for move in lines if locked.status in move.sources]
    if not standing:
        raise WrongState(not_now(locked, verbs[0]))
    if len(standing) < len(lines) and not _theirs(row, standing, by).filter(pk=row.pk).exists():
        raise NotTheirs(refusal(by, subject, standing[0].verb))
    return locked


def _theirs(row, lines, by):
    """The rows of its kind with which somebody may do one of these."""
    rows, roles = type(row).objects.all(), moves.roles_for(by, lines)
    if not roles:
        return rows.none()
    if isinstance(by, Guest):
        return rows.filter(pk__in=by.referrals().values(subject_of(row)))
    return rows if by is None else rows.visible_to(by, roles=roles)


def not_now(row, verb) -> str:
    """Why something cannot be done as a row stands."""
    words = {"state": row.get_status_display(), "verb": moves.NAMES[verb]}
    return _("This stands at “%(state)s”: “%(verb)s” is not possible now.") % words


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
    user, who, through = signature(by)
    event.objects.create(**{name: row}, verb=verb, at=at, by=user, who=who, was=was, now=now, note=note, **about)
    told = {"was": was, "now": now, **through, **(detail or {})}
    audit.record(by=user, at=at, action=f"{subject}.{verb}", subject=row, detail=told)
    return row


def signature(by) -> tuple:
    """How somebody signs: the user; for who acts through a link the name that they gave, and which link it was."""
    return (None, by.words, {"link": by.link.pk}) if isinstance(by, Guest) else (by, "", {})


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

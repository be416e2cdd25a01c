"""Who is told of what is asked and decided about a turn, in the inbox of the system itself."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from liaison_stations.models import TurnRequest
from office.audiences import offices
from office.models import User
from office.notices import tell


def told_of_question(row: TurnRequest, *, at):
    """The deputy who is asked; the congress offices where it is about leave, or where that deputy has no sign-in."""
    to_office = row.kind == TurnRequest.Kind.LEAVE or row.to_deputy.user_id is None
    asked = offices(row.reception.station.jurisdiction) if to_office else User.objects.filter(deputy=row.to_deputy_id)
    words = {"who": row.deputy, "what": row.get_kind_display(), **_where(row.reception)}
    text = _("%(who)s asks for %(what)s: reception on %(day)s at %(station)s. Please answer.") % words
    _tell(asked, row.reception, key=f"turn.asked:{row.pk}", text=text, at=at)


def told_of_answer(row: TurnRequest, *, at):
    """Whoever asked; and who stands in for a deputy on leave, for it is their turn now."""
    words = {"what": row.get_kind_display(), "answer": row.get_state_display(), **_where(row.reception)}
    text = _("Your request (%(what)s) for the reception on %(day)s at %(station)s: %(answer)s.") % words
    _tell(User.objects.filter(pk=row.asked_by_id), row.reception, key=f"turn.answered:{row.pk}", text=text, at=at)
    if row.kind == TurnRequest.Kind.LEAVE and row.duty_id:
        text = _("It is your turn at the reception on %(day)s at %(station)s. Please confirm.") % _where(row.reception)
        stand_in = User.objects.filter(deputy=row.to_deputy_id)
        _tell(stand_in, row.reception, key=f"turn.stand_in:{row.pk}", text=text, at=at)


def told_of_cancellation(reception, *, at):
    """The deputies whose turn it was, and the people of the station."""
    turns = Q(deputy__reception_duties__reception=reception)
    people = User.objects.filter(turns | Q(posts__station=reception.station_id))
    text = _("The reception on %(day)s at %(station)s is cancelled.") % _where(reception)
    _tell(people, reception, key=f"reception.cancelled:{reception.pk}", text=text, at=at)


def _where(reception) -> dict:
    return {"day": reception.planned_on.isoformat(), "station": reception.station}


def _tell(users, reception, *, key, text, at):
    link = reverse("stations:reception", args=[reception.pk])
    tell(users.filter(is_active=True).distinct(), key=key, text=text, link=link, at=at, kind="rota")

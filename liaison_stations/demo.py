"""The rota of the demo county: recurrences at every station, and the receptions that come of them."""

from datetime import date, timedelta

from deputies.models import Deputy
from liaison_stations import actions
from liaison_stations.models import ReceptionDuty, Station, TurnRequest
from office.models import User

_OPEN = "工作日 9:00—11:30，14:30—17:00"
_TOPICS = "农村饮水安全和村道养护"


def add_rota(*, by, at, on: date):
    """Generate this year and the next by the hours that the list of stations names.

    The nearest notices are posted, and a deputy asks for leave. ``by`` is the county office. Receptions that stand
    already are kept, so this may be called after others were made.
    """
    Station.objects.filter(opening_hours="").update(opening_hours=_OPEN)
    for year in (on.year, on.year + 1):
        actions.generate(by=by, at=at, on=on, year=year, stations=Station.objects.all())
    _announce(by, at, on)
    _ask_leave(at, on)


def _announce(by, at, on):
    """The notices of the coming three weeks hang, but for every third; their deputies have confirmed."""
    coming = ReceptionDuty.objects.filter(
        reception__planned_on__range=(on, on + timedelta(days=21)), reception__notice_posted_on=None
    )
    told = sorted(set(coming.values_list("reception", flat=True)))
    for n, pk in enumerate(told):
        if n % 3:
            actions.post_notice(pk, by=by, at=at, on=on, topics=_TOPICS)
            for duty in ReceptionDuty.objects.filter(reception=pk):
                actions.confirm_turn(duty.pk, by=by, at=at, on=on)


def _ask_leave(at, on):
    """The last deputy with a sign-in who has a turn still to come asks to be excused from it."""
    ahead = ReceptionDuty.objects.filter(reception__planned_on__gt=on, deputy__in=Deputy.objects.exclude(user=None))
    duty = ahead.select_related("deputy").order_by("-deputy", "reception__planned_on").first()
    if duty and not TurnRequest.objects.filter(duty=duty).exists():
        user = User.objects.get(pk=duty.deputy.user_id)
        actions.ask_leave(duty.pk, by=user, at=at, on=on, reason="当天到市里参加培训")

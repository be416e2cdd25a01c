"""Who is signed in, from where and for how long: sessions in a table of the office's own (``SESSION_ENGINE``).

One ends when its row is gone, when nobody did anything for too long, after a working day, or with the browser.
"""

import re
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from office import audit, clock
from office.models import Session
from office.roles import ADMINISTRATORS, Role

SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is known when somebody was last seen: one write a minute, not one a page."""


class SessionStore(DatabaseStore):
    """Django's sessions in the database, with whose they are and since when."""

    def __init__(self, session_key=None):
        super().__init__(session_key)
        self.about = {}

    @classmethod
    def get_model_class(cls):
        return Session

    def _get_session_from_db(self):
        row = super()._get_session_from_db()
        if row is None or row.is_over(clock.now()):
            self._session_key = None
            return None
        self.about = {name: getattr(row, name) for name in ("began_at", "seen_at", "idle_minutes", "ip", "agent")}
        return row

    def create_model_instance(self, data):
        row = super().create_model_instance(data)
        now = clock.now()
        first = {"began_at": now, "seen_at": now, "idle_minutes": settings.SESSION_IDLE_MINUTES}
        for name, value in {**first, **self.about}.items():
            setattr(row, name, value)
        row.user_id = data.get(SESSION_KEY)
        return row

    def begin(self, *, user, ip, agent, at):
        """What is known of a session that somebody has just signed in to."""
        self.about = {"began_at": at, "seen_at": at, "idle_minutes": idle_minutes(user), "ip": ip[:45]}
        self.about["agent"] = agent[:200]
        self.modified = True

    def seen(self, at):
        """Somebody did something."""
        if "seen_at" in self.about and at - self.about["seen_at"] >= SEEN_EVERY:
            Session.objects.filter(pk=self.session_key).update(seen_at=at)


def idle_minutes(user) -> int:
    """How long this person may do nothing: who keeps the system or the county's records, not as long as others."""
    if user.is_superuser or user.has_role(Role.COUNTY_OFFICE, *ADMINISTRATORS):
        return settings.SESSION_IDLE_MINUTES_ADMINISTRATORS
    return settings.SESSION_IDLE_MINUTES


def of(user, *, at) -> list[Session]:
    """The sessions of a person that last, the newest first."""
    rows = Session.objects.filter(user=user, expire_date__gt=at).order_by("-began_at")
    return [row for row in rows if not row.is_over(at)]


def end(*, user, by, at, keys=None, but=None) -> int:
    """End sessions of a person: those with these keys, or all; the one with the key ``but`` goes on."""
    rows = Session.objects.filter(user=user).exclude(pk=but)
    gone = (rows if keys is None else rows.filter(pk__in=keys)).delete()[0]
    if gone:
        audit.record(by=by, at=at, action="sign_in.ended", subject=user, detail={"sessions": gone})
    return gone


def keep_newest(*, user, own, at):
    """Of a person's sessions no more go on than are allowed; who signs in last (in the session ``own``) is in."""
    others = [row.pk for row in of(user, at=at) if row.pk != own]
    surplus = others[settings.SESSIONS_AT_ONCE - 1 :]
    if surplus:
        end(user=user, by=user, at=at, keys=surplus)


def forget(*, at):
    """Delete what is over."""
    Session.objects.filter(expire_date__lt=at).delete()


_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("MicroMessenger", gettext_lazy("WeChat")),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


def device(agent: str) -> str:
    """A browser as its owner would know it again: ``Android · Chrome``."""
    names = [next((name for sign, name in signs if re.search(sign, agent)), "") for signs in (_SYSTEMS, _BROWSERS)]
    return " · ".join(str(name) for name in names if name) or _("unknown device")

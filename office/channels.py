"""The ways out of the house: none unless the environment names one. Each sends one message or raises.

Mail goes to a person, through ``EMAIL_URL``. ``NOTICE_URLS`` lead to rooms: the robots of WeCom, DingTalk and Feishu,
or an address that takes JSON; they are apprise's addresses (wecombot://KEY, dingtalk://TOKEN, feishu://TOKEN,
jsons://HOST/PATH). An address is a secret: it is shown nowhere, a message knows its room by a sign that tells nothing.
"""

import json
import logging
import re
import threading
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import send_mail
from django.utils.crypto import salted_hmac

from office.models import Outbox

EMAIL, WEBHOOK = Outbox.Channel.EMAIL, Outbox.Channel.WEBHOOK
SUBJECT = 60
"""Characters of a message that stand as its subject."""
NAMES = {"wecombot": "企业微信", "dingtalk": "钉钉", "feishu": "飞书", "lark": "Lark", "json": "JSON", "jsons": "JSON"}
_one_at_a_time = threading.Lock()


class NotSent(Exception):
    """The channel did not take the message; the text says why."""


class Way(NamedTuple):
    """One way out: what kind, the sign of its room (empty: it leads to persons), and what it is called."""

    channel: Outbox.Channel
    room: str
    name: str


def configured() -> list[Way]:
    """The ways that the environment names (EMAIL_URL, NOTICE_URLS)."""
    mail = [Way(EMAIL, "", str(EMAIL.label))] if settings.NOTICE_BY_EMAIL else []
    return mail + [Way(WEBHOOK, _sign(url), _name(url)) for url in settings.NOTICE_URLS]


def _sign(url) -> str:
    return salted_hmac("office.channels", url).hexdigest()[:10]


def _name(url) -> str:
    """What a room is called; of an address of the office's own, its host as well."""
    parts = urlsplit(url)
    name = NAMES.get(parts.scheme, parts.scheme)
    return f"{name} · {parts.hostname}" if parts.scheme in ("json", "jsons") else name


def reaches(user) -> bool:
    """Whether a person can be written to: in service and with an address."""
    return user.is_active and bool(user.email)


def send(message: Outbox, text: str) -> None:
    """Send ``text`` now where a message goes.

    Raises whatever went wrong; then it was not sent, or nobody knows whether it was.
    """
    if message.channel == EMAIL and settings.NOTICE_BY_EMAIL:
        return _by_email(message, text)
    urls = {_sign(url): url for url in settings.NOTICE_URLS}
    url = urls.get(message.payload.get("room")) if message.channel == WEBHOOK else None
    if url is None:
        raise NotSent("the channel is not configured")
    return _to_room(url, text)


def _by_email(message, text):
    if not reaches(message.user):
        raise NotSent("the person has no address")
    send_mail(text.partition("\n")[0][:SUBJECT], text, None, [message.user.email])


def _to_room(url, text):
    import apprise  # late: it is heavy, and needed only where a room is configured

    room = apprise.Apprise.instantiate(url, suppress_exceptions=True)
    if room is None:
        raise NotSent("the address in NOTICE_URLS cannot be read")
    with _one_at_a_time, apprise.LogCapture(level=logging.WARNING, fmt="%(message)s") as said, _answers() as answers:
        taken = room.notify(body=text)
    if not taken:
        raise NotSent(_without_secrets(said.getvalue(), url) or "the channel did not take it")
    for refusal in filter(None, map(_refusal, answers)):
        raise NotSent(_without_secrets(refusal, url))


@contextmanager
def _answers():
    """What was answered meanwhile: the library takes every 200 for a yes, and a robot says its no inside one."""
    import requests

    heard, post = [], requests.post

    def listening(*args, **kwargs):
        answer = post(*args, **kwargs)
        heard.append(answer.content[:10_000])
        return answer

    requests.post = listening
    try:
        yield heard
    finally:
        requests.post = post


def _refusal(answer: bytes) -> str:
    try:
        told = json.loads(answer)
    except ValueError:
        return ""
    told = told if isinstance(told, dict) else {}
    number = told.get("errcode") or told.get("code")
    return f"{number} {told.get('errmsg') or told.get('msg') or ''}".strip() if number else ""


def _without_secrets(text, url) -> str:
    """What the library said, without the parts of the address."""
    for part in re.split(r"[/?&=:@]+", url)[1:]:
        text = text.replace(part, "…") if len(part) >= 8 else text
    return " ".join(text.split())

"""The ways out of the house: none unless the environment names one. Each sends one message or raises."""

import json
from urllib.request import Request, urlopen

from django.conf import settings
from django.core.mail import send_mail

from office.models import Outbox

EMAIL, WEBHOOK = Outbox.Channel.EMAIL, Outbox.Channel.WEBHOOK

TO_A_PERSON = {EMAIL}
"""The others lead to a room, such as a group of the office's messenger, and say a thing once for all."""
PATIENCE = 5
"""Seconds that a channel has to answer."""
SUBJECT = 60
"""Characters of a message that stand as its subject."""


class NotSent(Exception):
    """The channel did not take the message; the text says why."""


def configured() -> list[Outbox.Channel]:
    """The channels that the environment names (EMAIL_URL, NOTICE_WEBHOOK)."""
    named = {EMAIL: settings.NOTICE_BY_EMAIL, WEBHOOK: settings.NOTICE_WEBHOOK}
    return [channel for channel, there in named.items() if there]


def reaches(user) -> bool:
    """Whether a person can be written to: in service and with an address."""
    return user.is_active and bool(user.email)


def send(message: Outbox) -> None:
    """Send one message now. Raises whatever went wrong; then it was not sent, or nobody knows whether it was."""
    if message.channel not in configured():
        raise NotSent("the channel is not configured")
    {EMAIL: _by_email, WEBHOOK: _to_webhook}[message.channel](message)


def _by_email(message):
    if not reaches(message.user):
        raise NotSent("the person has no address")
    text = message.payload["text"]
    send_mail(text[:SUBJECT], text, None, [message.user.email])


def _to_webhook(message):
    """The form that the robots of WeCom and DingTalk take; a refusal is a number in an answer that says 200."""
    content = {"msgtype": "text", "text": {"content": message.payload["text"]}}
    request = Request(settings.NOTICE_WEBHOOK, json.dumps(content).encode(), {"Content-Type": "application/json"})
    with urlopen(request, timeout=PATIENCE) as response:
        answer = response.read(10_000)
    if refusal := _refusal(answer):
        raise NotSent(refusal)


def _refusal(answer: bytes) -> str:
    try:
        told = json.loads(answer)
    except ValueError:
        return ""
    number = told.get("errcode") if isinstance(told, dict) else None
    return f"{number} {told.get('errmsg', '')}" if number else ""

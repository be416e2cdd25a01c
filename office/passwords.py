"""What a password must be (``AUTH_PASSWORD_VALIDATORS``): long, mixed, not guessable by who knows the person, and new.

What is typed is never cut or altered: a pasted password, a long one and one in Chinese are as good as any.
"""

import re
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from office import clock
from office.models import PastPassword
from office.roles import ADMINISTRATORS, Role

LEAST, LEAST_ADMINISTRATOR, MOST = 12, 15, 128
KINDS = 3
BARRED = 5
"""So many passwords back none is taken again."""
LEFT = 8
"""So many signs must be left when all that is easily guessed is taken away."""
WORDS = [
    "人大常委会",
    "人大代表",
    "代表工委",
    "人大",
    "代表",
    "常委会",
    "联络站",
    "接待",
    "密码",
    "deputy",
    "liaison",
    "congress",
    "office",
    "password",
    "passw0rd",
    "admin",
    "administrator",
    "welcome",
    "renda",
    "daibiao",
    "changweihui",
    "lianluo",
    "mima",
    "12345678",
    "123456",
    "87654321",
    "654321",
    "qwerty",
    "asdfgh",
    "abcdef",
    "888888",
    "666666",
    "000000",
]
_LOWER, _UPPER, _DIGIT = re.compile("[a-z]"), re.compile("[A-Z]"), re.compile("[0-9]")
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_SIGN = re.compile("[^a-zA-Z0-9\u3400-\u9fff\U00020000-\U0003ffff]")


def is_administrator(user) -> bool:
    """Whether more is asked of this person's password: the three administrators, and the county office they may be."""
    return user.is_superuser or bool(user.pk and user.has_role(Role.COUNTY_OFFICE, *ADMINISTRATORS))


def least(user=None) -> int:
    return LEAST_ADMINISTRATOR if user is not None and is_administrator(user) else LEAST


class Length:
    """Long enough, and short enough to be hashed in time."""

    def validate(self, password, user=None):
        if len(password) < least(user):
            raise ValidationError(_("At least %d characters.") % least(user))
        if len(password) > MOST:
            raise ValidationError(_("At most %d characters.") % MOST)

    def get_help_text(self):
        return _("At least %(least)d characters (county office and administrators: %(more)d), at most %(most)d.") % {
            "least": LEAST,
            "more": LEAST_ADMINISTRATOR,
            "most": MOST,
        }


class Mixed:
    """Three of four kinds of signs; Chinese characters, of which there are thousands, count as two."""

    def validate(self, password, user=None):
        kinds = sum(bool(kind.search(password)) for kind in (_LOWER, _UPPER, _DIGIT, _SIGN))
        if kinds + 2 * bool(_HAN.search(password)) < KINDS:
            raise ValidationError(self.get_help_text())

    def get_help_text(self):
        return _(
            "Three of these four: capital letters, small letters, digits, other signs. Chinese characters count as two."
        )


class NotGuessable:
    """Without the office's words and the person's own names there must be something left."""

    def validate(self, password, user=None):
        left = password.lower()
        own = [user.username, user.name, user.phone] if user is not None else []
        for word in sorted({*WORDS, *(one.lower() for one in own if one)}, key=len, reverse=True):
            left = left.replace(word, "")
        if len(left) < LEFT:
            raise ValidationError(
                _("Too easily guessed: names, telephone numbers and words of the office do not count.")
            )

    def get_help_text(self):
        return _("Not made of your name, your telephone number or words of the office.")


class NotUsedBefore:
    """None of the last passwords; it is here that they are remembered."""

    def validate(self, password, user=None):
        past = PastPassword.objects.filter(user=user).order_by("-id")[:BARRED] if user and user.pk else ()
        if any(check_password(password, one.hash) for one in past):
            raise ValidationError(_("You have had this password before. Please choose another."))

    def password_changed(self, password, user=None):
        PastPassword.objects.create(user=user, hash=user.password, at=clock.now())
        kept = PastPassword.objects.filter(user=user).order_by("-id")[:BARRED].values("pk")
        PastPassword.objects.filter(user=user).exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()

    def get_help_text(self):
        return _("None of your last %d passwords.") % BARRED


def is_due(user, *, at) -> bool:
    """Whether a new password must be chosen before anything else: a first one, or one that is too old."""
    if user.must_change_password:
        return True
    days = settings.PASSWORD_MAX_AGE_ADMINISTRATORS if is_administrator(user) else settings.PASSWORD_MAX_AGE
    latest = PastPassword.objects.filter(user=user).order_by("-id").first()
    return bool(days and latest and at >= latest.at + timedelta(days=days))

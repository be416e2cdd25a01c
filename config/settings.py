"""All settings. Everything that differs between two installations comes from the environment.

Without any variable this is the embedded system: SQLite and a worker without Redis, below ``var/``.
"""

import sys
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.management.utils import get_random_secret_key
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from config import admin_menu

BASE_DIR = Path(__file__).resolve().parent.parent
TESTING = "pytest" in sys.modules

env = environ.Env()
env.read_env(BASE_DIR / ".env")
VAR_DIR = Path(env("VAR_DIR", default=BASE_DIR / "var"))


def _kept_secret_key():
    """The embedded system's own key: made at the first start, kept for the next ones."""
    file = VAR_DIR / "secret.key"
    if not file.exists():
        VAR_DIR.mkdir(exist_ok=True)
        file.write_text(get_random_secret_key())
        file.chmod(0o600)
    return file.read_text().strip()


SECRET_KEY = env("SECRET_KEY", default="") or _kept_secret_key()
# Signs the lines of the audit trail; a key of its own, so that SECRET_KEY can change (see office/audit.py).
AUDIT_KEY = env("AUDIT_KEY", default="") or SECRET_KEY
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
REDIS_URL = env("REDIS_URL", default="")

# Shown in the header and on printed forms; the wording of the law since 2025 (Art. 12).
OFFICE_NAME = env("OFFICE_NAME", default="人大常委会代表工作委员会")
# Folders with the office's own fonts (方正小标宋, 仿宋, 楷体), which printed papers then are set in; see office/pdf.py.
FONT_DIRS = env.list("FONT_DIRS", default=[])
PAPER_TEMPLATES = BASE_DIR / "templates" / "paper"

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "office.apps.AdminSiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_include_bootstrap",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "office",
    "deputies",
    "liaison_stations",
    "constituents",
    "visits",
    "reports",
]

MIDDLEWARE = [
    # What writes headers stands first: static files, refusals and faults have them too.
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "office.middleware.headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "office.middleware.refuse_broken_text",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "office.middleware.seen",
    "office.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "office.middleware.policy",
    "office.middleware.refuse_broken_forms",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "office.menu.menu",
                "office.menu.bell",
                "csp.context_processors.nonce",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

DATABASES = {"default": env.db_url_config(env("DATABASE_URL", default="") or f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a transaction takes the write lock at its start, so nobody fails half-way (see docs).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;",
    }
    # Threads of a test share one file; a database in memory has only one connection.
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["OPTIONS"] = {
        # Compiling a statement of many small parts takes longer than running it: no JIT.
        "options": "-c statement_timeout=60s -c lock_timeout=20s -c idle_in_transaction_session_timeout=60s -c jit=off"
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

AUTH_USER_MODEL = "office.User"
AUTHENTICATION_BACKENDS = ["office.people.People"]
LOGIN_URL = reverse_lazy("office:sign_in")
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = reverse_lazy("office:home")
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"office.passwords.{name}"} for name in ("Length", "Mixed", "NotGuessable", "NotUsedBefore")
] + [{"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"}]
# Days until a new password is asked for; 0: never.
PASSWORD_MAX_AGE = env.int("PASSWORD_MAX_AGE", default=180)
PASSWORD_MAX_AGE_ADMINISTRATORS = env.int("PASSWORD_MAX_AGE_ADMINISTRATORS", default=90)
# So many wrong passwords for a name from one address, and it is shut for so long.
SIGN_IN_TRIES = env.int("SIGN_IN_TRIES", default=5)
SIGN_IN_LOCK_MINUTES = env.int("SIGN_IN_LOCK_MINUTES", default=30)

SESSION_ENGINE = "office.sessions"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=30)
SESSION_IDLE_MINUTES_ADMINISTRATORS = env.int("SESSION_IDLE_MINUTES_ADMINISTRATORS", default=15)
SESSIONS_AT_ONCE = env.int("SESSIONS_AT_ONCE", default=3)
SESSION_COOKIE_AGE = 8 * 60 * 60

# What a browser is told with every answer. Nothing comes from elsewhere, and nothing runs that stands in a page.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "blob:", "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}
RESPONSE_HEADERS = {
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), usb=(), payment=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}
X_FRAME_OPTIONS = "DENY"

CSRF_FAILURE_VIEW = "office.views.form_expired"

# HTTPS=true: only so can this site be reached, and its cookies travel only so. __Host-: no neighbour can set them.
HTTPS = env.bool("HTTPS", default=False)
_COOKIES = "__Host-{}" if HTTPS else "{}"
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = map(
    _COOKIES.format, ("sessionid", "csrftoken", "language")
)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# Who must show a code from their phone as well: administrators (with the county office), everybody or nobody.
REQUIRE_SECOND_FACTOR = env("REQUIRE_SECOND_FACTOR", default="administrators" if HTTPS else "nobody")
OTP_TOTP_ISSUER = "代表联络"  # short: it makes the picture larger
OTP_TOTP_THROTTLE_FACTOR = 0  # wrong codes are counted in office/second_factor.py
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# Ways out of the house for notices; without a name here everything stays in the inbox (see office/channels.py).
NOTICE_BY_EMAIL = bool(env("EMAIL_URL", default=""))
if NOTICE_BY_EMAIL:
    _mail = env.email_url("EMAIL_URL")
    vars().update(_mail)
    DEFAULT_FROM_EMAIL = env("EMAIL_FROM", default=_mail["EMAIL_HOST_USER"])
EMAIL_TIMEOUT = 10
NOTICE_URLS = env.list("NOTICE_URLS", default=[])
# On working days only, between these hours; what is urgent at once (see office/working_hours.py).
NOTICE_HOURS = env("NOTICE_HOURS", default="8:30-17:30")

# How many proxies of our own stand before this server; 0: the peer's own address counts (see office/attempts.py).
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Once a month personal data whose time is over are erased by themselves (see reports/persons/retention.py).
RETENTION_MONTHLY = env.bool("RETENTION_MONTHLY", default=False)

CELERY_TASK_ALWAYS_EAGER = env.bool("CELERY_TASK_ALWAYS_EAGER", default=TESTING)

UNFOLD = {
    "SITE_TITLE": _("Deputy liaison"),
    "SITE_HEADER": _("Deputy liaison"),
    "SITE_SUBHEADER": OFFICE_NAME,
    "SITE_SYMBOL": "account_balance",
    "SHOW_HISTORY": True,
    "SHOW_LANGUAGES": True,
    "SHOW_VIEW_ON_SITE": False,
    "SITE_URL": None,
    "THEME": "light",
    "BORDER_RADIUS": "6px",
    "COLORS": admin_menu.COLORS,
    "STYLES": [admin_menu.styles],
    "SITE_FAVICONS": [{"rel": "icon", "href": admin_menu.icon, "type": "image/svg+xml"}],
    "SIDEBAR": {"navigation": admin_menu.MENU},
    "DASHBOARD_CALLBACK": "reports.dashboard.overview",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING" if TESTING else "INFO"},
}

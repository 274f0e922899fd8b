"""Django's settings: addresses and secrets from the environment, the rest from `opsboard.toml`."""

import os
import secrets
import sys
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent
STATE = Path(os.environ.get("OPSBOARD_STATE", ROOT / ".state"))
DEMO = os.environ.get("OPSBOARD_DEMO") == "1"
# These open no deployment; they may do without one, with the demo's file and a key of no use.
OPENS_NOTHING = ("check", "ci", "collectstatic", "demo", "makemigrations", "score", "test")


def deployment() -> tuple[Path, str]:
    """The file and the signing key. Nothing stands in for them: work on a firm's database under
    another's file, or sessions under a key that others know, would be worse than no start."""
    given = {name: os.environ.get(name) for name in ("OPSBOARD_CONFIG", "OPSBOARD_SECRET_KEY")}
    missing = [name for name, one in given.items() if not one]
    harmless = sys.argv[1:2] and sys.argv[1] in OPENS_NOTHING and "--deploy" not in sys.argv
    if missing and not (DEMO or harmless):
        raise ImproperlyConfigured(
            f"{' and '.join(missing)} must be set in the environment: OPSBOARD_CONFIG names your"
            " opsboard.toml, OPSBOARD_SECRET_KEY is 50 random characters or more"
        )
    config, key = given.values()
    return Path(config or ROOT / "deploy" / "demo.toml"), key or secrets.token_urlsafe(48)


CONFIG, SECRET_KEY = deployment()


def database(url: str) -> dict:
    """Django's DATABASES entry for a PostgreSQL address; a socket folder may stand in `?host=`."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "opsboard",
        "USER": unquote(parts.username or query.pop("user", "")),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.pop("host", "") or parts.hostname or ""),
        "PORT": str(parts.port or query.pop("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"application_name": "opsboard", **query},
    }


DEBUG = False
ALLOWED_HOSTS = os.environ.get("OPSBOARD_HOSTS", "localhost 127.0.0.1 [::1]").split()
CSRF_TRUSTED_ORIGINS = os.environ.get("OPSBOARD_ORIGINS", "").split()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django_rq",
    "django_htmx",
    "opsboard.ui",
    "opsboard.people",
    "opsboard.audit",
    "opsboard.sync",
    "opsboard.records",
    "opsboard.traces",
    "opsboard.controls",
    "opsboard.exceptions",
    "opsboard.alerts",
    "opsboard.boards",
    "opsboard",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "opsboard.ui.security.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "opsboard.urls"
WSGI_APPLICATION = "opsboard.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "opsboard.ui.context.sheet",
            ],
            "builtins": ["opsboard.ui.templatetags.board"],
        },
    }
]

DATABASES = {"default": database(os.environ.get("DATABASE_URL", "postgresql:///opsboard"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.Person"
LOGIN_URL = "people:sign_in"
LOGIN_REDIRECT_URL = "boards:today"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

REDIS_URL = os.environ.get("REDIS_URL", "redis://localhost:6379/0")
RQ_QUEUES = {"default": {"URL": REDIS_URL, "DEFAULT_TIMEOUT": 3600}}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = STATE / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
HTTPS = os.environ.get("OPSBOARD_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0

SMTP_URL = os.environ.get("OPSBOARD_SMTP_URL", "smtp://localhost:25")
ADDRESS = os.environ.get("OPSBOARD_ADDRESS", "http://localhost:8000")
MAIL_FROM = os.environ.get("OPSBOARD_MAIL_FROM", "opsboard@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("OPSBOARD_LOG", "WARNING")},
}
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W012", "security.W016"]

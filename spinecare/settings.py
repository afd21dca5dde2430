"""One file of settings, read from the environment; docs/operations.md lists every variable.

`SPINECARE_MODE` is `production` wherever a DATABASE_URL is given, else `development`: a private
PostgreSQL and Redis under .local/ and a secret key made on the spot. `demo` adds the demo people.
"""

import base64
import hashlib
import ssl
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import environ
import pghistory
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from spinecare import embedded, error_reports
from spinecare.logs import logging_at, set_up_lines
from spinecare.production import in_clear, refusals
from spinecare.schedule import schedule
from spinecare.secret import Values, local_secret_key, throwaway_keys, with_password

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()
env.ENVIRON = (
    Values()
)  # SECRET_KEY_FILE names a file that holds SECRET_KEY, and so for each variable

# --- What this process is -------------------------------------------------------------------

DATABASE_URL = env.str("DATABASE_URL", default="")
MODE = env.str("SPINECARE_MODE", default="") or ("production" if DATABASE_URL else "development")
if MODE not in {"development", "demo", "production"}:
    raise ImproperlyConfigured(f"SPINECARE_MODE is {MODE!r}; give development, demo or production.")
DEMO = MODE == "demo"
PRODUCTION = MODE == "production"
DEBUG = env.bool("DEBUG", default=False)

VERSION = env.str(
    "SPINECARE_VERSION", default="development"
)  # an image knows what it was built from

# Beat and migrate sign and open nothing: they are given no keys, and make some that nothing else knows.
own_key, own_mfa_keys = throwaway_keys(env.str("SPINECARE_PART", default=""))
SECRET_KEY = env.str("SECRET_KEY", default=own_key)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1"])
MFA_KEYS = env.list("MFA_KEYS", default=own_mfa_keys)
REDIS_URL = with_password(env.str("REDIS_URL", default=""), env.str("REDIS_PASSWORD", default=""))
# The written exception to TLS: database and Redis are on a network that is this machine's alone.
PRIVATE_NETWORK = env.bool("PRIVATE_NETWORK", default=False)
if PRODUCTION and (
    reasons := refusals(
        debug=DEBUG,
        secret_key=SECRET_KEY,
        hosts=ALLOWED_HOSTS,
        mfa_keys=MFA_KEYS,
        redis_url=REDIS_URL,
        open_lines=[]
        if PRIVATE_NETWORK
        else in_clear(database_url=DATABASE_URL, redis_url=REDIS_URL),
    )
):
    raise ImproperlyConfigured("Production does not start.\n" + "\n".join(reasons))
SECRET_KEY = SECRET_KEY or local_secret_key(BASE_DIR / ".local")
MFA_KEYS = MFA_KEYS or [
    base64.urlsafe_b64encode(hashlib.sha256(b"mfa" + SECRET_KEY.encode()).digest()).decode()
]
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")

# --- What it is made of ---------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_htmx",
    "django_structlog",
    "pgtrigger",
    "pghistory",
    "template_partials",
    # Before the apps below, so that its publish_protocol, which knows patients, is the one that runs.
    "spinecare",
    "accounts",
    "pathway",
    "patients",
    "scheduling",
    "exchange",
]
if find_spec("django_linear_migrations"):  # a tool of development: two new migrations clash in git
    INSTALLED_APPS.append("django_linear_migrations")

MIDDLEWARE = [
    "accounts.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "spinecare.metrics.Measured",
    "spinecare.logs.RequestLog",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.Person",
    "accounts.middleware.HistoryContext",
    "accounts.middleware.LoginRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "spinecare.retry.Retry",
]

ROOT_URLCONF = "spinecare.urls"
WSGI_APPLICATION = "spinecare.wsgi.application"
FORM_RENDERER = "spinecare.rendering.FormRenderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["accounts.templatetags.bound_forms"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.house",
            ],
        },
    },
]

# --- Data -----------------------------------------------------------------------------------

DATABASES = {"default": env.db_url_config(DATABASE_URL or embedded.database_url(BASE_DIR))}
DATABASES["default"] |= {
    "PASSWORD": env.str("DATABASE_PASSWORD", default="") or DATABASES["default"]["PASSWORD"],
    # A connection per request would triple the cost of one; the sweep's workers keep theirs too.
    "CONN_MAX_AGE": 600,
    "CONN_HEALTH_CHECKS": True,
    "ATOMIC_REQUESTS": False,
}
# A server that is away, or a line that is dead, is an error after seconds; what one page asks has an end too
# (spinecare/wsgi.py), what a job or a migration asks may take its time.
STATEMENT_TIMEOUT = env.str("STATEMENT_TIMEOUT", default="0")
SESSION_SETTINGS = {
    "jit": "off",
    # Pages of tables lie in memory or on a drive without a head: an index that holds all that is asked for is
    # read rather than the whole table (a search by name).
    "random_page_cost": "1.1",
    "lock_timeout": "5s",
    "statement_timeout": STATEMENT_TIMEOUT,
}
# PgBouncer takes no settings from who calls: they are set once it has answered (spinecare/database).
POOLED = env.bool("DATABASE_POOLED", default=False)
if not POOLED:
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = " ".join(
        f"-c {name}={value}" for name, value in SESSION_SETTINGS.items()
    )
DATABASES["default"].setdefault("OPTIONS", {}).update(
    connect_timeout=5,
    keepalives_idle=20,
    keepalives_interval=5,
    keepalives_count=3,
    tcp_user_timeout=15_000,
)
if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured(
        "Spinecare needs PostgreSQL 15 or later: SQLite cannot refuse overlapping visits or lock rows."
    )
# A frozen server ends nothing by itself: so many seconds a web process waits for it. 0: as long as it takes.
ANSWER_TIMEOUT = env.float("ANSWER_TIMEOUT", default=0)
DATABASES["default"]["ENGINE"] = "spinecare.database"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_CACHE = {
    "LOCATION": REDIS_URL or embedded.redis_url(BASE_DIR),
    "KEY_PREFIX": env.str("REDIS_PREFIX", default="spinecare"),
    "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 1},
}
CACHES = {
    # Limits on signing in go on without Redis; what asks whether Redis is there asks "redis".
    "default": {"BACKEND": "spinecare.steady_cache.SteadyCache", **REDIS_CACHE},
    "redis": {"BACKEND": "django.core.cache.backends.redis.RedisCache", **REDIS_CACHE},
}

# --- People ---------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.Backend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "accounts.passwords.NotStolen"},
    {"NAME": "accounts.passwords.NotOurWords"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "start"

ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600  # seconds; the mail leaves by a job, and some read slowly
PASSWORD_RESET_TIMEOUT = 600  # seconds from the mail's leaving
ACCOUNT_PREVENT_ENUMERATION = True
# A stranger's address costs the same row as a known one; accounts.adapters has it sent to nobody.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_FORMS = {
    "request_login_code": "accounts.signing_in_forms.CodeForm",
    "reset_password": "accounts.signing_in_forms.ResetForm",
}
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_CHANGE_EMAIL = True  # one address, replaced once the new one is confirmed
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600  # seconds; the same for all: accounts.fresh_code.FRESH_FOR
# Beside allauth's own: patients/care_team/searches.py, accounts/fresh_code.py, accounts/resume_form.py, accounts/pace.py,
# accounts/sign_on_views.py, exchange.
ACCOUNT_RATE_LIMITS = {
    "emergency_search": "10/h/user,30/d/user",
    "fresh_code": "3/m/user,10/h/user",
    "held_form": "30/m/key",
    "post": "120/m/user,1500/h/user",
    "fhir_token": "30/m/ip",
    "sign_on": "30/m/ip",
    "invite_carer": "20/d/user",
}
FHIR_READS_A_MINUTE = 600  # of each system; allauth counts no GET
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
SOCIALACCOUNT_ADAPTER = "accounts.sign_on.flow.SocialAccountAdapter"
# Inside the house: hosts of clinics' sign-ons that may be asked although they are in a private network.
SIGN_ON_HOSTS = env.list("SIGN_ON_HOSTS", default=[])
MFA_ADAPTER = "accounts.adapters.MFAAdapter"
MFA_FORMS = {
    f"{form}_webauthn": f"accounts.passkey_forms.{form.title()}Form"
    for form in ("add", "authenticate", "login", "reauthenticate")
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Spinecare"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION

# --- Sessions and headers -------------------------------------------------------------------

# In the session, not in a cookie: messages name patients.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = int(timedelta(days=90).total_seconds())
# Longest pause and longest stay before signing in again (docs/security.md says why).
SESSION_LIMITS = {
    "clinic": (timedelta(minutes=30), timedelta(hours=12)),
    "patient": (timedelta(days=30), timedelta(days=90)),
}
# With this prefix a browser takes the cookie from this site alone, over TLS, for all its paths.
COOKIE_PREFIX = "__Host-" if PRODUCTION else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}language"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
CSRF_FAILURE_VIEW = "spinecare.views.csrf_failure"
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# The setting's name and shape are Django 6's, so that its middleware can take over.
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "connect-src": ["'self'"],
    "font-src": ["'self'"],
    "manifest-src": ["'self'"],
    "worker-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}

# --- Language, time, files ------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LANGUAGE_COOKIE_AGE = int(timedelta(days=365).total_seconds())
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = PRODUCTION
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
HASHED_STATIC = env.bool("HASHED_STATIC", default=PRODUCTION or DEMO)
STATIC_ROOT = BASE_DIR / "staticfiles" if HASHED_STATIC else None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if HASHED_STATIC
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG or not HASHED_STATIC
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = Path(env.str("UPLOADS", default=str(BASE_DIR / ".local" / "uploads")))

# --- E-mail: no health data in subject or body ----------------------------------------------

DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Spinecare <no-reply@localhost>")
EMAIL_BACKEND = env.str(
    "EMAIL_BACKEND",
    default="django.core.mail.backends.smtp.EmailBackend"
    if PRODUCTION
    else "django.core.mail.backends.filebased.EmailBackend",
)
EMAIL_FILE_PATH = BASE_DIR / ".local" / "mail"
EMAIL_HOST = env.str("EMAIL_HOST", default="localhost")
EMAIL_PORT = env.int("EMAIL_PORT", default=587)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 10
ANYMAIL = env.json("ANYMAIL", default={})
# Mails come back to `box+…@`, one address each; where they are fetched: maildir:/path, or imaps://user:password@host/INBOX.
BOUNCE_ADDRESS = env.str("BOUNCE_ADDRESS", default="")
BOUNCE_MAILBOX = env.str("BOUNCE_MAILBOX", default="")

# --- Text messages: a service that takes JSON by POST; none without an address ----------------

SMS_URL = env.str("SMS_URL", default="")
SMS_TOKEN = env.str("SMS_TOKEN", default="")
SMS_FROM = env.str("SMS_FROM", default="")
SMS_SECRET = env.str("SMS_SECRET", default="")

# --- Celery ---------------------------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL or embedded.broker_url(BASE_DIR)
if CELERY_BROKER_URL.startswith("rediss://"):
    # Kombu asks for no certificate by itself; an authority of one's own is named in the URL (ssl_ca_certs).
    CELERY_BROKER_USE_SSL = {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_check_hostname": True}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# kB; a worker that has grown beyond it ends after its task, and a new one takes its place.
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 600_000
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "global_keyprefix": f"{CACHES['default']['KEY_PREFIX']}:",
    "socket_timeout": 5,
    "socket_connect_timeout": 3,
    "socket_keepalive": True,
    "health_check_interval": 25,
    "unacked_mutex_expire": 30,
    "unacked_restore_interval": 10,
}

CELERY_BEAT_SCHEDULE = schedule(
    review=env.float("REVIEW_EVERY_SECONDS", default=60.0),
    desk=env.float("DESK_EVERY_SECONDS", default=60.0),
    notices=env.float("NOTICES_EVERY_SECONDS", default=30.0),
)
CELERY_BEAT_SCHEDULE_FILENAME = str(BASE_DIR / ".local" / "beat-schedule")

# --- Logs: an allow-list of keys, never a query string or a form --------------------------------

DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
# nginx gives each request its id; nobody reaches this process but through it.
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True
DJANGO_STRUCTLOG_CELERY_ENABLED = False
LOGGING = logging_at(env.str("LOG_LEVEL", default="INFO"))
set_up_lines()
error_reports.start(
    env.str("SENTRY_DSN", default=""), environment=MODE, release=f"spinecare@{VERSION}"
)

# --- History --------------------------------------------------------------------------------

PGHISTORY_APPEND_ONLY = True
# What is deleted in spite of everything leaves its last state behind.
PGHISTORY_DEFAULT_TRACKERS = (
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
)

"""Every setting, from environment variables. A variable NAME may be given as NAME_FILE, a file that holds its value."""

import os
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config.aws_endpoint import checked_endpoint
from config.logs import LEVELS, logging_settings, say_the_end
from config.secret_files import FileAwareEnv

BASE_DIR = Path(__file__).resolve().parent.parent
env = FileAwareEnv()

RINGI_DEMO = env.bool("RINGI_DEMO", default=False)
RINGI_PROCESS = env.str("RINGI_PROCESS", default="manage")
if RINGI_PROCESS not in {"web", "planner", "executor", "beat", "manage"}:
    raise ImproperlyConfigured(f"RINGI_PROCESS is {RINGI_PROCESS!r}; use web, planner, executor, beat or manage.")
if RINGI_PROCESS != "manage":
    sys.excepthook = say_the_end
if RINGI_PROCESS in {"web", "beat"}:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"

if env.str("RINGI_FAULTS", default="") and RINGI_PROCESS != "manage":
    raise ImproperlyConfigured("RINGI_FAULTS makes processes die, for tests. Unset it.")

RINGI_AWS_ENDPOINT_URL = checked_endpoint(
    env.str("RINGI_AWS_ENDPOINT_URL", default=""),
    allowed=env.list("RINGI_AWS_ENDPOINT_ALLOWED", default=[]),
    demo=RINGI_DEMO,
)

DEBUG = False
TESTING = "pytest" in sys.modules
SECRET_LEAST = 50
SECRET_KEY = env.str("SECRET_KEY", default="only-for-tests-and-checks" * 2 if TESTING else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is not set. Give a random value of 50 characters or more.")
if RINGI_PROCESS != "manage" and len(SECRET_KEY) < SECRET_LEAST:
    raise ImproperlyConfigured("SECRET_KEY is too short. Give a random value of 50 characters or more.")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
INTERNAL_HTTP = RINGI_DEMO or TESTING
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
if METRICS_TOKEN and len(METRICS_TOKEN) < 20:
    raise ImproperlyConfigured("METRICS_TOKEN is too short. Give a random value of 20 characters or more.")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "lucide",
    "rest_framework",
    "template_partials",
    "apps.people",
    "apps.audit",
    "apps.environments",
    "apps.evaluation",
    "apps.inventory",
    "apps.changes",
    "apps.reviews",
    "apps.planner",
    "apps.runs",
    "apps.blueprints",
    "apps.notifications",
    "apps.web",
    "apps.api",
    "apps.sandbox",
]
FILE_UPLOAD_HANDLERS: list[str] = []  # no form takes a file, so none is ever kept
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a security group with as many rules and tags as AWS allows has 1,300
MIDDLEWARE = [
    "apps.web.address.ClientAddress",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.web.middleware.ReadersZone",
    "apps.web.middleware.SignInRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "apps.web.middleware.NoStore",
    "apps.web.middleware.TooMany",
    "apps.web.refusals.RefusalMiddleware",
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
            ]
        },
    }
]

# Migrations (and test databases) belong to the owner role, everything else to the role that can't touch the audit log.
owner = TESTING or (len(sys.argv) > 1 and sys.argv[1] in {"migrate", "makemigrations", "sqlmigrate"})
POSTGRES = ("postgres", "postgresql")
DATABASE_URL = env.address("DATABASE_URL", "postgres://ringi_app@127.0.0.1:5432/ringi", *POSTGRES)
DATABASE_OWNER_URL = env.address("DATABASE_OWNER_URL", DATABASE_URL, *POSTGRES)
KEEPALIVES = {"keepalives": 1, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
LIMITS = "-c statement_timeout=60s -c idle_in_transaction_session_timeout=5min"  # nothing of ours takes so long
NO_JIT = "-c jit=off"  # compiling a statement takes longer than any of ours, and servers do it by guessed costs
DATABASES = {
    "default": {
        **env.db_url_config(DATABASE_OWNER_URL if owner else DATABASE_URL),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ENGINE": "config.postgres",
        "OPTIONS": {"connect_timeout": 5, **KEEPALIVES, **({} if owner else {"options": f"{LIMITS} {NO_JIT}"})},
    }
}
REDIS_URL = env.address("REDIS_URL", "redis://127.0.0.1:6379/0", "redis", "rediss", "unix")
CACHES = {
    "default": {"BACKEND": "config.cache.LastingCache", "LOCATION": REDIS_URL}
    if not TESTING
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {"user_attributes": ("username", "full_name", "email")}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "apps.people.adapter.ClosedAccountAdapter"
ACCOUNT_FORMS = {"reset_password_from_key": "apps.people.adapter.PasswordLinkForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/m/key"}  # the key is a name from an address
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
IPWARE_META_PRECEDENCE_ORDER = ("REMOTE_ADDR",)  # as `ClientAddress` left it

MAIL = ("smtp", "smtps", "smtp+tls", "smtp+ssl")
RINGI_ADDRESS = env.str("RINGI_ADDRESS", default="").rstrip("/")
WEBHOOK_ALLOWED = env.list("WEBHOOK_ALLOWED", default=[])
RINGI_MAIL = bool(env.str("EMAIL_URL", default=""))
if RINGI_MAIL:
    env.address("EMAIL_URL", "", *MAIL)
    vars().update(env.email_url("EMAIL_URL"))
    if not RINGI_ADDRESS:
        raise ImproperlyConfigured("RINGI_ADDRESS is not set, so mails could not say where to look. Give its address.")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="") or "Ringi <ringi@localhost>"

SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "apps.web.views.errors.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not INTERNAL_HTTP
SESSION_COOKIE_NAME = "ringi_session" if INTERNAL_HTTP else "__Host-ringi_session"
CSRF_COOKIE_NAME = "ringi_csrf" if INTERNAL_HTTP else "__Host-ringi_csrf"
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=not INTERNAL_HTTP)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 0 if INTERNAL_HTTP else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=False)
if env.bool("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # subdomains and preload are the operator's to decide
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

LANGUAGE_CODE = "en"
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["apps.api.parsing.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "apps.api.refusals.exception_handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Ringi",
    "DESCRIPTION": "Propose, review and run changes to AWS.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "ChangeRequestState": "apps.changes.models.STATES",
        "RunState": "apps.runs.models.RUN_STATES",
        "StepState": "apps.runs.models.STEP_STATES",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
DJANGO_STRUCTLOG_CELERY_ENABLED = True
LOGGING_CONFIG = "logging.config.dictConfig"
LOG_LEVEL = env.str("LOG_LEVEL", default="") or "INFO"
if LOG_LEVEL not in LEVELS:
    raise ImproperlyConfigured(f"LOG_LEVEL is {LOG_LEVEL!r}; use {', '.join(LEVELS)}.")
LOGGING = logging_settings(LOG_LEVEL)

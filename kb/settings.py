"""All settings, from the environment. `.env.example` lists them with their defaults."""

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import SimpleLazyObject

from kb.environment import (
    check_production,
    chosen,
    database,
    flag,
    hosts,
    hosts_and_ports,
    listed,
    mail,
    number,
    origins,
    proxy,
    read_file,
    read_secrets,
    secret_key,
    shown_hosts,
    site_address,
)
from kb.logs import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
read_file(BASE_DIR / ".env")
read_secrets()

PRODUCTION = flag("KB_PRODUCTION", default=False)
DATA_DIR = Path(os.environ.get("KB_DATA_DIR") or BASE_DIR / "var").absolute()
CONTENT_DIR = BASE_DIR / "content"

if PRODUCTION:
    missing = [n for n in ("SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS") if not listed(n)]
    if missing:
        raise ImproperlyConfigured(
            f"KB_PRODUCTION=1 needs {', '.join(missing)} in the environment, and KB_PROXY to be "
            "reached through a proxy: see .env.example."
        )
    check_production(
        {
            "SECRET_KEY": [os.environ["SECRET_KEY"]],
            "SECRET_KEY_FALLBACKS": listed("SECRET_KEY_FALLBACKS"),
        },
        listed("ALLOWED_HOSTS"),
    )

DEBUG = flag("KB_DEBUG", default=False) and not PRODUCTION
# Made once something is signed: a command of another user must leave no file of its own there.
SECRET_KEY = os.environ.get("SECRET_KEY") or SimpleLazyObject(lambda: secret_key(DATA_DIR))
SECRET_KEY_FALLBACKS = listed("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS, named_ports = hosts_and_ports(
    listed("ALLOWED_HOSTS") or ["127.0.0.1", "localhost", "[::1]"]
)
# Beside the usual one of the scheme; None takes any, as on one's own machine.
KB_PORTS = named_ports if PRODUCTION else None
SITE_NAME = os.environ.get("SITE_NAME") or "Backend Knowledge Base"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "jobs",
    "topics",
    "search",
    "importer",
    "accounts",
    "learning",
    "curating",
    "api",
    "kb",
]

MIDDLEWARE = [
    "kb.middleware.log_requests",
    "kb.metrics.measure",
    "kb.middleware.tell_browsers",
    "kb.health.answer_probes",
    "kb.middleware.answer_for_the_database",
    "kb.proxy.know_the_proxy",
    "kb.hosts.know_the_host",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "kb.policy_reports.name_endpoint",
    "csp.middleware.CSPMiddleware",
    "kb.middleware.tell_caches",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.readers.read_as_user",
    "kb.middleware.bound_bodies",
    "kb.middleware.bound_time",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.second_factor.require",
    "kb.middleware.explain_methods",
]

ROOT_URLCONF = "kb.urls"
WSGI_APPLICATION = "kb.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "kb.template_loader.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# kb/wsgi.py sets KB_SERVING: commands and migrations may take their time, pages may not.
STATEMENT_TIMEOUT_MS = number("KB_STATEMENT_TIMEOUT_MS", 5000) if "KB_SERVING" in os.environ else 0
DATABASE_URL = os.environ.get("DATABASE_URL", "")
DATABASES = {"default": database(DATABASE_URL, DATA_DIR, STATEMENT_TIMEOUT_MS)}

# Nightly safety copies by the worker; no folder, no copies.
KB_BACKUP_DIR = os.environ.get("KB_BACKUP_DIR", "")
KB_BACKUP_KEEP = number("KB_BACKUP_KEEP", 7, least=1)

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "kb_cache",
        # Django's default of 300 would throw rate limits away under load.
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

# Pages for readers without an account, kept by each process; 0 keeps none.
KB_PAGE_MEMORY_MB = number("KB_PAGE_MEMORY_MB", 8)

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LANGUAGE_COOKIE_AGE = 31_536_000
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("KB_STATIC_ROOT") or BASE_DIR / "staticfiles").absolute()
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "kb.static.Files"},
}

# Pictures on other sites: link, show (from PICTURE_HOSTS only) or fetch (at import).
REMOTE_PICTURES = chosen("KB_REMOTE_PICTURES", ("link", "show", "fetch"))
PICTURE_HOSTS = hosts("KB_PICTURE_HOSTS")

# The strictest policy that Django's admin and our own pages need: no inline script or style.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "img-src": [SELF, "data:", *shown_hosts(REMOTE_PICTURES, PICTURE_HOSTS)],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# Where browsers tell what the policy kept from happening: `kb.policy_reports`.
KB_POLICY_REPORTS = flag("KB_POLICY_REPORTS", default=True)
if KB_POLICY_REPORTS:
    CONTENT_SECURITY_POLICY["DIRECTIVES"] |= {
        "report-uri": ["/policy-reports/"],
        "report-to": ["policy"],
    }
# Whether links to other sites are asked every night.
KB_CHECK_LINKS = flag("KB_CHECK_LINKS", default=PRODUCTION)
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "kb.hosts.form_refused"
CSRF_TRUSTED_ORIGINS = origins("CSRF_TRUSTED_ORIGINS")

# Nobody else embeds what we serve; a page that may be embedded says so itself.
WHITENOISE_ALLOW_ALL_ORIGINS = False

# The one place that says whose word on clients and https is believed; `kb.proxy` acts on it.
PROXY = proxy()
SITE_ADDRESS = site_address(
    listed("ALLOWED_HOSTS") or [f"127.0.0.1:{os.environ.get('PORT') or 8000}"],
    is_secure=PRODUCTION and not PROXY.is_absent,
)
KB_TRUSTED_PROXIES = PROXY.names
if PROXY.header:
    SECURE_PROXY_SSL_HEADER = ("HTTP_" + PROXY.header.upper().replace("-", "_"), "https")

# gunicorn speaks no https: without a proxy there is none to redirect to, and browsers would not
# send a cookie that is marked as secure.
if PRODUCTION and PROXY.is_absent:
    if listed("KB_SSL_REDIRECT") and flag("KB_SSL_REDIRECT", default=True):
        raise ImproperlyConfigured(
            "KB_PROXY=none and KB_SSL_REDIRECT=1 contradict each other: https needs a proxy."
        )
    # kb.W002 says in one line what these say of passwords and cookies that anybody may read.
    SILENCED_SYSTEM_CHECKS = [f"security.W{number:03}" for number in (4, 8, 12, 16)]
elif PRODUCTION:
    SECURE_HSTS_SECONDS = number("KB_HSTS_SECONDS", 31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = flag("KB_HSTS_SUBDOMAINS", default=False)
    SECURE_HSTS_PRELOAD = flag("KB_HSTS_PRELOAD", default=False)
    # What these two ask for binds every other host of the domain for a year, and browsers' lists
    # for longer: only who runs the whole domain can want it.
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
    SECURE_SSL_REDIRECT = flag("KB_SSL_REDIRECT", default=True)
    SESSION_COOKIE_SECURE = True
    LANGUAGE_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    # Browsers take such a name only by https and for this host alone: no sibling can plant one.
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    LANGUAGE_COOKIE_NAME = "__Host-language"
# What operators see: docs/operating.md, "Watching".
KB_METRICS_TOKEN = os.environ.get("KB_METRICS_TOKEN", "")
KB_SLOW_QUERY_MS = number("KB_SLOW_QUERY_MS", 0)
KB_LOG_CLIENTS = flag("KB_LOG_CLIENTS", default=True)
SENTRY_DSN = os.environ.get("SENTRY_DSN", "")
LOGGING = logging_config(as_json=flag("KB_LOG_JSON", default=False))

# Searches and suggestions that one client may ask for in a minute; 0 is no limit.
KB_SEARCH_LIMIT = number("KB_SEARCH_LIMIT", 120)
KB_SUGGEST_LIMIT = number("KB_SUGGEST_LIMIT", 600)
# Milliseconds that all of them may take one client in a minute, and each statement of one without
# an account; 0 is no limit.
KB_SEARCH_BUDGET_MS = number("KB_SEARCH_BUDGET_MS", 10_000)
KB_SEARCH_TIMEOUT_MS = number("KB_SEARCH_TIMEOUT_MS", 300)
# Milliseconds that lists with filters may take to make for one client in a minute, and pages for
# one person a learner.
KB_PAGE_BUDGET_MS = number("KB_PAGE_BUDGET_MS", 10_000)

# Who runs the site, as the page about privacy names them: a name, an address.
KB_CONTACT = os.environ.get("KB_CONTACT", "")

# Whether readers with an account may suggest edits, and all readers report problems.
KB_PROPOSALS = flag("KB_PROPOSALS", default=True)
KB_REPORTS = flag("KB_REPORTS", default=True)

# Whether learners may keep topics in their browsers; 0 also takes away what was kept.
KB_OFFLINE = flag("KB_OFFLINE", default=True)

# Accounts: `accounts.adapter` has the rules, `accounts.forms` the forms.
KB_SIGNUP = flag("KB_SIGNUP", default=True)
AUTHENTICATION_BACKENDS = [
    "accounts.readers.ReaderBackend",
    "allauth.account.auth_backends.AuthenticationBackend",  # which sessions of before name
]
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "signup": "accounts.forms.SignupForm",
    "add_email": "accounts.forms.AddEmailForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
# Sign-up tells nobody which addresses have accounts: an address may be given more than once, and
# belongs to the one account that confirms it.
ACCOUNT_PREVENT_ENUMERATION = "strict"
# Somebody without an account has not asked for a letter from here.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# Wrong log-ins, as `accounts.login_attempts` counts them: strangers cannot lock a learner out.
ACCOUNT_RATE_LIMITS = {
    "login_failed": None,
    "login_failed_pair": "5/5m/key",
    "login_failed_client": "10/m/ip",
    "login_failed_name": "100/10m/key",
    "login_failed_device": "5/5m/key",
    # Codes of a second factor: so few that guessing one of six figures takes years.
    "code_failed_pair": "5/5m/key",
    "code_failed_name": "20/h/key",
    "code_failed_device": "5/5m/key",
}
# The second factor: `accounts.second_factor`. An address need not be confirmed for it, as mail may
# not be set up, and an address belongs to nobody before it is confirmed.
KB_REQUIRE_SECOND_FACTOR = flag("KB_REQUIRE_SECOND_FACTOR", default=False)
MFA_ADAPTER = "accounts.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1  # a code may come half a minute late or early
MFA_FORMS = {
    "authenticate": "accounts.forms.CodeForm",
    "reauthenticate": "accounts.forms.CodeAgainForm",
    "activate_totp": "accounts.forms.SetUpForm",
}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{SITE_NAME}] "

# Until EMAIL_URL names a server (smtp+tls://user:password@host:587), e-mail goes to the console;
# in production it goes nowhere, and the pages that need it say so: a log is read by others.
EMAIL_URL = os.environ.get("EMAIL_URL", "")
KB_HAS_MAIL = bool(EMAIL_URL) or not PRODUCTION
vars().update(mail(EMAIL_URL if KB_HAS_MAIL else "dummymail://", timeout=10))
# Without a mail server nobody could follow the link that confirms an address.
ACCOUNT_EMAIL_VERIFICATION = "optional" if EMAIL_URL else "none"
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL") or "webmaster@localhost"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
CURATORS_START = "curating:dashboard"  # where they arrive instead
LOGOUT_REDIRECT_URL = "/"

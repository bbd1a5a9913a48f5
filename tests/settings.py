"""The product's settings, with what only tests need changed."""

from kb.settings import *  # noqa: F403

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# A rolled back test gives its version numbers back, for other content.
KB_PAGE_MEMORY_MB = 0
WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SEARCH_LOG_THREAD = False  # a thread would write into the next test's database
# All tests come from one address: the tests of the limits set their own.
KB_SEARCH_LIMIT = KB_SUGGEST_LIMIT = 0
KB_SEARCH_BUDGET_MS = KB_SEARCH_TIMEOUT_MS = KB_PAGE_BUDGET_MS = 0

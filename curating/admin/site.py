"""The admin shows no bookmark and no note: they belong to their learner alone.

Its log-in is the site's own, so the same rate limits guard it.
"""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin

admin.site.site_header = admin.site.site_title = settings.SITE_NAME
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

"""The WSGI entry point for gunicorn."""

import os
import sys

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from kb import static
from kb.request_bodies import read_whole

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb.settings")
os.environ["KB_SERVING"] = "1"
try:
    django.setup()
    if not static.are_collected():
        static.collect()
    application = read_whole(get_wsgi_application())
except ImproperlyConfigured as error:
    sys.exit(f"error: {error}")

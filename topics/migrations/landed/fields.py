"""The field of postings, as migration 0002 names it."""

from django.db import models


class RealField(models.FloatField):
    """A four-byte float."""

    def db_type(self, connection: object) -> str:
        return "real"

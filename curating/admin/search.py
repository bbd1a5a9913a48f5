"""The words of search: what means the same, and what people looked for."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest

from curating.admin.refusals import SaysRefusals
from curating.admin.runs import ReadOnly
from importer.edits import without_imports
from search.models import SearchLog, Synonym
from topics.models import content_changed


@admin.register(Synonym)
class SynonymAdmin(SaysRefusals):
    """Groups of equals and one-way expansions; a change empties the pages kept in memory.

    An import holds the row that says when synonyms changed, so nobody waits for it here.
    """

    list_display = ["__str__", "note"]
    search_fields = ["words", "expansions", "note"]
    fields = ["words", "expansions", "note"]

    def save_model(
        self, request: HttpRequest, obj: Synonym, form: forms.ModelForm, change: bool
    ) -> None:
        with without_imports():
            super().save_model(request, obj, form, change)
            content_changed()

    def delete_model(self, request: HttpRequest, obj: Synonym) -> None:
        self.delete_queryset(request, Synonym.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        with transaction.atomic(), without_imports():
            super().delete_queryset(request, queryset)
            content_changed()


@admin.register(SearchLog)
class SearchLogAdmin(ReadOnly, admin.ModelAdmin):
    """What was searched; nothing says who searched."""

    list_display = ["query", "results", "corrected", "opened", "created_at"]
    list_select_related = ["opened"]
    search_fields = ["query"]
    date_hierarchy = "created_at"

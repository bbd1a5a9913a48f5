"""The words of search: what means the same, and what people looked for."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from curating.admin.runs import ReadOnly
from search.models import SearchLog, Synonym
from topics.models import content_changed


@admin.register(Synonym)
class SynonymAdmin(admin.ModelAdmin):
    """Groups of equals and one-way expansions; a change empties the pages kept in memory."""

    list_display = ["__str__", "note"]
    search_fields = ["words", "expansions", "note"]
    fields = ["words", "expansions", "note"]

    def save_model(
        self, request: HttpRequest, obj: Synonym, form: forms.ModelForm, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        content_changed()

    def delete_model(self, request: HttpRequest, obj: Synonym) -> None:
        super().delete_model(request, obj)
        content_changed()

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        super().delete_queryset(request, queryset)
        content_changed()


@admin.register(SearchLog)
class SearchLogAdmin(ReadOnly, admin.ModelAdmin):
    """What was searched; nothing says who searched."""

    list_display = ["query", "results", "corrected", "opened", "created_at"]
    list_select_related = ["opened"]
    search_fields = ["query"]
    date_hierarchy = "created_at"

"""The words of search: what means the same, and what people looked for."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from curating.admin.runs import ReadOnly
from search.models import SearchLog, Synonym


@admin.register(Synonym)
class SynonymAdmin(ReadOnly, admin.ModelAdmin):
    """Groups of equals and one-way expansions; the workbench tries a change before it is saved."""

    list_display = ["__str__", "note"]
    search_fields = ["words", "expansions", "note"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("search.add_synonym"))

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The workbench."""
        return redirect("curating:synonyms")

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The synonym on the workbench."""
        return redirect(f"{reverse('curating:synonyms')}?key={object_id}")


@admin.register(SearchLog)
class SearchLogAdmin(ReadOnly, admin.ModelAdmin):
    """What was searched; nothing says who searched."""

    list_display = ["query", "results", "corrected", "opened_section", "created_at"]
    list_select_related = ["opened__topic"]
    fields = [
        "query",
        "results",
        "took_ms",
        "corrected",
        "is_exact",
        "opened_section",
        "created_at",
    ]
    readonly_fields = ["opened_section"]
    search_fields = ["query"]
    date_hierarchy = "created_at"

    @admin.display(description=_("opened"), empty_value="-")
    def opened_section(self, entry: SearchLog) -> str | None:
        """The result that was opened, if the curator may see it."""
        row = entry.opened
        return str(row) if row and row.topic.is_seen else None

"""Curating topics and sections."""

import hashlib
from collections.abc import Callable
from difflib import HtmlDiff
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.db.models import Case, Count, OuterRef, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from curating.access import refuse_unseen
from curating.admin.refusals import SaysRefusals, WaitingForm
from curating.bulk import MOST
from curating.care import refuse_alone
from curating.previews import turn
from curating.skeletons import left_in, unfilled
from importer.edit_previews import preview, rendered
from importer.edits import (
    EditRefused,
    remove_sections,
    remove_topics,
    save_section,
    save_topic,
)
from importer.written_topics import document_of
from search.engine import search
from topics.marks import mark_count
from topics.models import Section, Topic
from topics.templatetags.date_tags import day
from topics.templatetags.topics_tags import stored_html
from topics.visibility import seen

SEARCH_ROWS = 100
OVERTAKEN = _(
    "Somebody saved this section after you opened it. Your text is below; look at "
    '<a href="../../{}/change/" target="_blank">what is saved now</a>. Saving again replaces it.'
)


class RemovedFilter(admin.SimpleListFilter):
    """What to list: live sections by default, or those removed, edited or in conflict."""

    title = _("State")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("removed", str(_("Removed"))),
            ("edited", str(_("Edited here"))),
            ("conflict", str(_("In conflict with the file"))),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Section]) -> QuerySet[Section]:
        match self.value():
            case "removed":
                return queryset.exclude(removed_at=None)
            case "edited":
                return queryset.filter(removed_at=None).exclude(edited_at=None)
            case "conflict":
                return queryset.filter(removed_at=None).exclude(conflict_markdown=None)
        return queryset.filter(removed_at=None)


class ContentAdmin(SaysRefusals):
    """Rows that imports bring: nothing is added here.

    Deleting removes as an import does: rows and marks stay, so nothing cascades.
    """

    list_per_page = 50
    remove: Callable[..., Any]

    @property
    def media(self) -> forms.Media:
        """Without the script of windows for related rows: no field opens one, and it listens to
        `unload`, which browsers drop."""
        scripts = super().media._js  # type: ignore[attr-defined]
        return forms.Media(js=[path for path in scripts if "RelatedObjectLookups" not in str(path)])

    def view_on_site(self, obj: Any) -> str:
        """Its page, not by way of `admin/r/`, which asks nobody who may see it."""
        return str(obj.get_absolute_url())

    @admin.display(description=_("marks"), ordering="mark_count")
    def marks(self, row: Any) -> int:
        """How many marks of learners hang on the row."""
        return int(row.mark_count)

    @admin.display(description=_("on the site"))
    def page_link(self, row: Topic | Section) -> str:
        """A link to the page that readers see."""
        kind = "topic" if isinstance(row, Topic) else "section"
        history = reverse(f"curating:{kind}_history", args=[row.pk])
        opened = row.get_absolute_url()
        line = '<a href="{}">{}</a> · <a href="{}">{}</a>'
        return format_html(line, opened, _("Open"), history, _("History"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        names = [str(o) for o in objs]
        return names, {self.opts.verbose_name_plural: len(names)}, set(), []

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.delete_queryset(request, [obj])

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Remove the rows as an import would."""
        rows = list(queryset)
        refuse_alone(row if isinstance(row, Topic) else row.topic for row in rows)
        refuse_unseen(row for row in rows if isinstance(row, Topic))
        self.remove(rows, user=request.user)


class DescribedForm(WaitingForm):
    """A topic's description, where nobody else has to say yes to it."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        try:
            refuse_alone([self.instance])
            is_published = cleaned.get("status") == Topic.Status.PUBLISHED
            if is_published and "status" in self.changed_data:
                left = left_in(document_of(self.instance))
                if left:
                    raise EditRefused(unfilled(left))
        except EditRefused as error:
            self.add_error(None, str(error))
        return cleaned


@admin.register(Topic)
class TopicAdmin(ContentAdmin):
    """A topic's description; what is set here, imports leave alone."""

    remove = staticmethod(remove_topics)
    form = DescribedForm
    list_display = ["title", "path", "kind", "level", "status", "sections", "marks", "page_link"]
    list_filter = ["kind", "level", "status", "source"]
    search_fields = ["title", "path"]
    fields = ["title", "summary", "kind", "level", "tags", "status", "source", "origin", "path"]
    readonly_fields = ["title", "source", "origin", "path"]
    actions = ["describe"]

    @admin.action(
        description=_("Change tags, kind, level, status or owner…"), permissions=["change"]
    )
    def describe(self, request: HttpRequest, topics: QuerySet[Topic]) -> HttpResponse:
        """To the page that says what would change, before it does."""
        keys = urlencode([("topic", key) for key in topics.values_list("pk", flat=True)[:MOST]])
        return HttpResponseRedirect(f"{reverse('curating:describe_many')}?{keys}")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        sections = Section.objects.filter(topic=OuterRef("pk")).order_by().values("topic")
        topics = super().get_queryset(request).filter(seen(), removed_at=None)
        return topics.annotate(
            section_count=Coalesce(Subquery(sections.values(count=Count("pk"))), 0),
            mark_count=Coalesce(Subquery(sections.values(count=Sum(mark_count()))), 0),
        )

    @admin.display(description=_("sections"), ordering="section_count")
    def sections(self, topic: Any) -> int:
        """How many sections the topic has, removed ones included."""
        return int(topic.section_count)

    def save_model(
        self, request: HttpRequest, obj: Topic, form: forms.ModelForm, change: bool
    ) -> None:
        save_topic(obj, form.changed_data, user=request.user)  # type: ignore[arg-type]


def _state(section: Section) -> str:
    """Changes when the section's title or text does."""
    return hashlib.sha256(f"{section.title}\0{section.markdown}".encode()).hexdigest()


class SectionForm(forms.ModelForm):
    """A section's title and Markdown; rendering it is part of checking it."""

    class Meta:
        model = Section
        fields = ["title", "markdown"]
        widgets = {
            "title": forms.TextInput(attrs={"size": 80}),
            "markdown": forms.Textarea(attrs={"rows": 30, "cols": 100}),
        }

    resolved = forms.BooleanField(
        required=False,
        label=_("This settles the conflict with the file"),
        help_text=_("Tick it once the text above holds what you want from both sides."),
    )

    as_opened = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.state = _state(self.instance)  # before what was typed is put into the instance
        self.initial["as_opened"] = self.state
        if self.instance.conflict_markdown is None:
            self.fields.pop("resolved", None)

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    def clean(self) -> dict[str, Any]:
        """Refuse a text that cannot be rendered, or that somebody else changed meanwhile."""
        cleaned = super().clean() or {}
        title, markdown = cleaned.get("title", ""), cleaned.get("markdown", "")
        if cleaned.get("as_opened", self.state) not in ("", self.state):
            self.add_error(None, format_html(str(OVERTAKEN), self.instance.pk))
            self.data = {**self.data.dict(), "as_opened": self.state}  # type: ignore[attr-defined]
        if title and not self.errors:
            try:
                if "_preview" not in self.data:
                    refuse_alone([self.instance.topic])
                with turn():
                    if "_preview" in self.data:
                        self.rendered = rendered(self.instance, markdown, title)
                    else:
                        preview(self.instance, markdown.replace("\r\n", "\n"), title)
            except EditRefused as error:
                self.add_error("markdown", str(error))
        return cleaned


@admin.register(Section)
class SectionAdmin(ContentAdmin):
    """The list searches with the site's own search; the form shows the result before saving."""

    remove = staticmethod(remove_sections)
    form = SectionForm
    list_display = ["heading_line", "topic", "words", "marks", "state", "page_link"]
    list_filter = [RemovedFilter, "is_item", "topic__kind"]
    list_select_related = ["topic"]
    search_fields = ["title"]
    readonly_fields = ["topic", "number", "anchor", "state", "page_link", "conflict", "shown"]
    fields = ["topic", "number", "anchor", "page_link", "state", "title", "markdown"]
    ordering = ["topic__path", "position"]
    change_form_template = "admin/section_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Section]:
        return Section.objects.seen().select_related("topic").annotate(mark_count=mark_count())

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = [*self.fields]
        if obj is not None and obj.conflict_markdown is not None:
            fields += ["conflict", "resolved"]
        return [*fields, "shown", "as_opened"]

    @admin.display(description=_("section"), ordering="title")
    def heading_line(self, section: Section) -> str:
        """Number and title."""
        return str(section)

    @admin.display(description=_("state"))
    def state(self, section: Section) -> str:
        """Whether the section is as in the file, edited, in conflict or removed."""
        if section.removed_at:
            return str(_("removed on %(day)s") % {"day": day(section.removed_at)})
        if section.conflict_markdown is not None:
            return str(_("In conflict with the file"))
        if section.edited_at:
            return str(_("edited on %(day)s") % {"day": day(section.edited_at)})
        return str(_("as in the file"))

    @admin.display(description=_("Both sides"))
    def conflict(self, section: Section) -> str:
        """Title and text here and in the newer file, side by side; `difflib` escapes both."""
        table = HtmlDiff(wrapcolumn=60).make_table(
            [section.title, "", *section.markdown.splitlines()],
            [section.title_in_file, "", *(section.conflict_markdown or "").splitlines()],
            fromdesc=str(_("Here")),
            todesc=str(_("In the file")),
        )
        return mark_safe(table.replace(' nowrap="nowrap"', ""))  # noqa: S308 - difflib escapes

    @admin.display(description=_("As the reader sees it"))
    def shown(self, section: Section) -> str:
        """The section's HTML as readers see it."""
        return format_html('<div class="kb-shown">{}</div>', stored_html(section.html))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Section], search_term: str
    ) -> tuple[QuerySet[Section], bool]:
        """Found and ordered by the site's search; what it does not hold is found by title."""
        if not search_term.strip():
            return queryset, False
        hits = search(search_term, limit=SEARCH_ROWS, group=False).hits
        found = [hit.section_id for hit in hits]
        by_title, _distinct = super().get_search_results(request, queryset, search_term)
        rows = queryset.filter(pk__in=found) | by_title
        if found and "o" not in request.GET:
            places = [When(pk=pk, then=place) for place, pk in enumerate(found)]
            rows = rows.order_by(Case(*places, default=len(places)), *self.ordering, "pk")
        return rows, False

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if request.method == "POST" and "_preview" in request.POST and object_id:
            return self.form_again(request, object_id)
        return super().changeform_view(request, object_id, *args, **kwargs)

    def form_again(
        self, request: HttpRequest, object_id: str | None, reason: str = ""
    ) -> HttpResponse:
        """The form again, with what was typed, and above it what readers would see."""
        if reason:
            self.message_user(request, reason, messages.ERROR)
        section = self.get_object(request, str(object_id))
        if section is None or not self.has_change_permission(request, section):
            raise Http404
        form = SectionForm(request.POST, instance=section)
        shown = getattr(form, "rendered", None) if form.is_valid() else None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Preview of “%(section)s”") % {"section": section},
            "section": section,
            "form": form,
            "is_shown": shown is not None,
            "rendered": shown,
        }
        return TemplateResponse(request, "admin/section_preview.html", context)

    def save_model(self, request: HttpRequest, obj: Section, form: Any, change: bool) -> None:
        save_section(
            obj,
            markdown=form.cleaned_data["markdown"],
            title=form.cleaned_data["title"],
            user=request.user,  # type: ignore[arg-type]
            resolved=form.cleaned_data.get("resolved", False),
        )

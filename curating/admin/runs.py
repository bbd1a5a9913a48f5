"""What imports did, uploads of new files, and the links they brought."""

from pathlib import Path
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Func, QuerySet, TextField, Value
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from documents.dialects import TOOLS
from importer.models import ImportRun
from importer.tasks import start, waits_for_a_worker
from importer.uploads import UploadRefused, receive
from topics.models import Link, Topic
from topics.visibility import seen

REFRESH = 2  # seconds between looks at a run that goes on
NAMES = ArrayField(TextField())
COUNTS = {  # of `ImportRun.counts`, in words
    "conflicts": ngettext_lazy("%(n)s conflict", "%(n)s conflicts", "n"),
    "edits kept": ngettext_lazy("%(n)s edit kept", "%(n)s edits kept", "n"),
    "edits merged": ngettext_lazy("%(n)s edit merged", "%(n)s edits merged", "n"),
    "files left out": ngettext_lazy("%(n)s file left out", "%(n)s files left out", "n"),
    "files refused": ngettext_lazy("%(n)s file refused", "%(n)s files refused", "n"),
    "files repaired": ngettext_lazy("%(n)s file repaired", "%(n)s files repaired", "n"),
    "files stored": ngettext_lazy("%(n)s file stored", "%(n)s files stored", "n"),
    "files unchanged": ngettext_lazy("%(n)s file unchanged", "%(n)s files unchanged", "n"),
    "files without a page": ngettext_lazy(
        "%(n)s file without a page", "%(n)s files without a page", "n"
    ),
    "images stored": ngettext_lazy("%(n)s image stored", "%(n)s images stored", "n"),
    "pictures fetched": ngettext_lazy("%(n)s picture fetched", "%(n)s pictures fetched", "n"),
    "pictures not fetched": ngettext_lazy(
        "%(n)s picture not fetched", "%(n)s pictures not fetched", "n"
    ),
    "sections added": ngettext_lazy("%(n)s section added", "%(n)s sections added", "n"),
    "sections changed": ngettext_lazy("%(n)s section changed", "%(n)s sections changed", "n"),
    "sections moved": ngettext_lazy("%(n)s section moved", "%(n)s sections moved", "n"),
    "sections removed": ngettext_lazy("%(n)s section removed", "%(n)s sections removed", "n"),
    "topics added": ngettext_lazy("%(n)s topic added", "%(n)s topics added", "n"),
    "topics changed": ngettext_lazy("%(n)s topic changed", "%(n)s topics changed", "n"),
    "topics removed": ngettext_lazy("%(n)s topic removed", "%(n)s topics removed", "n"),
    "topics without a file": ngettext_lazy(
        "%(n)s topic without a file", "%(n)s topics without a file", "n"
    ),
}


def hidden_sources() -> QuerySet[Topic]:
    """Topics that the curator may not see: what is told of their sources is not for her."""
    return Topic.objects.filter(~seen())


class ReadOnly:
    """Rows that programs write and people only look at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class UploadForm(forms.Form):
    """One document, or a zip of documents with their images."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("A .md, .markdown, .mdx, .qmd, .Rmd or .txt file, or a .zip of such files."),
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=100,
        help_text=_("Name of the source. The same name updates what came from it before."),
    )
    dialect = forms.ChoiceField(
        label=_("Dialect"),
        required=False,
        choices=[("", _("Found by the files")), *((name, name) for name in sorted(TOOLS))],
        help_text=_("The tool that the files are written for."),
    )
    under = forms.CharField(
        label=_("Below which topic"),
        max_length=500,
        required=False,
        help_text=_("Path of a topic to mount the files under."),
    )
    prune = forms.BooleanField(
        label=_("Remove what is missing"),
        required=False,
        help_text=_("Remove topics of this source that the upload no longer has."),
    )

    def clean_source(self) -> str:
        """The name as a slug. Raises ValidationError where nothing is left of it, and for a source
        with private topics that the curator may not see."""
        source = slugify(self.cleaned_data["source"], allow_unicode=True)
        if not source:
            raise forms.ValidationError(_("Use letters and digits for the name."))
        if hidden_sources().filter(source=source).exists():
            raise forms.ValidationError(_("This name is taken: use another."))
        return source

    def clean_under(self) -> str:
        """The path without slashes around it. Raises ValidationError for an unknown topic."""
        under = self.cleaned_data["under"].strip("/")
        if under and not Topic.objects.live().seen().filter(path=under).exists():
            raise forms.ValidationError(
                _("There is no such topic: give its path as in its address.")
            )
        return under


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnly, admin.ModelAdmin):
    """Uploading makes a dry run first; its page offers the import itself."""

    list_display = ["source", "started_at", "status", "dry_run", "started_by", "summary"]
    list_filter = ["status", "dry_run"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportRun]:
        hidden = list(hidden_sources().values_list("source", "path"))
        rows = super().get_queryset(request)
        if not hidden:
            return rows
        sources, paths = map(set, zip(*hidden, strict=True))
        names = Func(F("source"), Value(", "), function="string_to_array", output_field=NAMES)
        seen = rows.annotate(names=names).exclude(names__overlap=sorted(sources))
        return seen.exclude(under__in=paths)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("importer.add_importrun"))

    def get_urls(self) -> list[URLPattern]:
        confirm = path(
            "<int:run_id>/confirm/",
            self.admin_site.admin_view(self.confirm),
            name="importer_importrun_confirm",
        )
        return [confirm, *super().get_urls()]

    @admin.display(description=_("what it did"))
    def summary(self, run: ImportRun) -> str:
        """The run's counts in one line."""
        return ", ".join(
            str(COUNTS[what] % {"n": n}) if what in COUNTS else f"{n} {what}"
            for what, n in sorted(run.counts.items())
            if n
        )

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form for an upload; a valid one starts a dry run."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            asked = form.cleaned_data
            try:
                folder, notes = receive(asked.pop("file"))
            except UploadRefused as error:
                form.add_error("file", str(error))
            else:
                said = [note.as_dict() for note in notes]
                return self._start(request, **asked, folder=str(folder), notes=said, dry_run=True)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Upload documents"),
            "form": form,
        }
        return TemplateResponse(request, "admin/upload.html", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What a run did, or how far it is; the page reloads until it has ended."""
        run = self.get_object(request, object_id)
        if run is None:
            raise Http404
        if not self.has_view_permission(request, run):
            raise PermissionDenied
        is_running = run.status == ImportRun.Status.RUNNING
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Import of %(run)s") % {"run": run},
            "run": run,
            "is_running": is_running,
            "waits": is_running and waits_for_a_worker(run),
            "summary": self.summary(run),
            "can_confirm": run.dry_run
            and run.status == ImportRun.Status.DONE
            and self.has_add_permission(request)
            and run.folder
            and Path(run.folder).is_dir(),
        }
        response = TemplateResponse(request, "admin/import_run.html", context)
        if is_running:
            response["Refresh"] = str(REFRESH)
        return response

    def confirm(self, request: HttpRequest, run_id: int) -> HttpResponse:
        """Import for good what a dry run has shown."""
        tried = self.get_object(request, str(run_id))
        if request.method != "POST" or not self.has_add_permission(request) or tried is None:
            raise PermissionDenied
        same = {
            name: getattr(tried, name) for name in ("source", "under", "dialect", "prune", "folder")
        }
        with transaction.atomic():  # it may be pressed twice
            ImportRun.objects.select_for_update().get(pk=tried.pk)
            begun = ImportRun.objects.filter(dry_run=False, folder=tried.folder).exclude(folder="")
            if run := begun.exclude(status=ImportRun.Status.FAILED).first():
                said = _("These files are imported already, or are just being imported.")
                self.message_user(request, said, messages.WARNING)
                return self._to(run)
            if not tried.folder or not Path(tried.folder).is_dir():
                said = _("The files are gone: upload them again.")
                self.message_user(request, said, messages.ERROR)
                return self._to(tried)
            return self._start(request, **same)

    def _start(self, request: HttpRequest, **values: Any) -> HttpResponse:
        """Have a worker import what the values of an ImportRun say; to the page of that run."""
        run = ImportRun.objects.create(started_by=cast(User, request.user), **values)
        start(run.pk)
        return self._to(run)

    def _to(self, run: ImportRun) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:importer_importrun_change", args=[run.pk]))


class SourceFilter(admin.SimpleListFilter):
    """The sources of topics that the curator may see; Django's own would name all."""

    title = _("Source")
    parameter_name = "source"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        names = Topic.objects.seen().order_by("source").values_list("source", flat=True)
        return [(name, name) for name in names.distinct()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Link]) -> QuerySet[Link]:
        value = self.value()
        return queryset.filter(section__topic__source=value) if value else queryset


@admin.register(Link)
class LinkAdmin(ReadOnly, admin.ModelAdmin):
    """What is broken, planned and external, by topic."""

    list_display = ["href", "kind", "section", "topic"]
    list_filter = ["kind", SourceFilter]
    list_select_related = ["section__topic"]
    search_fields = ["href", "text"]
    ordering = ["section__topic__path", "section__position", "position"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Link]:
        return super().get_queryset(request).filter(seen("section__topic__"))

    @admin.display(ordering="section__topic__path", description=_("topic"))
    def topic(self, link: Link) -> str:
        """The path of the topic that the link is in."""
        return link.section.topic.path

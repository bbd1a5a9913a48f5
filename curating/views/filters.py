"""Lists of Django admin as a curator filtered them, kept under names of hers."""

from typing import cast
from urllib.parse import parse_qsl, urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from curating.access import curators_only
from curating.models import SavedFilter
from curating.templatetags.curating_tags import MOST_FILTERS

LEFT_OUT = {"p", "all", "_changelist_filters", "_popup"}  # where one was in the list


class FilterForm(forms.ModelForm):
    """A name for what the list shows."""

    class Meta:
        model = SavedFilter
        fields = ["name", "page", "query"]
        labels = {"name": gettext_lazy("Name of the filter")}

    def clean_page(self) -> str:
        """A list of Django admin. Raises ValidationError."""
        page = str(self.cleaned_data["page"])
        try:
            match = resolve(page)
        except Resolver404:
            match = None
        if not (match and match.namespace == "admin" and _is_list(str(match.url_name))):
            raise forms.ValidationError(_("Not found"))
        return page

    def clean_query(self) -> str:
        """Without the page that one was on. Raises ValidationError where nothing is left."""
        pairs = parse_qsl(self.cleaned_data["query"].removeprefix("?"), keep_blank_values=True)
        return urlencode([pair for pair in pairs if pair[0] not in LEFT_OUT])


def _is_list(name: str) -> bool:
    return name.endswith("_changelist")


@curators_only
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep what a list shows; one of the same name is replaced."""
    form, user = FilterForm(request.POST), cast(User, request.user)
    if not form.is_valid():
        if "name" in form.errors and "page" in form.cleaned_data:
            messages.error(request, _("Give the filter a name of up to 60 characters."))
            return redirect(form.cleaned_data["page"])
        raise Http404
    data = form.cleaned_data
    own = SavedFilter.objects.filter(user=user, page=data["page"])
    if own.exclude(name=data["name"]).count() >= MOST_FILTERS:
        messages.error(
            request, _("There is no room for more. Delete something that you no longer need.")
        )
    else:
        kept = {"query": data["query"]}
        own.update_or_create(user=user, page=data["page"], name=data["name"], defaults=kept)
        messages.success(request, _("Saved."))
    return redirect(f"{data['page']}?{data['query']}")


@curators_only
@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one of her own."""
    own = get_object_or_404(SavedFilter, pk=pk, user=cast(User, request.user))
    own.delete()
    messages.success(request, _("Deleted."))
    return redirect(own.page)

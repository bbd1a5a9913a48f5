"""What comes in by GET is checked like what comes in by POST."""

from django import forms

MAX_OFFSET = 100


class SearchForm(forms.Form):
    """The search box and the filters of the results page and of the API."""

    q = forms.CharField(max_length=10_000, required=False, strip=True)
    topic = forms.CharField(max_length=500, required=False)
    kind = forms.CharField(max_length=20, required=False)
    tag = forms.CharField(max_length=60, required=False)
    sort = forms.ChoiceField(
        choices=[("relevance", "Relevance"), ("recent", "Recently changed")], required=False
    )
    limit = forms.IntegerField(min_value=1, max_value=50, required=False)
    offset = forms.IntegerField(min_value=0, max_value=10_000, required=False)
    group = forms.ChoiceField(choices=[("0", "0"), ("1", "1")], required=False)

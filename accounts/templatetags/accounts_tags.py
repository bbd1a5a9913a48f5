"""What the account pages ask about accounts."""

from allauth.account.adapter import get_adapter
from django import template
from django.template.context import Context

register = template.Library()


@register.simple_tag(takes_context=True)
def signup_is_open(context: Context) -> bool:
    """Whether a new reader can sign up."""
    request = context["request"]
    return bool(get_adapter(request).is_open_for_signup(request))

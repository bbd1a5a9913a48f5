"""What the admin's first page asks about the deployment."""

from django import template

from kb import proxy

register = template.Library()


@register.simple_tag
def deployment_notices() -> list[str]:
    """What was noticed of wrong settings, one line each."""
    return proxy.notices()

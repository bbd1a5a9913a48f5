"""What the admin's first page asks about the deployment."""

from django import template

from kb import proxy

register = template.Library()


@register.simple_tag
def deployment_notices() -> list[str]:
    return proxy.notices()

"""A small world: topics with sections, and learners."""

from itertools import count

from django.contrib.auth.models import User

from topics.models import Section, Topic

PASSWORD = "correct horse battery"
numbers = count(1)


def make_topic(title: str = "Express", **values) -> Topic:
    number = next(numbers)
    slug = f"topic-{number}"
    defaults = {"source": "test", "origin": f"{slug}.md", "slug": slug, "path": slug}
    return Topic.objects.create(title=title, **(defaults | values))


def make_section(title: str, *, topic: Topic, **values) -> Section:
    number = next(numbers)
    defaults = {"position": number, "anchor": f"section-{number}", "html": f"<p>On {title}.</p>"}
    return Section.objects.create(title=title, topic=topic, **(defaults | values))


def make_user(name: str) -> User:
    return User.objects.create_user(name, f"{name}@example.org", PASSWORD)

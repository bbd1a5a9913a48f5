"""A small shelf of indexed sections for the tests of what searches show."""

from django.utils import timezone

from search.index import index_sections, refresh_statistics
from tests.factories import make_section, make_topic
from topics.models import Section, Topic

KUBERNETES = "Kubernetes runs containers on many machines and restarts those that fail."
STREAMS = "A Node.js stream hands over data in chunks. Streams keep memory small."
ISOLATION = "An isolation level says which effects of other transactions are seen."


def put(title: str, text: str, *, topic: Topic, **values) -> Section:
    """A section; `index_sections` is for the caller."""
    values = {"breadcrumbs": [topic.title], "text": text} | values
    return make_section(title, topic=topic, words=len(text.split()), **values)


def fill_shelf(*, notes: int = 1) -> dict[str, Section]:
    """Five sections in three topics, and notes in a fourth that all hold the word "retry"."""
    deploying = make_topic("Deploying", path="deploying", kind="guide", tags=["operations"])
    node = make_topic("Node", path="node", tags=["javascript", "runtime"], words=20)
    data = make_topic("Databases", path="data", tags=["sql"], updated=timezone.now().date())
    notebook = make_topic("Notes", path="notes", tags=["network"])
    shelf = {
        "kubernetes": put("Kubernetes", KUBERNETES, topic=deploying),
        "streams": put("Streams", STREAMS, topic=node),
        "isolation": put("Isolation levels", ISOLATION, topic=data),
        "waiting": put("Waiting for a lock", "A transaction may wait for a lock.", topic=data),
        "hostile": put(
            "<script>alert(1)</script>", "The tag <img src=x onerror=alert(2)> is text.", topic=node
        ),
    }
    filler = [
        put(f"Note {i}", f"Note {i} says: retry with a growing pause.", topic=notebook)
        for i in range(notes)
    ]
    index_sections([section.pk for section in [*shelf.values(), *filler]])
    refresh_statistics()
    return shelf

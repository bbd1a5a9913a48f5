"""What lies beside the documents of a root and does not come in."""

from importer.file_discovery import Listing
from importer.file_kinds import is_image, left_out
from importer.models import IncludedFile
from importer.report import Report
from topics.models import Asset


def note_parts(listing: Listing, report: Report) -> None:
    """Say once that there are documents which the source's tool makes no page of."""
    if not listing.parts:
        return
    report.counts["files without a page"] += len(listing.parts)
    others = len(listing.parts) - 1
    are, it = (f"and {others:,} more are no pages", "them") if others else ("is no page", "it")
    message = f"{are} of the tool's own site: shown where documents take {it} in"
    report.note_file("left out", listing.parts[0], message)


def note_left_out(listing: Listing, report: Report) -> None:
    """Count the files that no document links to and that are none, with a note for each kind."""
    if not listing.root.is_whole or not (listing.left_out or listing.others):
        return
    source = listing.root.source
    shown = set(IncludedFile.objects.filter(source=source).values_list("path", flat=True))
    paths = [path for path in listing.left_out if path not in shown]
    if listing.others:
        stored = set(Asset.objects.filter(source=source).values_list("path", flat=True))
        ends = {path.rpartition(":")[2] for path in stored} | shown | report.not_stored
        paths += [
            path for path in listing.others.values() if path not in ends and not is_image(path)
        ]
    if paths:
        report.counts["files left out"] += len(paths)
    for kind in left_out(paths):
        report.note_file("left out", kind.path, kind.message)

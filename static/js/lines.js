// Lines of a listing: an address such as #heading~2L3-5 names lines 3 to 5 of the second listing
// below the heading.

const LINES = /^(.*)~(\d+)L(\d+)(?:-(\d+))?$/;

function listingsOf(article, id) {
  let below = id === "";
  const found = [];
  for (const element of article.querySelectorAll(".heading > [id], .title > [id], pre")) {
    if (element.tagName === "PRE") {
      if (below) found.push(element);
    } else if (below || element.id === id) {
      if (below) break;
      below = true;
    }
  }
  return found;
}

/** The part of a listing from line `first` to line `last`. */
function rangeOf(listing, first, last) {
  const range = new Range();
  const walker = document.createTreeWalker(listing, NodeFilter.SHOW_TEXT);
  let line = 1;
  let isStarted = false;
  while (walker.nextNode()) {
    const node = walker.currentNode;
    for (let at = 0; at < node.data.length; at++) {
      if (line === first && !isStarted) {
        range.setStart(node, at);
        isStarted = true;
      }
      if (line <= last) range.setEnd(node, at + 1);
      if (node.data[at] === "\n") line++;
    }
  }
  return isStarted ? range : null;
}

/** Marks the lines that the address names, and goes there. */
export function show(article, place) {
  globalThis.CSS?.highlights?.delete("lines");
  const [, id, number, first, last] = place.match(LINES) ?? [];
  const listing = number && listingsOf(article, id)[number - 1];
  const range = listing && rangeOf(listing, Number(first), Number(last ?? first));
  if (!range) return;
  for (let up = listing.closest("details"); up; up = up.parentElement.closest("details")) up.open = true;
  globalThis.CSS?.highlights?.set("lines", new Highlight(range));
  listing.scrollIntoView();
}

/** The address of a listing's selected lines, or of all of them. */
export function addressOf(article, listing) {
  const text = listing.textContent;
  let [first, last] = [1, text.replace(/\n$/, "").split("\n").length];
  const chosen = getSelection();
  if (!chosen.isCollapsed && listing.contains(chosen.anchorNode) && listing.contains(chosen.focusNode)) {
    const before = new Range();
    before.selectNodeContents(listing);
    before.setEnd(chosen.getRangeAt(0).startContainer, chosen.getRangeAt(0).startOffset);
    first = before.toString().split("\n").length;
    last = first + chosen.toString().replace(/\n$/, "").split("\n").length - 1;
  }
  const ids = [...article.querySelectorAll(".heading > [id], .title > [id]")];
  const above = ids.findLast((e) => e.compareDocumentPosition(listing) & Node.DOCUMENT_POSITION_FOLLOWING);
  const id = above?.id ?? "";
  const lines = first === last ? first : `${first}-${last}`;
  return `#${id}~${listingsOf(article, id).indexOf(listing) + 1}L${lines}`;
}

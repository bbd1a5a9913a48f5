"""What the tags of all tools are called: boxes, folds, tabs, links and the like, each with what
becomes of it."""

_BOXES = (
    "note tip info warning caution danger important hint success error check question attention "
    "example bug abstract failure deprecated critical"
)
_TYPED = "callout alert admonition notice hint aside message box banner docs-callout pageinfo"
_FOLDS = "history details expand collapse accordion accordion-item accordionitem folding expandable expander toggle"
_GROUPS = (
    "tabs tabgroup tabpane tab-group codegroup code-group codetabs code-tabs tabitems multi-code "
    "requestexample responseexample"
)
_TABS = "tab tabitem tab-item tabcontent tabs-tab codetab code-tab codegroupitem code-group-item"
_CODE = "highlight code codeblock code-block code-toggle mermaid katex math latex"
_PICTURES = "resize_image asset_img figure img image picture imgproc imgcap zoomimage themedimage"
FILMS = {
    "youtube": "https://www.youtube.com/watch?v={}",
    "liteyoutubeembed": "https://www.youtube.com/watch?v={}",
    "lite-youtube": "https://www.youtube.com/watch?v={}",
    "youtubeembed": "https://www.youtube.com/watch?v={}",
    "vimeo": "https://vimeo.com/{}",
    "gist": "https://gist.github.com/{}",
    "codepen": "https://codepen.io/{}",
    "tweet": "https://x.com/i/status/{}",
    "asciinema": "https://asciinema.org/a/{}",
    "instagram": "https://www.instagram.com/p/{}/",
    "x": "https://x.com/i/status/{}",
}
_LINKS = "swagger-ui redoc link routerlink router-link nuxtlink nuxt-link button btn post_link linkcard link-card linkbutton cta embed code_sample codenew content-ref file video iframe ref relref"
# What has a title, which may be a link.
_HEADED = (
    "card step update paramfield responsefield param field prop parameter procedure def table tile feature frame "
    "cover timeline-item timelineitem swagger swagger-parameter swagger-response openapi openapi-operation"
)
_LAYOUT = (
    "steps cards cardgrid card-grid cardgroup columns column cols col row rows grid div center "
    "raw fragment accordiongroup accordions tabslist filetree section container content-ref "
    "box panel br hr clear wrapper ul li p span blocks block lead rawhtml unsafe docs-content code "
    "endcode file endfile stepper swagger-description updates prompt cardpane "
    "cards conditional-text gallery timeline"
)
# A name in a tree, perhaps with others below it.
_ENTRIES = "folder directory dir treeitem tree-item treenode tree-node"
TREES = frozenset(("filetree", "files", "tree"))
_HIDDEN = (
    "toc tableofcontents tocinline octicon icon badge-icon br anchor ref-toc children attachments "
    "html-comment pagebreak fa bi iconify"
)
INCLUDES = frozenset(
    (
        "include",
        "readfile",
        "include_relative",
        "include_code",
        "partial",
        "include-markdown",
        "snippet",
    )
)
SAID = {
    "new-in": "New in {}",
    "deprecated-in": "Deprecated in {}",
    "since": "Since {}",
    "glossary-term": "{}",
    "gloss": "{}",
    "heading": "{}",
    "kbd": "{}",
    "feature-state": "Feature state: {}",
    "glossary_tooltip": "{}",
    "badge": "{}",
    "version": "{}",
    "tooltip": "{}",
    "term": "{}",
    "abbr": "{}",
    "qr": "{}",
    "label": "{}",
    "mark": "{}",
}
# What says the same wherever it is.
WORDS = {"yes": "Yes", "no": "No"}
KNOWN: dict[str, str] = {}
for _what, _names in (
    ("layout", _LAYOUT),
    ("hidden", _HIDDEN),
    ("link", _LINKS),
    ("headed", _HEADED),
    ("entry", _ENTRIES),
    ("picture", _PICTURES),
    ("code", _CODE),
    ("tab", _TABS),
    ("group", _GROUPS),
    ("fold", _FOLDS),
    ("typed", _TYPED),
    ("box", _BOXES),
    ("film", " ".join(FILMS)),
    ("said", " ".join(SAID)),
    ("word", " ".join(WORDS)),
    ("include", " ".join(INCLUDES)),
    ("quote", "blockquote quote cq centerquote pullquote epigraph"),
    ("unseen", "comment"),
):
    KNOWN |= dict.fromkeys(_names.split(), _what)

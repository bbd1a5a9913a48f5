"""Measurements beside the tests; `python -m benchmarks` lists them."""

# For the environment of a site whose requests all come from one client.
NO_LIMITS = {
    "KB_SEARCH_LIMIT": "0",
    "KB_SUGGEST_LIMIT": "0",
    "KB_SEARCH_BUDGET_MS": "0",
    "KB_SEARCH_TIMEOUT_MS": "0",
    "KB_PAGE_BUDGET_MS": "0",
}

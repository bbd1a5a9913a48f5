"""Full-text search in PostgreSQL; docs/search.md explains how and why.

From text to index, and from a query to the results page:

`english`      stop words, spellings, stems; `languages`: stems of others, `letters`: scripts
`words`        tokens to lexemes, the same for text, titles and queries
`vectors`      a section's fields as literals of tsvectors
`models`       the index's tables, synonyms, and the log of searches
`index`        writes index rows and postings with their BM25F impacts; `rebuild` starts over
`sql`          statements as files (`topics.raw_sql` runs them), and the database's functions
`query`        the language of queries; `filters`: what narrows a search besides its words
`synonyms`     the curators' table; `spelling`: corrections of words that no section holds
`ranking`      asks `sql/rank.sql`, the one statement that ranks
`engine`       from what was typed to results, with `snippets`; `suggestions` as you type
`related`      "see also" and what explains an outline's items
`log`          what was searched for, never by whom
`results`      the results page as values; `views` shows it
"""

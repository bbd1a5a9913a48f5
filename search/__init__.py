"""Full-text search: all of it, and nothing of HTTP.

From text to index, and from a query to its rows, in the order in which it happens:

`english`       stop words, spellings, stems
`words`         tokens to lexemes, the same for text, titles and queries; the columns of a section
`vector`        the tsvector that PostgreSQL generates from those columns, matched through GIN
`index`         postings with their BM25F impacts, written with the section
`rebuild`    the whole index anew beside the live one; whether index and sections agree
`query`         the language of queries
`synonyms`      the curator's table; `spelling`: words that the index does not know
`ranking`       calls `sql/rank.sql`, the one statement that ranks
`engine`     puts these together; `snippets`, `facets` and `suggestions` use them
`log`           what was asked, without who asked
`evaluating`    how good it is, on collections with judged answers

The room imports no model: models build on it. Its SQL names the tables of `search.models`.
docs/search.md explains how and why.
"""

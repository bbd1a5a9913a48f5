-- The strongest terms of these pages, as `related.py` keeps them for many batches of pages.
SELECT page_id, topic_id, term_id, weight FROM kb_strongest_terms WHERE page_id = ANY(%(pages)s)

UPDATE topics_section s SET see_also = found.alike::bigint[]
FROM unnest(%(pages)s::bigint[], %(alike)s::text[]) AS found (page, alike)
WHERE s.id = found.page AND s.see_also IS DISTINCT FROM found.alike::bigint[]

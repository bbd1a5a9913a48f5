-- Whether a sorted array has a key, by halving: of thousands a dozen are looked at. The planner puts
-- the expression in the place of the call.
CREATE OR REPLACE FUNCTION kb_is_among(key bigint, sorted bigint[])
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT coalesce(sorted[width_bucket(key, sorted)] = key, false)
$$;

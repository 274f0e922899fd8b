-- Rows that nobody knew, of a kind whose records are things of their own.
copy {table}
    (id, canonical_id, key, digest, page, system, system_role, stream, mapping_no, loaded_at,
     {columns})
from stdin

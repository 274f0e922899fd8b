-- Writes what is newer; a record keeps its id, its identity and the transaction that first made it.
update {table} known
set mapping_no = %(mapping_no)s,
    digest = staged.digest,
    page = staged.page,
    loaded_at = %(at)s,
    {assignments}
from staged
where known.id = staged.id
  and not staged.is_new

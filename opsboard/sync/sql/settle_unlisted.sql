-- A refused row that the source no longer lists is settled: there is nothing left to read. A source
-- writes a census of a snapshot only when every row of it had a readable id, so an older row without
-- one is gone or readable by now.
update sync_refusedrow row
set state = 'dismissed', settled_at = %(at)s
where row.stream_id = %(stream)s
  and row.state = 'open'
  and (row.page_id is null or row.page_id < %(page)s)
  and case when row.source_id = '' then %(snapshot)s
      else row.source_id <> all(%(ids)s::text[]) end

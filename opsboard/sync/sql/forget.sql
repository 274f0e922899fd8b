-- Loaded pages past their retention go, but never the newest census of a stream, which still says
-- what exists, nor a page that an open refused row would be replayed from. Settled refused rows
-- go when their own time is over.
with newest_census as (
    select max(id) as id from sync_rawpage where part = 'census' group by stream_id
),
old_refusal as (
    delete from sync_refusedrow
    where state <> 'open' and settled_at < %(refused_before)s
),
old_page as (
    select page.id
    from sync_rawpage page
    where page.received_at < %(pages_before)s
      and page.loaded_at is not null
      and not exists (select from newest_census where newest_census.id = page.id)
      and not exists (
          select from sync_refusedrow row where row.page_id = page.id and row.state = 'open'
      )
),
cut as (
    update sync_refusedrow row
    set page_id = null
    from old_page
    where row.page_id = old_page.id and row.settled_at >= %(refused_before)s
),
gone as (
    delete from sync_rawpage page using old_page where page.id = old_page.id returning 1
)
select count(*) from gone

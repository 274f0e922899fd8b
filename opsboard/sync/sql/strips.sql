-- The runs of a day in slots: whether one failed, and how long the longest took.
select
    stream.connection_id                                              as connection,
    stream.id                                                         as stream,
    floor(extract(epoch from run.started_at - %(since)s) / %(slot)s)::int as slot,
    bool_or(run.state in ('failed', 'stopped', 'killed'))             as failed,
    max(extract(epoch from coalesce(run.ended_at, %(now)s) - run.started_at))::float as seconds
from sync_run run
join sync_stream stream on stream.id = run.stream_id and stream.active
where run.started_at > %(since)s
  and run.started_at <= %(now)s
  and (%(connection)s = '' or stream.connection_id = %(connection)s)
group by 1, 2, 3

-- IN03 Feed is stale
--
-- Every feed must be complete up to no longer ago than twice its interval, and never less than an
-- hour. While it is not, absence in it proves nothing: the controls that rest on it report "not
-- evaluated" instead of raising what may only be late.
--
-- slug: feed_stale
-- workflow: integration
-- class: retryable
-- owner: integration_support
-- population: feed
-- feeds: none
-- severity: floor medium, floor near a close high
-- period: CO-C
-- incremental: no, it asks about opsboard's own feeds, a handful of rows
-- specification: domain IN03; a source that is down as planned is stale all the same, since no
--   downtime is configured; a file without rows moves the watermark like any other
-- remediation:
--   1. Read the last error on the systems page; a credential or right needs its owner.
--   2. Start the extract again and compare its row count with the source.
--   3. The controls that rested on the feed run again by themselves.
select
    feed.key as subject,
    feed.stale_at as look_at,
    feed.system || ' ' || feed.kind || case when feed.watermark is null
        then ' was never read in full'
        else ' is complete only up to ' || to_char(
            feed.watermark at time zone 'UTC', 'FMDD FMMonth HH24:MI "UTC"') end as title,
    'feed_stale' as root_cause,
    feed.connection as root_entity,
    'Feeds from ' || feed.connection || ' are stale' as cause_title,
    feed.system,
    feed.kind,
    feed.watermark,
    feed.state,
    feed.last_error,
    resting.controls as controls_resting_on_it
from feed
left join resting_control resting on resting.key = feed.key

-- What a statement says, summed by company, period, currency and standing; amounts are null for who
-- may not see them, counts are not.
select
    entity,
    period,
    currency,
    bucket,
    standing,
    coalesce(cause, '') as cause,
    confirmed,
    count(*) as parts,
    count(*) filter (where standing = 'unexplained' or rolled <> 0) as breaks,
    case when %(may_see)s then sum(came_in) end as came_in,
    case when %(may_see)s then sum(went_out) end as went_out,
    case when %(may_see)s then sum(open) end as open,
    case when %(may_see)s then sum(agreed) end as agreed,
    case when %(may_see)s then
        sum(abs(rolled)) + sum(abs(open - agreed)) filter (where standing = 'unexplained')
    end as unexplained,
    case when %(may_see)s then sum(abs(rolled)) end as rolled
from judged
group by entity, period, currency, bucket, standing, coalesce(cause, ''), confirmed

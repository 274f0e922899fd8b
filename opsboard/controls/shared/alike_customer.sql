-- Customers of one system in one place whose names are alike when their legal forms are left out: how
-- many of all their groups of three letters the two have in common, from 0 to 1. The place is the
-- postcode, or the domain of the contact. Each pair stands once, the later code first.
create view alike_customer as
select
    pair.key,
    pair.other_key,
    count(*) filter (where pair.sides = 2)::numeric / count(*) as likeness
from (
    select name.key, name.other_key, count(distinct name.side) as sides
    from (
        select
            party.key,
            other.key as other_key,
            both_names.side,
            '  ' || trim(regexp_replace(regexp_replace(
                lower(both_names.legal_name),
                '\m(inc|incorporated|corp|corporation|co|company|llc|llp|lp|ltd|limited|plc'
                '|gmbh|ag|kg|se|sa|sarl|sas|spa|srl|bv|nv|ab|as|oy|aps)\M', '', 'g'),
                '[^[:alnum:]]+', ' ', 'g')) || ' ' as said
        from party
        join party other
          on other.system = party.system
         and other.country = party.country
         and (other.code, other.key) < (party.code, party.key)
         and (other.postcode = party.postcode and party.postcode <> ''
             or split_part(other.contact, '@', 2) = split_part(party.contact, '@', 2)
                 and party.contact like '%@%')
        cross join lateral (
            values (1, party.legal_name), (2, other.legal_name)
        ) both_names (side, legal_name)
        where party.is_customer
          and other.is_customer
    ) name
    cross join lateral generate_series(1, length(name.said) - 2) place
    group by name.key, name.other_key, substr(name.said, place, 3)
) pair
group by pair.key, pair.other_key;

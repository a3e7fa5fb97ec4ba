-- What auditors ask. The books at any moment are had from checkpoints: the open orders as they stood after certain
-- events, added by the projector, from which a question goes on with the events since.

create table checkpoint (
    at          bigint primary key,                     -- the last event before it
    orders      integer not null                        -- how many were open
);

-- Each open order at a checkpoint. `priority` is the event that gave it its place in its queue, `part` how many parts of
-- an iceberg that one event took; `since` is the priority, or for a part the last event before it that is no trade: of
-- those since the same event the ones taken less often stand before the others.
create table open_order (
    at              bigint not null,
    order_id        bigint not null,
    sequence        bigint not null,                    -- its last event
    since           bigint not null,
    part            bigint not null,
    priority        bigint not null,
    priority_ns     bigint not null,
    price_ticks     bigint,
    quantity_lots   bigint not null,
    leaves_lots     bigint not null,
    displayed_lots  bigint not null,
    display_lots    bigint,
    session         integer not null,
    firm            integer not null,
    instrument      integer not null,
    side            "char" not null,
    ord_type        "char" not null
);
create index open_order_at on open_order (at, instrument);

create index command_who on command (number) where who is not null;

-- The last event not later than a time; times never go back, so halving finds it.
create function outcry_event_at(asked_ns bigint) returns bigint language plpgsql stable as $$
declare
    low bigint := (select min(sequence) - 1 from event);
    high bigint := (select max(sequence) from event);
    middle bigint;
    found_ns bigint;
begin
    while low < high loop
        middle := (low + high + 1) / 2;
        select time_ns into found_ns from event where sequence = middle;
        if found_ns <= asked_ns then
            low := middle;
        else
            high := middle - 1;
        end if;
    end loop;
    return low;
end
$$;

-- Whether an event puts its order at the end of a queue: the number of parts of an iceberg it took, 0 for another reason,
-- null if the order keeps its place. `was_` are the order's values before.
create function outcry_places(kind "char", reason integer, price bigint, was_price bigint, quantity bigint,
    was_quantity bigint, display bigint, was_display bigint, displayed bigint, was_displayed bigint, last bigint)
    returns bigint language sql immutable parallel safe
    return case
        when kind = '0' then 0
        when kind = '5' and (price is distinct from was_price or quantity > was_quantity
            or display is distinct from was_display) then 0
        when kind = 'D' and reason in (73, 77, 85) then 0 -- post_only_repriced, market_to_limit_priced, stop_elected
        when kind = 'H' or (kind = 'G' and displayed > was_displayed) then 0 -- what of a trade is open again
        when kind = 'F' and display is not null and displayed > 0 and displayed <> was_displayed - last
            then 1 + (last - was_displayed) / display
    end;

-- What happened to orders from the last checkpoint before an event up to it: at first as they stood then (`kind` is null and
-- the four `kept` values say how they came to their place), then event by event. Of one instrument (null: all).
create function outcry_steps(after bigint, chosen integer)
    returns table (order_id bigint, sequence bigint, time_ns bigint, kind "char", reason integer,
        price_ticks bigint, quantity_lots bigint, leaves_lots bigint, displayed_lots bigint, display_lots bigint,
        last_lots bigint, session integer, firm integer, instrument integer, side "char", ord_type "char", kept bigint,
        kept_part bigint, kept_since bigint, kept_ns bigint) language sql stable as $$
    select e.order_id, e.sequence, e.time_ns, e.kind, e.reason::integer, e.price_ticks, e.quantity_lots,
        e.leaves_lots, e.displayed_lots, e.display_lots, e.last_lots, e.session, e.firm, e.instrument, e.side,
        e.ord_type, null::bigint, 0::bigint, 0::bigint, 0::bigint
    from event e
    where e.sequence > (select coalesce(max(c.at), 0) from checkpoint c where c.at <= after) and e.sequence <= after
        and e.class = 1 and e.order_id is not null and e.kind not in ('I', '8') and (chosen is null or e.instrument = chosen)
    union all
    select o.order_id, o.sequence, 0, null, 0, o.price_ticks, o.quantity_lots, o.leaves_lots, o.displayed_lots,
        o.display_lots, 0, o.session, o.firm, o.instrument, o.side, o.ord_type, o.priority, o.part, o.since, o.priority_ns
    from open_order o
    where o.at = (select coalesce(max(c.at), 0) from checkpoint c where c.at <= after)
        and (chosen is null or o.instrument = chosen)
$$;

-- Open orders after an event, of one instrument (null: all), of one side and price of it (null: all); stops that wait among
-- them. An order goes to the end of its queue by entering, by a replace of price or display or to more, by what the venue
-- repriced or elected, and as an iceberg by showing its next part (CXR-09, ICE-03). Most orders that lived since the
-- checkpoint are over (`last` is twice an order's last event, and one if it left something open), and most of the others have
-- not moved since they entered or the checkpoint (`is_simple`), so that places are looked for but for the rest.
-- Never by nested loops, which the planner would choose while it knows nothing of a new day: 50 us a record, ten times all.
-- Nor by `= any(array)`, which looks through the array for each order that was open before: minutes for millions.
create function outcry_open_at(after bigint, chosen integer default null, chosen_side "char" default null,
    chosen_ticks bigint default null) returns setof open_order language sql stable set work_mem = '64MB' set enable_nestloop = off as $$
    with lives as (
        select s.order_id, max(s.sequence * 2 + (s.leaves_lots > 0)::integer) as last
        from outcry_steps(after, chosen) s
        where chosen_side is null or s.side = chosen_side
        group by s.order_id
    ), alive as materialized (
        select s.*, s.kind = '0' or s.kept is not null as is_simple
        from lives v
        join outcry_steps(after, chosen) s on s.order_id = v.order_id and s.sequence = v.last / 2
        where v.last % 2 = 1 and (chosen_ticks is null or s.price_ticks = chosen_ticks)
    ), placed as (
        select s.order_id, s.sequence, s.time_ns, s.kept, s.kept_since, s.kept_part, s.kept_ns,
            outcry_places(s.kind, s.reason, s.price_ticks, lag(s.price_ticks) over life, s.quantity_lots,
                lag(s.quantity_lots) over life, s.display_lots, lag(s.display_lots) over life, s.displayed_lots,
                lag(s.displayed_lots) over life, s.last_lots) as part
        from outcry_steps(after, chosen) s
        where s.order_id in (select a.order_id from alive a where not a.is_simple)
        window life as (partition by s.order_id order by s.sequence)
    ), latest as (
        select p.order_id, coalesce(max(array[p.sequence, null, p.part, p.time_ns]) filter (where p.part is not null),
            max(array[p.kept, p.kept_since, p.kept_part, p.kept_ns]) filter (where p.kept is not null)) as place
        from placed p
        group by p.order_id
    )
    select after, l.order_id, a.sequence, coalesce(l.place[2], case when l.place[3] = 0 then l.place[1] else (
            select e.sequence from event e where e.sequence < l.place[1] and e.kind is distinct from 'F'
            order by e.sequence desc limit 1) end), l.place[3], l.place[1], l.place[4], a.price_ticks, a.quantity_lots,
        a.leaves_lots, a.displayed_lots, a.display_lots, a.session, a.firm, a.instrument, a.side, a.ord_type
    from latest l
    join alive a on a.order_id = l.order_id
    union all
    select after, a.order_id, a.sequence, case when a.kept is null then a.sequence else a.kept_since end, a.kept_part,
        coalesce(a.kept, a.sequence), case when a.kept is null then a.time_ns else a.kept_ns end, a.price_ticks, a.quantity_lots,
        a.leaves_lots, a.displayed_lots, a.display_lots, a.session, a.firm, a.instrument, a.side, a.ord_type
    from alive a
    where a.is_simple
$$;

-- The orders in the books after an event; in a queue they stand by (since, part, priority).
create function outcry_book_at(after bigint, chosen integer default null) returns setof open_order language sql stable as $$
    select * from outcry_open_at(after, chosen) where ord_type not in ('3', '4')
$$;

-- An order's queue after an event, first to itself; nothing if it was in none.
create function outcry_queue_of(asked bigint, after bigint) returns setof open_order language sql stable as $$
    with level as materialized (
        select o.*
        from (
            select e.instrument, e.side, e.price_ticks from event e
            where e.order_id = asked and e.sequence <= after and e.class = 1 and e.kind not in ('I', '8')
            order by e.sequence desc limit 1
        ) last, outcry_open_at(after, last.instrument, last.side, last.price_ticks) o
        where o.ord_type not in ('3', '4') and o.price_ticks = last.price_ticks
    )
    select l.* from level l
    join level m on m.order_id = asked and (l.since, l.part, l.priority) <= (m.since, m.part, m.priority)
$$;

-- The same in order, for people.
create function outcry_queue(asked bigint, after bigint)
    returns table (place bigint, order_id bigint, session integer, firm integer, leaves_lots bigint, displayed_lots bigint,
        price_ticks bigint, priority bigint, priority_ns bigint) language sql stable as $$
    select row_number() over (order by q.since, q.part, q.priority), q.order_id, q.session, q.firm, q.leaves_lots,
        q.displayed_lots, q.price_ticks, q.priority, q.priority_ns
    from outcry_queue_of(asked, after) q
$$;

-- Best bid and offer after an event, of one instrument (null: of each); `own_lots` is how much of it is one firm's.
create function outcry_best_at(after bigint, chosen integer, asked_firm integer default null)
    returns table (instrument integer, side "char", price_ticks bigint, displayed_lots bigint, orders bigint, own_lots bigint)
    language sql stable set work_mem = '64MB' set enable_nestloop = off as $$
    with steps as materialized (
        select t.order_id, t.sequence, t.instrument, t.side, t.price_ticks, t.displayed_lots, t.leaves_lots, t.firm, t.ord_type
        from outcry_steps(after, chosen) t
    ), alive as materialized (
        select distinct on (s.order_id) s.*
        from steps s
        where s.leaves_lots > 0 and s.ord_type not in ('3', '4')
            and not exists (select from steps d where d.order_id = s.order_id and d.leaves_lots = 0
                and d.sequence > s.sequence)
        order by s.order_id, s.sequence desc
    ), best as (
        select a.instrument, a.side,
            case when a.side = '1' then max(a.price_ticks) else min(a.price_ticks) end as price_ticks
        from alive a
        group by a.instrument, a.side
    )
    select a.instrument, a.side, a.price_ticks, sum(a.displayed_lots)::bigint, count(*),
        coalesce(sum(a.displayed_lots) filter (where a.firm = asked_firm), 0)::bigint
    from alive a
    join best b using (instrument, side, price_ticks)
    group by a.instrument, a.side, a.price_ticks
$$;

-- Those that stood ahead of an order after one event (`kind` is null and `lots` what each showed), and what became of them
-- until another: `ahead_lots` is what was shown ahead of it then.
create function outcry_ahead(asked bigint, after bigint, until bigint)
    returns table (sequence bigint, time_ns bigint, order_id bigint, session integer, kind "char", lots bigint,
        ahead_lots bigint) language sql stable as $$
    with queue as materialized (
        select q.* from outcry_queue_of(asked, after) q where q.order_id <> asked
    ), steps as (
        select q.order_id, after as sequence, 0::bigint as time_ns, q.session, null::"char" as kind, 0 as reason,
            q.price_ticks, q.quantity_lots, q.displayed_lots, q.leaves_lots, q.display_lots, 0::bigint as last_lots,
            true as is_start
        from queue q
        union all
        select e.order_id, e.sequence, e.time_ns, e.session, e.kind, e.reason, e.price_ticks, e.quantity_lots,
            e.displayed_lots, e.leaves_lots, e.display_lots, e.last_lots, false
        from queue q
        join event e on e.order_id = q.order_id and e.sequence > after and e.sequence <= until and e.class = 1
            and e.kind not in ('I', '8')
    ), judged as (
        select s.*, lag(s.displayed_lots) over life as was_displayed, s.leaves_lots = 0 or outcry_places(s.kind, s.reason,
            s.price_ticks, lag(s.price_ticks) over life, s.quantity_lots, lag(s.quantity_lots) over life, s.display_lots,
            lag(s.display_lots) over life, s.displayed_lots, lag(s.displayed_lots) over life, s.last_lots) is not null
            as leaves_queue
        from steps s
        window life as (partition by s.order_id order by s.sequence)
    ), effects as (
        select j.*, case when j.leaves_queue then j.was_displayed else j.was_displayed - j.displayed_lots end as gone,
            coalesce(bool_or(j.leaves_queue) over (partition by j.order_id order by j.sequence
                rows between unbounded preceding and 1 preceding), false) as is_past
        from judged j
        where not j.is_start
    )
    select q.priority, q.priority_ns, q.order_id, q.session, null::"char", q.displayed_lots,
        (sum(q.displayed_lots) over (order by q.since, q.part, q.priority))::bigint
    from queue q
    union all
    select f.sequence, f.time_ns, f.order_id, f.session, f.kind, f.gone,
        ((select coalesce(sum(q.displayed_lots), 0) from queue q) - sum(f.gone) over (order by f.sequence))::bigint
    from effects f
    where not f.is_past and f.gone > 0
$$;

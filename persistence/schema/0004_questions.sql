-- What auditors ask. The books at any moment are had from checkpoints: the open orders as they stood after certain
-- events, added by the projector, from which a question goes on with the events since.

create table checkpoint (
    at          bigint primary key,                     -- the last event before it
    orders      integer not null                        -- how many were open
);

-- Each open order at a checkpoint. `priority` is the event that gave it its place in its queue, `part` how many parts of
-- an iceberg that one event took (those taken less often stand before the others).
create table open_order (
    at              bigint not null,
    order_id        bigint not null,
    sequence        bigint not null,                    -- its last event
    command         bigint not null,                    -- which gave it its place
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

-- What happened between two checkpoints, for each day, symbol and firm.
create table tally (
    at              bigint not null,
    day             date not null,
    instrument      integer not null,
    firm            integer not null,
    entered         bigint not null,
    refused         bigint not null,
    replaced        bigint not null,
    canceled        bigint not null,
    expired         bigint not null,
    fills           bigint not null,
    bought_lots     bigint not null,
    sold_lots       bigint not null,
    aggressive_lots bigint not null,
    bought_notional numeric not null,
    sold_notional   numeric not null,
    low_ticks       bigint,
    high_ticks      bigint,
    first_match     bigint,
    first_ticks     bigint,
    last_match      bigint,
    last_ticks      bigint
);
create index tally_day on tally (day, at);

create index event_session on event (session, sequence);
create index event_trade on event (instrument, sequence) include (last_ticks, last_lots) where match is not null and aggressor;
create index event_state on event (instrument, sequence) where class = 4;
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
        when kind = 'F' and display is not null and displayed > 0 and displayed <> was_displayed - last
            then 1 + (last - was_displayed + display - 1) / display
    end;

-- Open orders after an event, of one instrument (null: all), stops that wait among them. An order goes to the end of its
-- queue by entering, by a replace of price or display or to more, by what the venue repriced or elected, and as an
-- iceberg by showing its next part (CXR-09, ICE-03).
create function outcry_open_at(after bigint, chosen integer default null) returns setof open_order language sql stable as $$
    with base as (
        select coalesce(max(at), 0) as at from checkpoint where at <= after
    ), steps as (
        select e.order_id, e.sequence, e.command, e.time_ns, e.kind, e.reason, e.price_ticks, e.quantity_lots,
            e.leaves_lots, e.displayed_lots, e.display_lots, e.last_lots, e.session, e.firm, e.instrument, e.side,
            e.ord_type, null::bigint as kept, 0::bigint as kept_part, 0::bigint as kept_command, 0::bigint as kept_ns
        from event e
        where e.sequence > (select at from base) and e.sequence <= after and e.class = 1 and e.order_id is not null
            and e.kind not in ('I', '8') and (chosen is null or e.instrument = chosen)
        union all
        select o.order_id, o.sequence, 0, 0, null, 0, o.price_ticks, o.quantity_lots,
            o.leaves_lots, o.displayed_lots, o.display_lots, 0, o.session, o.firm, o.instrument, o.side,
            o.ord_type, o.priority, o.part, o.command, o.priority_ns
        from open_order o
        where o.at = (select at from base) and (chosen is null or o.instrument = chosen)
    ), placed as (
        select *, outcry_places(kind, reason, price_ticks, lag(price_ticks) over life, quantity_lots,
                lag(quantity_lots) over life, display_lots, lag(display_lots) over life, displayed_lots,
                lag(displayed_lots) over life, last_lots) as part,
            lead(sequence) over life is null as is_last
        from steps
        window life as (partition by order_id order by sequence)
    ), latest as (
        select order_id, max(sequence) as sequence,
            max(array[sequence, command, part, time_ns]) filter (where part is not null) as place,
            max(array[kept, kept_command, kept_part, kept_ns]) filter (where kept is not null) as kept
        from placed
        group by order_id
    )
    select after, l.order_id, l.sequence, (coalesce(l.place, l.kept))[2], (coalesce(l.place, l.kept))[3],
        (coalesce(l.place, l.kept))[1], (coalesce(l.place, l.kept))[4], s.price_ticks, s.quantity_lots, s.leaves_lots,
        s.displayed_lots, s.display_lots, s.session, s.firm, s.instrument, s.side, s.ord_type
    from latest l
    join placed s on s.order_id = l.order_id and s.is_last
    where s.leaves_lots > 0
$$;

-- The orders in the books after an event; in a queue they stand by (command, part, priority).
create function outcry_book_at(after bigint, chosen integer default null) returns setof open_order language sql stable as $$
    select * from outcry_open_at(after, chosen) where ord_type not in ('3', '4')
$$;

-- An order's queue after an event, first to itself; nothing if it was in none.
create function outcry_queue(asked bigint, after bigint)
    returns table (place bigint, order_id bigint, session integer, firm integer, leaves_lots bigint, displayed_lots bigint,
        price_ticks bigint, priority bigint, priority_ns bigint) language sql stable as $$
    with book as materialized (
        select * from outcry_book_at(after, (select e.instrument from event e where e.order_id = asked limit 1))
    ), mine as (
        select * from book b where b.order_id = asked
    )
    select row_number() over (order by b.command, b.part, b.priority), b.order_id, b.session, b.firm, b.leaves_lots,
        b.displayed_lots, b.price_ticks, b.priority, b.priority_ns
    from book b, mine m
    where b.side = m.side and b.price_ticks = m.price_ticks
        and (b.command, b.part, b.priority) <= (m.command, m.part, m.priority)
$$;

-- Best bid and offer after an event.
create function outcry_best_at(after bigint, chosen integer)
    returns table (side "char", price_ticks bigint, displayed_lots bigint, orders bigint) language sql stable as $$
    with book as materialized (
        select * from outcry_book_at(after, chosen)
    ), best as (
        select b.side, case when b.side = '1' then max(b.price_ticks) else min(b.price_ticks) end as price_ticks
        from book b
        group by b.side
    )
    select b.side, b.price_ticks, sum(b.displayed_lots)::bigint, count(*)
    from book b
    join best using (side, price_ticks)
    group by b.side, b.price_ticks
$$;

-- What became of those that stood ahead of an order after one event, until another: `ahead_lots` is what was shown ahead
-- of it then.
create function outcry_ahead(asked bigint, after bigint, until bigint)
    returns table (sequence bigint, time_ns bigint, order_id bigint, session integer, kind "char", lots bigint,
        ahead_lots bigint) language sql stable as $$
    with book as materialized (
        select * from outcry_book_at(after, (select e.instrument from event e where e.order_id = asked limit 1))
    ), queue as materialized (
        select b.* from book b, book m
        where m.order_id = asked and b.side = m.side and b.price_ticks = m.price_ticks
            and (b.command, b.part, b.priority) < (m.command, m.part, m.priority)
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
    select f.sequence, f.time_ns, f.order_id, f.session, f.kind, f.gone,
        ((select coalesce(sum(q.displayed_lots), 0) from queue q) - sum(f.gone) over (order by f.sequence))::bigint
    from effects f
    where not f.is_past and f.gone > 0
    order by f.sequence
$$;

-- Trades in an order's symbol between two events by how their prices stand to its limit: those at it, through it (on
-- the far side, where a book by price and time has none while it shows) and not as far as it.
create function outcry_trades_about(asked bigint, after bigint, until bigint)
    returns table (place text, trades bigint, lots bigint, low_ticks bigint, high_ticks bigint) language sql stable as $$
    with mine as (
        select e.instrument, e.side, e.price_ticks from event e
        where e.order_id = asked and e.sequence <= greatest(after, (select min(f.sequence) from event f where f.order_id = asked))
        order by e.sequence desc limit 1
    )
    select case when e.last_ticks = m.price_ticks then 'at'
            when (m.side = '1') = (e.last_ticks < m.price_ticks) then 'through' else 'short of' end,
        count(*), sum(e.last_lots)::bigint, min(e.last_ticks), max(e.last_ticks)
    from mine m
    join event e on e.instrument = m.instrument and e.sequence > after and e.sequence <= until
        and e.match is not null and e.aggressor
    group by 1
$$;

-- What happened after one event up to another, for each day, symbol and firm.
create function outcry_tally(after bigint, until bigint) returns setof tally language sql stable as $$
    select until, e.day, e.instrument, coalesce(e.firm, s.firm, 0),
        count(*) filter (where e.kind = '0'), count(*) filter (where e.kind = '8' or e.class = 2),
        count(*) filter (where e.kind = '5'), count(*) filter (where e.kind = '4'), count(*) filter (where e.kind = 'C'),
        count(*) filter (where e.kind = 'F'),
        coalesce(sum(e.last_lots) filter (where e.kind = 'F' and e.side = '1'), 0),
        coalesce(sum(e.last_lots) filter (where e.kind = 'F' and e.side <> '1'), 0),
        coalesce(sum(e.last_lots) filter (where e.kind = 'F' and e.aggressor), 0),
        coalesce(sum(e.last_lots::numeric * e.last_ticks) filter (where e.kind = 'F' and e.side = '1'), 0),
        coalesce(sum(e.last_lots::numeric * e.last_ticks) filter (where e.kind = 'F' and e.side <> '1'), 0),
        min(e.last_ticks), max(e.last_ticks), min(e.match), (min(array[e.match, e.last_ticks]) filter (where e.match is not null))[2],
        max(e.match), (max(array[e.match, e.last_ticks]) filter (where e.match is not null))[2]
    from event e
    left join session s on s.number = e.session
    where e.sequence > after and e.sequence <= until and e.class in (1, 2)
    group by e.day, e.instrument, coalesce(e.firm, s.firm, 0)
$$;

-- A day's tallies, those of the events since the last checkpoint among them.
create function outcry_day_tally(asked date) returns setof tally language sql stable as $$
    select * from tally where day = asked
    union all
    select * from outcry_tally(coalesce((select max(at) from checkpoint), 0), (select event from projection))
    where day = asked
$$;

-- Add a checkpoint if it is time for one; the event with which to ask again. There is one for every `spacing` events or, if
-- that is more, for four times as many as orders were open, so that they stay a small part of the whole.
create function outcry_checkpoint(spacing bigint default 100000) returns bigint language plpgsql as $$
declare
    last bigint;
    were integer;
    head bigint := (select event from projection);
begin
    select at, orders into last, were from checkpoint order by at desc limit 1;
    last := coalesce(last, 0);
    if head < last + greatest(spacing, 4 * coalesce(were, 0)) then
        return last + greatest(spacing, 4 * coalesce(were, 0));
    end if;
    insert into tally select * from outcry_tally(last, head);
    insert into open_order select * from outcry_open_at(head);
    get diagnostics were = row_count;
    insert into checkpoint values (head, were);
    return head + greatest(spacing, 4 * were);
end
$$;

-- The state of trading in an instrument at an event.
create function outcry_phase(asked integer, until bigint) returns text language sql stable as $$
    select phase_name(coalesce((
        select (e.detail ->> 'state')::int from event e
        where e.class = 4 and e.instrument = asked and e.sequence <= until order by e.sequence desc limit 1
    ), 0))
$$;

-- The event that gave an order its place in its queue, as it stood after another.
create function outcry_priority(asked bigint, until bigint) returns bigint language sql stable as $$
    select max(sequence) from (
        select e.sequence, outcry_places(e.kind, e.reason, e.price_ticks, lag(e.price_ticks) over life, e.quantity_lots,
            lag(e.quantity_lots) over life, e.display_lots, lag(e.display_lots) over life, e.displayed_lots,
            lag(e.displayed_lots) over life, e.last_lots) as part
        from event e
        where e.order_id = asked and e.sequence <= until and e.class = 1 and e.kind not in ('I', '8')
        window life as (order by e.sequence)
    ) steps
    where part is not null
$$;

-- The order record of MiFID II RTS 24 (Regulation (EU) 2017/580, Annex, Table 2), as far as FIX 4.4 and the venue's state
-- give it; specs/audit.md says which column is which field. Times are ns UTC.
create view order_records as
select e.sequence, e.day, e.order_id, e.cl_ord_id, s.firm_name as member, s.comp_id as session, e.account,
    i.symbol, side_name(e.side) as side, ord_type_name(e.ord_type) as type,
    time_in_force_name(e.time_in_force) as validity, e.expire_ns as valid_until_ns,
    case e.kind when '0' then 'NEWO' when '5' then case when p.sequence = e.sequence then 'CHME' else 'REME' end
        when '4' then case when e.reason = 0 then 'CAME' else 'CAMO' end when '8' then 'REMO' when 'C' then 'EXPI'
        when 'D' then case when e.reason = 85 then 'TRIG' else 'CHMO' end
        when 'F' then case when e.leaves_lots = 0 then 'FILL' else 'PARF' end end as event,
    e.price_ticks * i.tick_size as price, e.stop_ticks * i.tick_size as stop_price, e.quantity_lots * i.lot_size as quantity,
    e.leaves_lots * i.lot_size as remaining, e.displayed_lots * i.lot_size as displayed,
    e.cum_lots * i.lot_size as executed, e.min_lots * i.lot_size as minimum,
    e.last_lots * i.lot_size as last_quantity, e.last_ticks * i.tick_size as last_price, e.match as trade,
    case when e.match is null then null when e.aggressor then 'aggressive' else 'passive' end as liquidity,
    outcry_phase(e.instrument, e.sequence) as phase, r.name as reason,
    c.time_ns as received_ns, e.time_ns as sequenced_ns, c.written_ns as sent_ns, pe.time_ns as priority_ns
from event e
left join instrument i on i.number = e.instrument
left join session s on s.number = e.session
left join reason r on r.code = e.reason
left join command c on c.number = e.command and c.day = e.day
left join lateral (select outcry_priority(e.order_id, e.sequence) as sequence) p on true
left join event pe on pe.sequence = p.sequence
where e.class = 1 and e.kind <> 'I';

do $$
begin
    perform outcry_grant(name, 'select, insert') from unnest(array['checkpoint', 'open_order', 'tally']) name;
    perform outcry_grant('order_records', 'select');
end
$$;

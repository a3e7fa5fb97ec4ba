-- Sums between checkpoints, and what else is told of orders: the phase in which something happened, and the order record.

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

-- Each instrument's trades between two checkpoints by price.
create table traded (
    at              bigint not null,
    instrument      integer not null,
    price_ticks     bigint not null,
    first_ns        bigint not null,
    trades          bigint not null,
    lots            bigint not null
);
create index traded_at on traded (instrument, at);

create index event_trade on event (instrument, sequence) include (last_ticks, last_lots, time_ns)
    where match is not null and side = '1';
create index event_state on event (instrument, sequence) where class in (4, 10);

-- An instrument's trades after one event and up to another by price: those between checkpoints from their sums.
create function outcry_traded(asked integer, after bigint, until bigint)
    returns table (price_ticks bigint, first_ns bigint, trades bigint, lots bigint) language sql stable as $$
    with whole as (
        select c.first, greatest(c.first, c.last) as last
        from (select coalesce((select min(c.at) from checkpoint c where c.at >= after), until) as first,
            coalesce((select max(c.at) from checkpoint c where c.at <= until), 0) as last) c
    ), parts as (
        select t.price_ticks, t.first_ns, t.trades, t.lots from whole w
        join traded t on t.instrument = asked and t.at > w.first and t.at <= w.last
        union all
        select e.last_ticks, min(e.time_ns), count(*), sum(e.last_lots) from whole w
        join event e on e.instrument = asked and e.match is not null and e.side = '1'
            and e.sequence > after and e.sequence <= least(w.first, until)
        group by e.last_ticks
        union all
        select e.last_ticks, min(e.time_ns), count(*), sum(e.last_lots) from whole w
        join event e on e.instrument = asked and e.match is not null and e.side = '1'
            and e.sequence > w.last and e.sequence <= until
        group by e.last_ticks
    )
    select p.price_ticks, min(p.first_ns), sum(p.trades)::bigint, sum(p.lots)::bigint from parts p group by p.price_ticks
$$;

-- The same by how the prices stand to an order's limit: those at it, through it (on the far side, where a book by price and
-- time has none while it shows) and not as far as it.
create function outcry_trades_about(asked bigint, after bigint, until bigint)
    returns table (place text, trades bigint, lots bigint, low_ticks bigint, high_ticks bigint) language sql stable as $$
    with mine as (
        select e.instrument, e.side, e.price_ticks from event e
        where e.order_id = asked and e.sequence <= greatest(after, (select min(f.sequence) from event f where f.order_id = asked))
        order by e.sequence desc limit 1
    )
    select case when t.price_ticks = m.price_ticks then 'at'
            when (m.side = '1') = (t.price_ticks < m.price_ticks) then 'through' else 'short of' end,
        sum(t.trades)::bigint, sum(t.lots)::bigint, min(t.price_ticks), max(t.price_ticks)
    from mine m, outcry_traded(m.instrument, after, until) t
    group by 1
$$;

-- What happened after one event up to another, for each day, symbol and firm.
-- First by kind of event, which spares asking each event for all sums. Groups are few: hashing spares the sort, which the
-- planner would choose while it knows nothing of a new day.
create function outcry_tally(after bigint, until bigint) returns setof tally language sql stable set enable_sort = off as $$
    with kinds as (
        select e.day, e.instrument, coalesce(e.firm, (select s.firm from session s where s.number = e.session), 0) as firm,
            e.class, e.kind, e.side = '1' as bought, e.aggressor, count(*) as events,
            sum(e.last_lots) as lots, sum(e.last_lots * e.last_ticks) as notional,
            sum(e.released_lots) as released, sum(e.released_lots * e.released_ticks) as released_notional,
            min(e.last_ticks) as low, max(e.last_ticks) as high,
            min(array[e.match, e.last_ticks]) filter (where e.match is not null) as first,
            max(array[e.match, e.last_ticks]) filter (where e.match is not null) as last
        from event e
        where e.sequence > after and e.sequence <= until and e.class in (1, 2)
        group by 1, 2, 3, 4, 5, 6, 7
    )
    select until, k.day, k.instrument, k.firm,
        coalesce(sum(k.events) filter (where k.kind = '0'), 0),
        coalesce(sum(k.events) filter (where k.kind = '8' or k.class = 2), 0),
        coalesce(sum(k.events) filter (where k.kind = '5'), 0), coalesce(sum(k.events) filter (where k.kind = '4'), 0),
        coalesce(sum(k.events) filter (where k.kind in ('3', 'C')), 0),
        coalesce(sum(k.events) filter (where k.kind = 'F'), 0) - coalesce(sum(k.events) filter (where k.kind = 'H'), 0),
        coalesce(sum(k.lots) filter (where k.kind in ('F', 'G') and k.bought), 0)
            - coalesce(sum(k.released) filter (where k.kind in ('G', 'H') and k.bought), 0),
        coalesce(sum(k.lots) filter (where k.kind in ('F', 'G') and not k.bought), 0)
            - coalesce(sum(k.released) filter (where k.kind in ('G', 'H') and not k.bought), 0),
        coalesce(sum(k.lots) filter (where k.kind = 'F' and k.aggressor), 0),
        coalesce(sum(k.notional) filter (where k.kind in ('F', 'G') and k.bought), 0)
            - coalesce(sum(k.released_notional) filter (where k.kind in ('G', 'H') and k.bought), 0),
        coalesce(sum(k.notional) filter (where k.kind in ('F', 'G') and not k.bought), 0)
            - coalesce(sum(k.released_notional) filter (where k.kind in ('G', 'H') and not k.bought), 0),
        min(k.low) filter (where k.kind = 'F'), max(k.high) filter (where k.kind = 'F'),
        (min(k.first))[1], (min(k.first))[2], (max(k.last))[1], (max(k.last))[2]
    from kinds k
    group by 2, 3, 4
$$;

-- A day's tallies, those of the events since the last checkpoint among them.
create function outcry_day_tally(asked date) returns setof tally language sql stable as $$
    select * from tally where day = asked
    union all
    select * from outcry_tally(coalesce((select max(at) from checkpoint), 0), (select event from projection))
    where day = asked
$$;

-- Add a checkpoint if it is time for one; the event with which to ask again. There is one for every `spacing` events or, if
-- that is more, for four times as many as orders were open, so that they stay a small part of the whole; `patience` times
-- fewer while there is so much to carry over that answers can wait.
create function outcry_checkpoint(spacing bigint default 50000, patience bigint default 1) returns bigint language plpgsql as $$
declare
    last bigint;
    were integer;
    head bigint := (select event from projection);
begin
    select at, orders into last, were from checkpoint order by at desc limit 1;
    last := coalesce(last, 0);
    spacing := greatest(spacing, 4 * coalesce(were, 0));
    if head < last + spacing * patience then
        return last + spacing;
    end if;
    insert into tally select * from outcry_tally(last, head);
    insert into traded select head, e.instrument, e.last_ticks, min(e.time_ns), count(*), sum(e.last_lots) from event e
        where e.sequence > last and e.sequence <= head and e.match is not null and e.side = '1' group by e.instrument, e.last_ticks;
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
    -- by the member: REME, CAME (also asked for many at once, 64); by the venue: REMA, CAMO; elected stops (85) TRIG; and
    -- CHMO where an order is only told anew (126) or a trade of it was corrected or busted
    case e.kind when '0' then 'NEWO' when '5' then 'REME' when '4' then case when e.reason in (0, 64) then 'CAME' else 'CAMO' end
        when '8' then 'REMO' when '3' then 'EXPI' when 'C' then 'EXPI'
        when 'D' then case e.reason when 85 then 'TRIG' when 126 then 'CHMO' else 'REMA' end
        when 'G' then 'CHMO' when 'H' then 'CHMO'
        when 'F' then case when e.leaves_lots = 0 then 'FILL' else 'PARF' end end as event,
    e.price_ticks * i.tick_size as price, e.stop_ticks * i.tick_size as stop_price, e.quantity_lots * i.lot_size as quantity,
    e.leaves_lots * i.lot_size as remaining, e.displayed_lots * i.lot_size as displayed,
    e.cum_lots * i.lot_size as executed, e.min_lots * i.lot_size as minimum,
    e.last_lots * i.lot_size as last_quantity, e.last_ticks * i.tick_size as last_price, e.match as trade,
    case when e.match is null or e.reason = 107 then null when e.aggressor then 'aggressive' else 'passive' end as liquidity,
    outcry_phase(e.instrument, e.sequence) as phase, r.name as reason,
    c.time_ns as received_ns, e.time_ns as sequenced_ns, c.written_ns as sent_ns, pe.time_ns as priority_ns
from event e
left join instrument i on i.number = e.instrument
left join session s on s.number = e.session
left join reason r on r.code = e.reason
left join command c on c.number = e.command and c.day = e.day
left join lateral (select outcry_priority(e.order_id, e.sequence) as sequence) p on true
left join event pe on pe.sequence = p.sequence
where e.class = 1 and e.kind not in ('6', 'E', 'I'); -- what is pending is no event of theirs

do $$
begin
    perform outcry_grant(name, 'select, insert') from unnest(array['checkpoint', 'open_order', 'tally', 'traded']) name;
    perform outcry_grant('order_records', 'select');
end
$$;

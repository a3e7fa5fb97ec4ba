-- The answers of `outcry audit` that are one query each, in decimals and names.

-- Best bid and offer of a symbol (null: of each) at a time.
create function outcry_best(asked text, asked_ns bigint)
    returns table (symbol text, bid numeric, bid_quantity numeric, bid_orders bigint, ask numeric, ask_quantity numeric,
        ask_orders bigint) language plpgsql stable as $$
declare
    after bigint := outcry_event_at(asked_ns);
    chosen integer := (select i.number from instrument i where i.symbol = asked);
begin
    return query
    with best as materialized (
        select * from outcry_best_at(after, chosen)
    )
    select i.symbol, b.price_ticks * i.tick_size, b.displayed_lots * i.lot_size, b.orders,
        a.price_ticks * i.tick_size, a.displayed_lots * i.lot_size, a.orders
    from instrument i
    left join best b on b.instrument = i.number and b.side = '1'
    left join best a on a.instrument = i.number and a.side <> '1'
    where asked is null or i.symbol = asked
    order by i.number;
end
$$;

-- An order's queue at a time, first to itself.
create function outcry_queue_at(asked bigint, asked_ns bigint)
    returns table (place bigint, order_id bigint, session text, shown numeric, open numeric, price numeric, since_ns bigint)
    language sql stable as $$
    select q.place, q.order_id, s.comp_id, q.displayed_lots * i.lot_size, q.leaves_lots * i.lot_size,
        q.price_ticks * i.tick_size, q.priority_ns
    from outcry_queue(asked, outcry_event_at(asked_ns)) q
    join session s on s.number = q.session
    join instrument i on i.number = (select e.instrument from event e where e.order_id = asked limit 1)
    order by q.place
$$;

-- A client's orders, requests and refusals between two times, the first so many.
create function outcry_client(asked text, since_ns bigint, until_ns bigint, rows_max integer)
    returns setof order_events language sql stable as $$
    select v.* from (
        select e.sequence, e.day from event e
        where e.session = (select number from session where comp_id = asked)
            and e.sequence > outcry_event_at(since_ns - 1) and e.sequence <= outcry_event_at(until_ns)
            and e.class in (1, 2)
        order by e.sequence limit rows_max
    ) first
    join order_events v on v.sequence = first.sequence and v.day = first.day
    order by v.sequence
$$;

-- The events that bear a ClOrdID of a session (null: of any). By the bloom filters, also while the planner knows nothing of a
-- new day: it would read the day.
create function outcry_named(asked text, asked_session text) returns table (sequence bigint, order_id bigint)
    language sql stable set enable_seqscan = off as $$
    select e.sequence, e.order_id from event e left join session s on s.number = e.session
    where e.cl_ord_id = asked and (asked_session is null or s.comp_id = asked_session)
$$;

-- The latest messages up to so many of a session, between two times, with such bytes in them, of a direction and a type, each
-- null for all: looked for from the end on, in ever longer stretches of records.
create function outcry_messages(asked text, since_ns bigint, until_ns bigint, part bytea, way text, type text, rows_max bigint,
    stretch bigint default 20000) returns setof messages language plpgsql stable set enable_seqscan = off as $$
declare
    until bigint := (select record from projection);
    got bigint;
begin
    while until > 0 and rows_max > 0 loop
        return query select m.* from messages m
            where m.record > until - stretch and m.record <= until and (asked is null or m.session = asked)
                and (since_ns is null or (m.time >= outcry_time(since_ns) and m.time_ns >= since_ns))
                and (until_ns is null or (m.time <= outcry_time(until_ns) and m.time_ns < until_ns))
                and (way is null or m.direction = way) and (type is null or m.msg_type = type)
                and (part is null or position(part in m.raw) > 0)
            order by m.record desc limit rows_max;
        get diagnostics got = row_count;
        rows_max := rows_max - got;
        until := until - stretch;
        stretch := stretch * 4;
    end loop;
end
$$;

-- A day by symbol.
create function outcry_symbol_day(asked date)
    returns table (symbol text, entered numeric, refused numeric, replaced numeric, canceled numeric, expired numeric,
        trades bigint, volume numeric, opened numeric, high numeric, low numeric, closed numeric, average numeric)
    language sql stable as $$
    select coalesce(i.symbol, 'unknown'), sum(t.entered), sum(t.refused), sum(t.replaced), sum(t.canceled), sum(t.expired),
        (sum(t.fills) / 2)::bigint, sum(t.bought_lots) * min(i.lot_size),
        (min(array[t.first_match, t.first_ticks]) filter (where t.first_match is not null))[2] * min(i.tick_size),
        max(t.high_ticks) * min(i.tick_size), min(t.low_ticks) * min(i.tick_size),
        (max(array[t.last_match, t.last_ticks]) filter (where t.last_match is not null))[2] * min(i.tick_size),
        round(sum(t.bought_notional) * min(i.tick_size) / nullif(sum(t.bought_lots), 0), min(scale(i.tick_size)) + 4)
    from outcry_day_tally(asked) t
    left join instrument i on i.number = t.instrument
    group by 1 order by 1
$$;

-- A day by symbol and firm.
create function outcry_firm_day(asked date)
    returns table (symbol text, firm text, entered numeric, refused numeric, canceled numeric, fills numeric,
        bought numeric, sold numeric, aggressive numeric, paid numeric, received numeric) language sql stable as $$
    select coalesce(i.symbol, 'unknown'), f.firm_name, sum(t.entered), sum(t.refused), sum(t.canceled), sum(t.fills),
        sum(t.bought_lots) * min(i.lot_size), sum(t.sold_lots) * min(i.lot_size), sum(t.aggressive_lots) * min(i.lot_size),
        sum(t.bought_notional) * min(i.tick_size * i.lot_size), sum(t.sold_notional) * min(i.tick_size * i.lot_size)
    from outcry_day_tally(asked) t
    left join instrument i on i.number = t.instrument
    left join (select distinct on (firm) firm, firm_name from session order by firm, number) f on f.firm = t.firm
    group by 1, 2 order by 1, 2
$$;

-- When an order stood where in a queue: from the event that gave it its place (`after` is its last of that command) to
-- the one that ended it or gave it another; `until` is the audit's last event while it still stands. `left_lots` is what
-- the ending event left open.
create function outcry_stays(asked bigint)
    returns table (placed bigint, after bigint, until bigint, since_ns bigint, until_ns bigint, ended_by "char",
        left_lots bigint, price_ticks bigint) language sql stable as $$
    with life as (
        select e.*, outcry_places(e.kind, e.reason, e.price_ticks, lag(e.price_ticks) over steps, e.quantity_lots,
            lag(e.quantity_lots) over steps, e.display_lots, lag(e.display_lots) over steps, e.displayed_lots,
            lag(e.displayed_lots) over steps, e.last_lots) as part
        from event e
        where e.order_id = asked and e.class = 1 and e.kind not in ('I', '8')
        window steps as (order by e.sequence)
    ), places as (
        select l.sequence as placed, l.time_ns,
            (select max(same.sequence) from life same where same.command = l.command) as after,
            lead(l.sequence) over (order by l.sequence) as next
        from life l
        where l.part is not null
    )
    select p.placed, p.after, coalesce(x.sequence - 1, (select event from projection)), p.time_ns,
        coalesce(x.time_ns, (select time_ns from projection)), x.kind, x.leaves_lots, a.price_ticks
    from places p
    join life a on a.sequence = p.after and a.leaves_lots > 0 and a.ord_type not in ('3', '4')
    left join lateral (
        select l.* from life l
        where l.sequence > p.after and (l.leaves_lots = 0 or l.sequence = p.next) order by l.sequence limit 1
    ) x on true
    where p.next is null or p.next > p.after
    order by p.placed
$$;

-- An instrument's trades from one event to another in so many spans of equally many events; of many checkpoints each is a span.
create function outcry_trade_spans(asked integer, since bigint, until bigint, spans integer)
    returns table (time_ns bigint, low_ticks bigint, high_ticks bigint, lots bigint, trades bigint) language sql stable as $$
    with kept as (
        select case when count(*) > 20 then min(c.at) else until end as first,
            case when count(*) > 20 then max(c.at) else until end as last
        from checkpoint c where c.at >= since and c.at <= until
    )
    select min(t.first_ns), min(t.price_ticks), max(t.price_ticks), sum(t.lots)::bigint, sum(t.trades)::bigint
    from kept k
    join traded t on t.instrument = asked and t.at > k.first and t.at <= k.last
    group by t.at
    union all
    select min(e.time_ns), min(e.last_ticks), max(e.last_ticks), sum(e.last_lots)::bigint, count(*)
    from kept k
    join event e on e.instrument = asked and e.sequence >= since and e.sequence <= k.first and e.match is not null and e.side = '1'
    group by (e.sequence - since) * spans / (k.first - since + 1)
    union all
    select min(e.time_ns), min(e.last_ticks), max(e.last_ticks), sum(e.last_lots)::bigint, count(*)
    from kept k
    join event e on e.instrument = asked and e.sequence > k.last and e.sequence <= until and e.match is not null and e.side = '1'
    having count(*) > 0
    order by 1
$$;

-- How long an order waited for its stop price (the latest, where it was changed), what ended that ('D': its election), and the
-- trades in its symbol meanwhile, the one that elected it among them.
create function outcry_wait(asked bigint)
    returns table (instrument integer, stop_ticks bigint, since_ns bigint, until_ns bigint, ended_by "char", trades bigint,
        low_ticks bigint, high_ticks bigint) language sql stable as $$
    with life as (
        select e.*, e.ord_type in ('3', '4') and e.leaves_lots > 0 as waits from event e
        where e.order_id = asked and e.class = 1 and e.kind not in ('I', '8')
    ), span as (
        select min(l.sequence) filter (where l.waits) as since, min(l.time_ns) filter (where l.waits) as since_ns,
            min(l.sequence) filter (where not l.waits) as until, max(l.sequence) filter (where l.waits) as latest
        from life l
    )
    select w.instrument, w.stop_ticks, s.since_ns, coalesce(u.time_ns, (select time_ns from projection)), u.kind,
        t.trades, t.low, t.high
    from span s
    join life w on w.sequence = s.latest
    left join life u on u.sequence = s.until
    cross join lateral (
        select coalesce(sum(t.trades), 0)::bigint as trades, min(t.price_ticks) as low, max(t.price_ticks) as high
        from outcry_traded(w.instrument, s.since, coalesce(s.until, (select event from projection))) t
    ) t
$$;

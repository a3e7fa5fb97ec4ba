-- What people read: decimals, times and names. `day` is the date in UTC, and the quickest thing to ask for.

create function outcry_time(time_ns bigint) returns timestamptz language sql immutable parallel safe
    return to_timestamp(time_ns / '1e9'::float8);

create function outcry_day(time_ns bigint) returns date language sql immutable parallel safe
    return (to_timestamp(time_ns / '1e9'::float8) at time zone 'UTC')::date;

create function side_name(side "char") returns text language sql immutable parallel safe
    return case side when '1' then 'buy' when '2' then 'sell' else side::text end;

create function ord_type_name(ord_type "char") returns text language sql immutable parallel safe
    return case ord_type when '1' then 'market' when '2' then 'limit' when '3' then 'stop'
        when '4' then 'stop limit' when 'K' then 'market to limit' else ord_type::text end;

create function time_in_force_name(time_in_force "char") returns text language sql immutable parallel safe
    return case time_in_force when '0' then 'day' when '1' then 'good till cancel' when '2' then 'at the opening'
        when '3' then 'immediate or cancel' when '4' then 'fill or kill' when '6' then 'good till date'
        when '7' then 'at the close' else time_in_force::text end;

create function status_name(status "char") returns text language sql immutable parallel safe
    return case status when '0' then 'new' when '1' then 'partially filled' when '2' then 'filled'
        when '3' then 'done for day' when '4' then 'canceled' when '6' then 'pending cancel' when '8' then 'rejected'
        when 'C' then 'expired' when 'E' then 'pending replace' else status::text end;

create function exec_type_name(kind "char") returns text language sql immutable parallel safe
    return case kind when '0' then 'new' when '3' then 'done for day' when '4' then 'canceled' when '5' then 'replaced'
        when '6' then 'pending cancel' when '8' then 'rejected' when 'C' then 'expired' when 'D' then 'restated'
        when 'E' then 'pending replace' when 'F' then 'trade' when 'G' then 'trade corrected'
        when 'H' then 'trade busted' when 'I' then 'status' else kind::text end;

create function command_name(kind smallint) returns text language sql immutable parallel safe
    return case kind when 1 then 'enter order' when 2 then 'replace order' when 3 then 'cancel order'
        when 4 then 'mass cancel' when 5 then 'request status' when 6 then 'request mass status'
        when 7 then 'register session' when 8 then 'define instrument' when 9 then 'set limits'
        when 10 then 'halt instrument' when 11 then 'resume instrument' when 12 then 'cancel orders'
        when 13 then 'end day' when 14 then 'expire orders' when 20 then 'set trading rules'
        when 21 then 'set phase' when 22 then 'advance phase'
        when 30 then 'kill' when 31 then 'unkill' when 32 then 'await return' when 33 then 'note return'
        when 34 then 'cancel on disconnect' when 35 then 'change password' when 36 then 'cancel on failure'
        when 40 then 'set order choices' when 50 then 'restrict entry' when 55 then 'correct trade'
        else kind::text end;

create function session_change_name(change smallint) returns text language sql immutable parallel safe
    return case change when 1 then 'connected' when 2 then 'logged on' when 3 then 'logged out'
        when 4 then 'disconnected' when 5 then 'reset' else change::text end;

-- Everything that happened to orders and to requests about them, with the command that caused it.
create view order_events as
select e.sequence, outcry_time(e.time_ns) as time, e.day, e.order_id, e.cl_ord_id,
    e.orig_cl_ord_id, s.comp_id as session, coalesce(i.symbol, e.symbol) as symbol,
    case e.class when 1 then exec_type_name(e.kind) else 'request rejected' end as event, side_name(e.side) as side,
    ord_type_name(e.ord_type) as type, time_in_force_name(e.time_in_force) as time_in_force,
    e.price_ticks * i.tick_size as price, e.stop_ticks * i.tick_size as stop_price,
    e.quantity_lots * i.lot_size as quantity, e.displayed_lots * i.lot_size as displayed,
    e.last_ticks * i.tick_size as last_price, e.last_lots * i.lot_size as last_quantity,
    e.cum_lots * i.lot_size as filled, e.leaves_lots * i.lot_size as leaves, status_name(e.status) as status,
    r.name as reason, e.value, e."limit", e.limits_version, e.match as trade, e.account,
    e.command, command_name(c.kind) as caused_by, c.who, c.why, e.time_ns
from event e
left join instrument i on i.number = e.instrument
left join session s on s.number = e.session
left join reason r on r.code = e.reason
left join command c on c.number = e.command and c.day = e.day
where e.class in (1, 2);

-- How orders stand. What is pending bears the request's ClOrdID; that it was refused says a request's rejection alone.
create view orders as
select e.order_id, case when e.kind in ('6', 'E') then e.orig_cl_ord_id else e.cl_ord_id end as cl_ord_id, s.comp_id as session, e.account, i.symbol, side_name(e.side) as side,
    ord_type_name(e.ord_type) as type, time_in_force_name(e.time_in_force) as time_in_force,
    e.price_ticks * i.tick_size as price, e.quantity_lots * i.lot_size as quantity,
    e.cum_lots * i.lot_size as filled, e.leaves_lots * i.lot_size as leaves,
    case when e.cum_lots > 0 then round(e.notional * i.tick_size / e.cum_lots, scale(i.tick_size) + 4) end as average_price,
    status_name(case when e.status in ('6', 'E') then coalesce((
            select refused.status from event refused
            where refused.order_id = e.order_id and refused.sequence > e.sequence and refused.class = 2
            order by refused.sequence desc limit 1
        ), e.status) else e.status end) as status,
    r.name as reason, outcry_time(e.time_ns) as time, e.day, e.sequence, e.time_ns
from event e
left join instrument i on i.number = e.instrument
left join session s on s.number = e.session
left join reason r on r.code = e.reason
where e.class = 1 and e.order_id is not null and e.kind <> 'I' and not exists (
    select from event later
    where later.order_id = e.order_id and later.sequence > e.sequence and later.class = 1 and later.kind <> 'I'
);

-- Trades busted and corrected (ExecType H and G) are rows beside the fills, which stay as they are. In such an event
-- `released_lots` at `released_ticks` is what the trade was and `last_lots` at `last_ticks` what it is now, `value` the
-- ExecID that told of it before, and "limit" the trade's number: `match` is of trades alone.
create index event_corrected on event ("limit", sequence) where kind in ('G', 'H');

-- What was done to trades: a row for each side.
create view corrections as
select outcry_time(e.time_ns) as time, e.day, e."limit" as trade, exec_type_name(e.kind) as event, i.symbol,
    s.comp_id as session, side_name(e.side) as side, e.order_id, e.cl_ord_id,
    e.released_lots * i.lot_size as was_quantity, e.released_ticks * i.tick_size as was_price,
    coalesce(e.last_lots, 0) * i.lot_size as quantity, e.last_ticks * i.tick_size as price,
    e.sequence as exec_id, e.value as exec_ref_id, c.who, c.why, e.time_ns
from event e
join instrument i on i.number = e.instrument
join session s on s.number = e.session
left join command c on c.number = e.command and c.day = e.day
where e.kind in ('G', 'H');

-- What a trade is now, where it was busted or corrected: no lots, or others, or another price.
create view trade_now as
select distinct on (e."limit") e."limit" as match, coalesce(e.last_lots, 0) as lots, e.last_ticks as ticks
from event e
where e.kind in ('G', 'H')
order by e."limit", e.sequence desc;

create view fills as
select outcry_time(e.time_ns) as time, e.day, e.cl_ord_id, e.order_id, s.comp_id as session,
    e.account, i.symbol, side_name(e.side) as side, e.last_lots * i.lot_size as quantity,
    e.last_ticks * i.tick_size as price, e.match as trade, e.aggressor, e.sequence as exec_id, e.time_ns,
    coalesce(n.lots, e.last_lots) * i.lot_size as standing_quantity
from event e
join instrument i on i.number = e.instrument
join session s on s.number = e.session
left join trade_now n on n.match = e.match
where e.kind = 'F';

create view trades as
select b.match as trade, outcry_time(b.time_ns) as time, b.day, i.symbol,
    b.last_lots * i.lot_size as quantity, b.last_ticks * i.tick_size as price,
    side_name(case when b.aggressor then b.side when a.aggressor then a.side end) as aggressor,  -- none in an auction
    b.order_id as buy_order, bs.comp_id as buyer, a.order_id as sell_order, ss.comp_id as seller, b.time_ns,
    coalesce(n.lots, b.last_lots) * i.lot_size as standing_quantity,
    case when n.match is null then b.last_ticks else n.ticks end * i.tick_size as standing_price
from event b
join event a on a.match = b.match and a.day = b.day and a.side = '2'
join instrument i on i.number = b.instrument
join session bs on bs.number = b.session
join session ss on ss.number = a.session
left join trade_now n on n.match = b.match
where b.side = '1' and b.match is not null;

-- Bytes of the journal, of which a day's pieces are a copy; none is longer than 8,112 (persistence.blocks).
create function outcry_bytes(asked date, begin bigint, length integer) returns bytea language sql stable parallel safe as $$
    select string_agg(substr(p.raw, greatest(begin - p.position, 0)::integer + 1,
        (begin + length - greatest(begin, p.position))::integer), '' order by p.position)
    from piece p where p.day = asked and p.position > begin - 8112 and p.position < begin + length
$$;

create view messages as
select m.record, outcry_time(m.time_ns) as time, m.day, s.comp_id as session,
    case when m.outbound then 'out' else 'in' end as direction, m.number as msg_seq_num, m.msg_type, m.resent,
    replace(encode(outcry_bytes(m.day, m.position, m.length), 'escape'), '\001', '|') as text,
    outcry_bytes(m.day, m.position, m.length) as raw, m.time_ns
from message m
left join session s on s.number = m.session;

create view session_changes as
select c.record, outcry_time(c.time_ns) as time, c.day, s.comp_id as session,
    session_change_name(c.change) as change, c.next_in, c.next_out, c.text, c.time_ns
from session_change c
left join session s on s.number = c.session;

-- What operators, the calendar and the circuit breaker did: who and why.
create view actions as
select c.number as command, outcry_time(c.time_ns) as time, c.day, command_name(c.kind) as action,
    i.symbol, s.comp_id as session, r.name as reason, c.who, c.why, c.detail, c.time_ns,
    case when c.kind in (30, 31) then (array['market', 'firm', 'user', 'session'])[(c.detail ->> 'scope')::int + 1]
        || ' ' || (c.detail ->> 'name') end as target
from command c
left join instrument i on i.number = c.instrument
left join session s on s.number = c.session and c.session > 0
left join reason r on r.code = (c.detail ->> 'reason')::smallint
where c.who is not null;

create function phase_name(phase int) returns text language sql immutable parallel safe
    return case phase when 0 then 'trading' when 1 then 'halted' when 2 then 'closed' when 3 then 'pre_open'
        when 4 then 'opening_auction' when 5 then 'volatility_auction' when 6 then 'closing_auction'
        when 7 then 'cancel_only' when 8 then 'post_only' else phase::text end;

-- Every change of a symbol's phase: who, why, when it ends by itself, and the two prices that were compared (PHA-06).
create view phases as
select e.sequence, outcry_time(e.time_ns) as time, e.day, i.symbol,
    phase_name((e.detail ->> 'state')::int) as phase, r.name as reason, e.detail ->> 'who' as who,
    e.detail ->> 'why' as why, outcry_time(nullif((e.detail ->> 'until_ns')::bigint, 0)) as until,
    case when r.name in ('breaker_halt', 'auction_extended') then e.value * i.tick_size end as price,
    case when r.name in ('breaker_halt', 'auction_extended') then e."limit" * i.tick_size end as against,
    e.command, e.time_ns
from event e
join instrument i on i.number = e.instrument
left join reason r on r.code = e.reason and r.code > 0
where e.class = 4;

-- What each call ended with; a surplus below zero is the sellers'.
create view auctions as
select e.sequence, outcry_time(e.time_ns) as time, e.day, i.symbol,
    phase_name((e.detail ->> 'phase')::int) as phase, nullif(e.price_ticks, 0) * i.tick_size as price,
    e.quantity_lots * i.lot_size as quantity, (e.detail ->> 'surplus_lots')::bigint * i.lot_size as surplus,
    e.command, e.time_ns, e.instrument
from event e
join instrument i on i.number = e.instrument
where e.class = 10;

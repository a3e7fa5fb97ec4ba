-- The audit: what the journal holds, row for record. Prices are integer ticks and quantities integer lots of the
-- instrument, times nanoseconds UTC, codes FIX's own characters; the views of 0002 give decimals, times and names.
-- Nothing in command, event, message, session_change, block and piece is ever updated or deleted. These have a partition for
-- each day (0003), with a primary key of its own; `day` is that of the frame in UTC, so that it never goes back.

create table projection (
    journal     bytea not null,                         -- the identity of the journal that is projected here
    position    bigint not null,                        -- up to where, in bytes
    record      bigint not null,                        -- its last record
    command     bigint not null,                        -- its last command
    event       bigint not null,                        -- its last event
    time_ns     bigint not null,                        -- when the last frame was written
    chain       bytea not null,                         -- the SHA-256 of the last block
    single      boolean primary key default true check (single)
);

create table instrument (
    number          integer primary key,
    symbol          text not null unique,
    tick_size       numeric not null,
    lot_size        numeric not null,
    tick_value      bigint not null,                    -- what one tick on one lot is worth in the venue's money units
    reference_ticks bigint not null
);

create table session (
    number      integer primary key,
    comp_id     text not null unique,
    firm        integer not null,
    firm_name   text not null,
    next_in     bigint not null default 1,
    next_out    bigint not null default 1
);

create table session_change (
    day         date not null,
    record      bigint not null,
    time_ns     bigint not null,
    next_in     bigint not null,
    next_out    bigint not null,
    session     integer not null,
    change      smallint not null,                      -- persistence.kinds
    text        text                                    -- why a connection ended
) partition by range (day);

create table reason (
    code        smallint primary key,                   -- engine.reasons
    name        text not null,
    text        text not null
);

create table command (
    day             date not null,
    number          bigint not null,
    record          bigint not null,                    -- in the journal, after that of its message
    time_ns         bigint not null,                    -- when it was sequenced: received, if it came by FIX
    written_ns      bigint not null,                    -- when its events' reports were handed over to be sent
    quantity_lots   bigint,
    price_ticks     bigint,
    stop_ticks      bigint,                             -- StopPx(99)
    display_lots    bigint,                             -- MaxFloor(111)
    min_lots        bigint,                             -- MinQty(110)
    expire_ns       bigint,                             -- when a GTD order expires
    order_id        bigint,
    session         integer not null,                   -- 0 is the venue
    instrument      integer not null,                   -- 0 is none, or an unknown symbol
    kind            smallint not null,                  -- persistence.kinds
    defect          smallint not null,                  -- what its translator found wrong: reason
    exec_inst       smallint,
    side            "char",
    ord_type        "char",
    time_in_force   "char",
    poss_resend     boolean,
    cl_ord_id       text,
    orig_cl_ord_id  text,
    account         text,
    symbol          text,                               -- as requested, where it is not traded here
    who             text,
    why             text,
    detail          jsonb                               -- what else it says
) partition by range (day);

create table event (                                    -- first what checkpoints and questions read, for each column before costs
    day             date not null,
    class           smallint not null,                  -- persistence.kinds; 1 is an order's event
    kind            "char",                             -- of an order's event: ExecType(150)
    side            "char",
    sequence        bigint not null,
    command         bigint not null,                    -- by which it was caused
    time_ns         bigint not null,
    order_id        bigint,
    price_ticks     bigint,
    quantity_lots   bigint,
    cum_lots        bigint,
    leaves_lots     bigint,
    displayed_lots  bigint,                             -- what of it the book shows, or would if it rested now
    last_lots       bigint,
    last_ticks      bigint,
    match           bigint,                             -- the trade, the same on both sides
    session         integer not null,
    firm            integer,
    instrument      integer not null,
    reason          smallint not null,
    status          "char",                             -- OrdStatus(39) after it
    ord_type        "char",
    display_lots    bigint,                             -- its terms, as in command
    stop_ticks      bigint,
    min_lots        bigint,
    expire_ns       bigint,
    notional        bigint,                             -- sum of ticks times lots of its fills
    risk_ticks      bigint,                             -- at which its open quantity is reserved
    released_lots   bigint,
    released_ticks  bigint,
    value           bigint,                             -- what a refusal compared
    "limit"         bigint,
    limits_version  integer,
    reports_total   integer,
    time_in_force   "char",
    aggressor       boolean,
    last_report     boolean,
    cl_ord_id       text,
    orig_cl_ord_id  text,
    account         text,
    symbol          text,                               -- as requested, where it is not traded here
    request_id      text,
    detail          jsonb                               -- what events of other classes say besides
) partition by range (day);

create table message (
    day         date not null,
    record      bigint not null,
    time_ns     bigint not null,                        -- received, or handed to the session for sending
    number      bigint not null,                        -- MsgSeqNum(34)
    position    bigint not null,                        -- where its bytes stand in the journal: in rows of piece
    session     integer not null,
    length      integer not null,
    outbound    boolean not null,
    resent      boolean not null,
    msg_type    text not null                           -- MsgType(35)
) partition by range (day);

-- The journal itself, a row for each transaction of the projector: `sha256` is the SHA-256 of `before` and its bytes, frames on
-- end; `before` that of the block before (of the first: of the journal's identity).
create table block (
    day         date not null,
    position    bigint not null,                        -- where it begins in the journal, in bytes
    record      bigint not null,                        -- its first record
    time_ns     bigint not null,                        -- when its last frame was written
    length      integer not null,
    before      bytea not null,
    sha256      bytea not null
) partition by range (day);

-- A block's bytes, as many in a row as one page takes: plain, or PostgreSQL would cut them up once more, at more cost.
create table piece (
    day         date not null,
    position    bigint not null,
    raw         bytea not null
) partition by range (day);
alter table piece alter raw set storage plain;

create index event_order on event (order_id, sequence) where order_id is not null;
create index event_match on event (match) where match is not null;

-- In which pages what stands, as rows come in the order of numbers and times: a fraction of what a btree costs. What came
-- since outcry_summarize (0003) was called is read whole.
create index event_where on event using brin (session int4_minmax_multi_ops, to_timestamp(time_ns / '1e9'::float8),
    cl_ord_id text_bloom_ops) with (pages_per_range = 64);
create index command_where on command using brin (to_timestamp(time_ns / '1e9'::float8)) with (pages_per_range = 32);
create index message_where on message using brin (record, session int4_minmax_multi_ops, to_timestamp(time_ns / '1e9'::float8))
    with (pages_per_range = 32);

-- Days as partitions, made ahead; who may do what; and that nothing is changed once it stands.

create function outcry_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the audit is append-only: % of % is refused', lower(tg_op), tg_table_name
        using errcode = 'insufficient_privilege';
end
$$;

-- Which days were taken out of the database, whole, and to where; `chain` is the SHA-256 of the day's last block.
create table retired (
    day         date not null,
    name        text not null,                          -- of the table
    rows        bigint not null,
    file        text not null,
    sha256      bytea not null,                         -- of the file
    chain       bytea,                                  -- null if the day has no block
    position    bigint,                                 -- where the next block begins
    time        timestamptz not null default clock_timestamp(),
    primary key (day, name)
);

do $$
declare
    name text;
begin
    foreach name in array array['command', 'event', 'message', 'session_change', 'block', 'piece', 'retired'] loop
        execute format('create trigger append_only before update or delete or truncate on %I
            for each statement execute function outcry_refuse_change()', name);
    end loop;
end
$$;

-- The roles: outcry_venue adds rows, outcry_auditor reads them. Where this user may not make roles they are left out,
-- and whoever owns the schema does what they would.
do $$
declare
    role text;
begin
    foreach role in array array['outcry_venue', 'outcry_auditor'] loop
        begin
            execute format('create role %I nologin', role);
        exception
            when duplicate_object or unique_violation or insufficient_privilege then null;
        end;
        begin
            if not pg_has_role(current_user, role, 'member') then
                execute format('grant %I to %I', role, current_user);
            end if;
        exception
            when undefined_object or insufficient_privilege then null;
        end;
    end loop;
end
$$;

-- What each role may do with a table; nothing where there are no roles.
create function outcry_grant(name text, venue text) returns void language plpgsql set search_path from current as $$
begin
    execute format('grant %s on %I to outcry_venue', venue, name);
    execute format('grant select on %I to outcry_auditor', name);
exception
    when undefined_object then null;
end
$$;

-- Make a day's partitions where they are missing; whether it was missing.
create function outcry_create_day(day date) returns boolean language plpgsql security definer
    set search_path from current set client_min_messages = warning as $$
declare
    made boolean := false;
    keys constant text[] := array['command number', 'event sequence', 'session_change record', 'block position', 'piece position',
        'message'];
    name text;
    part text;
    key text;
begin
    foreach key in array keys loop
        name := split_part(key, ' ', 1);
        part := name || to_char(day, '_YYYYMMDD');
        continue when to_regclass(part) is not null;
        made := true;
        execute format('create table %I partition of %I for values from (%L) to (%L)', part, name, day, day + 1);
        -- What is never changed leaves nothing to clean up, so that vacuuming would only write it once more.
        execute format('alter table %I alter day set default %L, set (autovacuum_vacuum_insert_threshold = -1)', part, day);
        if name = 'piece' then                          -- nor is there anything to know about bytes
            execute format('alter table %I set (autovacuum_enabled = false)', part);
        end if;
        if name <> 'message' then                       -- a message is found by message_where
            execute format('alter table %I add primary key (%I)', part, split_part(key, ' ', 2));
        end if;
        execute format('create trigger append_only before update or delete or truncate on %I
            for each statement execute function outcry_refuse_change()', part);
        perform outcry_grant(part, 'select, insert');
    end loop;
    return made;
end
$$;

-- Let the BRIN indexes of a day know what came since the last time, but for each table's last pages, which still fill.
create function outcry_summarize(day date) returns void language plpgsql security definer
    set search_path from current as $$
declare
    asked record;
    range bigint;
begin
    for asked in
        select i.indexrelid as index, (select option_value::bigint from pg_options_to_table(c.reloptions)
            where option_name = 'pages_per_range') as pages, pg_relation_size(i.indrelid) / 8192 as length
        from unnest(array['command', 'event', 'message']) name
        join pg_index i on i.indrelid = to_regclass(name || to_char(day, '_YYYYMMDD'))
        join pg_class c on c.oid = i.indexrelid and c.relam = (select oid from pg_am where amname = 'brin')
    loop
        range := asked.length / asked.pages - 1;
        while range >= 0 and brin_summarize_range(asked.index, range * asked.pages) > 0 loop
            range := range - 1;
        end loop;
    end loop;
end
$$;

do $$
begin
    perform outcry_grant(name, 'select, insert')
    from unnest(array['command', 'event', 'message', 'session_change', 'block', 'piece', 'retired']) name;
    perform outcry_grant(name, 'select, insert, update')
    from unnest(array['projection', 'instrument', 'session', 'reason']) name;
    perform outcry_grant(name, 'select') from unnest(array['schema_migration', 'order_events', 'orders', 'fills', 'trades',
        'corrections', 'trade_now', 'messages', 'session_changes', 'actions']) name;
    execute format('grant usage on schema %I to outcry_venue, outcry_auditor', current_schema());
    revoke execute on function outcry_create_day, outcry_summarize from public;
    grant execute on function outcry_create_day, outcry_summarize to outcry_venue;
exception
    when undefined_object then null;
end
$$;

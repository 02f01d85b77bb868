-- The schema that all migrations together make, read back from a fresh database. To be read, not run.
-- Made by a test: UPDATE_SCHEMA=1 npx vitest run src/store/dump-schema.test.ts

create table flotilla.answer (
  key text collate "C" not null,
  asked text not null,
  run_id text collate "C" not null,
  request_key uuid,
  answered_at timestamp with time zone not null default clock_timestamp(),
  constraint answer_pkey PRIMARY KEY (key)
);

create table flotilla.attempt (
  run_id text collate "C" not null,
  step integer not null,
  task integer not null,
  number integer not null,
  intended_at double precision not null,
  running_at double precision,
  ended_at double precision,
  state text not null,
  platform text not null,
  why text not null,
  class text,
  code text,
  holds json not null,
  spec json,
  handle json,
  evidence json,
  waited_for text,
  constraint attempt_pkey PRIMARY KEY (run_id, step, task, number)
) with (fillfactor=80);

create table flotilla.migration (
  number integer not null,
  breaking boolean not null,
  applied_at timestamp with time zone not null default now(),
  constraint migration_pkey PRIMARY KEY (number)
);

create table flotilla.plan (
  hash text collate "C" not null,
  content bytea not null storage e,
  constraint plan_pkey PRIMARY KEY (hash)
);

create table flotilla.pool (
  name text collate "C" not null,
  capacity bigint,
  used bigint not null default 0,
  constraint pool_pkey PRIMARY KEY (name)
) with (fillfactor=20);

create table flotilla.request (
  id integer not null generated always as identity,
  run_id text collate "C" not null,
  request json not null,
  by text not null,
  handled boolean not null default false,
  key uuid not null,
  constraint request_key_key UNIQUE (key),
  constraint request_pkey PRIMARY KEY (id)
);

create table flotilla.run (
  id text collate "C" not null,
  pipeline text not null,
  plan_hash text collate "C" not null,
  code text,
  selection text not null,
  params json not null,
  state text not null,
  why text not null,
  fence integer not null default 0,
  owner text,
  lease_until timestamp with time zone,
  claim_key text,
  version integer not null default 0,
  counts json not null,
  started_by text not null,
  project text not null,
  created_at double precision not null,
  started_at double precision,
  ended_at double precision,
  faults integer not null default 0,
  quarantined boolean not null default false,
  file text,
  changed_params json,
  profile text not null default 'laptop'::text,
  platforms json not null default '{}'::json,
  constraint run_pkey PRIMARY KEY (id),
  constraint run_plan_hash_fkey FOREIGN KEY (plan_hash) REFERENCES plan(hash)
) with (fillfactor=40);

create table flotilla.run_numbers (
  run_id text collate "C" not null,
  version integer not null,
  numbers json not null,
  constraint run_numbers_pkey PRIMARY KEY (run_id)
);

create table flotilla.step_duration (
  pipeline text not null,
  step text not null,
  mean_ms double precision not null,
  weight double precision not null,
  constraint step_duration_pkey PRIMARY KEY (pipeline, step)
);

create table flotilla.task (
  run_id text collate "C" not null,
  step integer not null,
  task integer not null,
  version integer not null,
  attempts integer not null,
  ready_at double precision,
  started_at double precision,
  ended_at double precision,
  state text not null,
  ref text not null,
  why text not null,
  class text,
  cause text,
  error text,
  outputs json,
  memory json,
  constraint task_pkey PRIMARY KEY (run_id, step, task)
) with (fillfactor=80);

create table flotilla.token (
  id text collate "C" not null,
  name text collate "C" not null,
  role text not null,
  hash text collate "C" not null,
  created_at double precision not null,
  constraint token_name_key UNIQUE (name),
  constraint token_pkey PRIMARY KEY (id)
);

CREATE INDEX answer_by_age ON flotilla.answer USING btree (answered_at);
CREATE INDEX attempt_open ON flotilla.attempt USING btree (run_id) WHERE (state <> 'ended'::text);
CREATE INDEX request_by_run ON flotilla.request USING btree (run_id);
CREATE INDEX request_open ON flotilla.request USING btree (run_id) WHERE (NOT handled);
CREATE INDEX run_by_pipeline ON flotilla.run USING btree (pipeline, id);
CREATE INDEX run_by_plan ON flotilla.run USING btree (plan_hash);
CREATE INDEX run_open ON flotilla.run USING btree (id) WHERE (state = ANY (ARRAY['running'::text, 'paused'::text, 'cancelling'::text]));
CREATE INDEX task_by_version ON flotilla.task USING btree (run_id, version);
CREATE INDEX task_failed ON flotilla.task USING btree (run_id) WHERE (state = 'failed'::text);

CREATE OR REPLACE FUNCTION flotilla.commit_run(p_run text, p_fence integer, p_version integer, p_counts json, p_state text, p_why text, p_started_at double precision, p_ended_at double precision, p_code text, t_step integer[], t_task integer[], t_ref text[], t_state text[], t_why text[], t_attempts integer[], t_class text[], t_cause text[], t_error text[], t_outputs text[], t_memory text[], t_ready_at double precision[], t_started_at double precision[], t_ended_at double precision[], n_step integer[], n_task integer[], n_number integer[], n_state text[], n_platform text[], n_why text[], n_holds text[], n_spec text[], n_code text[], n_intended_at double precision[], c_step integer[], c_task integer[], c_number integer[], c_state text[], c_holds text[], c_handle text[], c_class text[], c_evidence text[], c_running_at double precision[], c_ended_at double precision[], p_take text[], p_take_units bigint[], p_handled integer[])
 RETURNS TABLE(outcome text, version integer)
 LANGUAGE plpgsql
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET enable_bitmapscan TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
#variable_conflict use_column
declare
  v_fence integer;
  v_version integer;
  v_names text[];
  v_units bigint[];
  v_full boolean;
begin
  update flotilla.run set
    version = p_version + 1,
    counts = p_counts,
    state = coalesce(p_state, state),
    why = case when p_state is null then why else p_why end,
    started_at = coalesce(p_started_at, started_at),
    ended_at = case when p_state is null then ended_at else p_ended_at end,
    code = coalesce(p_code, code)
  where id = p_run and fence = p_fence and version = p_version;
  if not found then
    select r.fence, r.version into v_fence, v_version from flotilla.run r where r.id = p_run;
    if v_fence is distinct from p_fence then
      return query select 'lost', 0;
      return;
    end if;
    -- Only the holder of the fence commits, one commit after the other: this one has been made before.
    if v_version = p_version + 1 then
      return query select 'committed', v_version;
      return;
    end if;
    raise exception 'run % has version %, the commit was made for %', p_run, v_version, p_version using errcode = 'FL002';
  end if;

  if t_step is not null then
    insert into flotilla.task as t
      (run_id, step, task, version, attempts, ready_at, started_at, ended_at, state, ref, why, class, cause, error, outputs, memory)
    select p_run, step, task, p_version + 1, attempts, ready_at, started_at, ended_at, state, ref, why, class, cause, error, outputs::json, memory::json
    from unnest(t_step, t_task, t_ref, t_state, t_why, t_attempts, t_class, t_cause, t_error, t_outputs, t_memory, t_ready_at, t_started_at, t_ended_at)
      as u (step, task, ref, state, why, attempts, class, cause, error, outputs, memory, ready_at, started_at, ended_at)
    on conflict (run_id, step, task) do update set
      version = excluded.version, attempts = excluded.attempts, ready_at = excluded.ready_at, started_at = excluded.started_at,
      ended_at = excluded.ended_at, state = excluded.state, why = excluded.why, class = excluded.class, cause = excluded.cause,
      error = excluded.error, outputs = excluded.outputs, memory = excluded.memory;
  end if;

  if n_step is not null then
    insert into flotilla.attempt (run_id, step, task, number, intended_at, state, platform, why, code, holds, spec)
    select p_run, step, task, number, intended_at, state, platform, why, code, holds::json, spec::json
    from unnest(n_step, n_task, n_number, n_state, n_platform, n_why, n_holds, n_spec, n_code, n_intended_at)
      as u (step, task, number, state, platform, why, holds, spec, code, intended_at);
  end if;

  if c_step is not null then
    -- An attempt that has ended never changes again, so what it held is given back exactly once.
    -- "offset 0" makes the planner look up one key after the other. Left alone it reads all attempts of the run for
    -- each change as long as it has no statistics, which is when a run is young: 4 ms a row instead of 0.04. The
    -- coalesce keeps it from the index of open attempts for the same reason.
    with changed as (
      update flotilla.attempt a set
        state = c.state,
        holds = coalesce(c.holds::json, a.holds),
        handle = coalesce(c.handle::json, a.handle),
        class = coalesce(c.class, a.class),
        evidence = coalesce(c.evidence::json, a.evidence),
        running_at = coalesce(c.running_at, a.running_at),
        ended_at = coalesce(c.ended_at, a.ended_at)
      from unnest(c_step, c_task, c_number, c_state, c_holds, c_handle, c_class, c_evidence, c_running_at, c_ended_at)
        as c (step, task, number, state, holds, handle, class, evidence, running_at, ended_at),
        lateral (
          select ctid as place from flotilla.attempt f
          where f.run_id = p_run and f.step = c.step and f.task = c.task and f.number = c.number and coalesce(f.state, '') <> 'ended'
          offset 0
        ) found
      where a.ctid = found.place
      returning a.state, a.holds
    ), given as (
      select hold.key as name, sum(hold.value::numeric::bigint) as units
      from changed, json_each_text(changed.holds) hold where changed.state = 'ended' group by hold.key
    )
    select array_agg(name), array_agg(-units) into v_names, v_units from given;
  end if;

  if p_handled is not null then
    update flotilla.request set handled = true where id = any (p_handled) and run_id = p_run;
  end if;

  -- Last, so that pools, which other runs want too, stay locked for the shortest time.
  if p_take is not null or v_names is not null then
    if p_take is not null then
      insert into flotilla.pool (name)
      select taken from unnest(p_take) taken where not exists (select from flotilla.pool p where p.name = taken) order by taken
      on conflict do nothing;
    end if;
    v_names := v_names || p_take;
    v_units := v_units || p_take_units;
    -- In the order of their names: an UPDATE alone locks in the order of its plan, and two of them can deadlock.
    perform from flotilla.pool where name = any (v_names) order by name for no key update;
    with net as (
      select name, sum(units)::bigint as units from unnest(v_names, v_units) as u (name, units) group by name
    ), counted as (
      update flotilla.pool p set used = p.used + net.units from net where p.name = net.name
      returning net.units > 0 and p.used > p.capacity as no_room
    )
    select bool_or(no_room) into v_full from counted;
    if v_full then
      raise exception 'a pool has no room' using errcode = 'FL001';
    end if;
  end if;

  if p_state is not null then
    perform pg_notify('flotilla_hint', p_run);
  end if;
  return query select 'committed', p_version + 1;
end $function$;

CREATE OR REPLACE FUNCTION flotilla.commit_run(p_run text, p_fence integer, p_version integer, p_counts json, p_state text, p_why text, p_started_at double precision, p_ended_at double precision, p_code text, t_step integer[], t_task integer[], t_ref text[], t_state text[], t_why text[], t_attempts integer[], t_class text[], t_cause text[], t_error text[], t_outputs text[], t_memory text[], t_ready_at double precision[], t_started_at double precision[], t_ended_at double precision[], n_step integer[], n_task integer[], n_number integer[], n_state text[], n_platform text[], n_why text[], n_waited_for text[], n_holds text[], n_spec text[], n_code text[], n_intended_at double precision[], c_step integer[], c_task integer[], c_number integer[], c_state text[], c_holds text[], c_handle text[], c_class text[], c_evidence text[], c_running_at double precision[], c_ended_at double precision[], p_take text[], p_take_units bigint[], p_handled integer[])
 RETURNS TABLE(outcome text, version integer)
 LANGUAGE plpgsql
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET enable_bitmapscan TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
#variable_conflict use_column
declare
  v_fence integer;
  v_version integer;
  v_names text[];
  v_units bigint[];
  v_full boolean;
begin
  update flotilla.run set
    version = p_version + 1,
    counts = p_counts,
    state = coalesce(p_state, state),
    why = case when p_state is null then why else p_why end,
    started_at = coalesce(p_started_at, started_at),
    ended_at = case when p_state is null then ended_at else p_ended_at end,
    code = coalesce(p_code, code)
  where id = p_run and fence = p_fence and version = p_version;
  if not found then
    select r.fence, r.version into v_fence, v_version from flotilla.run r where r.id = p_run;
    if v_fence is distinct from p_fence then
      return query select 'lost', 0;
      return;
    end if;
    -- Only the holder of the fence commits, one commit after the other: this one has been made before.
    if v_version = p_version + 1 then
      return query select 'committed', v_version;
      return;
    end if;
    raise exception 'run % has version %, the commit was made for %', p_run, v_version, p_version using errcode = 'FL002';
  end if;

  if t_step is not null then
    insert into flotilla.task as t
      (run_id, step, task, version, attempts, ready_at, started_at, ended_at, state, ref, why, class, cause, error, outputs, memory)
    select p_run, step, task, p_version + 1, attempts, ready_at, started_at, ended_at, state, ref, why, class, cause, error, outputs::json, memory::json
    from unnest(t_step, t_task, t_ref, t_state, t_why, t_attempts, t_class, t_cause, t_error, t_outputs, t_memory, t_ready_at, t_started_at, t_ended_at)
      as u (step, task, ref, state, why, attempts, class, cause, error, outputs, memory, ready_at, started_at, ended_at)
    on conflict (run_id, step, task) do update set
      version = excluded.version, attempts = excluded.attempts, ready_at = excluded.ready_at, started_at = excluded.started_at,
      ended_at = excluded.ended_at, state = excluded.state, why = excluded.why, class = excluded.class, cause = excluded.cause,
      error = excluded.error, outputs = excluded.outputs, memory = excluded.memory;
  end if;

  if n_step is not null then
    insert into flotilla.attempt (run_id, step, task, number, intended_at, state, platform, why, waited_for, code, holds, spec)
    select p_run, step, task, number, intended_at, state, platform, why, waited_for, code, holds::json, spec::json
    from unnest(n_step, n_task, n_number, n_state, n_platform, n_why, n_waited_for, n_holds, n_spec, n_code, n_intended_at)
      as u (step, task, number, state, platform, why, waited_for, holds, spec, code, intended_at);
  end if;

  if c_step is not null then
    -- An attempt that has ended never changes again, so what it held is given back exactly once.
    -- "offset 0" makes the planner look up one key after the other. Left alone it reads all attempts of the run for
    -- each change as long as it has no statistics, which is when a run is young: 4 ms a row instead of 0.04. The
    -- coalesce keeps it from the index of open attempts for the same reason.
    with changed as (
      update flotilla.attempt a set
        state = c.state,
        holds = coalesce(c.holds::json, a.holds),
        handle = coalesce(c.handle::json, a.handle),
        class = coalesce(c.class, a.class),
        evidence = coalesce(c.evidence::json, a.evidence),
        running_at = coalesce(c.running_at, a.running_at),
        ended_at = coalesce(c.ended_at, a.ended_at)
      from unnest(c_step, c_task, c_number, c_state, c_holds, c_handle, c_class, c_evidence, c_running_at, c_ended_at)
        as c (step, task, number, state, holds, handle, class, evidence, running_at, ended_at),
        lateral (
          select ctid as place from flotilla.attempt f
          where f.run_id = p_run and f.step = c.step and f.task = c.task and f.number = c.number and coalesce(f.state, '') <> 'ended'
          offset 0
        ) found
      where a.ctid = found.place
      returning a.state, a.holds
    ), given as (
      select hold.key as name, sum(hold.value::numeric::bigint) as units
      from changed, json_each_text(changed.holds) hold where changed.state = 'ended' group by hold.key
    )
    select array_agg(name), array_agg(-units) into v_names, v_units from given;
  end if;

  if p_handled is not null then
    update flotilla.request set handled = true where id = any (p_handled) and run_id = p_run;
  end if;

  -- Last, so that pools, which other runs want too, stay locked for the shortest time.
  if p_take is not null or v_names is not null then
    if p_take is not null then
      insert into flotilla.pool (name)
      select taken from unnest(p_take) taken where not exists (select from flotilla.pool p where p.name = taken) order by taken
      on conflict do nothing;
    end if;
    v_names := v_names || p_take;
    v_units := v_units || p_take_units;
    -- In the order of their names: an UPDATE alone locks in the order of its plan, and two of them can deadlock.
    perform from flotilla.pool where name = any (v_names) order by name for no key update;
    with net as (
      select name, sum(units)::bigint as units from unnest(v_names, v_units) as u (name, units) group by name
    ), counted as (
      update flotilla.pool p set used = p.used + net.units from net where p.name = net.name
      returning net.units > 0 and p.used > p.capacity as no_room
    )
    select bool_or(no_room) into v_full from counted;
    if v_full then
      raise exception 'a pool has no room' using errcode = 'FL001';
    end if;
  end if;

  if p_state is not null then
    perform pg_notify('flotilla_hint', p_run);
  end if;
  return query select 'committed', p_version + 1;
end $function$;

-- The pipeline file that a run was planned from, relative to the project's folder, and the names of the parameters that are not
-- as they are by default, so that a list of runs needs no plans. Both unknown for older runs.
alter table flotilla.run add column file text, add column changed_params json;

-- What was answered to a request that came with a key of the caller's, so that one whose answer was lost is answered again and not
-- carried out again. Written in the same statement as what it speaks of; forgotten after a day.
create table flotilla.answer (
  key text collate "C" primary key,
  -- SHA-256 of what was asked.
  asked text not null,
  run_id text collate "C" not null,
  -- Of the row in flotilla.request, where that is what was made.
  request_key uuid,
  answered_at timestamptz not null default clock_timestamp()
);
create index answer_by_age on flotilla.answer (answered_at);

-- Medians of the numbers that a run's steps yielded, worked out once per version of a run that has ended.
create table flotilla.run_numbers (
  run_id text collate "C" primary key,
  version integer not null,
  numbers json not null
);

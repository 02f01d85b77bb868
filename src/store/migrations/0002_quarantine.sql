-- Faults of ours at this run outside of any attempt, since a person last asked something of it; and whether they were too
-- many, so that no engine takes it until a person asks again.
alter table flotilla.run add column faults integer not null default 0, add column quarantined boolean not null default false;

-- Which profile a run goes by, and which platform stands behind each name that its steps use: {"gpu": "production.gpu"}.
-- An engine takes runs of its own profile only.
alter table flotilla.run add column profile text not null default 'laptop', add column platforms json not null default '{}';

-- Who may use a server. Of the token itself only its SHA-256 is kept.
create table flotilla.token (
  id text collate "C" primary key,
  name text collate "C" not null unique,
  role text not null,
  hash text collate "C" not null,
  created_at double precision not null
);

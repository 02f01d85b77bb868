import type { Database, Statement } from "../database.ts";
import type { TokenRow } from "../store.ts";

// 0.1 ms: a handful of rows.
const select: Statement = {
  name: "tokens",
  text: `select id, name, role, hash, created_at as "createdAt" from flotilla.token order by name`,
};

// Sent again after a lost answer it finds its own row, and says so.
const insert: Statement = {
  name: "add_token",
  text: `insert into flotilla.token (id, name, role, hash, created_at) values ($1, $2, $3, $4, $5)
    on conflict (name) do update set name = excluded.name where token.hash = excluded.hash returning id`,
};

const remove: Statement = {
  name: "remove_token",
  text: `delete from flotilla.token where name = $1 or id = $1 returning id`,
};

export async function readTokens(database: Database): Promise<readonly TokenRow[]> {
  return database.query<TokenRow>(select);
}

export async function addToken(database: Database, { id, name, role, hash, createdAt }: TokenRow): Promise<boolean> {
  return (await database.query(insert, [id, name, role, hash, createdAt])).length > 0;
}

export async function removeToken(database: Database, nameOrId: string): Promise<boolean> {
  return (await database.query(remove, [nameOrId])).length > 0;
}

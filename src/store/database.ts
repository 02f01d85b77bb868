import pg from "pg";
import { failureOf, storeError } from "./store-errors.ts";

/** A statement is prepared once per connection under its name, so a name stands for one text for good. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

export interface QueryOptions {
  /** After this the server counts as gone and the connection is dropped. Default 30 s. */
  readonly timeoutMs?: number;
  /** Waits for no other statement: has a connection kept for it where all are busy, so that leases are prolonged meanwhile. */
  readonly reserved?: boolean;
}

/** Runs one statement. It may be run twice when a connection breaks: every statement here is safe to repeat. */
export type RunStatement = <Row>(
  statement: Statement,
  values?: readonly unknown[],
  options?: QueryOptions,
) => Promise<Row[]>;

export interface Database {
  readonly config: pg.ClientConfig;
  /** For messages: the server, without password. */
  readonly where: string;
  readonly query: RunStatement;
  /** Runs several statements on one connection, for what cannot be one statement. Not repeated. */
  withClient<T>(use: (client: pg.ClientBase) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly config: pg.ClientConfig;
  readonly where: string;
  /** How long a statement is repeated while the server does not answer. */
  readonly patienceMs?: number;
  /** Called when the server does not answer: may start it again. */
  readonly revive?: () => Promise<void>;
}

/** The commits of several runs share a flush, so a few connections are enough; each costs the server some MB. */
const connections = 5;

/** Connects lazily, and again whenever a connection broke. */
export function makeDatabase({ config, where, patienceMs = 10_000, revive }: DatabaseOptions): Database {
  const pool = makePool(config, connections);
  const reservedPool = makePool(config, 1);

  /** An idle engine needs no second connection, which costs the server 17 MB. */
  const poolFor = (reserved: boolean): pg.Pool => (reserved && pool.idleCount === 0 ? reservedPool : pool);

  async function once<T>(from: pg.Pool, use: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await from.connect();
    let broken = true;
    try {
      const result = await use(client);
      broken = false;
      return result;
    } catch (error) {
      broken = failureOf(error) === "connection";
      throw error;
    } finally {
      client.release(broken);
    }
  }

  /** `query_timeout` belongs to one query; the type of `pg` knows it for connections only. */
  const run = <Row>(
    client: pg.ClientBase,
    { name, text }: Statement,
    values: readonly unknown[],
    timeoutMs: number,
  ): Promise<Row[]> => {
    const query = { name, text, values: [...values], query_timeout: timeoutMs };
    return client.query(query).then((result) => result.rows as Row[]);
  };

  async function query<Row>(
    statement: Statement,
    values: readonly unknown[] = [],
    { timeoutMs = 30_000, reserved = false }: QueryOptions = {},
  ): Promise<Row[]> {
    const started = performance.now();
    for (let tries = 1; ; tries++) {
      try {
        return await once(poolFor(reserved), (client) => run<Row>(client, statement, values, timeoutMs));
      } catch (error) {
        const failure = failureOf(error);
        if (failure === "final" || performance.now() - started > patienceMs) throw storeError(error, where);
        if (failure === "connection") await revive?.();
        await pause(failure === "conflict" ? tries * 2 : Math.min(25 * 2 ** tries, 500));
      }
    }
  }

  return {
    config,
    where,
    query,
    async withClient(use) {
      try {
        return await once(pool, use);
      } catch (error) {
        throw storeError(error, where);
      }
    },
    async close() {
      await Promise.all([pool.end(), reservedPool.end()]);
    },
  };
}

function makePool(config: pg.ClientConfig, max: number): pg.Pool {
  const pool = new pg.Pool({
    connectionTimeoutMillis: 10_000,
    ...config,
    max,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
  });
  // Without listeners, a connection that is lost while idle, or taken but not yet in a query, would end the process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => void client.on("error", () => undefined));
  return pool;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms * (0.5 + Math.random() / 2)));
}

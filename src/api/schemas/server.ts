import * as z from "zod";
import { time } from "./common.ts";

export const server = {
  request: z.strictObject({}),
  response: z
    .object({
      version: z.string(),
      apiVersion: z.number().int(),
      project: z.string(),
      /** By the server's clock, so that a page with a wrong one can say so. */
      now: time,
      engine: z.string().optional(),
      role: z.enum(["anyone", "viewer", "operator"]),
      startedAt: time,
      /** Whether the store answers. */
      store: z.enum(["ok", "away"]),
    })
    .meta({ id: "Server" }),
};

export const platforms = {
  request: z.strictObject({}),
  response: z
    .object({
      platforms: z.array(
        z.object({
          name: z.string(),
          /** What it has at once and what is taken, by resource: `cpu` in cores, `memory` in bytes, `gpu`. */
          resources: z.array(z.object({ name: z.string(), capacity: z.number().optional(), used: z.number() })),
          running: z.number().int(),
        }),
      ),
      pools: z.array(z.object({ name: z.string(), capacity: z.number().optional(), used: z.number() })),
      /** Who holds what now, by run and step. */
      users: z.array(
        z.object({
          run: z.string(),
          pipeline: z.string(),
          step: z.string(),
          platform: z.string(),
          running: z.number().int(),
        }),
      ),
      /** What waits, by reason. */
      waiting: z.array(
        z.object({ run: z.string(), pipeline: z.string(), step: z.string(), tasks: z.number().int(), why: z.string() }),
      ),
      engines: z.array(z.object({ id: z.string(), runs: z.number().int(), alive: z.boolean() })),
    })
    .meta({ id: "Platforms" }),
};

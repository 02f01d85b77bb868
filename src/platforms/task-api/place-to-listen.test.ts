import { expect, it } from "vitest";
import { placeToListen } from "./place-to-listen.ts";

const elsewhere = "https://192.0.2.1:6443";

it.each([
  [{ listen: "10.0.0.5:7300" }, { host: "10.0.0.5", port: 7300 }],
  [{ listen: "[fd00::5]:7300" }, { host: "fd00::5", port: 7300 }],
  [
    { advertise: "http://engine.example:7300/" },
    { host: "0.0.0.0", port: 7300, advertise: "http://engine.example:7300" },
  ],
  [{ advertise: "http://engine.example" }, { host: "0.0.0.0", port: 7200, advertise: "http://engine.example" }],
  [
    { listen: "10.0.0.5:7300", advertise: "http://engine.example" },
    { host: "10.0.0.5", port: 7300, advertise: "http://engine.example" },
  ],
] as const)("where it is said as %j, is there", async (said, place) => {
  expect(await placeToListen({ listen: undefined, advertise: undefined, ...said }, elsewhere)).toEqual(place);
});

it.each(["https://127.0.0.1:6443", "https://[::1]:6443", "https://localhost:6443"])(
  "cannot be found towards a cluster at %s, of which pods know nothing",
  async (server) => {
    const place = placeToListen({ listen: undefined, advertise: undefined }, server);
    await expect(place).rejects.toMatchObject({
      code: "TASK_API_ADDRESS",
      mend: expect.stringContaining("--advertise"),
    });
  },
);

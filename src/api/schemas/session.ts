import * as z from "zod";

/** A browser's login: the cookie that it gets is read by no script, and its requests need a header besides. */
export const logIn = {
  request: z.strictObject({ token: z.string().min(1).max(200) }),
  response: z.object({ name: z.string(), role: z.enum(["viewer", "operator"]) }).meta({ id: "Login" }),
};

export const logOut = {
  request: z.strictObject({}),
  response: z.object({}),
};

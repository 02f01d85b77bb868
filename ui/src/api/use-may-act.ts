import { useQuery } from "@tanstack/react-query";
import { serverQuery } from "./server.ts";

/** Whether who looks at this may also change something. The server decides it in any case; this only saves a refusal. */
export function useMayAct(): boolean {
  const { data } = useQuery(serverQuery);
  return data === undefined || data.role === "operator";
}

export const whyNotAct = "Your token only looks. Acting needs the role operator.";

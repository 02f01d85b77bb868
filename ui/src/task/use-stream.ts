import { useState } from "react";
import type { LogSource } from "../logs/use-log.ts";

/** Which of the two streams is shown; both if undefined. */
export function useStream(): [LogSource["stream"], (stream: LogSource["stream"]) => void] {
  return useState<LogSource["stream"]>();
}

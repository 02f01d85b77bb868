import { QueryClient } from "@tanstack/react-query";
import { asApiError } from "./error.ts";

/**
 * What is shown stays fresh by the event stream, so nothing is refetched for its age. What is not shown is forgotten after
 * a minute: a tab that is left open does not grow.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: Number.POSITIVE_INFINITY,
        gcTime: 60_000,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        retry: (count, error) => count < 2 && [0, 502, 503, 504].includes(asApiError(error).status),
        retryDelay: (count) => 400 * 2 ** count,
      },
      mutations: { retry: false },
    },
  });
}

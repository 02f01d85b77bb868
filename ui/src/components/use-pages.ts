import { keepPreviousData, useQueries, type QueryKey } from "@tanstack/react-query";
import { useEffect, useState } from "react";

export interface PagesOptions<Page, Row> {
  readonly queryKey: QueryKey;
  readonly load: (after: string | undefined, signal: AbortSignal) => Promise<Page>;
  readonly rowsOf: (page: Page) => readonly Row[];
  readonly nextOf: (page: Page) => string | undefined;
  readonly pageSize: number;
  /** The rows that are on the screen. */
  readonly first: number;
  readonly last: number;
}

export interface Pages<Page, Row> {
  /** undefined: on its way. */
  readonly rowAt: (index: number) => Row | undefined;
  /** Rows that can be reached by now, those on their way among them. */
  readonly count: number;
  /** A page of those on the screen, for what it tells beside its rows. */
  readonly page: Page | undefined;
  readonly error: Error | null;
  readonly retry: () => void;
}

/**
 * A long list, page by page: of all pages only those on the screen are held and kept fresh, the others are remembered by
 * where they begin. So neither memory nor what a change costs grows with how far one has scrolled.
 */
export function usePages<Page, Row>(options: PagesOptions<Page, Row>): Pages<Page, Row> {
  const { queryKey, load, rowsOf, nextOf, pageSize, first, last } = options;
  const [starts, setStarts] = useState<readonly (string | undefined)[]>([undefined]);
  const from = Math.min(Math.floor(first / pageSize), starts.length - 1);
  const to = Math.min(Math.floor(Math.max(first, last) / pageSize), starts.length - 1);
  const shown = starts.slice(from, to + 1);

  const results = useQueries({
    queries: shown.map((after) => ({
      queryKey: [...queryKey, after ?? null],
      queryFn: ({ signal }: { signal: AbortSignal }) => load(after, signal),
      placeholderData: keepPreviousData,
      gcTime: 10_000,
    })),
  });

  const lastResult = results.at(-1);
  const lastPage = lastResult?.isPlaceholderData ? undefined : lastResult?.data;
  const next = lastPage && nextOf(lastPage);
  useEffect(() => {
    if (!lastPage) return;
    setStarts((before) => {
      if (next === undefined) return before.length === to + 1 ? before : before.slice(0, to + 1);
      if (before[to + 1] === next) return before;
      return [...before.slice(0, to + 1), next];
    });
  }, [lastPage, next, to]);

  const lastKnown = to === starts.length - 1;
  const rowsOfLast = lastResult?.data ? rowsOf(lastResult.data).length : pageSize;
  const count = lastKnown ? to * pageSize + rowsOfLast : starts.length * pageSize;
  const failed = results.find(({ error, data }) => error && !data);
  return {
    rowAt(index) {
      const page = results[Math.floor(index / pageSize) - from]?.data;
      return page && rowsOf(page)[index % pageSize];
    },
    count,
    page: results[0]?.data,
    error: failed?.error ?? null,
    retry: () => void failed?.refetch(),
  };
}

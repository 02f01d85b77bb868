import { useQueries, type QueryKey } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";

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
  /** What is shown answers an earlier question; the answer to this one is on its way. */
  readonly isOld: boolean;
  readonly error: Error | null;
  readonly retry: () => void;
}

/** What a page is remembered under. */
export function pageKey(list: QueryKey, after?: string): QueryKey {
  return [...list, after ?? null];
}

/**
 * A long list, page by page: of all pages only those on the screen are held and kept fresh, the others are remembered by
 * where they begin. So neither memory nor what a change costs grows with how far one has scrolled.
 */
export function usePages<Page, Row>(options: PagesOptions<Page, Row>): Pages<Page, Row> {
  const { queryKey, load, rowsOf, nextOf, pageSize, first, last } = options;
  const { starts, setStarts } = useStarts(JSON.stringify(queryKey));
  const from = Math.min(Math.floor(first / pageSize), starts.length - 1);
  const to = Math.min(Math.floor(Math.max(first, last) / pageSize), starts.length - 1);

  const results = useQueries({
    queries: starts.slice(from, to + 1).map((after) => ({
      queryKey: pageKey(queryKey, after),
      queryFn: ({ signal }: { signal: AbortSignal }) => load(after, signal),
      gcTime: 10_000,
    })),
  });
  const kept = useKept(
    results.map(({ data }) => data),
    from,
  );

  const lastPage = results.at(-1)?.data;
  const next = lastPage && nextOf(lastPage);
  useEffect(() => {
    if (!lastPage) return;
    setStarts((before) => {
      if (next === undefined) return before.length === to + 1 ? before : before.slice(0, to + 1);
      return before[to + 1] === next ? before : [...before.slice(0, to + 1), next];
    });
  }, [lastPage, next, to, setStarts]);

  const end = kept.get(to);
  const rowsAtEnd = end ? rowsOf(end).length : pageSize;
  const failed = results.find(({ error, data }) => error && !data);
  return {
    rowAt(index) {
      const page = kept.get(Math.floor(index / pageSize));
      return page && rowsOf(page)[index % pageSize];
    },
    count: to === starts.length - 1 ? to * pageSize + rowsAtEnd : starts.length * pageSize,
    page: kept.get(from),
    isOld: results[0]?.data === undefined,
    error: failed?.error ?? null,
    retry: () => void failed?.refetch(),
  };
}

type Starts = readonly (string | undefined)[];

/** Where the pages begin that are known by now; another question begins with the first again. */
function useStarts(question: string) {
  const [state, setState] = useState<{ question: string; starts: Starts }>({ question, starts: [undefined] });
  const current = state.question === question ? state : { question, starts: [undefined] };
  if (current !== state) setState(current);
  const [setStarts] = useState(() => (change: (before: Starts) => Starts) => {
    setState((before) => {
      const starts = change(before.starts);
      return starts === before.starts ? before : { ...before, starts };
    });
  });
  return { starts: current.starts, setStarts };
}

/** The pages on the screen by number. One that is on its way is shown as it was, so that nothing flickers. */
function useKept<Page>(pages: readonly (Page | undefined)[], from: number): ReadonlyMap<number, Page> {
  const before = useRef<ReadonlyMap<number, Page>>(new Map());
  const shown = new Map<number, Page>();
  for (const [at, page] of pages.entries()) {
    const known = page ?? before.current.get(from + at);
    if (known !== undefined) shown.set(from + at, known);
  }
  useEffect(() => {
    before.current = shown;
  });
  return shown;
}

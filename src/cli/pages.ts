/** Pages of a list, one after the other, up to so many items in all. Holds one page at a time. */
export async function* pagesOf<Page extends { readonly next?: string | undefined }>(
  ask: (page: { readonly limit: number; readonly after?: string }) => Promise<Page>,
  { most = Infinity, page: size, count }: { most?: number; page: number; count: (page: Page) => number },
): AsyncGenerator<Page> {
  let left = most;
  let after: string | undefined;
  do {
    const page = await ask({ limit: Math.min(left, size), ...(after === undefined ? {} : { after }) });
    yield page;
    left -= count(page);
    after = page.next;
  } while (after !== undefined && left > 0);
}

/** How requests leave the page; the development server's made-up data come in here. */
export const transport = { fetch: (path: string, init?: RequestInit): Promise<Response> => fetch(path, init) };

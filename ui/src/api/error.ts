import type { ErrorAnswer } from "../../../src/api/schemas/error.ts";

type Told = ErrorAnswer["error"];

/** Every failure of a request, in the one shape of the wire; `status` 0 when no answer came. */
export class ApiError extends Error {
  readonly code: string;
  readonly mend: string | undefined;
  readonly place: Told["place"];
  readonly status: number;

  constructor(told: Told, status: number) {
    super(told.message);
    this.code = told.code;
    this.mend = told.mend;
    this.place = told.place;
    this.status = status;
  }
}

export function unreachable(): ApiError {
  return new ApiError(
    {
      code: "SERVER_UNREACHABLE",
      message: "the server does not answer",
      mend: "This page tries again by itself. If the server was stopped, start it: flotilla up",
    },
    0,
  );
}

/** What is not in our shape comes from something between us and the server. */
export async function errorFrom(answer: Response): Promise<ApiError> {
  const body: unknown = await answer.json().catch(() => undefined);
  if (isTold(body)) return new ApiError(body.error, answer.status);
  return new ApiError(
    { code: `HTTP_${answer.status}`, message: `the server answered ${answer.status} ${answer.statusText}`.trim() },
    answer.status,
  );
}

/** Whatever was thrown, as one of ours. */
export function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  return new ApiError({ code: "INTERNAL", message: thrown instanceof Error ? thrown.message : String(thrown) }, 0);
}

function isTold(body: unknown): body is ErrorAnswer {
  const error = (body as ErrorAnswer | undefined)?.error;
  return typeof error?.code === "string" && typeof error.message === "string";
}

import type { ProblemBody } from "./generated";

export interface Fault {
  pointer: string;
  code: string;
  message: string;
}

/** The field a fault is about: `/choices/0` is about `choices`. */
export function fieldOf({ pointer }: Fault): string {
  return pointer.replace(/^[/?]/, "").split(/[/.]/)[0].replaceAll("~1", "/").replaceAll("~0", "~");
}

/** What the API (or the way to it) refused, with words for people already in it. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly requestId: string;
  readonly errors: Fault[];
  /** Extra members, such as the window of `window_closed`. */
  readonly extras: Record<string, unknown>;

  constructor(body: Partial<ProblemBody> & Record<string, unknown>, status: number) {
    super(body.title ?? String(status));
    this.name = "ApiProblem";
    this.status = status;
    this.code = body.code ?? (status === 0 ? "offline" : "internal");
    this.detail = body.detail ?? "";
    this.requestId = body.request_id ?? "";
    this.errors = body.errors ?? [];
    this.extras = body;
  }

  /** True when nobody knows whether the request was carried out; the same intention may be sent again. */
  get unanswered(): boolean {
    return this.status === 0 || this.status >= 502;
  }
}

/** The data of a call, or its problem thrown. */
export async function ok<T>(
  call: Promise<{ data?: T; error?: unknown; response?: Response }>,
): Promise<NonNullable<T>> {
  const { data, error, response } = await call;
  if (response?.ok && data !== undefined && data !== null) return data;
  const status = response?.status ?? 0;
  if (error !== null && typeof error === "object" && "code" in error) {
    throw new ApiProblem(error as Partial<ProblemBody> & Record<string, unknown>, status);
  }
  throw new ApiProblem({}, status);
}

export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  return new ApiProblem({ title: error instanceof Error ? error.message : String(error) }, 0);
}

/** Faults by form field, and those that no field takes, to be shown on top. */
export function byField(problem: ApiProblem, fields: readonly string[]) {
  const found: Record<string, string[]> = {};
  const rest: Fault[] = [];
  for (const fault of problem.errors) {
    const field = fieldOf(fault);
    if (fields.includes(field)) found[field] = [...(found[field] ?? []), fault.message];
    else rest.push(fault);
  }
  return { found, rest };
}

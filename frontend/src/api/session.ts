import { apiOrigin } from "./config";
import type { AccessGranted, SecondStepAsked } from "./generated";

// The access token lives in memory only; what outlives a reload is the HttpOnly refresh cookie.
const PATIENCE = 60_000;
let token: string | null = null;
let refreshing: Promise<boolean> | null = null;
// Counts sign-ins and sign-outs: a refresh that was asked for before one of them has nothing to say after it.
let turn = 0;
const listeners = new Set<() => void>();

export function accessToken(): string | null {
  return token;
}

export function keep(granted: AccessGranted): void {
  turn += 1;
  token = granted.access_token;
}

/** True for an answer that asks for a second step first. */
export function isAsked(answer: AccessGranted | SecondStepAsked): answer is SecondStepAsked {
  return "step" in answer;
}

/** Called once the session is over: signed out here, elsewhere, or expired. */
export function onSignedOut(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function forget(): void {
  turn += 1;
  token = null;
  for (const listener of listeners) listener();
}

async function alone<T>(work: () => Promise<T>): Promise<T> {
  // The refresh token is used once: two tabs at the same moment would look like theft. They take turns.
  return navigator.locks ? navigator.locks.request("miaopu-refresh", work) : work();
}

/** A new access token by the cookie; false when there is no session any more. Throws when the API is away. */
export function refresh(): Promise<boolean> {
  refreshing ??= alone(async () => {
    const asked = turn;
    const answer = await fetch(`${apiOrigin()}/api/v1/auth/refresh`, {
      method: "POST",
      credentials: "include",
      headers: { accept: "application/json" },
      signal: AbortSignal.timeout?.(PATIENCE),
    });
    const granted = answer.ok ? ((await answer.json()) as AccessGranted) : null;
    if (turn !== asked) return token !== null;
    if (!granted && answer.status >= 500) throw new TypeError(`refresh answered ${answer.status}`);
    token = granted?.access_token ?? null;
    return token !== null;
  }).finally(() => {
    refreshing = null;
  });
  return refreshing;
}

/** Whose token it is; null without one. The desk in another tab may have signed somebody else in. */
export function accountOfToken(): string | null {
  const payload = token?.split(".")[1];
  if (!payload) return null;
  return (JSON.parse(atob(payload.replace(/-/g, "+").replace(/_/g, "/"))) as { sub: string }).sub;
}

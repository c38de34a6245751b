import { apiOrigin } from "./config";
import type { AccessGranted, ProblemBody, SecondStepAsked, SupportGranted } from "./generated";
import { spoken } from "./language";
import { ApiProblem } from "./problem";

// The access token lives in memory only; what outlives a reload is the HttpOnly refresh cookie.
const PATIENCE = 60_000;
// Shorter than a token lives, and far shorter than a session may rest.
const RESTS = 8 * 60_000;
// Endings that their owner did not choose and is to be told of.
const TOLD = ["session_idle", "session_idle_days", "refresh_reused"];
let ended: ApiProblem | null = null;
let renewedAt = 0;
let token: string | null = null;
let refreshing: Promise<boolean> | null = null;
// Counts sign-ins and sign-outs: a refresh that was asked for before one of them has nothing to say after it.
let turn = 0;
/** Whose eyes one looks through, and until when (milliseconds of this device's clock); null as oneself. */
export type Look = { name: string; role: SupportGranted["role"]; unit: string; until: number };
let look: Look | null = null;
const watchers = new Set<() => void>();
const listeners = new Set<() => void>();

export function accessToken(): string | null {
  return token;
}

export function keep(granted: AccessGranted): void {
  turn += 1;
  token = granted.access_token;
  ended = null;
  renewedAt = Date.now();
  lookAs(null);
}

/** Go on with the token of a look. It cannot be renewed: the next refresh is one's own again. */
export function keepLook(granted: SupportGranted): void {
  turn += 1;
  token = granted.access_token;
  const { name, role, unit_name: unit } = granted;
  lookAs({ name, role, unit, until: Date.now() + granted.expires_in * 1000 });
}

export function currentLook(): Look | null {
  return look;
}

/** Called whenever a look begins or is over, by the button or by time. */
export function onLook(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

function lookAs(next: Look | null): void {
  if (look === next) return;
  look = next;
  for (const watcher of watchers) watcher();
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
  lookAs(null);
  for (const listener of listeners) listener();
}

/** Why the session that was here is over, where that is to be told; null after a new sign-in. */
export function whyEnded(): ApiProblem | null {
  return ended;
}

/** A hand at the page is use: who types for an hour, without anything being sent, is not signed out over it. */
export function stayWhileUsed(): void {
  const used = () => {
    if (!token || look || Date.now() - renewedAt < RESTS) return;
    renewedAt = Date.now();
    void refresh().catch(() => undefined);
  };
  for (const event of ["keydown", "pointerdown"]) addEventListener(event, used, { passive: true });
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
      headers: { accept: "application/json", "accept-language": spoken() },
      signal: AbortSignal.timeout?.(PATIENCE),
    });
    const granted = answer.ok ? ((await answer.json()) as AccessGranted) : null;
    // Whatever it is: a body that nobody reads keeps its connection.
    const refused = granted ? {} : await answer.json().catch(() => ({}));
    if (turn !== asked) return token !== null;
    if (!granted && answer.status >= 500) throw new TypeError(`refresh answered ${answer.status}`);
    ended = told(refused);
    if (granted) renewedAt = Date.now();
    token = granted?.access_token ?? null;
    lookAs(null);
    return token !== null;
  }).finally(() => {
    refreshing = null;
  });
  return refreshing;
}

const told = (body: Partial<ProblemBody>) =>
  TOLD.includes(body.code ?? "") ? new ApiProblem(body, 401) : null;

/** Whose token it is; null without one. The desk in another tab may have signed somebody else in. */
export function accountOfToken(): string | null {
  return claims()?.sub ?? null;
}

/** In which role it acts; only to guess early what to ask for: what is allowed, the server says. */
export function roleOfToken(): AccessGranted["role"] | null {
  return claims()?.role ?? null;
}

function claims(): { sub: string; role: AccessGranted["role"] } | null {
  const payload = token?.split(".")[1];
  return payload ? JSON.parse(atob(payload.replace(/-/g, "+").replace(/_/g, "/"))) : null;
}

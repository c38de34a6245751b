import { apiOrigin, loadConfig } from "./config";
import { client } from "./generated/client.gen";
import { spoken } from "./language";
import { accessToken, forget, refresh } from "./session";

const OPEN = /\/api\/v1\/(public\/|demo\/|auth\/(sign-in|refresh|sign-out)$)/;

/** fetch with the token; after a 401 one refresh and one retry, the same request with the same key. */
export async function send(request: Request): Promise<Response> {
  request.headers.set("Accept-Language", spoken());
  if (OPEN.test(request.url)) return fetch(request);
  if (!accessToken() && !(await refresh())) {
    forget();
    return new Response('{"code":"unauthenticated","title":""}', { status: 401 });
  }
  const again = request.clone();
  const answer = await fetch(withToken(request));
  if (answer.status !== 401) return answer;
  if (await refresh()) return fetch(withToken(again));
  forget();
  return answer;
}

function withToken(request: Request): Request {
  request.headers.set("Authorization", `Bearer ${accessToken()}`);
  return request;
}

export function connect(): void {
  client.setConfig({
    baseUrl: apiOrigin(),
    credentials: "include",
    fetch: (request) => send(request as Request),
  });
}

/** Read the run-time settings and point the client at the API. */
export async function start(): Promise<void> {
  await loadConfig();
  connect();
}

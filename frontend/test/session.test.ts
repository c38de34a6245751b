import { beforeEach, expect, test, vi } from "vitest";
import { send } from "../src/api/client";
import {
  accessToken,
  currentLook,
  forget,
  keep,
  keepLook,
  onLook,
  onSignedOut,
  refresh,
  roleOfToken,
  stayWhileUsed,
  whyEnded,
} from "../src/api/session";

const granted = (token: string) =>
  new Response(JSON.stringify({ access_token: token, token_type: "Bearer", expires_in: 600 }), {
    status: 200,
  });

beforeEach(() => {
  forget();
  vi.restoreAllMocks();
});

test("many calls at once refresh once", async () => {
  const fetched = vi.spyOn(globalThis, "fetch").mockImplementation(async () => granted("fresh"));
  await Promise.all([refresh(), refresh(), refresh()]);
  expect(fetched).toHaveBeenCalledTimes(1);
  expect(accessToken()).toBe("fresh");
});

test("an expired token is renewed and the request is sent again with its own key", async () => {
  keep({ access_token: "old" } as never);
  const seen: string[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (asked) => {
    const request = asked instanceof Request ? asked : null;
    if (!request) return granted("new");
    seen.push(`${request.headers.get("Authorization")} ${request.headers.get("Idempotency-Key")}`);
    return new Response("{}", { status: seen.length === 1 ? 401 : 200 });
  });
  const request = new Request("http://localhost/api/v1/growth-logs", {
    method: "POST",
    body: "{}",
    headers: { "Idempotency-Key": "k" },
  });
  expect((await send(request)).status).toBe(200);
  expect(seen).toEqual(["Bearer old k", "Bearer new k"]);
});

test("when the session is over everybody who asked is told, and no token is left", async () => {
  keep({ access_token: "old" } as never);
  const told = vi.fn();
  const stop = onSignedOut(told);
  vi.spyOn(globalThis, "fetch").mockImplementation(async () => new Response("{}", { status: 401 }));
  const answer = await send(new Request("http://localhost/api/v1/me"));
  expect(answer.status).toBe(401);
  expect(told).toHaveBeenCalled();
  expect(accessToken()).toBeNull();
  stop();
});

test("a refresh that was asked for before a sign-in or a sign-out changes nothing after it", async () => {
  for (const [change, left] of [
    [() => keep({ access_token: "somebody else" } as never), "somebody else"],
    [forget, null],
  ] as const) {
    let answer = (_: Response) => {};
    vi.spyOn(globalThis, "fetch").mockImplementation(() => new Promise((found) => (answer = found)));
    const asked = refresh();
    await Promise.resolve();
    change();
    answer(granted("late"));
    expect(await asked).toBe(left !== null);
    expect(accessToken()).toBe(left);
  }
});

test("a look is over with the next refresh, by whatever way it came, and everybody who watches is told", async () => {
  const told = vi.fn();
  const stop = onLook(told);
  keep({ access_token: "own" } as never);
  keepLook({
    access_token: "theirs",
    name: "白音",
    role: "school",
    unit_name: "二中",
    expires_in: 900,
  } as never);
  expect(accessToken()).toBe("theirs");
  expect(currentLook()?.name).toBe("白音");
  expect((currentLook()?.until ?? 0) - Date.now()).toBeGreaterThan(890_000);
  vi.spyOn(globalThis, "fetch").mockImplementation(async () => granted("own again"));
  await refresh();
  expect(accessToken()).toBe("own again");
  expect(currentLook()).toBeNull();
  expect(told).toHaveBeenCalledTimes(2);
  stop();
});

test("why a session ended is known until somebody is in again, and a plain refusal says nothing", async () => {
  let code = "session_idle";
  vi.spyOn(globalThis, "fetch").mockImplementation(
    async () => new Response(JSON.stringify({ code, title: "over", detail: "60" }), { status: 401 }),
  );
  keep({ access_token: "old" } as never);
  expect(await refresh()).toBe(false);
  expect(whyEnded()).toMatchObject({ code: "session_idle", detail: "60" });
  keep({ access_token: "new" } as never);
  expect(whyEnded()).toBeNull();
  code = "unauthenticated";
  await refresh();
  expect(whyEnded()).toBeNull();
});

test("a hand at the page renews the session before it can rest, and not while one looks as somebody else", async () => {
  vi.useFakeTimers();
  try {
    const fetched = vi.spyOn(globalThis, "fetch").mockImplementation(async () => granted("fresh"));
    stayWhileUsed();
    const later = async (minutes: number) => {
      vi.advanceTimersByTime(minutes * 60_000);
      dispatchEvent(new Event("keydown"));
      await vi.advanceTimersByTimeAsync(0);
    };
    await later(60);
    expect(fetched).toHaveBeenCalledTimes(0);
    keep({ access_token: "old" } as never);
    await later(7);
    expect(fetched).toHaveBeenCalledTimes(0);
    await later(2);
    await later(1);
    expect(fetched).toHaveBeenCalledTimes(1);
    keepLook({ access_token: "look", expires_in: 900 } as never);
    await later(20);
    expect(fetched).toHaveBeenCalledTimes(1);
    expect(accessToken()).toBe("look");
  } finally {
    vi.useRealTimers();
  }
});

test("a refused refresh is read to its end, whatever it was refused with", async () => {
  for (const status of [401, 403, 429]) {
    const answer = new Response(JSON.stringify({ code: "refused" }), { status });
    vi.spyOn(globalThis, "fetch").mockResolvedValueOnce(answer);
    expect(await refresh()).toBe(false);
    expect(answer.bodyUsed).toBe(true);
  }
  const away = new Response("<html>a proxy without its server</html>", { status: 502 });
  vi.spyOn(globalThis, "fetch").mockResolvedValueOnce(away);
  await expect(refresh()).rejects.toThrow(TypeError);
  expect(away.bodyUsed).toBe(true);
});

test("a token says in which role it acts, and nothing without one", () => {
  expect(roleOfToken()).toBeNull();
  const claims = btoa(JSON.stringify({ sub: "a", role: "guardian" }));
  keep({ access_token: `x.${claims}.y` } as never);
  expect(roleOfToken()).toBe("guardian");
});

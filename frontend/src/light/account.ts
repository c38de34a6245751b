import {
  type AccessGranted,
  ApiProblem,
  accountOfToken,
  api,
  asProblem,
  forget,
  isAsked,
  keep,
  ok,
  type SecondStepAsked,
} from "../api";
import { PHONE_ACCOUNT } from "../shared/phone-store";
import { keepZone } from "../words/dates";
import { patience } from "./patience";

/** Whose phone this is while nobody can be asked; what it keeps is in a database of that account. */
export interface Account {
  id: string;
  name: string;
  login: string;
  writes: boolean;
  reviews: boolean;
  /** A guardian, who is asked about camps and visits. */
  consents: boolean;
  /** Meets students, and says afterwards who came. */
  meets: boolean;
  /** Says something at the fixed points of the year. */
  /** Whether one is asked for consents: families are. */
  agrees: boolean;
  says: boolean;
  /** Has receipts of what was handed in and told. */
  receipts: boolean;
  zone: string | null;
}

const KEPT = PHONE_ACCOUNT;
// Signed out while the network was away: the server is told before anything else.
const LEFT = "miaopu.m.left";

export function keptAccount(): Account | null {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "null") as Account | null;
    if (kept?.zone) keepZone(kept.zone);
    return kept;
  } catch {
    return null;
  }
}

/** Who is signed in, asked of the server, and kept. */
export async function askAccount(): Promise<Account> {
  const me = await ok(api.me(patience()));
  // Signed out, or somebody else in, while this was asked: it is nobody's answer any more.
  if (accountOfToken() !== me.account.id) throw new ApiProblem({}, 401);
  const account: Account = {
    ...me.account,
    writes: me.permissions.includes("growth.write"),
    reviews: me.permissions.includes("growth.review"),
    consents: me.permissions.includes("activity.consent"),
    meets: me.permissions.includes("session.record"),
    agrees: me.permissions.includes("consent.say"),
    says: me.permissions.includes("feedback.write"),
    receipts: me.permissions.includes("receipt.read"),
    zone: me.cycle?.timezone ?? null,
  };
  if (account.zone) keepZone(account.zone);
  localStorage.setItem(KEPT, JSON.stringify(account));
  return account;
}

/** The account, or the second step that is asked for first. */
export async function signIn(login: string, password: string): Promise<Account | SecondStepAsked> {
  // The answer to a sign-out takes the cookie away: it must not be the new one.
  await leaving;
  const answer = await ok(api.authSignIn({ body: { login, password } }));
  return isAsked(answer) ? answer : entered(answer);
}

/** The second step, by a code of the authenticator or a recovery code. */
export async function proveStep(token: string, code: string): Promise<Account> {
  return entered(await ok(api.secondStepProve({ body: { token, code } })));
}

async function entered(granted: AccessGranted): Promise<Account> {
  keep(granted);
  localStorage.removeItem(LEFT);
  return askAccount();
}

/** True when the token is another account's than the one shown: the desk signed somebody else in. */
export function isSomebodyElse(account: Account): boolean {
  const holder = accountOfToken();
  return holder !== null && holder !== account.id;
}

export async function signOut(): Promise<void> {
  localStorage.removeItem(KEPT);
  localStorage.setItem(LEFT, "1");
  forget();
  await finishSigningOut();
}

let leaving: Promise<unknown> | null = null;

/** True when nobody is to be signed in by an old cookie: the sign-out has not reached the server yet. */
export async function finishSigningOut(): Promise<boolean> {
  if (localStorage.getItem(LEFT) === null) return false;
  leaving ??= ok(api.authSignOut(patience()))
    .then(
      () => localStorage.removeItem(LEFT),
      (wrong) => asProblem(wrong).unanswered || localStorage.removeItem(LEFT),
    )
    .finally(() => {
      leaving = null;
    });
  await leaving;
  return true;
}

/** Another tab of this phone signed out or in: what stands here may be somebody else's. */
export function onAccountChanged(changed: () => void): void {
  addEventListener("storage", (event) => {
    if (event.key === KEPT) changed();
  });
}

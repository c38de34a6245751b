// What is typed and not handed in yet stays on the device, under its author's name alone; signing out takes it away.

/** Where a device keeps one draft of an account. */
export const draftKey = (kind: string, account: string, id: string): string =>
  `miaopu.${kind}.${account}.${id}`;

/** All that an account has typed here and not handed in. */
export function draftsOf(account: string): string[] {
  return Object.keys(localStorage).filter((key) => key.startsWith("miaopu.") && key.includes(`.${account}.`));
}

export function eraseDrafts(account: string): void {
  for (const key of draftsOf(account)) localStorage.removeItem(key);
}

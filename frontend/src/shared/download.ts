import { ApiProblem, apiOrigin, send } from "../api";

/** Fetch a file with the token (sending what it is made from, where asking for it is an act) and hand it to the reader. Throws the problem the API answers. */
export async function download(path: string, name: string, sent?: object): Promise<void> {
  const asked = sent
    ? { method: "POST", body: JSON.stringify(sent), headers: { "Content-Type": "application/json" } }
    : {};
  const answer = await send(
    new Request(`${apiOrigin()}/api/v1${path}`, { credentials: "include", ...asked }),
  );
  if (!answer.ok) throw new ApiProblem((await answer.json()) as Record<string, unknown>, answer.status);
  handOver(await answer.blob(), name);
}

export function handOver(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

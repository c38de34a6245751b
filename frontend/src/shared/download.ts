import { ApiProblem, apiOrigin, send } from "../api";

/** Fetch a file with the token and hand it to the reader. Throws the problem the API answers. */
export async function download(path: string, name: string): Promise<void> {
  const answer = await send(new Request(`${apiOrigin()}/api/v1${path}`, { credentials: "include" }));
  if (!answer.ok) throw new ApiProblem((await answer.json()) as Record<string, unknown>, answer.status);
  const address = URL.createObjectURL(await answer.blob());
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Where the API is: read at start from `config.json` beside the page, so one build serves any installation. */
export interface Config {
  /** Origin of the API (`https://api.example.org`); empty means the page's own. */
  api: string;
}

let config: Config = { api: "" };

export async function loadConfig(): Promise<Config> {
  try {
    const answer = await fetch("/config.json", { cache: "no-cache" });
    if (answer.ok) config = { ...config, ...((await answer.json()) as Partial<Config>) };
  } catch {
    // Without the file the page's own origin is the API.
  }
  return config;
}

export function apiOrigin(): string {
  return config.api || globalThis.location?.origin || "";
}

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

/** Writes the light build's service worker: the list of the release's files, and a hash that changes with any of them. */
export function shell(root: string): Plugin {
  return {
    name: "miaopu-shell",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const still = readdirSync(join(root, "public"));
        const files = ["/m/", "/config.json", "/icon.svg"];
        const hash = createHash("sha256");
        for (const name of Object.keys(bundle).sort()) {
          if (name !== "index.html") files.push(`/m/${name}`);
          const made = bundle[name];
          hash.update(made.type === "chunk" ? made.code : made.source);
        }
        for (const name of still) {
          files.push(`/m/${name}`);
          hash.update(readFileSync(join(root, "public", name)));
        }
        const worker = readFileSync(join(root, "sw.js"), "utf8");
        hash.update(worker);
        this.emitFile({
          type: "asset",
          fileName: "sw.js",
          source: worker
            .replace("__BUILD__", hash.digest("hex").slice(0, 16))
            .replace('["__FILES__"]', JSON.stringify(files)),
        });
      },
    },
  };
}

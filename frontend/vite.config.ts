import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { shell } from "./scripts/shell.ts";

// Two builds of one project: the desk (React, Ant Design) at `/`, and the light pages at `/m/`, whose React is
// Preact by alias. `MIAOPU_LIGHT_REACT=1` goes back to React for both.
const api = process.env.MIAOPU_API ?? "http://127.0.0.1:8000";

export default defineConfig(({ mode }) => {
  const light = mode === "light";
  const preact = light && !process.env.MIAOPU_LIGHT_REACT;
  return {
    root: light ? "m" : ".",
    base: light ? "/m/" : "/",
    publicDir: "public",
    plugins: light ? [react(), shell(`${import.meta.dirname}/m`)] : [react()],
    resolve: {
      alias: preact
        ? [
            { find: /^react\/jsx-runtime$/, replacement: "preact/jsx-runtime" },
            { find: /^react\/jsx-dev-runtime$/, replacement: "preact/jsx-runtime" },
            { find: /^react-dom\/client$/, replacement: "preact/compat/client" },
            { find: /^react-dom$/, replacement: "preact/compat" },
            { find: /^react$/, replacement: "preact/compat" },
          ]
        : [],
    },
    server: { proxy: { "/api": api } },
    preview: { proxy: { "/api": api } },
    build: {
      outDir: light ? "../dist/m" : "dist",
      emptyOutDir: true,
      chunkSizeWarningLimit: 1200,
      // Nothing inline: the pages work under a Content-Security-Policy without inline scripts.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
    test: {
      environment: "jsdom",
      include: ["test/**/*.test.{ts,tsx}"],
      setupFiles: ["test/setup.ts"],
      testTimeout: 20_000,
    },
  };
});

import { defineConfig } from "@hey-api/openapi-ts";

export default defineConfig({
  input: "../openapi/openapi.json",
  output: { path: "src/api/generated", clean: true },
  plugins: [
    { name: "@hey-api/client-fetch" },
    { name: "@hey-api/typescript", enums: false },
    { name: "@hey-api/sdk" },
  ],
});

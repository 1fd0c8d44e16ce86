import { defineConfig } from "vite";

export default defineConfig({
  esbuild: { jsx: "automatic" },
  // `npm run dev` beside an API that was started by hand.
  server: { proxy: { "/api": "http://127.0.0.1:8000" } },
});

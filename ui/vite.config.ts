import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  plugins: [react(), tailwindcss()],
  build: {
    outDir: fileURLToPath(new URL("../dist/ui", import.meta.url)),
    emptyOutDir: true,
    target: "es2023",
    // The pages' policy allows nothing inline: fonts and icons stay files of their own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1_000,
    rolldownOptions: {
      output: {
        // Few files: what every page needs, what most need, and one for each page. Charts and colours of logs come with theirs.
        codeSplitting: {
          groups: [
            { name: "vendor", test: /node_modules[\\/](?!uplot|anser)/ },
            { name: "common", test: /ui[\\/]src[\\/](api|components|format|run[\\/](selection|use-run|run-search))/ },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      // A server started with `flotilla up` answers for the development server.
      "/api": process.env["FLOTILLA_SERVER"] ?? "http://127.0.0.1:4400",
    },
  },
});

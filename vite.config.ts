import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [tailwindcss(), sveltekit()],
  // One file: the service worker keeps what SvelteKit lists, and it lists a worker, but none of its chunks.
  worker: { format: 'es', rolldownOptions: { output: { codeSplitting: false } } },
  server: { proxy: { '/api': { target: process.env.WATCHBILL_API ?? 'http://localhost:8787', ws: true } } },
});

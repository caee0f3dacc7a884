import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The code under test lies elsewhere, and is to have what is installed here.
  resolve: { dedupe: ['rx-asyncio', 'rxjs'] },
  test: {
    projects: [
      { extends: true, test: { name: 'imported', include: ['*.test.mjs'] } },
      { extends: true, test: { name: 'globals', include: ['*.globals.mjs'], globals: true } },
    ],
  },
});

Object.assign(globalThis, { vitest: {} });

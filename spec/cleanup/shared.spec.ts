import { suppressed } from 'rx-asyncio';

describe('what all copies of the package share', () => {
  it('is not emptied by Jest, which does that to what it finds on the global object after each file', () => {
    expect(suppressed(new Error('read, so that a bundler keeps it'))).toEqual([]);
    const shared = Reflect.get(globalThis, Symbol.for('rx-asyncio')) as object;
    const isRedefined = (key: PropertyKey) =>
      Reflect.defineProperty(shared, key, { get: () => undefined }) || Reflect.deleteProperty(shared, key);
    expect(Reflect.ownKeys(shared)).toContain('collector');
    expect(Reflect.ownKeys(shared).filter(isRedefined)).toEqual([]);
  });
});

/** Timers that take no time, in every test of the file or the `describe` that it is called in. */
export function useFakeTimers(): void {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });
}

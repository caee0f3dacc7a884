import { asCompleted, gather, type NativeObservable, waitFor } from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
import { lastValueFrom, NEVER, TimeoutError } from 'rxjs';

// Runs in a browser only, by `npm run test:browser`: TypeScript does not know of the platform's Observables yet.
interface Clicks extends NativeObservable<Event> {
  take(count: number): Clicks;
}

function clickable(): { button: HTMLElement; clicks: Clicks } {
  const button = document.createElement('button');
  return { button, clicks: (button as unknown as { when: (type: string) => Clicks }).when('click') };
}

describe("element.when('click') of this browser", () => {
  it('is an Observable of the platform, and none of rxjs', () => {
    const { clicks } = clickable();
    expect(Object.prototype.toString.call(clicks)).toBe('[object Observable]');
    expect(clicks).not.toHaveProperty('pipe');
  });

  it('ends a wait with its first event, as a timeout', async () => {
    const { button, clicks } = clickable();
    const waiting = promises.waitFor(NEVER, clicks);
    button.click();
    await expect(waiting).rejects.toThrow(TimeoutError);
  });

  it('is waited for with a timeout in milliseconds', async () => {
    const { button, clicks } = clickable();
    const waiting = lastValueFrom(waitFor(clicks.take(1), 1000));
    button.click();
    await expect(waiting).resolves.toMatchObject({ type: 'click', target: button });
  });

  it('gives the last event as its result', async () => {
    const { button, clicks } = clickable();
    const events: Event[] = [];
    button.addEventListener('click', (event) => events.push(event));
    const waiting = promises.gather([clicks.take(2)]);
    button.click();
    button.click();
    expect((await waiting)[0]).toBe(events[1]);
  });

  it('hears of no event any more once it is unsubscribed', () => {
    const { button, clicks } = clickable();
    const seen: unknown[] = [];
    const inspected = (clicks as unknown as { inspect: (next: (event: Event) => void) => Clicks }).inspect((event) =>
      seen.push(event),
    );
    const subscription = gather([asCompleted([inspected])]).subscribe({
      error: (error: unknown) => {
        throw error;
      },
    });
    button.click();
    expect(seen).toHaveLength(1);
    subscription.unsubscribe();
    button.click();
    expect(seen).toHaveLength(1);
  });
});

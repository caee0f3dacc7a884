import { NgZone } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { gather, Semaphore } from 'rx-asyncio';
import { lastValueFrom, timer } from 'rxjs';

describe('what starts late', () => {
  const inZone = async (): Promise<boolean[]> => {
    const before = NgZone.isInAngularZone();
    await Promise.resolve();
    return [before, NgZone.isInAngularZone()];
  };

  it('runs in the zone of whoever waits for a permit, not in that of whoever gives it back', async () => {
    const zone = TestBed.inject(NgZone);
    const limit = new Semaphore(1);
    zone.runOutsideAngular(() => limit.use(timer(10)).subscribe());
    expect(await zone.run(() => lastValueFrom(limit.use(inZone)))).toEqual([true, true]);
  });

  it('runs in the zone of whoever has subscribed, not in that of what frees the slot', async () => {
    const zone = TestBed.inject(NgZone);
    const slow = () => zone.runOutsideAngular(() => timer(10));
    const [, seen] = await zone.run(() => lastValueFrom(gather([slow, inZone], { concurrency: 1 })));
    expect(seen).toEqual([true, true]);
  });
});

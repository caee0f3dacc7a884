import { TestScheduler } from 'rxjs/testing';
import { article, firstHits } from './search';

describe('a search, in marbles', () => {
  let scheduler: TestScheduler;

  beforeEach(() => {
    scheduler = new TestScheduler((actual, expected) => {
      expect(actual).toEqual(expected);
    });
  });

  it('takes two hits, and cancels the third index', () => {
    scheduler.run(({ cold, expectObservable, expectSubscriptions }) => {
      const slow = cold('  ------s|');
      const quick = cold(' -q|     ');
      const other = cold(' ---(o|) ');
      const expected = '   --q(o|) ';
      const cancelled = '  ^--!    ';

      expectObservable(firstHits([slow, quick, other])).toBe(expected);
      expectSubscriptions(slow.subscriptions).toBe(cancelled);
    });
  });

  it('ends at the timeout', () => {
    scheduler.run(({ cold, expectObservable, expectSubscriptions }) => {
      const never = cold(' -                ');
      const expected = '   1s #             ';
      const cancelled = '  ^ 999ms !        ';

      expectObservable(firstHits([never])).toBe(expected, undefined, expect.objectContaining({ name: 'TimeoutError' }));
      expectSubscriptions(never.subscriptions).toBe(cancelled);
    });
  });

  it('fails with the first failure', () => {
    scheduler.run(({ cold, expectObservable, expectSubscriptions }) => {
      const title = cold(' --#      ');
      const text = cold('  -----(t|)');
      const expected = '   --#      ';
      const cancelled = '  ^-!      ';

      expectObservable(article(title, text)).toBe(expected);
      expectSubscriptions(text.subscriptions).toBe(cancelled);
    });
  });

  it('calls a function when it is its turn, and subscribes to what that returns', () => {
    scheduler.run(({ cold, expectObservable }) => {
      const title = cold(' --(t|)  ');
      const text = cold('  ---(x|) ');
      const expected = '   ---(r|) ';

      expectObservable(
        article(
          () => title,
          () => text,
        ),
      ).toBe(expected, { r: 't: x' });
    });
  });
});

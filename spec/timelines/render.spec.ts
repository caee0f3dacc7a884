import { catchError, concat, concatMap, delay, EMPTY, interval, map, NEVER, type Observable, of, take, tap, throwError, timer } from 'rxjs'; // prettier-ignore
import { asCompleted, asyncFinalize, createTask, gather } from 'rx-asyncio';
import { recordTimeline, renderTimeline, type Timeline } from 'rx-asyncio/timeline';

/** What is drawn of a program, recorded in virtual time, after so many milliseconds. */
async function drawn(program: (timeline: Timeline) => Observable<unknown>, milliseconds = 60_000): Promise<Picture> {
  jest.useFakeTimers({ now: 0 });
  try {
    const timeline = recordTimeline();
    const subscription = program(timeline)
      .pipe(catchError(() => EMPTY))
      .subscribe();
    await jest.advanceTimersByTimeAsync(milliseconds);
    const svg = renderTimeline(timeline.events, { title: 'Title', description: 'Description.' });
    subscription.unsubscribe();
    return { svg, texts: textsOf(svg) };
  } finally {
    jest.useRealTimers();
  }
}

interface Picture {
  readonly svg: string;
  readonly texts: readonly Text[];
}

interface Text {
  readonly x: number;
  readonly y: number;
  readonly words: string;
}

function textsOf(svg: string): Text[] {
  return Array.from(svg.matchAll(/<text[^>]*? x="([\d.]+)" y="([\d.]+)"[^>]*>(.*?)<\/text>/g), ([, x, y, content = '']) => ({
    x: Number(x),
    y: Number(y),
    words: content.replace(/<[^>]*>/g, ''),
  })); // prettier-ignore
}

const words = ({ texts }: Picture) => texts.map((text) => text.words);
const after = <T>(ms: number, value: T) => timer(ms).pipe(map(() => value));

describe('renderTimeline', () => {
  it('names each awaitable, and writes how it ended', async () => {
    const picture = await drawn(({ track, output }) =>
      gather([
        track('fulfilled', after(10, 'value')),
        track('failed', after(20, 0).pipe(concatMap(() => throwError(() => new Error('reason'))))),
        track('cancelled', NEVER),
        track('cleaning', NEVER.pipe(asyncFinalize(() => new Promise((resolve) => setTimeout(resolve, 30))))),
      ]).pipe(output('gather')),
    );
    expect(words(picture)).toEqual(
      expect.arrayContaining([
        ...['fulfilled', "'value'", 'failed', 'Error: reason', 'cancelled', 'cleaning', 'cancelled, 30 ms cleanup'],
        ...['gather', '50 ms Error: reason'],
      ]),
    );
  });

  it('writes what is not started, what is running and what is still cleaning up', async () => {
    const picture = await drawn(({ track }) => {
      void track('idle', of(1));
      const cleaning = track('cleaning', NEVER.pipe(asyncFinalize(() => new Promise<void>(() => undefined))));
      return gather([track('running', NEVER), gather([cleaning, throwError(() => 0)])]).pipe(catchError(() => EMPTY));
    }, 100);
    expect(words(picture)).toEqual(expect.arrayContaining(['not started', 'running', 'cleaning up']));
  });

  it('writes what a combinator emitted and when, and that it completed if that was later', async () => {
    const picture = await drawn(({ output }) => concat(after(10, [1, 'two']), after(20, { three: 3 }), timer(5).pipe(concatMap(() => EMPTY))).pipe(output('all'))); // prettier-ignore
    expect(words(picture)).toEqual(
      expect.arrayContaining(["10 ms [1, 'two']", '30 ms { three: 3 }', '35 ms complete']),
    );
  });

  it('has a time axis in milliseconds, or in seconds when there are many', async () => {
    expect(words(await drawn(({ track }) => track('a', timer(40))))).toEqual(expect.arrayContaining(['0 ms', '40 ms']));
    expect(words(await drawn(({ track }) => track('a', timer(40_000))))).toEqual(expect.arrayContaining(['0 s', '40 s'])); // prettier-ignore
  });

  it('begins at the first start, however early the recording was made', async () => {
    const picture = await drawn(({ track }) => timer(1000).pipe(concatMap(() => track('a', after(30, 'late')))));
    expect(picture.svg).toContain("a: started at 0 ms, emitted at 30 ms 'late', done at 30 ms 'late'.");
  });

  it('gives what is run again a row of its own, below the first', async () => {
    const picture = await drawn(({ track }) => {
      const again = track('again', timer(10));
      return gather([concat(again, again), track('other', timer(10))]);
    });
    expect(words(picture).filter((each) => /^(again|other)/.test(each))).toEqual(['again', 'again #2', 'other']);
  });

  it('writes the last emission of what is still running into its bar', async () => {
    const picture = await drawn(({ track }) =>
      gather([track('a', concat(after(10, 'value'), NEVER)), track('b', timer(100))]),
    );
    expect(words(picture)).toEqual(expect.arrayContaining(["'value'", 'running']));
  });

  it('draws the line of a combinator from the beginning when its start is not among the events', () => {
    const { output, events } = recordTimeline({ now: () => 0 });
    of('value').pipe(output('combinator')).subscribe();
    const rest = renderTimeline(events.filter(({ type }) => type !== 'started'));
    expect(textsOf(rest).map((text) => text.words)).toContain("0 ms 'value'");
    expect(rest).not.toMatch(/NaN|undefined/);
  });

  it('writes the emissions of an awaitable into its bar where there is room for all', async () => {
    const emissions = async (count: number) =>
      words(await drawn(({ track }) => track('a', interval(10).pipe(take(count))))).filter((each) =>
        /^\d+$/.test(each),
      );
    expect(await emissions(3)).toEqual(['0', '1', '2']);
    expect(await emissions(50)).toEqual(['49']);
  });

  it('is the same in words for those who do not see it', async () => {
    const { svg } = await drawn(({ track, output }) => track('a', after(10, 1)).pipe(output('b')));
    expect(svg).toMatch(/^<svg [^>]*role="img" aria-labelledby="timeline-title timeline-title-text">/);
    expect(svg).toContain('<title id="timeline-title">Title</title>');
    expect(svg).toContain(
      '<desc id="timeline-title-text">Description.\na: started at 0 ms, emitted at 10 ms 1, done at 10 ms 1.\n' +
        'b: started at 0 ms, emitted at 10 ms 1, done at 10 ms 1.</desc>',
    );
  });

  it('explains the signs that occur, and no others', async () => {
    const legend = (picture: Picture) => picture.texts.filter(({ y }) => y === Math.max(...picture.texts.map((text) => text.y))).map((text) => text.words); // prettier-ignore
    expect(legend(await drawn(({ track }) => track('a', timer(1))))).toEqual(['done']);
    expect(
      legend(await drawn(({ track, output }) => gather([track('a', timer(1)), track('b', timer(1))], { concurrency: 1 }).pipe(output('c')))), // prettier-ignore
    ).toEqual(['waiting to start', 'done', 'emitted', 'complete']);
  });

  it('leaves out the labels of earlier emissions where there are too many', async () => {
    const picture = await drawn(({ output }) => interval(1).pipe(take(100), output('many')));
    expect(words(picture)).toContain('100 ms 99');
    expect(new Set(picture.texts.map(({ y }) => y)).size).toBeLessThan(12);
  });

  it('draws nothing at all without events', () => {
    expect(textsOf(renderTimeline([], { title: 'Nothing' })).map((text) => text.words)).toContain('Nothing');
  });

  it('is called Timeline when it is given no title', () => {
    expect(textsOf(renderTimeline([])).map((text) => text.words)).toContain('Timeline');
  });

  it('writes a combinator that was cancelled, and that is still running', async () => {
    const cancelled = await drawn(({ output }) => {
      const subscription = NEVER.pipe(output('cancelled')).subscribe();
      return timer(10).pipe(
        tap(() => {
          subscription.unsubscribe();
        }),
      );
    });
    expect(words(cancelled)).toContain('10 ms cancelled');
    const running = await drawn(({ output }) => concat(after(10, 'value'), NEVER).pipe(output('running')), 100);
    expect(words(running)).toContain("10 ms 'value'");
    expect(words(running)).not.toContain('100 ms complete');
  });

  it.each<[string, unknown, string]>([
    ['a function by its name', parseInt, 'parseInt'],
    ['a function without a name', [() => 1][0], 'function'],
    ['a Task by its name', createTask(of(1), { name: 'page' }), 'page'],
    ['an Observable', of(1), 'Observable'],
    ['an error', new RangeError('far'), 'RangeError: far'],
    ['a Set', new Set([1, 2]), '{1, 2}'],
    ['a Map', new Map([['a', 1]]), '{ a: 1 }'],
    [
      'an AggregateError with its errors',
      new AggregateError([new Error('a')], 'two'),
      'AggregateError: two [Error: a]',
    ],
    ['an empty object', {}, '{}'],
    ['what is nested too deep', [[[[[1]]]]], '[[[[…]]]]'],
  ])('writes %s', async (_, value, expected) => {
    expect(words(await drawn(({ output }) => after(10, value).pipe(output('value'))))).toContain(`10 ms ${expected}`);
  });

  describe('of whatever it is given', () => {
    const long = 'x'.repeat(200);
    const programs: [string, (timeline: Timeline) => Observable<unknown>][] = [
      ['long values', ({ track, output }) => gather([track('a', after(10, long)), track('b', after(1, long))]).pipe(output('c'))], // prettier-ignore
      ['long names', ({ track, output }) => gather([track(long, after(10, long))]).pipe(output(long))],
      ['markup', ({ track, output }) => track('<a> & "b"', after(10, '</svg>\u0000\n')).pipe(output(']]>'))],
      ['many emissions', ({ output }) => interval(1).pipe(take(30), delay(100), output('many'))],
      ['everything at once', ({ track, output }) => gather([track('a', of(1, 2, 3)), track('b', EMPTY)]).pipe(output('c'))], // prettier-ignore
    ];

    it.each(programs)('no text leaves the picture: %s', async (_, program) => {
      const { svg, texts } = await drawn(program);
      const width = Number(/width="(\d+)"/.exec(svg)?.[1]);
      for (const { x, words } of texts.filter(({ x }) => x > 0)) {
        const characters = words.replace(/&\w+;/g, '_').length;
        // Labels on the axis are centred.
        const length = /^[\d.]+ m?s$/.test(words) ? characters / 2 : characters;
        expect(x + length * 7.25).toBeLessThanOrEqual(width);
      }
    });

    it.each(programs)('no text covers another: %s', async (_, program) => {
      const { texts } = await drawn(program);
      const overlaps = texts.flatMap((one, index) =>
        texts.slice(index + 1).filter((other) => {
          const [left, right] = one.x < other.x ? [one, other] : [other, one];
          return Math.abs(one.y - other.y) < 12 && left.x + left.words.replace(/&\w+;/g, '_').length * 6 > right.x;
        }),
      );
      expect(overlaps).toEqual([]);
    });

    it.each(programs)('it is well-formed, with numbers of one decimal: %s', async (_, program) => {
      const { svg } = await drawn(program);
      const content = svg.replace(/<[a-z]+(?: [\w:-]+="[^"<>]*")*\/?>|<\/[a-z]+>/g, '');
      expect(content).not.toMatch(/[<>]|&(?!(?:amp|lt|gt);)/);
      // eslint-disable-next-line no-control-regex -- those are what XML must not have
      expect(content).not.toMatch(/[\u0000-\u0009]/);
      expect(svg).not.toMatch(/"[^"]*\d\.\d\d|NaN|Infinity|undefined/);
    });
  });

  describe('of all that ran', () => {
    async function drawnAll(program: () => Observable<unknown>): Promise<Picture> {
      jest.useFakeTimers({ now: 0 });
      try {
        using timeline = recordTimeline({ all: true });
        program().subscribe({ error: () => {} });
        await jest.advanceTimersByTimeAsync(1000);
        const svg = renderTimeline(timeline.events, { title: 'Title' });
        return { svg, texts: textsOf(svg) };
      } finally {
        jest.useRealTimers();
      }
    }
    const many = (count: number, fails: (n: number) => boolean = () => false) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, n) => [
          `job ${n}`,
          after(10 + n, n).pipe(map((value) => (fails(n) ? raise(`bad ${n}`) : value))),
        ]),
      );
    const raise = (message: string): never => {
      throw new Error(message);
    };

    it('sets in what ran for another', async () => {
      const picture = await drawnAll(() => gather({ page: gather({ user: after(10, 'Ada') }), ad: after(5, 'buy') }));
      expect(words(picture).filter((each) => /^\S*(gather|page|user|ad)$/.test(each.trim()))).toEqual([
        'gather',
        '\u00a0\u00a0page',
        '\u00a0\u00a0\u00a0\u00a0user',
        '\u00a0\u00a0ad',
      ]);
      expect(picture.svg.match(/class="bar \w+ group"/g)).toHaveLength(2);
      expect(words(picture)).not.toContain('waiting to start');
    });

    it('has at most 100 rows: of many for the same what has failed and what took longest, and one for the rest', async () => {
      const picture = await drawnAll(() =>
        gather([
          gather(
            many(150, (n) => n === 3),
            { returnExceptions: true },
          ),
          gather(many(60)),
          asCompleted(many(5)),
        ]),
      );
      const names = words(picture).map((each) => each.trim());
      const rows = names.filter((each) => /^(gather|\[\d\]|job \d+|… \d+ more)$/.test(each));
      expect(rows.length).toBeLessThanOrEqual(100);
      expect(rows.length).toBeGreaterThan(85);
      expect(names.filter((each) => each.startsWith('…'))).toEqual(['… 106 more', '… 16 more']);
      expect(names).toEqual(expect.arrayContaining(['Error: bad 3', '106 done', '16 done', 'job 149']));
      expect(picture.svg).toContain('… 106 more: 106 done.');
      expect(picture.svg.match(/class="shade done"/g)).toHaveLength(122);
    });

    it('counts what is folded by how it ended', async () => {
      const stuck = Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`n${n}`, NEVER]));
      const failing = Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`f${n}`, throwError(() => n)]));
      const running = await drawnAll(() => gather(stuck));
      expect(words(running)).toContain('302 running');
      const failed = await drawnAll(() => gather(failing, { returnExceptions: true }));
      expect(words(failed)).toContain('302 failed');
      const cancelled = await drawnAll(() => gather({ ...stuck, last: timer(10).pipe(map(() => raise('no'))) }));
      expect(words(cancelled)).toContain('303 cancelled');
    });

    it('takes any number of events', () => {
      const events = Array.from({ length: 150_000 }, (_, n) => [
        { time: n % 50, name: 'job', row: n, parent: undefined, output: false, type: 'started' as const },
        { time: (n % 50) + 10, name: 'job', row: n, parent: undefined, output: false, type: 'done' as const },
      ]).flat();
      const svg = renderTimeline(events);
      expect(words({ svg, texts: textsOf(svg) })).toContain('149901 done');
      expect(svg.length).toBeLessThan(60_000);
    });

    it('writes the times above as well where there are many rows', async () => {
      const times = (picture: Picture) => words(picture).filter((each) => each === '0 ms').length;
      expect(times(await drawnAll(() => gather(many(10))))).toBe(1);
      expect(times(await drawnAll(() => gather(many(30))))).toBe(2);
    });
  });

  it('takes any number of rows, and of values that one of them emits', () => {
    const count = (svg: string, words: string) => svg.split(words).length - 1;
    const numbers = [...Array(200_000).keys()];
    const event = { time: 0, name: 'job', output: false };
    const rows = numbers.map((row) => ({ ...event, row, type: 'started' as const }));
    expect(count(renderTimeline(rows), '>running<')).toBe(200_000);

    const row = { ...event, row: 0, output: true };
    const values = numbers.map((time) => ({ ...row, time, type: 'emitted' as const, value: 0 }));
    const svg = renderTimeline([{ ...row, type: 'started' }, ...values]);
    // One is that of the legend.
    expect(count(svg, 'class="emission"')).toBe(200_001);
  });

  it('refuses what makes no sense', () => {
    expect(() => renderTimeline([], '1' as never)).toThrow(
      new TypeError("renderTimeline: options must be an object, got the string '1'"),
    );
    expect(() => renderTimeline(recordTimeline() as never)).toThrow(
      new TypeError('renderTimeline: events must be the events of a timeline, got an object'),
    );
  });
});

import { fromQuery, toQuery } from '../../docs/playground/address';
import { presets } from '../../docs/playground/presets';
import { program } from '../../docs/playground/program';
import { addBar, changeBar, limits, nameFrom, removeBar, type Rival, type Scene } from '../../docs/playground/scene';
import { simulate } from '../../docs/playground/simulate';
import { run, typeErrors } from '../support/examples';

const preset = (title: string): Scene => {
  const found = presets.find((each) => each.title === title);
  if (found === undefined) throw new Error(`there is no preset ${title}`);
  return found.scene;
};

describe('what the playground computes', () => {
  it('ends a gather that fails once what it has cancelled has cleaned up', async () => {
    const { lanes, told, end } = await simulate(preset('One fails, compared'));
    expect(told).toEqual([{ time: 110, type: 'error', text: 'orders has failed' }]);
    expect(lanes).toEqual([
      { name: 'user', start: 0, cancelled: 60, end: 60, how: 'cancelled' },
      { name: 'orders', start: 0, end: 60, how: 'failure' },
      { name: 'upload', start: 0, cancelled: 60, end: 110, how: 'cancelled' },
    ]);
    expect(end).toBe(110);
  });

  it.each<[Rival, number, number]>([
    ['Promise.all', 60, 160],
    ['forkJoin', 60, 110],
    ['asyncio.gather', 60, 160],
  ])('shows that %s fails at once, and what runs on behind it', async (rival, failed, end) => {
    const story = await simulate(preset('One fails, compared'), rival);
    expect(story.told).toEqual([{ time: failed, type: 'error', text: 'orders has failed' }]);
    expect(story.end).toBe(end);
  });

  it('starts the next one as a slot frees up', async () => {
    const { lanes, told } = await simulate(preset('Two at a time'));
    expect(lanes.map(({ start }) => start)).toEqual([0, 0, 60, 100]);
    expect(told.map(({ time, text }) => `${time} ${text}`)).toEqual([
      '60 page1',
      '100 page2',
      '130 page4',
      '140 page3',
      '140 ',
    ]);
  });

  it('cancels when it is unsubscribed from, and lets what is shielded run on', async () => {
    const unsubscribed = await simulate(preset('Unsubscribed, compared'));
    expect(unsubscribed.told).toEqual([{ time: 70, type: 'unsubscribed', text: '' }]);
    expect(unsubscribed.lanes.map(({ cancelled, end }) => [cancelled, end])).toEqual([
      [70, 70],
      [70, 110],
    ]);
    const shielded = await simulate(preset('Shielded'));
    expect(shielded.lanes).toEqual([{ name: 'save', start: 0, end: 140, how: 'value' }]);
  });

  it('tells of a timeout after the cleanup', async () => {
    const { told } = await simulate(preset('A timeout'));
    expect(told.map(({ time, type }) => [time, type])).toEqual([[150, 'error']]);
  });

  it('lets go of what ignores its signal', async () => {
    const { lanes, told } = await simulate(preset('It ignores its signal'));
    expect(told.map(({ time, type }) => [time, type])).toEqual([[90, 'error']]);
    expect(lanes.map(({ how, end }) => [how, end])).toEqual([
      ['value', 180],
      ['failure', 60],
      ['cancelled', 90],
    ]);
  });

  // So thirty bars can be played anew in each frame while one of them is dragged.
  it('takes one turn of the event loop for each moment, and one to begin with', async () => {
    const turns = jest.spyOn(MessagePort.prototype, 'postMessage');
    const { lanes } = await simulate(preset('Thirty'));
    expect(lanes.every(({ how }) => how === 'value')).toBe(true);
    const moments = new Set(lanes.map(({ end }) => end));
    expect(turns).toHaveBeenCalledTimes(1 + moments.size);
    turns.mockRestore();
  });
});

describe('the address of the playground', () => {
  it.each(presets.map(({ title, scene }) => [title, scene] as const))('holds the scene: %s', (_, scene) => {
    expect(fromQuery(toQuery(scene))).toEqual(scene);
  });

  it('keeps names as they are, and brings what is out of bounds within them', () => {
    const named = changeBar(preset('A race'), 0, { name: 'a, b ~ c & d' });
    expect(fromQuery(toQuery(named))).toEqual(named);
    expect(fromQuery('s=gather&b=x,999999,q,-3~%E0%A4%A,nonsense&c=-1&t=-5')).toMatchObject({
      bars: [
        { name: 'x', duration: limits.duration, ending: 'value', cleanup: 0 },
        { duration: 5, ending: 'value' },
      ],
      concurrency: 1,
      timeout: 0,
    });
    expect(fromQuery('s=nothing&b=x,1')).toBeUndefined();
    expect(fromQuery('')).toBeUndefined();
  });
});

describe('the bars of the playground', () => {
  it('have names of so many characters, of which none is cut in half', () => {
    const long = `${'a'.repeat(limits.name - 1)}😀😀`;
    expect(nameFrom(long)).toBe(`${'a'.repeat(limits.name - 1)}😀`);
    const named = changeBar(preset('A race'), 0, { name: nameFrom(long) });
    expect(fromQuery(toQuery(named))).toEqual(named);
    expect(fromQuery(`s=gather&b=${encodeURIComponent(encodeURIComponent(long))},10`)?.bars).toMatchObject([
      { name: nameFrom(long) },
    ]);
    expect(nameFrom('')).toBe('job');
  });

  it('are added up to thirty under names of their own, and removed down to one', () => {
    let scene = preset('A race');
    for (let i = 0; i < 40; i++) scene = addBar(scene);
    expect(new Set(scene.bars.map(({ name }) => name)).size).toBe(limits.bars);
    for (let i = 0; i < 40; i++) scene = removeBar(scene, 0);
    expect(scene.bars).toHaveLength(1);
  });
});

describe('the programs of the playground', () => {
  const programs = presets.flatMap(({ title, scene }) =>
    (['pipe', 'await'] as const).map((way) => ({
      title: `${title}, to ${way}`,
      scene,
      code: program(scene, way),
      output: [''],
      browser: false,
      files: new Map<string, string>(),
    })),
  );

  it('compile', () => {
    expect(typeErrors(programs)).toEqual([]);
  });

  it.each(programs.map((each) => [each.title, each] as const))('fail as the picture does: %s', async (_, each) => {
    const { told } = await simulate(each.scene);
    const failures = told.filter(({ type }) => type === 'error');
    const printed = failures.length === 0 ? [] : await run(each);
    expect(printed).toEqual(failures.map(({ text }) => expect.stringContaining(text) as string));
  });
});

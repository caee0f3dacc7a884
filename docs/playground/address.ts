import {
  type Bar,
  type Ending,
  endings,
  limits,
  nameFrom,
  returnWhens,
  type Rival,
  rivals,
  type Scene,
  structures,
  time,
} from './scene';

/** A scene as the query of an address, short enough to be read: `s=gather&b=user,120~orders,60,f~upload,140,v,50`. */
export function toQuery(scene: Scene): string {
  const query = new URLSearchParams({ s: scene.structure, b: scene.bars.map(ofBar).join('~') });
  if (scene.concurrency !== undefined) query.set('c', String(scene.concurrency));
  if (scene.timeout !== undefined) query.set('t', String(scene.timeout));
  if (scene.unsubscribe !== undefined) query.set('u', String(scene.unsubscribe));
  if (scene.returnExceptions) query.set('e', '1');
  if (scene.returnWhen !== 'ALL_COMPLETED') query.set('w', scene.returnWhen);
  if (scene.compare.length > 0) query.set('v', scene.compare.join(','));
  return query.toString();
}

/** Nothing, where it holds no scene. What is out of bounds is brought within them. */
export function fromQuery(text: string): Scene | undefined {
  const query = new URLSearchParams(text);
  const structure = structures.find((name) => name === query.get('s'));
  const bars = (query.get('b') ?? '').split('~').slice(0, limits.bars).flatMap(toBar);
  if (structure === undefined || bars.length === 0) return undefined;
  const moment = (name: string, least = 0) => (query.has(name) ? time(number(query.get(name)), least) : undefined);
  const compared = (query.get('v') ?? '').split(',');
  return {
    structure,
    bars,
    concurrency: query.has('c') ? Math.max(1, Math.round(number(query.get('c')))) : undefined,
    timeout: moment('t'),
    unsubscribe: moment('u'),
    returnExceptions: query.get('e') === '1',
    returnWhen: returnWhens.find((name) => name === query.get('w')) ?? 'ALL_COMPLETED',
    compare: rivals.filter((rival): rival is Rival => compared.includes(rival)),
  };
}

const letters: Readonly<Record<Ending, string>> = { value: 'v', failure: 'f', ignores: 'i' };

function ofBar({ name, duration, ending, cleanup }: Bar): string {
  return [encodeURIComponent(name).replaceAll('~', '%7E'), duration, letters[ending], cleanup].join(',');
}

function toBar(text: string): Bar[] {
  const [name = '', duration, letter, cleanup] = text.split(',');
  if (duration === undefined) return [];
  const ending = endings.find((each) => letters[each] === letter) ?? 'value';
  return [{ name: nameFrom(decoded(name)), duration: time(number(duration), 5), ending, cleanup: time(number(cleanup ?? '0')) }]; // prettier-ignore
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function number(text: string | null): number {
  const value = Number(text);
  return Number.isFinite(value) ? value : 0;
}

// A name of each entry that a browser has.
import { gather, Progress } from 'rx-asyncio';
import { inspectTasks } from 'rx-asyncio/inspect';
import { asCompleted, createTask, Semaphore } from 'rx-asyncio/promises';
import { recordTimeline, renderTimeline } from 'rx-asyncio/timeline';
import { map, of, timer } from 'rxjs';

const after = (milliseconds) => timer(milliseconds).pipe(map(() => `${milliseconds} ms`));

async function holding({ signal }) {
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  await createTask(after(10));
  console.log('cleaned up');
  throw signal.reason;
}

async function main() {
  gather([of(1), of('two')]).subscribe((results) => console.log('gather', JSON.stringify(results)));

  const progress = new Progress();
  const limit = new Semaphore(2);
  const jobs = [30, 10].map((milliseconds) => limit.use(after(milliseconds)));
  for await (const result of asCompleted(progress.watch(jobs))) console.log('asCompleted', result);
  progress.subscribe(({ fulfilled, total }) => console.log('progress', fulfilled, 'of', total));

  const tree = inspectTasks();
  const timeline = recordTimeline();
  const task = createTask(timeline.track('job', holding), { name: 'held' });
  console.log('inspected', String(tree).includes('held'));
  task.cancel();
  await task.catch((error) => console.log(String(error)));
  console.log(task.status, String(tree));
  console.log('drawn', renderTimeline(timeline.events).includes('>job<'));
}

void main();

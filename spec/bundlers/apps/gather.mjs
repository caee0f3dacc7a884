// One name alone.
import { gather } from 'rx-asyncio';

gather([async () => 1, async () => 'two']).subscribe((results) => console.log('gather', JSON.stringify(results)));

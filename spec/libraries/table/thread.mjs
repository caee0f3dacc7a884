import { parentPort, workerData } from 'node:worker_threads';
import page from './page.mjs';

parentPort.postMessage(await page(workerData));

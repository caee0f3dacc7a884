import { expectNothingRunning } from 'rx-asyncio/inspect';
import { leaveRunning } from './left-running.mjs';

expectNothingRunning();

leaveRunning(globalThis);

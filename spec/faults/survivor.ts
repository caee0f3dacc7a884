import { setImmediate as nextTurn } from 'node:timers/promises';
import { programs } from './killing';

// Runs them all, as a program of its own: the runtime ends it at the first rejection that nobody handles.

void (async () => {
  for (const [fault, cases] of Object.entries(programs)) {
    for (const [name, [, program]] of Object.entries(cases)) {
      console.log(`${fault}, ${name}: ${await program()}`);
      // What comes late comes now.
      for (let turn = 0; turn < 8; turn++) await nextTurn();
    }
  }
})();

// Lets fakeAsync run in Vitest: zone.js patches `it` and the like, where it finds Vitest among the globals.
import './vitest-global';
import 'zone.js/plugins/vitest-patch';

import process from 'node:process';
import page from './page.mjs';

process.stdout.write(await page(process.argv[2]));

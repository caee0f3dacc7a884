// Asks a server that never answers: as a program, or as a job for a thread.
const http = require('node:http');

const ask = (url) => new Promise((_, reject) => http.get(url).once('error', reject));

if (require.main === module) ask(process.argv[2]);
else module.exports = ask;

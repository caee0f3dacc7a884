import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { config } from 'rxjs';
import { AppModule } from './app.module.js';

// What fails when nobody listens any more belongs in the log, and does not end the server.
config.onUnhandledError = (error) => {
  new Logger('Unhandled').error(error);
};

const app = await NestFactory.create(AppModule);
app.enableShutdownHooks();
await app.listen(process.env['PORT'] ?? 3000, '127.0.0.1');
new Logger('main').log(`listening on ${await app.getUrl()}`);

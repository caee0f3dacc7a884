import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { PagesModule } from './pages/pages.module.js';

// A process beside the server, of which there may be any number: it runs the jobs of a queue.
const app = await NestFactory.createApplicationContext(PagesModule);
app.enableShutdownHooks();

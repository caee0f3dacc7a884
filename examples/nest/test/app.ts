import 'reflect-metadata';
import type { Server } from 'node:http';
import { type INestApplication, type LoggerService, Module, type Type } from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { RequestsModule } from '../src/requests/requests.module.js';
import { when } from './when.js';

/** An application with `RequestsModule`, in the process of the spec. */
export class App {
  private constructor(
    readonly nest: INestApplication,
    /** Warnings and errors. */
    readonly log: readonly unknown[],
  ) {}

  static async create(
    parts: { readonly controllers?: Type[]; readonly providers?: Type[] },
    adapter: AbstractHttpAdapter = new ExpressAdapter(),
  ): Promise<App> {
    @Module({ imports: [RequestsModule], ...parts })
    class AppModule {}

    const log: unknown[] = [];
    const note = (message: unknown) => log.push(message);
    const logger: LoggerService = { log: () => {}, warn: note, error: note, fatal: note };
    return new App(await NestFactory.create(AppModule, adapter, { logger }), log);
  }

  static async listen(...of: Parameters<typeof App.create>): Promise<App> {
    const app = await App.create(...of);
    await app.nest.listen(0, '127.0.0.1');
    return app;
  }

  /** Without waiting for clients that keep their connection alive. */
  async close(): Promise<void> {
    (this.nest.getHttpServer() as Server).closeAllConnections();
    await this.nest.close();
  }

  async request(path: string, options?: RequestInit): Promise<Response> {
    return fetch(`${await this.nest.getUrl()}/${path}`, options);
  }

  /** Asks, and leaves when `until` has come true. */
  async leaveWhen(until: () => boolean, path: string): Promise<void> {
    const client = new AbortController();
    const answer = this.request(path, { signal: client.signal }).then((response) => response.text());
    await when(until);
    client.abort();
    await answer.catch(() => {});
  }
}

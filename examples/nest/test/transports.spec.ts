import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Get, Param, ParseIntPipe } from '@nestjs/common';
import { ClientProxyFactory, MessagePattern, RpcException, Transport } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { WsAdapter } from '@nestjs/platform-ws';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { gather } from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
import { lastValueFrom, map, type Observable } from 'rxjs';
import { WebSocket } from 'ws';
import { RequestSignal } from '../src/requests/request-signal.js';
import { Within } from '../src/requests/within.js';
import { App } from './app.js';
import { when } from './when.js';

let running = 0;

const nap = async (milliseconds: number, { signal }: { signal: AbortSignal }): Promise<number> => {
  running++;
  try {
    return await sleep(milliseconds, milliseconds, { signal });
  } finally {
    running--;
  }
};

@Controller()
class Naps {
  @Get('observable/:time')
  observable(@Param('time', ParseIntPipe) time: number): Observable<number[]> {
    return gather([time], nap);
  }

  @Get('promise/:time')
  promise(@Param('time', ParseIntPipe) time: number, @RequestSignal() signal: AbortSignal): Promise<number[]> {
    return promises.gather([time], nap, { signal });
  }

  @Get('within/:time')
  @Within(50)
  within(@Param('time', ParseIntPipe) time: number): Observable<number[]> {
    return gather([time], nap);
  }

  @MessagePattern('naps')
  naps(): Observable<number[]> {
    return gather([10, 20], nap);
  }

  @MessagePattern('failure')
  failure(): Observable<number> {
    throw new RpcException('no naps today');
  }
}

@WebSocketGateway()
class Gateway {
  @SubscribeMessage('nap')
  nap(): Observable<object> {
    return gather([10], nap).pipe(map((data) => ({ event: 'slept', data })));
  }
}

describe('RequestsModule', { timeout: 60_000 }, () => {
  it('serves Fastify as well', async () => {
    const app = await App.listen({ controllers: [Naps] }, new FastifyAdapter());
    for (const path of ['observable', 'promise']) {
      assert.deepEqual(await (await app.request(`${path}/10`)).json(), [10]);
      await app.leaveWhen(() => running > 0, `${path}/60000`);
      await when(() => running === 0);
    }
    assert.equal((await app.request('within/60000')).status, 504);
    await app.close();
    assert.deepEqual(app.log, []);
  });

  it('stops Fastify as well', async () => {
    const app = await App.listen({ controllers: [Naps] }, new FastifyAdapter());
    const answers = ['observable', 'promise'].map((path) => app.request(`${path}/60000`));
    await when(() => running === 2);
    await app.nest.close();
    for (const answer of answers) assert.equal((await answer).status, 503);
    assert.deepEqual(app.log, []);
  });

  it('leaves the messages of a gateway to Nest', async () => {
    const app = await App.create({ providers: [Gateway] });
    app.nest.useWebSocketAdapter(new WsAdapter(app.nest));
    await app.nest.listen(0, '127.0.0.1');
    const socket = new WebSocket((await app.nest.getUrl()).replace('http', 'ws'));
    await once(socket, 'open');
    socket.send(JSON.stringify({ event: 'nap', data: {} }));
    const [message] = (await once(socket, 'message')) as [Buffer];
    assert.deepEqual(JSON.parse(String(message)), { event: 'slept', data: [10] });
    socket.close();
    await app.close();
    assert.deepEqual(app.log, []);
  });

  it('leaves the messages of a microservice to Nest, failures as well', async () => {
    const app = await App.create({ controllers: [Naps] });
    const tcp = { transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } } as const;
    const service = app.nest.connectMicroservice(tcp, { inheritAppConfig: true });
    await app.nest.startAllMicroservices();
    const { port } = service.unwrap<Server>().address() as AddressInfo;
    const client = ClientProxyFactory.create({ ...tcp, options: { ...tcp.options, port } });
    assert.deepEqual(await lastValueFrom(client.send<number[]>('naps', {})), [10, 20]);
    await assert.rejects(lastValueFrom(client.send<number>('failure', {})), { message: 'no naps today' });
    await client.close();
    await app.close();
    assert.deepEqual(app.log, []);
  });
});

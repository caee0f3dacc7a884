import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { PagesProcessor } from './pages.processor.js';

const connection = { host: '127.0.0.1', port: Number(process.env['REDIS_PORT'] ?? 6379) };

@Module({
  imports: [BullModule.forRoot({ connection }), BullModule.registerQueue({ name: 'pages' })],
  providers: [PagesProcessor],
})
export class PagesModule {}

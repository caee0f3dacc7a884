import type { ServerResponse } from 'node:http';
import type { ArgumentsHost } from '@nestjs/common';

/** Node's own, which Express extends, and Fastify wraps. */
export function responseOf(host: ArgumentsHost): ServerResponse {
  const response = host.switchToHttp().getResponse<ServerResponse & { readonly raw?: ServerResponse }>();
  return response.raw ?? response;
}

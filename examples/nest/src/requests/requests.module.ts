import { Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR } from '@nestjs/core';
import { FailuresFilter } from './failures.filter.js';
import { RequestsInterceptor } from './requests.interceptor.js';

/** For all controllers of an application that imports it. */
@Module({
  providers: [
    { provide: APP_INTERCEPTOR, useClass: RequestsInterceptor },
    { provide: APP_FILTER, useClass: FailuresFilter },
  ],
})
export class RequestsModule {}

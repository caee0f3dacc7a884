import { Module } from '@nestjs/common';
import { OffersController } from './offers/offers.controller.js';
import { Shops } from './offers/shops.js';
import { RequestsModule } from './requests/requests.module.js';

@Module({ imports: [RequestsModule], controllers: [OffersController], providers: [Shops] })
export class AppModule {}

import type { Routes } from '@angular/router';
import { Booking } from './booking/booking';
import { Downloads } from './downloads/downloads';
import { Offers } from './offers/offers';

export const routes: Routes = [
  { path: '', pathMatch: 'full', redirectTo: 'downloads' },
  { path: 'downloads', component: Downloads, title: 'Downloads' },
  { path: 'offers', component: Offers, title: 'Offers' },
  { path: 'booking', component: Booking, title: 'Booking' },
];

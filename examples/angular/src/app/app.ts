import { Component } from '@angular/core';
import { RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';

@Component({
  selector: 'app-root',
  imports: [RouterLink, RouterLinkActive, RouterOutlet],
  template: `
    <header>
      <p class="brand">rx-asyncio <span>in Angular</span></p>
      <nav>
        <a routerLink="/downloads" routerLinkActive="active">Downloads</a>
        <a routerLink="/offers" routerLinkActive="active">Offers</a>
        <a routerLink="/booking" routerLinkActive="active">Booking</a>
      </nav>
    </header>
    <main><router-outlet /></main>
  `,
})
export class App {}

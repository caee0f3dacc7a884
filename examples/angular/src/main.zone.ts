import { mergeApplicationConfig, provideZoneChangeDetection } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { App } from './app/app';
import { appConfig } from './app/app.config';

/** The same application with zone.js, as those are that were made before Angular 21. */
const withZone = mergeApplicationConfig(appConfig, {
  providers: [provideZoneChangeDetection({ eventCoalescing: true })],
});

bootstrapApplication(App, withZone).catch((error: unknown) => console.error(error));

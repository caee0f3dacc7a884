import { Pipe, type PipeTransform } from '@angular/core';

/** Of bytes, for people. */
@Pipe({ name: 'size' })
export class Size implements PipeTransform {
  transform(bytes: number): string {
    return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
  }
}

import { HttpClient } from '@angular/common/http';
import { Component, computed, DestroyRef, inject, signal } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { type CoroutineContext, createTask, isCancellation, type Task } from 'rx-asyncio';
import { waitFor } from 'rx-asyncio/promises';

interface Seat {
  readonly id: number;
}

type State = 'idle' | 'booking' | 'undoing' | 'booked' | 'cancelled' | 'failed';

/** A change whose cancellation has something to undo, and is over only when that is done. */
@Component({ selector: 'app-booking', templateUrl: './booking.html' })
export class Booking {
  readonly #http = inject(HttpClient);
  #task: Task<Seat> | undefined;

  protected readonly state = signal<State>('idle');
  protected readonly step = signal('');
  protected readonly busy = computed(() => this.state() === 'booking' || this.state() === 'undoing');

  constructor() {
    inject(DestroyRef).onDestroy(() => this.cancel());
  }

  protected async book(): Promise<void> {
    this.state.set('booking');
    this.#task = createTask(this.#book);
    try {
      await this.#task;
      this.state.set('booked');
    } catch (error) {
      this.state.set(isCancellation(error) ? 'cancelled' : 'failed');
      this.step.set(
        isCancellation(error) ? 'The seat was given back.' : 'The payment was refused. The seat was given back.',
      );
    }
  }

  protected cancel(): void {
    if (this.#task?.cancel() === true) this.state.set('undoing');
  }

  /** An arrow function, so that it can be handed over as it is. */
  readonly #book = async ({ signal }: CoroutineContext): Promise<Seat> => {
    this.step.set('Holding a seat …');
    const seat = await waitFor(this.#http.post<Seat>('/api/seats', {}), 5000, { signal });
    try {
      this.step.set(`Paying for seat ${seat.id} …`);
      await waitFor(this.#http.post(`/api/seats/${seat.id}/payment`, {}), 10_000, { signal });
      this.step.set(`Seat ${seat.id} is yours.`);
      return seat;
    } catch (error) {
      this.step.set(`Giving seat ${seat.id} back …`);
      // Without the signal, which has aborted: this has to happen.
      await firstValueFrom(this.#http.delete(`/api/seats/${seat.id}`));
      throw error;
    }
  };
}

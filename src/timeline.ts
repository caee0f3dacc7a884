/**
 * Pictures of what a program waited for.
 *
 * @module rx-asyncio/timeline
 */
export { recordTimeline } from './timelines/record.js';
export type { Timeline, TimelineOptions, Track } from './timelines/record.js';
export { renderTimeline } from './timelines/render.js';
export type { RenderOptions } from './timelines/render.js';
export type { TimelineEvent, TimelineEventType } from './timelines/event.js';

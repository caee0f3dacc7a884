/** What the two sides share: the name of the queue, and the types of its jobs. */
export const name = 'pages';

export interface Pages {
  render: (data: { page: number }) => string;
}

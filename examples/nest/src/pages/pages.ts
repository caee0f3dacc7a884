/** What the caller and the workers both know: for each job a function from its data to its result. */
export interface Pages {
  render: (data: { page: number }) => string;
  wait: (data: { page: number }) => string;
}

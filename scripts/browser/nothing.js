// Stands for any module of Node: each property and each result of it is nothing as well.
const nothing = new Proxy(function () {}, {
  get: (target, key) => {
    if (key === Symbol.toPrimitive) return () => '';
    return key === 'prototype' ? target.prototype : nothing;
  },
  apply: () => nothing,
  construct: () => nothing,
});

module.exports = nothing;

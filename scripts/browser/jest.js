// Jest's globals for a page: its own `expect`, mocks and fake timers, and as much of its runner as the specs use.
const { ModernFakeTimers } = require('@jest/fake-timers');
const { expect } = require('expect');
const { bind } = require('jest-each');
const { ModuleMocker } = require('jest-mock');

const { setTimeout, clearTimeout } = globalThis;
const tests = [];
let suite = { title: '', beforeEach: [], afterEach: [] };

Object.assign(globalThis, {
  describe: withEach(describe),
  it: withEach(it),
  test: withEach(it),
  beforeEach: (hook) => suite.beforeEach.push(hook),
  afterEach: (hook) => suite.afterEach.push(hook),
  expect,
  jest: jestObject(),
  runTests,
});

async function runTests() {
  const results = [];
  for (const test of tests) results.push({ title: titleOf(test), failure: await failureOf(test) });
  return results;
}

function describe(title, define) {
  const outer = suite;
  suite = { title: textOf(title), outer, beforeEach: [], afterEach: [] };
  define();
  suite = outer;
}

// Pages run beside each other.
function it(title, run, timeout = 60_000) {
  tests.push({ title: textOf(title), run, timeout, outer: suite });
}

/** A function, and a class, stand for their names. */
function textOf(title) {
  return String(typeof title === 'function' ? title.name : title);
}

function withEach(define) {
  return Object.assign(define, { each: bind(define, false) });
}

async function failureOf({ run, timeout, outer }) {
  const suites = [];
  for (let each = outer; each !== undefined; each = each.outer) suites.unshift(each);
  try {
    try {
      for (const hook of suites.flatMap(({ beforeEach }) => beforeEach)) await hook();
      await inTime(run, timeout);
    } finally {
      for (const hook of suites.reverse().flatMap(({ afterEach }) => afterEach)) await hook();
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? `${error.stack}` : `thrown: ${error}`;
  }
}

async function inTime(run, timeout) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not finished within ${timeout} ms`)), timeout);
  });
  try {
    await Promise.race([run(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function titleOf({ title, outer }) {
  return outer?.title ? titleOf({ title: `${outer.title} › ${title}`, outer: outer.outer }) : title;
}

function jestObject() {
  const mocker = new ModuleMocker(globalThis);
  const timers = new ModernFakeTimers({ config: { fakeTimers: {} }, global: globalThis });
  return new Proxy(
    {},
    {
      get: (_, name) => {
        const owner = name in mocker ? mocker : timers;
        return (...parameters) => owner[name](...parameters);
      },
    },
  );
}

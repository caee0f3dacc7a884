"""What asyncio makes of scenarios: reads them from stdin, one a line as JSON, and writes a trace for each.

scenario.ts says what a scenario is, run.ts what a trace is.
"""

import asyncio
import json
import math
import selectors
import sys


async def trace_of(scenario):
    loop = asyncio.get_running_loop()
    loop.set_task_factory(Task)
    loop.set_exception_handler(lambda *_: None)  # a failure that nobody retrieves is in the trace
    execution = Execution(loop, scenario.get("permits"))
    execution.start(scenario)
    while pending := [task for task in execution.tasks if not task.done()]:
        await asyncio.wait(pending)
    return {"nodes": execution.nodes, "unhandled": []}


class Execution:
    def __init__(self, loop, permits):
        self.loop = loop
        self.semaphore = asyncio.Semaphore(permits or 1)
        self.nodes = {}
        self.tasks = []

    def start(self, node, create=asyncio.create_task):
        task = create(self.phase(node) if "delay" in node else self.structure(node))
        self.tasks.append(task)
        if "cancelAt" in node:
            self.loop.call_at(node["cancelAt"], task.cancel)

        def done(_):
            task.done_at = self.loop.time()
            outcome = "CancelledError" if task.cancelled() else describe_error(task.exception()) or "fulfilled"
            self.record(node, done=task.done_at, outcome=outcome)

        task.add_done_callback(done)
        return task

    async def phase(self, phase):
        if "linesUpAfter" not in phase:
            return await self.run_phase(phase)
        await asyncio.sleep(phase["linesUpAfter"])
        async with self.semaphore:
            return await self.run_phase(phase)

    async def run_phase(self, phase):
        self.record(phase, started=self.loop.time())
        try:
            await asyncio.sleep(phase["delay"])
        except asyncio.CancelledError:
            self.record(phase, cancelled=self.loop.time())
            await self.clean_up(phase["cleanup"])
            self.record(phase, cleanedUp=self.loop.time())
            if phase["whenCancelled"] == "return":
                return f"result of cancelled {phase['id']}"
            if phase["whenCancelled"] == "fail":
                raise Exception(f"failure of cancelled {phase['id']}")
            raise
        self.record(phase, finished=self.loop.time())
        if phase["fails"]:
            raise Exception(f"failure of {phase['id']}")
        return f"result of {phase['id']}"

    async def clean_up(self, duration):
        """Rule 3: cleanup is awaited. asyncio would interrupt it by a second cancellation."""
        end = self.loop.time() + duration
        while self.loop.time() < end:
            try:
                await asyncio.sleep(end - self.loop.time())
            except asyncio.CancelledError:
                pass

    async def structure(self, node):
        def emit(value):
            self.nodes.setdefault(node["id"], {}).setdefault("emitted", []).append([self.loop.time(), value])
            return value

        kind = node["kind"]
        if kind == "taskGroup":
            async with asyncio.TaskGroup() as group:
                tasks = [self.start(child, group.create_task) for child in node["of"]]
                result = await self.phase(node["body"])
                for task in tasks if node["awaitsTasks"] else []:
                    await task
            return emit(result)
        tasks = [self.start(child) for child in node["of"]]
        if kind == "wait":
            done, pending = await asyncio.wait(tasks, timeout=node.get("timeout"), return_when=node["returnWhen"])
            return emit({"done": in_order(describe_task(task) for task in done), "pending": len(pending)})
        if kind == "asCompleted":
            for completed in asyncio.as_completed(tasks, timeout=node.get("timeout")):
                result = emit(await completed)
            return result
        if kind == "gather":
            gathered = asyncio.gather(*tasks, return_exceptions=node["returnExceptions"])
            return emit([describe_result(result) for result in await until_clean(gathered, tasks)])
        if kind == "waitFor":
            return emit(await until_clean(asyncio.wait_for(tasks[0], node["timeout"]), tasks))
        return emit(await asyncio.shield(tasks[0]))

    def record(self, node, **events):
        self.nodes.setdefault(node["id"], {}).update(events)


async def until_clean(awaitable, tasks):
    """Where gather and wait_for are cancelled, our rules are stricter than asyncio.

    Rule 3: they end when all that they have cancelled has ended. asyncio's end with the first of these, or at once.
    Rule 4: they end with what has failed in the cleanup. asyncio drops it.
    And by rule 1 nobody wants a result any more, which wait_for gives from Python 3.12 on if the task returns one.
    """
    this = asyncio.current_task()
    try:
        result = await awaitable
        if this.cancelled_at is None:
            return result
    except BaseException:
        if this.cancelled_at is None:
            raise
    while pending := [task for task in tasks if not task.done()]:
        try:
            await asyncio.wait(pending)
        except asyncio.CancelledError:
            pass
    await asyncio.sleep(0)  # for the callbacks that note when they ended
    cleaned_up = [task for task in tasks if task.done_at >= this.cancelled_at and not task.cancelled()]
    failures = [task.exception() for task in cleaned_up if task.exception()]
    if failures:
        raise failures[0] if len(failures) == 1 else BaseExceptionGroup("cleanup", failures)
    raise asyncio.CancelledError


class Task(asyncio.Task):
    cancelled_at = None

    def __init__(self, loop, coroutine, **options):
        super().__init__(coroutine, loop=loop, **options)

    def cancel(self, msg=None):
        if self.cancelled_at is None:
            self.cancelled_at = self.get_loop().time()
        return super().cancel(msg)

    def uncancel(self):
        """From Python 3.12 on wait_for's timeout cancels the task that it is in, and takes that back afterwards."""
        remaining = super().uncancel()
        if remaining == 0:
            self.cancelled_at = None
        return remaining


# Times are large here: a loop would look around once a day, and could not tell two moments apart.
asyncio.base_events.MAXIMUM_SELECT_TIMEOUT = math.inf


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    def __init__(self):
        self.selector = AdvancingSelector()
        super().__init__(self.selector)
        self._clock_resolution = 0.5

    def time(self):
        return self.selector.now


class AdvancingSelector(selectors.SelectSelector):
    """Turns the clock on instead of sleeping."""

    now = 0

    def select(self, timeout=None):
        if timeout is None:
            raise RuntimeError("nothing will ever happen any more")
        self.now += timeout
        return super().select(0)


def describe_task(task):
    return {"error": "CancelledError"} if task.cancelled() else describe_result(task.exception() or task.result())


def describe_result(result):
    return {"error": describe_error(result)} if isinstance(result, BaseException) else result


def describe_error(error):
    if error is None:
        return None
    if isinstance(error, BaseExceptionGroup):
        # Rule 4: a failure has one place. asyncio names it twice when the body of a group passes on that of a task.
        return in_order(map(describe_error, dict.fromkeys(error.exceptions)))
    return str(error) if type(error) is Exception else type(error).__name__


def in_order(values):
    return sorted(values, key=lambda value: json.dumps(value, separators=(",", ":")))


if __name__ == "__main__":
    for line in sys.stdin:
        with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
            trace = runner.run(trace_of(json.loads(line)))
        print(json.dumps(trace, separators=(",", ":")), flush=True)

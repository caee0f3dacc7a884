"""The works that asyncio knows. Each line read from stdin asks for one round, and is answered with its figure."""

import asyncio
import gc
import statistics
import sys
import time
import tracemalloc


async def trivial(index):
    return index


async def functions(n):
    await asyncio.gather(*(trivial(index) for index in range(n)))


async def tasks(n):
    for index in range(n):
        await asyncio.create_task(trivial(index))


async def draining(n):
    futures = [asyncio.get_running_loop().create_future() for _ in range(n)]

    async def wait_for(future):
        await future

    pending = {asyncio.create_task(wait_for(future)) for future in futures}
    await asyncio.sleep(0)
    for future in futures:
        future.set_result(None)
        _, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)


async def cancelling(n):
    gathered = asyncio.gather(*(asyncio.Event().wait() for _ in range(n)))
    await asyncio.sleep(0)
    gathered.cancel()
    try:
        await gathered
    except asyncio.CancelledError:
        pass


async def bytes_per_task(n):
    async def wait_for(future):
        await future

    tracemalloc.start()
    loop = asyncio.get_running_loop()
    kept = [asyncio.create_task(wait_for(loop.create_future())) for _ in range(n)]
    await asyncio.sleep(0)
    gc.collect()
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    for task in kept:
        task.cancel()
    return used / n


WORKS = {
    "functions": functions,
    "tasks": tasks,
    "draining with FIRST_COMPLETED": draining,
    "cancelling": cancelling,
}


async def measured(work, n, budget=0.2):
    """The median, in milliseconds, of as many runs as fit into the budget of seconds, but of one at least."""
    times = []
    while not times or sum(times) < budget and len(times) < 2000:
        start = time.perf_counter()
        await work(n)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def main(name, n):
    for _ in sys.stdin:
        gc.collect()
        figure = bytes_per_task(n) if name == "bytes per pending task" else measured(WORKS[name], n)
        print(asyncio.run(figure), flush=True)


main(sys.argv[1], int(sys.argv[2]))

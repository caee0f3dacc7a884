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


async def limit(n):
    semaphore = asyncio.Semaphore(16)

    async def limited(index):
        async with semaphore:
            return await trivial(index)

    await asyncio.gather(*(limited(index) for index in range(n)))


async def bytes_per_task(n):
    return await bytes_each(n, lambda futures: [asyncio.create_task(wait_for(future)) for future in futures])


async def bytes_per_function(n):
    return await bytes_each(n, lambda futures: [asyncio.gather(*(wait_for(future) for future in futures))])


async def wait_for(future):
    await future


async def bytes_each(n, start):
    """What each of n holds on to, besides the future that it waits for."""
    loop = asyncio.get_running_loop()
    futures = [loop.create_future() for _ in range(n)]
    gc.collect()
    tracemalloc.start()
    kept = start(futures)
    await asyncio.sleep(0)
    gc.collect()
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    for task in kept:
        task.cancel()
    await asyncio.gather(*kept, return_exceptions=True)
    return used / n


WORKS = {
    "functions": functions,
    "tasks": tasks,
    "draining with FIRST_COMPLETED": draining,
    "cancelling": cancelling,
    "limit of 16": limit,
}

MEASURES = {
    "bytes per pending task": bytes_per_task,
    "bytes per pending function": bytes_per_function,
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
        figure = MEASURES[name](n) if name in MEASURES else measured(WORKS[name], n)
        print(asyncio.run(figure), flush=True)


main(sys.argv[1], int(sys.argv[2]))

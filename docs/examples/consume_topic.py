"""Hears of breaches on Kafka (CloudEvents, binary mode), and goes on where its group stopped.

Environment: SANYA_KAFKA (HOST:PORT). Argument: the name of your consumer group.
"""

import asyncio
import json
import os
import sys

from aiokafka import AIOKafkaConsumer


async def main() -> None:
    consumer = AIOKafkaConsumer(
        "evaluation.breach.v1",
        bootstrap_servers=os.environ["SANYA_KAFKA"],
        group_id=sys.argv[1],
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    async with consumer:
        async for message in consumer:
            headers = {name: value.decode() for name, value in message.headers}
            breach = json.loads(message.value)["breach"]
            print(headers["ce_type"], breach["id"], headers["ce_version"], flush=True)
            await consumer.commit()  # only after the effect: at least once, never lost


asyncio.run(main())

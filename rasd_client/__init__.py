"""A small client of Rasd's HTTP API, for asynchronous Python.

    async with Rasd("https://rasd.example.org") as rasd:
        answer = await rasd.search("إدلب", place="إدلب", size=20)
        async for hit in rasd.hits("إدلب", sort="newest"):
            print(hit["id"], hit["text"])

Answers are the API's own JSON (`/openapi.json`); parameters have its names, with `from_` for `from`.
"""

from rasd_client.client import Rasd
from rasd_client.errors import Refused, Unavailable

__all__ = ["Rasd", "Refused", "Unavailable"]

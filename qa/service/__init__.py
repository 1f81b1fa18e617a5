"""The same answers for programs: HTTP with OpenAPI, and tools of the Model Context Protocol.

    limits, fairness     who may ask how often, and how many at once
    asked, faults        what is sent, and what is refused, as JSON
    responses            refusals over HTTP
    api, tools           the two faces; answers are `to_dict()` of the records, in both

Knows nothing of Gradio, and of a desk only that it asks, retrieves and gives releases.
"""

"""The owner's pages, only where the server is started with --admin: add releases, build, look.

Plain HTML like `qa.web.plain`, so that the chat holds no button that a visitor's program could
press. Building runs in a process of its own; answers go on from the index that serves.
"""

"""Fetching pages from the web into the releases folder: the one place that opens a connection.

Only `qa fetch` comes here; reading, building and answering never do.

    web_address ─► robots ─► client (connections, one checked address) ─► page ─► qa.releases.adding
                                                     └─► links of a sitemap or feed ─┘
"""

"""The one polite HTTP fetcher.

`client` and `hosts` touch the network and the clock; `address`, `headers`, `robots`, `body` and `policy` only judge what
they are given. A poll is `Fetcher.get`, then `policy.decide`; a page that is fetched once is `Fetcher.get`, then
`policy.page`.
"""

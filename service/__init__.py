"""Guatu (挂图): China's regional news as a ledger of key construction projects."""

"""PURE. The named projects of an article, their stages and their figures.

In the order of reading: `marks` cuts a sentence up with the words of `vocabulary`; `around` judges what stands beside a gap,
`names` and `naming` whether the gap is a name, `lists` reads what stands in a row, `mentions` the projects and groups that a
sentence speaks of; `stages`, `mood` and `reach` say how far each has come; `roles` and `figures` whose figure it is, `owners`
whose project; `alike` and `drafts` make one record of the wordings. `reading` orders these, `subjects` is what it hands to
the indicators.
"""

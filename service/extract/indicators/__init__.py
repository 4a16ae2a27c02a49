"""PURE. Figures about many projects or a whole region: counts, sums, growth, rates, ranks.

`counts`, `sums`, `growth`, `rates`, `standing` and `works` are the rules, `clauses`, `counted` and `summed` say what a
figure is said of; `reading` orders them.
"""

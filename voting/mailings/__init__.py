"""Letters with codes: `choosing` says who gets one, `batches` makes them.

A batch is begun, filled and finished. What is stored of it are its number, its
count, and the codes as HMACs; the letters themselves exist in the answer only.
"""

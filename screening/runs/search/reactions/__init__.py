"""Searching a reaction library: no product is made before it is asked for.

- ``reagent_kernels``: how alike reagents are; ``product_kernel``: the Gaussian process over their products
- ``deviation``: how sure the process is
- ``product_recall``: how many of the best were found
- ``reaction_space``: the library as a search sees it; ``shopping``: reagents to buy and routes of what was found
"""

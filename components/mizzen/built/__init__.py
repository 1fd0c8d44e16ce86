"""
Images that are built: what they consist of, and where they are found.
"""

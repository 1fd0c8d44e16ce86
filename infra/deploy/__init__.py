"""
Deploys the example app to a cluster: ``python -m infra.deploy up``.
"""

"""
What node agents run, and where they listen.
"""

from mizzen import Image, Port


IMAGE = Image("acme/agent:v5")
STATSD = Port("statsd", 8125, protocol="UDP")

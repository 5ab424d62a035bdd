"""Real servers for tests: Apache Kafka and PostgreSQL, each in a temporary folder, on loopback only.

`find` says where their programs are (scripts/setup-test-servers installs them), `kafka` and `postgres` are
servers that a test can stop, kill, freeze and start again.
"""

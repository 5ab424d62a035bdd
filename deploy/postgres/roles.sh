#!/bin/bash
# One database, a schema and a role per service. A service reads and writes its own tables and sees no
# other's; tables are made and changed by the role of the migration job alone.
#
# PostgreSQL runs this once, when its volume is new. It can be run again at any time: after a secret was
# changed (it sets the passwords) or when a service was added:
#   docker compose exec postgres /docker-entrypoint-initdb.d/roles.sh
set -euo pipefail

run() { psql -X --quiet --set ON_ERROR_STOP=1 --username postgres --dbname "${POSTGRES_DB:-sanya}" "$@"; }

# The password travels through psql's own variable: never on a command line, never in the server's log.
run <<'SQL'
SET log_min_error_statement = panic;
SELECT 'CREATE ROLE sanya_migrate LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'sanya_migrate') \gexec
\set password `cat /run/secrets/database-migrate`
ALTER ROLE sanya_migrate PASSWORD :'password';
REVOKE ALL ON SCHEMA public FROM PUBLIC;
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()) \gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO sanya_migrate', current_database()) \gexec
SQL

for service in registry sla metrics evaluation delivery; do
  export SERVICE=$service
  run --set service="$service" --set role="sanya_$service" <<'SQL'
SET log_min_error_statement = panic;
SET client_min_messages = warning;
SELECT format('CREATE ROLE %I LOGIN', :'role') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec
\set password `cat "/run/secrets/database-$SERVICE"`
ALTER ROLE :"role" PASSWORD :'password';
ALTER ROLE :"role" SET search_path = :"service";
SELECT format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), :'role') \gexec
CREATE SCHEMA IF NOT EXISTS :"service" AUTHORIZATION sanya_migrate;
GRANT USAGE ON SCHEMA :"service" TO :"role";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA :"service" TO :"role";
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA :"service" TO :"role";
ALTER DEFAULT PRIVILEGES FOR ROLE sanya_migrate IN SCHEMA :"service"
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"role";
ALTER DEFAULT PRIVILEGES FOR ROLE sanya_migrate IN SCHEMA :"service"
  GRANT USAGE, SELECT ON SEQUENCES TO :"role";
SQL
done

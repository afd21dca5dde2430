#!/bin/sh
# Run once, by PostgreSQL's own image, when the data folder is new.
# Two roles: the owner migrates; the application reads and writes rows, and can neither empty a table
# nor switch off the triggers that keep the history and refuse changes to what is final.
set -eu
export OWNER_PASSWORD="${OWNER_PASSWORD:-$(cat "$OWNER_PASSWORD_FILE")}" APP_PASSWORD="${APP_PASSWORD:-$(cat "$APP_PASSWORD_FILE")}"
psql --no-psqlrc --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\getenv owner_password OWNER_PASSWORD
\getenv app_password APP_PASSWORD
CREATE ROLE spinecare_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE spinecare LOGIN PASSWORD :'app_password';
CREATE DATABASE spinecare OWNER spinecare_owner;
REVOKE ALL ON DATABASE spinecare FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE spinecare TO spinecare;
\connect spinecare
ALTER SCHEMA public OWNER TO spinecare_owner;
GRANT USAGE ON SCHEMA public TO spinecare;
ALTER DEFAULT PRIVILEGES FOR ROLE spinecare_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO spinecare;
ALTER DEFAULT PRIVILEGES FOR ROLE spinecare_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO spinecare;
SQL

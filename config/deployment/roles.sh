#!/bin/sh
# The postgres image runs this once, in an empty cluster: the owner, who migrates, the application, who works, and the
# database. What the application may do is granted after every migration (apps/audit/grants.py). A second run sets the
# passwords anew and changes nothing else.
set -eu
psql --no-psqlrc --quiet -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" -d postgres <<'SQL'
\set owner `cat "$OWNER_PASSWORD_FILE"`
\set application `cat "$APPLICATION_PASSWORD_FILE"`
SELECT 'CREATE ROLE ' || name FROM unnest(ARRAY['ringi_owner', 'ringi_app']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE ringi_owner LOGIN PASSWORD :'owner';
ALTER ROLE ringi_app LOGIN PASSWORD :'application';
SELECT 'CREATE DATABASE ringi OWNER ringi_owner'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'ringi') \gexec
REVOKE CONNECT, TEMPORARY ON DATABASE ringi FROM PUBLIC;
GRANT CONNECT ON DATABASE ringi TO ringi_app;
SQL

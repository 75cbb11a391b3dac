#!/bin/sh
# The postgres image runs this once, in an empty cluster: the owner, who migrates, the application, who works, and the
# database. What the application may do is granted after every migration (apps/audit/grants.py).
set -eu
psql --no-psqlrc --quiet -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" -d postgres <<'SQL'
\set owner `cat "$OWNER_PASSWORD_FILE"`
\set application `cat "$APPLICATION_PASSWORD_FILE"`
CREATE ROLE ringi_owner LOGIN PASSWORD :'owner';
CREATE ROLE ringi_app LOGIN PASSWORD :'application';
CREATE DATABASE ringi OWNER ringi_owner;
REVOKE CONNECT, TEMPORARY ON DATABASE ringi FROM PUBLIC;
GRANT CONNECT ON DATABASE ringi TO ringi_app;
SQL

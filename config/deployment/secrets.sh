#!/bin/sh
# Write the secrets that docker-compose.yml names into a folder (default: secrets). What is there already is kept.
#
# The folder can be entered by its owner only. The files in it are readable, since compose mounts each of them as it is,
# and the processes in the containers are neither root nor the owner.
set -eu
folder=${1:-secrets}
mkdir -p "$folder"
chmod 700 "$folder"

random() { od -An -N 32 -tx1 /dev/urandom | tr -d ' \n'; }
keep() {
  test -e "$folder/$1" || printf '%s\n' "$2" >"$folder/$1"
  chmod 644 "$folder/$1"
}
value() { cat "$folder/$1"; }

keep secret_key "$(random)$(random)"
keep postgres_password "$(random)"
keep owner_password "$(random)"
keep application_password "$(random)"
keep metrics_token "$(random)"
keep redis_password "$(random)"
keep database_owner_url "postgres://ringi_owner:$(value owner_password)@postgres:5432/ringi"
keep database_url "postgres://ringi_app:$(value application_password)@postgres:5432/ringi"
keep redis_url "redis://:$(value redis_password)@redis:6379/0"
keep redis_conf "requirepass $(value redis_password)
save \"\"
dir /data"
keep email_url ""
keep secret_key_fallbacks ""
for process in planner executor; do
  keep "${process}_aws" "# Keys that may do nothing but assume the roles of the $process (docs/connecting-an-account.md).
[default]
# aws_access_key_id =
# aws_secret_access_key ="
done

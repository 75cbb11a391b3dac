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
dir /data
maxmemory 128mb
maxmemory-policy volatile-ttl"
keep email_url ""
keep secret_key_fallbacks ""
for process in planner executor; do
  keep "${process}_aws" "# Keys that may do nothing but assume the roles of the $process (docs/connecting-an-account.md).
[default]
# aws_access_key_id =
# aws_secret_access_key ="
done
# For a first look only: browsers warn of a certificate that signs itself.
if ! test -e "$folder/tls_certificate"; then
  host=${RINGI_HOST:-$(sed -n 's/^RINGI_HOST=//p' .env 2>/dev/null || true)}
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj "/CN=${host:=localhost}" \
    -addext "subjectAltName=DNS:$host" -keyout "$folder/tls_key" -out "$folder/tls_certificate" 2>/dev/null
fi
chmod 644 "$folder/tls_certificate" "$folder/tls_key"

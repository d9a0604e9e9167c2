#!/bin/sh
# Writes users, roles and sign-in of this folder into the cluster's security index, over whatever is there.
#
# It runs in the official image, once at each `docker compose up`, after the node answers. The image's demo installer is
# off: without it nothing reads OPENSEARCH_INITIAL_ADMIN_PASSWORD, and the image's own internal_users.yml would let in
# admin with the password admin. So that file is never loaded; the one made here holds three users and their hashes.
set -eu
umask 077
export LC_ALL=C # a-z are the 26 letters, and a length is one in bytes

home=${OPENSEARCH_HOME:-/usr/share/opensearch}
tools=$home/plugins/opensearch-security/tools
certificates=$home/config/certificates
here=$(cd "$(dirname "$0")" && pwd)

refuse() {
    echo "$1" >&2
    exit 1
}

# check VARIABLE: passwords go into addresses, and bcrypt reads 72 bytes.
check() {
    eval "value=\${$1:-}"
    case $value in *[!A-Za-z0-9._~-]*) refuse "$1 may hold letters, digits and . _ ~ - alone" ;; esac
    [ "${#value}" -ge 16 ] && [ "${#value}" -le 72 ] || refuse "$1 must have 16 to 72 characters"
}

# hash_of VARIABLE: the tool reads the password from the environment, prints a notice, and then the hash.
hash_of() {
    "$tools/hash.sh" -env "$1" | grep '^\$2[aby]\$' || refuse "hash.sh gave no hash for $1"
}

check OPENSEARCH_INITIAL_ADMIN_PASSWORD
check OPENSEARCH_WRITER_PASSWORD
check OPENSEARCH_READER_PASSWORD
admin=$(hash_of OPENSEARCH_INITIAL_ADMIN_PASSWORD)
writer=$(hash_of OPENSEARCH_WRITER_PASSWORD)
reader=$(hash_of OPENSEARCH_READER_PASSWORD)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$home"/config/opensearch-security/*.yml "$work"
cp "$here"/security/*.yml "$work"
cat >"$work/internal_users.yml" <<EOF
_meta:
  type: internalusers
  config_version: 2
admin:
  hash: "$admin"
  reserved: true
  description: "The operator: everything but the security index"
rasd-writer:
  hash: "$writer"
  reserved: true
  description: "The indexer"
rasd-reader:
  hash: "$reader"
  reserved: true
  description: "The API"
EOF

cd "$work"
"$tools/securityadmin.sh" -cd "$work" -h opensearch -cn rasd \
    -cacert "$certificates/ca.pem" -cert "$certificates/admin.pem" -key "$certificates/admin-key.pem"

#!/bin/sh
# Makes the certificates of the Docker set-up: an authority, the node's certificate, and the one that securityadmin uses.
#
#   certificates.sh          makes them where they are missing, do not belong together or have expired; else does nothing
#   certificates.sh renew    makes new ones
#
# There are three folders, so that each container mounts one and sees no key but its own:
#   authority/  ca.pem                            for the API and the indexer
#   node/       ca.pem, node.pem, node-key.pem    for OpenSearch
#   admin/      ca.pem, admin.pem, admin-key.pem  for securityadmin, which may do everything
# The authority's own key is not kept: nobody can sign a further certificate, and new ones come with a new authority.
set -eu
umask 077

root=${CERTIFICATES:-/certificates}
hosts=${CERTIFICATE_HOSTS:-DNS:opensearch,DNS:localhost,IP:127.0.0.1}
days=${CERTIFICATE_DAYS:-730}
bits=${CERTIFICATE_BITS:-3072}
thirty_days=2592000

# good FOLDER NAME: the certificate is one of its authority, of today, and its key is there.
good() {
    openssl verify -x509_strict -CAfile "$root/$1/ca.pem" "$root/$1/$2.pem" >/dev/null 2>&1 &&
        [ "$(openssl x509 -in "$root/$1/$2.pem" -noout -pubkey)" = "$(openssl pkey -in "$root/$1/$2-key.pem" -pubout 2>/dev/null)" ] &&
        cmp -s "$root/$1/ca.pem" "$root/authority/ca.pem"
}

# Python 3.13 verifies strictly: key identifiers and critical extensions must be there.
configure() {
    cat >"$work/openssl.cnf" <<EOF
[req]
distinguished_name = subject
[subject]
[ca]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[node]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,keyEncipherment
extendedKeyUsage = serverAuth,clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = $hosts
[admin]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,keyEncipherment
extendedKeyUsage = clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
EOF
}

# Keys are PKCS#8, which is what OpenSearch reads.
make_key() {
    openssl genpkey -algorithm RSA -pkeyopt "rsa_keygen_bits:$bits" -out "$work/$1-key.pem" 2>/dev/null
}

make_authority() {
    make_key ca
    openssl req -x509 -new -sha256 -key "$work/ca-key.pem" -config "$work/openssl.cnf" -extensions ca \
        -subj "/O=Rasd/CN=Rasd authority" -days $((days + 30)) -out "$work/ca.pem"
}

# make_certificate NAME COMMON_NAME: the subjects are the ones that opensearch.yml names.
make_certificate() {
    make_key "$1"
    openssl req -new -sha256 -key "$work/$1-key.pem" -config "$work/openssl.cnf" -subj "/O=Rasd/CN=$2" -out "$work/$1.csr"
    openssl x509 -req -sha256 -in "$work/$1.csr" -CA "$work/ca.pem" -CAkey "$work/ca-key.pem" -CAcreateserial \
        -extfile "$work/openssl.cnf" -extensions "$1" -days "$days" -out "$work/$1.pem" 2>/dev/null
}

# place FOLDER FILE...: each file appears whole or not at all; a key is for its owner alone.
place() {
    folder=$1
    shift
    for file; do
        cp "$work/$file" "$root/$folder/.$file.new"
        case $file in *-key.pem) ;; *) chmod 644 "$root/$folder/.$file.new" ;; esac
        mv "$root/$folder/.$file.new" "$root/$folder/$file"
    done
}

case ${1:-} in
'' | renew) ;;
*)
    echo "usage: certificates.sh [renew]" >&2
    exit 2
    ;;
esac

if [ "${1:-}" != renew ] && good node node && good admin admin; then
    openssl x509 -in "$root/node/node.pem" -noout -checkend "$thirty_days" >/dev/null ||
        echo "The certificates expire within 30 days: docs/docker.md says how to renew them." >&2
    echo "The certificates are there: $(openssl x509 -in "$root/node/node.pem" -noout -enddate)"
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
configure
make_authority
make_certificate node opensearch
make_certificate admin admin
place node ca.pem node.pem node-key.pem
place admin ca.pem admin.pem admin-key.pem
place authority ca.pem
echo "New certificates: $(openssl x509 -in "$root/node/node.pem" -noout -enddate)"

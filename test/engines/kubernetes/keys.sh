#!/usr/bin/env bash
# keys.sh NODES: keys and certificates of a cluster, into this folder. etcd has an authority of its own, so that no client
# certificate of Kubernetes opens it.
set -euo pipefail
nodes=$1
authority() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=$1" -keyout "$1.key" -out "$1.crt" 2>/dev/null
}
certificate() { # NAME AUTHORITY SUBJECT [ALTERNATIVE NAMES]
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "$3" -keyout "$1.key" -out "$1.csr" 2>/dev/null
  openssl x509 -req -in "$1.csr" -CA "$2.crt" -CAkey "$2.key" -CAcreateserial -days 30 -out "$1.crt" 2>/dev/null -extfile <(
    printf 'keyUsage=digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\n%s\n' "${4:+subjectAltName=$4}"
  )
  rm "$1.csr"
}
authority ca
authority etcd-ca
certificate etcd etcd-ca /CN=etcd IP:127.0.0.1
certificate etcd-client etcd-ca /CN=kube-apiserver
certificate apiserver ca /CN=kube-apiserver IP:127.0.0.1,IP:10.97.0.1,IP:10.96.0.1,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default.svc
certificate apiserver-kubelet ca /O=system:masters/CN=apiserver-kubelet
certificate admin ca /O=system:masters/CN=admin
certificate kube-controller-manager ca /CN=system:kube-controller-manager
certificate kube-scheduler ca /CN=system:kube-scheduler
for n in $(seq "$nodes"); do
  certificate "node$n" ca "/O=system:nodes/CN=system:node:node$n" "IP:10.97.0.$n,DNS:node$n"
done
openssl genrsa -out service-accounts.key 2048 2>/dev/null
openssl rsa -in service-accounts.key -pubout -out service-accounts.pub 2>/dev/null

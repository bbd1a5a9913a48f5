openssl req -x509 -newkey ed25519 -noenc -keyout ca.key -out ca.pem -days 3650 -subj "/CN=shop CA"
for name in server orders; do
  openssl req -newkey ed25519 -noenc -keyout $name.key -out $name.csr -subj "/CN=$name"
  openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -days 90 -out $name.pem \
    -extfile <(echo "subjectAltName=DNS:$name,DNS:localhost")
done

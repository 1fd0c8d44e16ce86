// Package missing tells why nothing asks an ACME server here.
package missing

import "errors"

// ErrNotBuilt is the answer to every request for a certificate.
var ErrNotBuilt = errors.New("traefik is built without an ACME client")

// Package tlsalpn01 answers no challenge.
package tlsalpn01

import "github.com/go-acme/lego/v4/missing"

// ACMETLS1Protocol is the protocol that an ACME server asks for.
const ACMETLS1Protocol = "acme-tls/1"

// ChallengeBlocks fails.
func ChallengeBlocks(domain, keyAuth string) ([]byte, []byte, error) {
	return nil, nil, missing.ErrNotBuilt
}

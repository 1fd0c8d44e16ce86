// Package certificate obtains no certificate.
package certificate

import "github.com/go-acme/lego/v4/missing"

// Resource is a certificate with its key.
type Resource struct {
	Domain      string
	PrivateKey  []byte
	Certificate []byte
}

// ObtainRequest asks for a certificate.
type ObtainRequest struct {
	Domains        []string
	EmailAddresses []string
	Profile        string
	PreferredChain string
	Bundle         bool
}

// RenewOptions asks for a certificate again.
type RenewOptions struct {
	PreferredChain string
	Bundle         bool
}

// Certifier obtains no certificate.
type Certifier struct{}

// Obtain fails.
func (*Certifier) Obtain(ObtainRequest) (*Resource, error) {
	return nil, missing.ErrNotBuilt
}

// RenewWithOptions fails.
func (*Certifier) RenewWithOptions(
	Resource, *RenewOptions,
) (*Resource, error) {
	return nil, missing.ErrNotBuilt
}

// Package registration registers nobody.
package registration

import "github.com/go-acme/lego/v4/missing"

// Resource is an account.
type Resource struct {
	URI string
}

// RegisterOptions asks for an account.
type RegisterOptions struct {
	TermsOfServiceAgreed bool
}

// RegisterEABOptions asks for an account that is bound to another.
type RegisterEABOptions struct {
	Kid                  string
	HmacEncoded          string
	TermsOfServiceAgreed bool
}

// Registrar registers nobody.
type Registrar struct{}

// Register fails.
func (*Registrar) Register(RegisterOptions) (*Resource, error) {
	return nil, missing.ErrNotBuilt
}

// RegisterWithExternalAccountBinding fails.
func (*Registrar) RegisterWithExternalAccountBinding(
	RegisterEABOptions,
) (*Resource, error) {
	return nil, missing.ErrNotBuilt
}

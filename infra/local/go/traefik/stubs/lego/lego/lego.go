// Package lego is no client of an ACME server.
package lego

import (
	"crypto/x509"
	"net/http"

	"github.com/go-acme/lego/v4/certcrypto"
	"github.com/go-acme/lego/v4/certificate"
	"github.com/go-acme/lego/v4/challenge"
	"github.com/go-acme/lego/v4/challenge/dns01"
	"github.com/go-acme/lego/v4/challenge/http01"
	"github.com/go-acme/lego/v4/missing"
	"github.com/go-acme/lego/v4/registration"
)

// LEDirectoryProduction is the address of a server that is never asked.
const LEDirectoryProduction = "https://acme.invalid/directory"

// Config describes a client.
type Config struct {
	CADirURL    string
	UserAgent   string
	HTTPClient  *http.Client
	Certificate struct{ KeyType certcrypto.KeyType }
}

// Solvers take no challenge.
type Solvers struct{}

// SetDNS01Provider fails.
func (*Solvers) SetDNS01Provider(
	challenge.Provider, ...dns01.ChallengeOption,
) error {
	return missing.ErrNotBuilt
}

// SetHTTP01Provider fails.
func (*Solvers) SetHTTP01Provider(
	challenge.Provider, ...http01.ChallengeOption,
) error {
	return missing.ErrNotBuilt
}

// SetTLSALPN01Provider fails.
func (*Solvers) SetTLSALPN01Provider(challenge.Provider) error {
	return missing.ErrNotBuilt
}

// Client is never made.
type Client struct {
	Certificate  *certificate.Certifier
	Challenge    *Solvers
	Registration *registration.Registrar
}

// NewConfig is the description of a client.
func NewConfig(any) *Config {
	return &Config{}
}

// NewClient fails.
func NewClient(*Config) (*Client, error) {
	return nil, missing.ErrNotBuilt
}

// CreateCertPool fails.
func CreateCertPool([]string, bool) (*x509.CertPool, error) {
	return nil, missing.ErrNotBuilt
}

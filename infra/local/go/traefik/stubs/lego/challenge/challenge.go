// Package challenge describes what answers a challenge.
package challenge

// Provider answers a challenge.
type Provider interface {
	Present(domain, token, keyAuth string) error
	CleanUp(domain, token, keyAuth string) error
}

// Package http01 answers no challenge.
package http01

import "time"

// ChallengeOption changes nothing.
type ChallengeOption struct{}

// SetDelay changes nothing.
func SetDelay(time.Duration) ChallengeOption {
	return ChallengeOption{}
}

// ChallengePath is where an ACME server looks for a token.
func ChallengePath(token string) string {
	return "/.well-known/acme-challenge/" + token
}

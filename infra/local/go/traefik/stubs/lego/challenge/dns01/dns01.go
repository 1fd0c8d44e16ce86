// Package dns01 answers no challenge.
package dns01

import (
	"strings"
	"time"
)

// ChallengeOption changes nothing.
type ChallengeOption struct{}

// AddRecursiveNameservers changes nothing.
func AddRecursiveNameservers([]string) ChallengeOption {
	return ChallengeOption{}
}

// RecursiveNSsPropagationRequirement changes nothing.
func RecursiveNSsPropagationRequirement() ChallengeOption {
	return ChallengeOption{}
}

// DisableAuthoritativeNssPropagationRequirement changes nothing.
func DisableAuthoritativeNssPropagationRequirement() ChallengeOption {
	return ChallengeOption{}
}

// PropagationWait changes nothing.
func PropagationWait(time.Duration, bool) ChallengeOption {
	return ChallengeOption{}
}

// UnFqdn is a name without the dot at its end.
func UnFqdn(name string) string {
	return strings.TrimSuffix(name, ".")
}

//go:build tools

// Package tools names the command that is built here.
package tools

import _ "go.universe.tf/metallb/controller"

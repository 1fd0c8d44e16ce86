// Package log holds the logger of a client that is never made.
package log

// Logger is never used.
var Logger any

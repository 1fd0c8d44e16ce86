// Package java stands in for the one of pulumi-java, of which the plugin only
// fills in a description of an SDK that is not made here.
package java

// PackageInfo describes the SDK for Java.
type PackageInfo struct {
	BuildFiles                      string
	GradleNexusPublishPluginVersion string
	Dependencies                    map[string]string
}

// Package codegen stands in for the one of pulumi-language-dotnet, of which
// the plugin only fills in a description of an SDK that is not made here.
package codegen

// CSharpPackageInfo describes the SDK for .NET.
type CSharpPackageInfo struct {
	RespectSchemaVersion bool
	PackageReferences    map[string]string
}

// Package types describes virtual machines.
package types

// InstanceStateName is the state of a machine.
type InstanceStateName string

// InstanceStateNameRunning is the state of a machine that runs.
const InstanceStateNameRunning InstanceStateName = "running"

// InstanceState is the state of a machine.
type InstanceState struct {
	Name InstanceStateName
}

// Instance is a machine.
type Instance struct {
	InstanceId       *string
	PrivateIpAddress *string
	State            *InstanceState
}

// Reservation is a group of machines.
type Reservation struct {
	Instances []Instance
}

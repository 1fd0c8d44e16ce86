// Package ec2 is no client of the service.
package ec2

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Client knows nothing.
type Client struct{}

// NewFromConfig is a client that knows nothing.
func NewFromConfig(any) *Client {
	return &Client{}
}

// DescribeInstancesInput asks for machines.
type DescribeInstancesInput struct {
	InstanceIds []string
}

// DescribeInstancesOutput is a page of machines.
type DescribeInstancesOutput struct {
	Reservations []types.Reservation
}

// DescribeInstancesPaginator has no page.
type DescribeInstancesPaginator struct{}

// NewDescribeInstancesPaginator has no page.
func NewDescribeInstancesPaginator(
	*Client, *DescribeInstancesInput,
) *DescribeInstancesPaginator {
	return &DescribeInstancesPaginator{}
}

// HasMorePages is false.
func (*DescribeInstancesPaginator) HasMorePages() bool {
	return false
}

// NextPage fails.
func (*DescribeInstancesPaginator) NextPage(
	context.Context,
) (*DescribeInstancesOutput, error) {
	return nil, errors.New("traefik is built without a client of EC2")
}

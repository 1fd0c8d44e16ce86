// Command metrics-server is metrics-server for one node, with the flags that
// a cluster of this machine needs.
package main

import (
	"net"
	"os"
	"time"

	"github.com/spf13/pflag"
	corev1 "k8s.io/api/core/v1"
	openapinamer "k8s.io/apiserver/pkg/endpoints/openapi"
	genericapiserver "k8s.io/apiserver/pkg/server"
	"k8s.io/apiserver/pkg/server/options"
	"k8s.io/apiserver/pkg/util/compatibility"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
	"sigs.k8s.io/metrics-server/pkg/api"
	"sigs.k8s.io/metrics-server/pkg/api/generated/openapi"
	"sigs.k8s.io/metrics-server/pkg/scraper/client"
	"sigs.k8s.io/metrics-server/pkg/server"
)

type settings struct {
	serving        *options.SecureServingOptionsWithLoopback
	authentication *options.DelegatingAuthenticationOptions
	authorization  *options.DelegatingAuthorizationOptions
	kubeconfig     string
	resolution     time.Duration
}

func (s *settings) apiServer() (*genericapiserver.Config, error) {
	loopback := []net.IP{net.ParseIP("127.0.0.1")}
	err := s.serving.MaybeDefaultWithSelfSignedCerts("localhost", nil, loopback)
	if err != nil {
		return nil, err
	}

	config := genericapiserver.NewConfig(api.Codecs)
	config.EffectiveVersion = compatibility.DefaultBuildEffectiveVersion()
	err = s.serving.ApplyTo(&config.SecureServing, &config.LoopbackClientConfig)
	if err != nil {
		return nil, err
	}
	err = s.authentication.ApplyTo(
		&config.Authentication, config.SecureServing, nil,
	)
	if err != nil {
		return nil, err
	}
	if err = s.authorization.ApplyTo(&config.Authorization); err != nil {
		return nil, err
	}

	names := openapinamer.NewDefinitionNamer(api.Scheme)
	config.OpenAPIConfig = genericapiserver.DefaultOpenAPIConfig(
		openapi.GetOpenAPIDefinitions, names,
	)
	config.OpenAPIV3Config = genericapiserver.DefaultOpenAPIV3Config(
		openapi.GetOpenAPIDefinitions, names,
	)

	return config, nil
}

func (s *settings) run(stop <-chan struct{}) error {
	apiServer, err := s.apiServer()
	if err != nil {
		return err
	}
	cluster, err := clientcmd.BuildConfigFromFlags("", s.kubeconfig)
	if err != nil {
		return err
	}

	config := server.Config{
		Apiserver: apiServer,
		Rest:      cluster,
		Kubelet: &client.KubeletClientConfig{
			Client:              *rest.CopyConfig(cluster),
			AddressTypePriority: []corev1.NodeAddressType{corev1.NodeInternalIP},
			Scheme:              "https",
			UseNodeStatusPort:   true,
		},
		MetricResolution: s.resolution,
		ScrapeTimeout:    s.resolution / 2,
	}
	running, err := config.Complete()
	if err != nil {
		return err
	}

	return running.RunUntil(stop)
}

func main() {
	s := settings{
		serving:        options.NewSecureServingOptions().WithLoopback(),
		authentication: options.NewDelegatingAuthenticationOptions(),
		authorization:  options.NewDelegatingAuthorizationOptions(),
	}
	flags := pflag.NewFlagSet("metrics-server", pflag.ExitOnError)
	flags.StringVar(&s.kubeconfig, "kubeconfig", "", "path of the kubeconfig")
	flags.DurationVar(
		&s.resolution, "metric-resolution", 10*time.Second,
		"time between two readings",
	)
	s.serving.AddFlags(flags)
	s.authentication.AddFlags(flags)
	s.authorization.AddFlags(flags)
	_ = flags.Parse(os.Args[1:])

	if err := s.run(genericapiserver.SetupSignalHandler()); err != nil {
		klog.ErrorS(err, "metrics-server failed")
		klog.FlushAndExit(klog.ExitFlushTimeout, 1)
	}
}

// Command network-policies enforces the NetworkPolicies of pods on one node:
// it is kube-router's firewall without its router and its service proxy.
package main

import (
	"context"
	"errors"
	"flag"
	"os/signal"
	"sync"
	"syscall"

	"github.com/cloudnativelabs/kube-router/v2/pkg/controllers/netpol"
	"github.com/cloudnativelabs/kube-router/v2/pkg/healthcheck"
	"github.com/cloudnativelabs/kube-router/v2/pkg/options"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
)

func watch(
	ctx context.Context,
	client kubernetes.Interface,
	config *options.KubeRouterConfig,
) (*netpol.NetworkPolicyController, error) {
	factory := informers.NewSharedInformerFactory(client, 0)
	pods := factory.Core().V1().Pods().Informer()
	namespaces := factory.Core().V1().Namespaces().Informer()
	policies := factory.Networking().V1().NetworkPolicies().Informer()
	factory.Start(ctx.Done())
	for kind, synced := range factory.WaitForCacheSync(ctx.Done()) {
		if !synced {
			return nil, errors.New("cannot list " + kind.String())
		}
	}

	commands, sets, err := netpol.NewIPTablesHandlers(config)
	if err != nil {
		return nil, err
	}
	controller, err := netpol.NewNetworkPolicyController(
		client, config, pods, policies, namespaces,
		&sync.Mutex{}, commands, sets,
	)
	if err != nil {
		return nil, err
	}

	for informer, handler := range map[cache.SharedInformer]cache.ResourceEventHandler{
		pods:       controller.PodEventHandler,
		namespaces: controller.NamespaceEventHandler,
		policies:   controller.NetworkPolicyEventHandler,
	} {
		if _, err := informer.AddEventHandler(handler); err != nil {
			return nil, err
		}
	}

	return controller, nil
}

func run(ctx context.Context, kubeconfig string, config *options.KubeRouterConfig) error {
	access, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(access)
	if err != nil {
		return err
	}
	controller, err := watch(ctx, client, config)
	if err != nil {
		return err
	}

	beats := make(chan *healthcheck.ControllerHeartbeat)
	go func() {
		for range beats {
		}
	}()
	var running sync.WaitGroup
	running.Add(1)
	controller.Run(beats, ctx.Done(), &running)
	running.Wait()

	return nil
}

func main() {
	config := options.NewKubeRouterConfig()
	kubeconfig := flag.String("kubeconfig", "", "path of the kubeconfig")
	services := flag.String("services", "", "range of the addresses of services")
	flag.StringVar(&config.HostnameOverride, "node", "", "name of the node")
	flag.Parse()
	config.ClusterIPCIDRs = []string{*services}
	config.EnableIPv4 = true

	ctx, stop := signal.NotifyContext(
		context.Background(), syscall.SIGINT, syscall.SIGTERM,
	)
	defer stop()

	if err := run(ctx, *kubeconfig, config); err != nil {
		klog.Fatal(err)
	}
}

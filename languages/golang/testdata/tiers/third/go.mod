module example.org/third

go 1.22

require (
	github.com/hashicorp/vault/api v0.0.0
	google.golang.org/grpc v0.0.0
	gopkg.in/gomail.v2 v2.0.0
	k8s.io/client-go v0.0.0
)

replace (
	github.com/hashicorp/vault/api => ./fake/vault
	google.golang.org/grpc => ./fake/grpc
	gopkg.in/gomail.v2 => ./fake/gomail
	k8s.io/client-go => ./fake/client-go
)

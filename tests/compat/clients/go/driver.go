// Speaks for the official Go SDK: reads what to call, a JSON line each, and writes what came of it.
//
// An operation is called by its name through reflection; the request is filled by the SDK's own JSON names, and its
// answer is decoded by the SDK alone, which refuses any member of another type than its model has.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/config"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/httphandler"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/region"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/sdkerr"
	sdrs "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/sdrs/v1"
)

type settings struct {
	Endpoint, Ak, Sk, Project, Region string
	Insecure                          bool
}

type call struct {
	Operation string
	Members   json.RawMessage
	Headers   map[string]string
}

type failure struct {
	Kind      string `json:"kind"`
	Text      string `json:"text"`
	Status    int    `json:"status,omitempty"`
	Code      string `json:"code"`
	Message   string `json:"message"`
	RequestID string `json:"request_id"`
}

type outcome struct {
	Answer any             `json:"answer,omitempty"`
	Raw    json.RawMessage `json:"raw,omitempty"`
	Status int             `json:"status,omitempty"`
	Error  *failure        `json:"error,omitempty"`
}

// client is a client of the SDK and what the last answer held on the wire.
type client struct {
	sdk  *sdrs.SdrsClient
	last atomic.Value
}

func build(with settings) (*client, error) {
	made := &client{}
	seen := httphandler.NewHttpHandler().AddResponseHandler(func(answer http.Response) {
		if body, err := io.ReadAll(answer.Body); err == nil && json.Valid(body) {
			made.last.Store(json.RawMessage(body))
		}
	})
	credentials := basic.NewCredentialsBuilder().WithAk(with.Ak).WithSk(with.Sk)
	builder := sdrs.SdrsClientBuilder().
		WithHttpConfig(config.DefaultHttpConfig().
			WithTimeout(30 * time.Second).WithHttpHandler(seen).WithIgnoreSSLVerification(with.Insecure))
	if with.Region != "" {
		credentials.WithIamEndpointOverride(with.Endpoint)
		builder.WithRegion(region.NewRegion(with.Region, with.Endpoint))
	} else {
		credentials.WithProjectId(with.Project)
		builder.WithEndpoint(with.Endpoint)
	}
	known, err := credentials.SafeBuild()
	if err != nil {
		return nil, err
	}
	http, err := builder.WithCredential(known).SafeBuild()
	if err != nil {
		return nil, err
	}
	made.sdk = sdrs.NewSdrsClient(http)
	return made, nil
}

// invoke calls Operation, or OperationInvoker with headers, as an application would that was written for it.
func (c *client) invoke(asked call) outcome {
	invoker := reflect.ValueOf(c.sdk).MethodByName(asked.Operation + "Invoker")
	if !invoker.IsValid() {
		return failed(fmt.Errorf("no method %s", asked.Operation))
	}
	request := reflect.New(invoker.Type().In(0).Elem())
	if err := json.Unmarshal(asked.Members, request.Interface()); err != nil {
		return failed(err)
	}
	var results []reflect.Value
	if len(asked.Headers) > 0 {
		prepared := invoker.Call([]reflect.Value{request})[0]
		prepared.Elem().FieldByName("BaseInvoker").MethodByName("AddHeaders").Call([]reflect.Value{reflect.ValueOf(asked.Headers)})
		results = prepared.MethodByName("Invoke").Call(nil)
	} else {
		results = reflect.ValueOf(c.sdk).MethodByName(asked.Operation).Call([]reflect.Value{request})
	}
	if err, _ := results[1].Interface().(error); err != nil {
		return failed(err)
	}
	status := results[0].Elem().FieldByName("HttpStatusCode").Int()
	return outcome{Answer: results[0].Interface(), Status: int(status)}
}

func failed(err error) outcome {
	var refusal *sdkerr.ServiceResponseError
	if errors.As(err, &refusal) {
		return outcome{Error: &failure{Kind: "ServiceResponseError", Text: err.Error(), Status: refusal.StatusCode,
			Code: refusal.ErrorCode, Message: refusal.ErrorMessage, RequestID: refusal.RequestId}}
	}
	return outcome{Error: &failure{Kind: fmt.Sprintf("%T", err), Text: err.Error()}}
}

func main() {
	clients := map[settings]*client{}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var asked struct {
			Client settings
			Calls  []call
		}
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			panic(err)
		}
		replies := make([]outcome, len(asked.Calls))
		known, err := clients[asked.Client], error(nil)
		if known == nil {
			known, err = build(asked.Client)
		}
		if err != nil {
			for index := range replies {
				replies[index] = failed(err)
			}
		} else {
			clients[asked.Client] = known
			known.all(asked.Calls, replies)
		}
		written, err := json.Marshal(replies)
		if err != nil {
			panic(err)
		}
		fmt.Printf("%s\n", written)
	}
}

func (c *client) all(calls []call, replies []outcome) {
	if len(calls) == 1 {
		replies[0] = c.invoke(calls[0])
		replies[0].Raw, _ = c.last.Load().(json.RawMessage)
		return
	}
	var busy sync.WaitGroup
	for index := range calls {
		busy.Add(1)
		go func(index int) {
			defer busy.Done()
			replies[index] = c.invoke(calls[index])
		}(index)
	}
	busy.Wait()
}

// Go's own tests with the Huawei Cloud SDK for Go.
//
//	sdrs-mock &
//	go test .
package example

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"os"
	"testing"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/sdkerr"
	sdrs "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/sdrs/v1"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/sdrs/v1/model"
)

// A drill of the sample world, with which every project starts.
const drill = "e472d26f-9624-42fb-8bfc-717d4714c225"

// newClient is a client of a project of its own: tests need no reset, and run beside each other.
func newClient(t *testing.T) *sdrs.SdrsClient {
	endpoint := os.Getenv("SDRS_ENDPOINT")
	if endpoint == "" {
		endpoint = "http://localhost:7705"
	}
	project := make([]byte, 16)
	if _, err := rand.Read(project); err != nil {
		t.Fatal(err)
	}
	credentials, err := basic.NewCredentialsBuilder().
		WithAk("AKMOCK").WithSk("SKMOCK").WithProjectId(hex.EncodeToString(project)).SafeBuild()
	if err != nil {
		t.Fatal(err)
	}
	client, err := sdrs.SdrsClientBuilder().WithEndpoint(endpoint).WithCredential(credentials).SafeBuild()
	if err != nil {
		t.Fatal(err)
	}
	return sdrs.NewSdrsClient(client)
}

func rename(client *sdrs.SdrsClient, name string) error {
	_, err := client.UpdateDisasterRecoveryDrillName(&model.UpdateDisasterRecoveryDrillNameRequest{
		DisasterRecoveryDrillId: drill,
		Body: &model.UpdateDisasterRecoveryDrillNameRequestBody{
			DisasterRecoveryDrill: &model.UpdateDisasterRecoveryDrillNameRequestParams{Name: name},
		},
	})
	return err
}

func TestADrillGetsItsNewName(t *testing.T) {
	client := newClient(t)
	if err := rename(client, "new_dr_drill_name"); err != nil {
		t.Fatal(err)
	}
	shown, err := client.ShowDisasterRecoveryDrill(&model.ShowDisasterRecoveryDrillRequest{DisasterRecoveryDrillId: drill})
	if err != nil {
		t.Fatal(err)
	}
	if shown.DisasterRecoveryDrill.Name != "new_dr_drill_name" {
		t.Fatalf("saw %q", shown.DisasterRecoveryDrill.Name)
	}
}

func TestANameWithABlankIsRefused(t *testing.T) {
	var refusal *sdkerr.ServiceResponseError
	if err := rename(newClient(t), "new name"); !errors.As(err, &refusal) || refusal.ErrorCode != "SDRS.0202" {
		t.Fatalf("saw %v", err)
	}
}

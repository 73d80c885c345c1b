// The Huawei Cloud SDK for Java: com.huaweicloud.sdk:huaweicloud-sdk-sdrs.
//
//     sdrs-mock &
//     java -cp 'lib/*' Rename.java

import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.core.exception.ClientRequestException;
import com.huaweicloud.sdk.sdrs.v1.SdrsClient;
import com.huaweicloud.sdk.sdrs.v1.model.ShowDisasterRecoveryDrillRequest;
import com.huaweicloud.sdk.sdrs.v1.model.UpdateDisasterRecoveryDrillNameRequest;
import com.huaweicloud.sdk.sdrs.v1.model.UpdateDisasterRecoveryDrillNameRequestBody;
import com.huaweicloud.sdk.sdrs.v1.model.UpdateDisasterRecoveryDrillNameRequestParams;
import java.util.UUID;

/** Renames a drill, and is refused a name with a blank. */
public class Rename {
    /** A drill of the sample world, with which every project starts. */
    private static final String DRILL = "e472d26f-9624-42fb-8bfc-717d4714c225";

    public static void main(String[] arguments) {
        String endpoint = System.getenv().getOrDefault("SDRS_ENDPOINT", "http://localhost:7705");
        // A project of its own: nothing needs a reset, and runs beside everything else.
        String project = UUID.randomUUID().toString().replace("-", "");
        SdrsClient client = SdrsClient.newBuilder()
                .withCredential(new BasicCredentials().withAk("AKMOCK").withSk("SKMOCK").withProjectId(project))
                .withEndpoint(endpoint)
                .build();

        rename(client, "new_dr_drill_name");
        System.out.println(client.showDisasterRecoveryDrill(
                new ShowDisasterRecoveryDrillRequest().withDisasterRecoveryDrillId(DRILL)).getDisasterRecoveryDrill().getName());
        try {
            rename(client, "new name");
        } catch (ClientRequestException refusal) {
            System.out.println(refusal.getHttpStatusCode() + " " + refusal.getErrorCode());
        }
        // The client keeps threads that would keep the process.
        System.exit(0);
    }

    private static void rename(SdrsClient client, String name) {
        client.updateDisasterRecoveryDrillName(new UpdateDisasterRecoveryDrillNameRequest()
                .withDisasterRecoveryDrillId(DRILL)
                .withBody(new UpdateDisasterRecoveryDrillNameRequestBody().withDisasterRecoveryDrill(
                        new UpdateDisasterRecoveryDrillNameRequestParams().withName(name))));
    }
}

// Speaks for the official Java SDK: reads what to call, a JSON line each, and writes what came of it.
//
// An operation is called by its name through reflection; the request is filled by the SDK's own JSON names, and its
// answer is decoded by the SDK alone, which refuses any member of another type than its model has.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.huaweicloud.sdk.core.HttpListener;
import com.huaweicloud.sdk.core.SdkResponse;
import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.core.exception.ServiceResponseException;
import com.huaweicloud.sdk.core.http.HttpConfig;
import com.huaweicloud.sdk.core.invoker.SyncInvoker;
import com.huaweicloud.sdk.core.region.Region;
import com.huaweicloud.sdk.core.utils.JsonUtils;
import com.huaweicloud.sdk.sdrs.v1.SdrsClient;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The driver. */
public final class Driver {
    private static final ObjectMapper MAPPER = JsonUtils.getDefaultMapper();

    /** A client for the same settings is the same one, so that its connections live on. */
    private static final Map<String, Driver> DRIVERS = new HashMap<>();

    private final SdrsClient sdk;

    /** What the last answer held on the wire. */
    private volatile String last = "";

    private Driver(JsonNode settings) {
        BasicCredentials credentials = new BasicCredentials()
                .withAk(settings.get("ak").asText())
                .withSk(settings.get("sk").asText());
        var builder = SdrsClient.newBuilder().withHttpConfig(HttpConfig.getDefaultHttpConfig().withTimeout(30)
                .withIgnoreSSLVerification(settings.path("insecure").asBoolean())
                .addHttpListener(HttpListener.forResponseListener(answer -> last = answer.body().orElse(""))));
        String endpoint = settings.get("endpoint").asText();
        if (settings.has("region")) {
            credentials.withIamEndpoint(endpoint);
            builder.withRegion(new Region(settings.get("region").asText(), endpoint));
        } else {
            credentials.withProjectId(settings.get("project").asText());
            builder.withEndpoint(endpoint);
        }
        sdk = builder.withCredential(credentials).build();
    }

    public static void main(String[] arguments) throws Exception {
        // The SDK may print what it likes; answers go where only they go.
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            JsonNode asked = MAPPER.readTree(line);
            ArrayNode replies = MAPPER.createArrayNode();
            try {
                String key = asked.get("client").toString();
                if (!DRIVERS.containsKey(key)) {
                    DRIVERS.put(key, new Driver(asked.get("client")));
                }
                DRIVERS.get(key).all(asked.get("calls")).forEach(replies::add);
            } catch (RuntimeException error) {
                asked.get("calls").forEach(call -> replies.add(failed(error)));
            }
            answers.println(MAPPER.writeValueAsString(replies));
        }
        // The SDK's HTTP client keeps threads that would keep the process.
        System.exit(0);
    }

    private List<ObjectNode> all(JsonNode calls) throws Exception {
        List<ObjectNode> replies = new ArrayList<>();
        if (calls.size() == 1) {
            replies.add(outcome(calls.get(0)));
            return replies;
        }
        ExecutorService threads = Executors.newFixedThreadPool(calls.size());
        List<Callable<ObjectNode>> tasks = new ArrayList<>();
        calls.forEach(call -> tasks.add(() -> outcome(call)));
        for (Future<ObjectNode> reply : threads.invokeAll(tasks)) {
            replies.add(reply.get());
        }
        threads.shutdown();
        return replies;
    }

    private ObjectNode outcome(JsonNode call) throws ReflectiveOperationException {
        try {
            SdkResponse answer = (SdkResponse) invoke(call);
            ObjectNode reply = MAPPER.createObjectNode().put("status", answer.getHttpStatusCode());
            reply.set("answer", MAPPER.readTree(JsonUtils.toJSON(answer)));
            if (!last.isBlank()) {
                reply.set("raw", MAPPER.readTree(last));
            }
            return reply;
        } catch (InvocationTargetException error) {
            return failed(error.getCause());
        } catch (java.io.IOException error) {
            return failed(error);
        }
    }

    private Object invoke(JsonNode call) throws ReflectiveOperationException {
        String operation = call.get("operation").asText();
        String method = operation.substring(0, 1).toLowerCase() + operation.substring(1);
        Class<?> kind = Class.forName("com.huaweicloud.sdk.sdrs.v1.model." + operation + "Request");
        Object request = JsonUtils.toObject(call.get("members").toString(), kind);
        if (call.get("headers").isEmpty()) {
            return SdrsClient.class.getMethod(method, kind).invoke(sdk, request);
        }
        Object invoker = SdrsClient.class.getMethod(method + "Invoker", kind).invoke(sdk, request);
        call.get("headers").fields().forEachRemaining(header ->
                ((SyncInvoker<?, ?>) invoker).addHeader(header.getKey(), header.getValue().asText()));
        Method invoke = SyncInvoker.class.getMethod("invoke");
        return invoke.invoke(invoker);
    }

    private static ObjectNode failed(Throwable error) {
        ObjectNode seen = MAPPER.createObjectNode()
                .put("kind", error.getClass().getSimpleName())
                .put("text", String.valueOf(error.getMessage()));
        if (error instanceof ServiceResponseException) {
            ServiceResponseException refusal = (ServiceResponseException) error;
            seen.put("status", refusal.getHttpStatusCode())
                    .put("code", refusal.getErrorCode())
                    .put("message", refusal.getErrorMsg())
                    .put("request_id", refusal.getRequestId());
        }
        return MAPPER.createObjectNode().set("error", seen);
    }
}

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.cloudconvert.client.CloudConvertClient;
import com.cloudconvert.client.setttings.SettingsProvider;
import com.cloudconvert.dto.Event;
import com.cloudconvert.dto.Status;
import com.cloudconvert.dto.request.ConvertFilesTaskRequest;
import com.cloudconvert.dto.request.MergeFilesTaskRequest;
import com.cloudconvert.dto.request.TaskRequest;
import com.cloudconvert.dto.request.UploadImportRequest;
import com.cloudconvert.dto.request.UrlExportRequest;
import com.cloudconvert.dto.request.WebhookRequest;
import com.cloudconvert.dto.response.JobResponse;
import com.cloudconvert.dto.response.TaskResponse;
import com.cloudconvert.dto.response.WebhookResponse;
import com.cloudconvert.resource.params.Filter;
import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/** The official client for Java, as published but for its address. */
public class ClientTest {
    private CloudConvertClient client;

    @Before
    public void connect() throws Exception {
        client = connected("none");
    }

    /** A client that knows the secret of a webhook. */
    private static CloudConvertClient connected(String secret) throws Exception {
        return new CloudConvertClient(new SettingsProvider() {
            @Override
            public String getApiKey() {
                return System.getenv("CLOUDCONVERT_SANDBOX_KEY");
            }

            @Override
            public String getApiUrl() {
                return System.getenv("CLOUDCONVERT_SANDBOX") + "/v2";
            }

            @Override
            public String getSyncApiUrl() {
                // It replaces the path, so waiting needs a host of its own, which `hosts` names.
                return getApiUrl().replace("127.0.0.1", "sync.localhost");
            }

            @Override
            public String getWebhookSigningSecret() {
                return secret;
            }
        });
    }

    @After
    public void close() throws Exception {
        client.close();
    }

    private JobResponse create(Map<String, TaskRequest> tasks) throws Exception {
        return client.jobs().create(tasks).getBody();
    }

    private static TaskResponse named(JobResponse job, String name) {
        return job.getTasks().stream().filter(task -> name.equals(task.getName())).findFirst().orElseThrow();
    }

    private void upload(JobResponse job, String name, String file) throws Exception {
        TaskResponse task = named(job, name);
        client.importUsing().upload(task.getId(), task.getResult().getForm(), new File("../../legacy/inputs", file));
    }

    private byte[] download(JobResponse job, String name) throws Exception {
        List<Map<String, String>> files = named(job, name).getResult().getFiles();
        return client.files().download(files.get(0).get("url")).getBody().readAllBytes();
    }

    private static Map<String, TaskRequest> convert(String from, String to) {
        return Map.of(
                "in", new UploadImportRequest(),
                "work", new ConvertFilesTaskRequest().setInput("in").setInputFormat(from).setOutputFormat(to),
                "out", new UrlExportRequest().setInput("work"));
    }

    @Test
    public void uploadConvertDownload() throws Exception {
        JobResponse job = create(convert("png", "jpg"));
        upload(job, "in", "input.png");
        JobResponse ended = client.jobs().wait(job.getId()).getBody();
        assertEquals(Status.FINISHED, ended.getStatus());
        assertEquals((byte) 0xd8, download(ended, "out")[1]);
        assertEquals(204, client.jobs().delete(job.getId()).getStatus().getCode());
    }

    @Test
    public void merge() throws Exception {
        JobResponse job = create(Map.of(
                "one", new UploadImportRequest(),
                "two", new UploadImportRequest(),
                "work", new MergeFilesTaskRequest().setInput("one", "two").setOutputFormat("pdf"),
                "out", new UrlExportRequest().setInput("work")));
        upload(job, "one", "input.pdf");
        upload(job, "two", "input.pdf");
        JobResponse ended = client.jobs().wait(job.getId()).getBody();
        assertEquals(Status.FINISHED, ended.getStatus());
        assertEquals("%PDF", new String(download(ended, "out"), 0, 4, "US-ASCII"));
    }

    @Test
    public void failure() throws Exception {
        JobResponse job = create(convert("jpg", "png"));
        upload(job, "in", "input.pdf");
        JobResponse ended = client.jobs().wait(job.getId()).getBody();
        assertEquals(Status.ERROR, ended.getStatus());
        assertEquals("CONVERSION_FAILED", named(ended, "work").getCode());
        assertEquals("INPUT_TASK_FAILED", named(ended, "out").getCode());
    }

    @Test
    public void webhook() throws Exception {
        BlockingQueue<String[]> received = new LinkedBlockingQueue<>();
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            received.add(new String[] {body, exchange.getRequestHeaders().getFirst("CloudConvert-Signature")});
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
        WebhookRequest wanted = new WebhookRequest().setUrl(url).setEvents(List.of(Event.JOB_FINISHED));
        WebhookResponse hook = client.webhooks().create(wanted).getBody();
        JobResponse job = create(convert("png", "jpg"));
        upload(job, "in", "input.png");
        String[] told = received.take();
        try (CloudConvertClient knowing = connected(hook.getSigningSecret())) {
            assertTrue(knowing.webhooks().verify(told[0], told[1]));
            assertFalse(knowing.webhooks().verify(told[0] + " ", told[1]));
        }
        client.webhooks().delete(hook.getId());
        server.stop(0);
    }

    @Test
    public void account() throws Exception {
        assertTrue(client.users().me().getBody().getCredits() > 0);
        // It cannot read operations that it does not know.
        Map<Filter, String> filter = Map.of(Filter.OPERATION, "convert");
        assertFalse(client.tasks().operations(filter).getBody().getData().isEmpty());
    }
}

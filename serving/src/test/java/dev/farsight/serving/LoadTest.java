package dev.farsight.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many clients, bad ones among them: each gets its own answer, and the server goes on. */
class LoadTest {

  private static final String LOGIT = "\"outputs\":[{\"name\":\"logit\"}],";

  @TempDir static Path folder;

  private static TestModel model;

  @BeforeAll
  static void train() throws IOException {
    model = TestModel.train(folder);
  }

  private static void requireWorks(TestClient client) throws Exception {
    var answer = client.infer(model.rawJson(5, 9, LOGIT));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(TestClient.output(answer.body(), "logit"))
        .isEqualTo(Arrays.copyOfRange(model.logits, 5, 9));
  }

  @Test
  void eachAnswerBelongsToItsRequest() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try (FarsightServer server = model.start("serving.batch.size=24", "serving.batch.delay=2 ms")) {
      var client = new TestClient(server);
      List<Callable<Void>> clients = new ArrayList<>();
      for (int c = 0; c < 16; c++) {
        var random = new SplittableRandom(c);
        clients.add(
            () -> {
              for (int request = 0; request < 60; request++) {
                int from = random.nextInt(TestModel.ROWS);
                int to = Math.min(TestModel.ROWS, from + random.nextInt(1, 60));
                var answer = client.infer(model.rawJson(from, to, LOGIT));
                assertThat(TestClient.output(answer.body(), "logit"))
                    .isEqualTo(Arrays.copyOfRange(model.logits, from, to));
              }
              return null;
            });
      }
      for (Future<Void> ended : threads.invokeAll(clients)) {
        ended.get();
      }
      assertThat(client.get("/metrics").body())
          .contains("farsight_requests_in_flight 0.0", "farsight_queue_samples 0.0")
          .containsPattern("farsight_requests_total\\{code=\"200\",protocol=\"http\"\\} 960\\.0");
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aFullQueueRefusesAndTheOthersAreAnswered() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(24);
    try (FarsightServer server =
        model.start("serving.batch.size=1", "serving.threads=1", "serving.queue=600")) {
      var client = new TestClient(server);
      String body = model.rawJson(0, TestModel.ROWS, LOGIT);
      List<HttpResponse<String>> refused = new ArrayList<>();
      int answered = 0;
      for (int round = 0; round < 50 && refused.isEmpty(); round++) {
        List<Callable<HttpResponse<String>>> calls = new ArrayList<>();
        for (int c = 0; c < 24; c++) {
          calls.add(() -> client.infer(body));
        }
        for (Future<HttpResponse<String>> call : threads.invokeAll(calls)) {
          if (call.get().statusCode() == 200) {
            assertThat(TestClient.output(call.get().body(), "logit")).isEqualTo(model.logits);
            answered++;
          } else {
            refused.add(call.get());
          }
        }
      }
      assertThat(answered).isPositive();
      assertThat(refused)
          .isNotEmpty()
          .allSatisfy(
              answer -> {
                assertThat(answer.statusCode()).isEqualTo(429);
                assertThat(answer.headers().firstValue("Retry-After")).contains("1");
                assertThat(answer.body()).contains("samples wait already, of 600");
              });
      requireWorks(client);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void malformedBodiesAreRefusedAndTheServerGoesOn() throws Exception {
    fuzz(2_000);
  }

  @Test
  @Tag("nightly")
  void manyMalformedBodies() throws Exception {
    fuzz(10_000);
  }

  private static void fuzz(int bodies) throws Exception {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    byte[] good = model.rawJson(0, 4, LOGIT).getBytes(StandardCharsets.UTF_8);
    try (FarsightServer server = model.start()) {
      var client = new TestClient(server);
      for (int i = 0; i < bodies; i++) {
        byte[] bad = mutated(good, random);
        String length = "" + random.nextInt(-1, 2 * bad.length);
        boolean binary = random.nextInt(4) == 0;
        HttpResponse<byte[]> answer =
            binary
                ? client.inferBinary(bad, "Inference-Header-Content-Length", length)
                : client.inferBinary(bad, "X-Fuzz", "1");
        String body = new String(answer.body(), StandardCharsets.UTF_8);
        assertThat(answer.statusCode())
            .as("seed %d, body %d: %s", seed, i, body)
            .isIn(200, 400, 404, 413);
        assertThat(body).startsWith(answer.statusCode() == 200 ? "{\"model" : "{\"error\":\"");
      }
      requireWorks(client);
    }
  }

  private static byte[] mutated(byte[] good, SplittableRandom random) {
    byte[] bad = good.clone();
    String marks = "{}[]\",:0-9.eE\\ntf\u0000";
    for (int m = random.nextInt(1, 5); m > 0; m--) {
      int at = random.nextInt(bad.length);
      switch (random.nextInt(5)) {
        case 0 -> bad[at] = (byte) random.nextInt(256);
        case 1 -> bad[at] = (byte) marks.charAt(random.nextInt(marks.length()));
        case 2 -> bad = Arrays.copyOf(bad, at + 1);
        case 3 -> {
          int some = Math.min(bad.length - at, random.nextInt(1, 40));
          System.arraycopy(good, random.nextInt(good.length - some), bad, at, some);
        }
        default -> {
          byte[] longer = Arrays.copyOf(bad, bad.length + 9);
          System.arraycopy(bad, at, longer, at + 9, bad.length - at);
          bad = longer;
        }
      }
    }
    return bad;
  }

  @Test
  void idleAndSlowClientsHoldNobodyUp() throws Exception {
    idle(200);
  }

  @Test
  @Tag("nightly")
  void aThousandIdleConnections() throws Exception {
    idle(1_000);
  }

  private static void idle(int connections) throws Exception {
    List<Socket> sockets = new ArrayList<>();
    try (FarsightServer server = model.start("serving.request-timeout=1 s")) {
      for (int c = 0; c < connections; c++) {
        var socket = new Socket(InetAddress.getLoopbackAddress(), server.httpPort());
        sockets.add(socket);
        if (c % 2 == 0) {
          String begun =
              "POST /v2/models/farsight/infer HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{\"in";
          socket.getOutputStream().write(begun.getBytes(StandardCharsets.US_ASCII));
        }
      }
      requireWorks(new TestClient(server));
      InputStream slow = sockets.get(0).getInputStream();
      String answer = new String(slow.readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answer)
          .startsWith("HTTP/1.1 408 ")
          .endsWith("{\"error\":\"the body did not arrive in time\"}");
      requireWorks(new TestClient(server));
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void aStopAnswersWhatIsUnderWay() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    FarsightServer server = model.start("serving.batch.size=1", "serving.threads=1");
    try {
      var client = new TestClient(server);
      requireWorks(client);
      String body = model.rawJson(0, TestModel.ROWS, LOGIT);
      List<Future<HttpResponse<String>>> calls = new ArrayList<>();
      for (int c = 0; c < 8; c++) {
        calls.add(threads.submit(() -> client.infer(body)));
      }
      while (!client.get("/metrics").body().contains("farsight_requests_in_flight 8.0")
          && calls.stream().noneMatch(Future::isDone)) {
        Thread.onSpinWait();
      }
      server.close();
      for (Future<HttpResponse<String>> call : calls) {
        int status = call.get().statusCode();
        assertThat(status).isIn(200, 503);
        if (status == 200) {
          assertThat(TestClient.output(call.get().body(), "logit")).isEqualTo(model.logits);
        }
      }
    } finally {
      threads.shutdownNow();
      server.close();
    }
  }
}

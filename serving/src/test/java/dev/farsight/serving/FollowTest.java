package dev.farsight.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.DurableFiles;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server goes on to each checkpoint of a run, and back where a client asks. */
class FollowTest {

  private static final int SAMPLES = 50;
  private static final Pattern VERSION = Pattern.compile("\"model_version\":\"(\\d+)\"");

  @TempDir Path folder;
  private RunToFollow run;

  @BeforeEach
  void write() throws IOException {
    run = new RunToFollow(folder);
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + 60_000_000_000L;
    while (!condition.call()) {
      assertThat(System.nanoTime()).as("a minute has passed").isLessThan(end);
      Thread.sleep(5);
    }
  }

  private static void awaitVersion(TestClient client, int checkpoint) throws Exception {
    String wanted = "farsight_model_version " + checkpoint * RunToFollow.STEPS + ".0\n";
    await(() -> client.get("/metrics").body().contains(wanted));
  }

  private static String index(TestClient client) throws Exception {
    return client.post("/v2/repository/index", "").body();
  }

  private static String entry(int version, String reason) {
    return "{\"name\":\"farsight\",\"version\":\"%d\",\"state\":\"READY\",\"reason\":\"%s\"}"
        .formatted(version, reason);
  }

  private static int versionOf(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    Matcher version = VERSION.matcher(answer.body());
    assertThat(version.find()).isTrue();
    return Integer.parseInt(version.group(1));
  }

  private void requireLogits(HttpResponse<String> answer, int checkpoint) {
    assertThat(versionOf(answer)).isEqualTo(checkpoint * RunToFollow.STEPS);
    assertThat(TestClient.output(answer.body(), "logit"))
        .isEqualTo(run.expected(checkpoint, SAMPLES));
  }

  @Test
  void itWaitsForTheFirstCheckpoint() throws Exception {
    try (FarsightServer server = run.follow()) {
      var client = new TestClient(server);
      assertThat(client.get("/v2/health/live").statusCode()).isEqualTo(200);
      assertThat(client.get("/v2/health/ready").statusCode()).isEqualTo(503);
      for (String path : List.of("/v2/models/farsight", "/v2/models/farsight/ready")) {
        assertThat(client.get(path).statusCode()).isEqualTo(503);
      }
      var refused = client.infer(run.request(SAMPLES));
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.body())
          .isEqualTo(
              "{\"error\":\"the model is not loaded yet: the run has no checkpoint to serve\"}");
      assertThat(client.get("/metrics").body()).contains("farsight_serving_updates_total 0.0");
      run.train(1);
      await(() -> client.get("/v2/health/ready").statusCode() == 200);
      requireLogits(client.infer(run.request(SAMPLES)), 1);
      assertThat(index(client)).isEqualTo("[" + entry(3, "live") + "]");
    }
  }

  @Test
  void requestsUnderWaySeeOneVersion() throws Exception {
    run.train(1);
    var done = new AtomicBoolean();
    var threads = Executors.newFixedThreadPool(2);
    try (FarsightServer server = run.follow("serving.batch.delay=5 ms")) {
      var client = new TestClient(server);
      Callable<List<HttpResponse<String>>> asking =
          () -> {
            List<HttpResponse<String>> answers = new ArrayList<>();
            while (!done.get()) {
              answers.add(client.infer(run.request(SAMPLES)));
              Thread.sleep(1); // training needs a core, too
            }
            return answers;
          };
      var asked = List.of(threads.submit(asking), threads.submit(asking));
      for (int checkpoint = 2; checkpoint <= 5; checkpoint++) {
        run.train(checkpoint);
        awaitVersion(client, checkpoint);
      }
      done.set(true);
      for (Future<List<HttpResponse<String>>> answers : asked) {
        for (HttpResponse<String> answer : answers.get()) {
          assertThat(TestClient.output(answer.body(), "logit"))
              .isEqualTo(run.expected(versionOf(answer) / RunToFollow.STEPS, SAMPLES));
        }
      }
      assertThat(run.expected(5, SAMPLES)).isNotEqualTo(run.expected(4, SAMPLES));
      assertThat(client.get("/metrics").body())
          .contains("farsight_serving_updates_total 5.0", "farsight_serving_full_loads_total 1.0");
    } finally {
      done.set(true);
      threads.shutdownNow();
    }
  }

  @Test
  void itGoesBackWhereAskedAndStaysThere() throws Exception {
    run.train(1);
    Path tokens = Files.writeString(folder.resolve("tokens"), "0123456789abcdef\n");
    String[] token = {"Authorization", "Bearer 0123456789abcdef"};
    try (FarsightServer server = run.follow("serving.tokens-file=" + tokens)) {
      var client = new TestClient(server, token);
      run.train(2);
      awaitVersion(client, 2);
      var anybody = new TestClient(server);
      assertThat(anybody.post("/v2/models/farsight/versions/3", "").statusCode()).isEqualTo(401);
      assertThat(client.post("/v2/models/farsight/versions/3", "").body())
          .isEqualTo("{\"name\":\"farsight\",\"version\":\"3\",\"rolled_back\":true}");
      run.train(3);
      await(() -> client.get("/v2/models/farsight/versions/9/ready").statusCode() == 200);
      requireLogits(client.infer(run.request(SAMPLES)), 1);
      assertThat(index(client))
          .isEqualTo(
              "["
                  + String.join(",", entry(3, "live, gone back to"), entry(6, ""), entry(9, ""))
                  + "]");
      assertThat(client.get("/metrics").body()).contains("farsight_model_rolled_back 1.0");
      for (String unknown : List.of("12", "x", "-3", "newest")) {
        assertThat(client.post("/v2/models/farsight/versions/" + unknown, "").body())
            .isEqualTo("{\"error\":\"version " + unknown + " is not loaded; there is 3, 6, 9\"}");
      }
      assertThat(client.post("/v2/models/other/versions/6", "").statusCode()).isEqualTo(404);
      assertThat(client.post("/v2/models/farsight/versions/latest", "").body())
          .isEqualTo("{\"name\":\"farsight\",\"version\":\"9\",\"rolled_back\":false}");
      requireLogits(client.infer(run.request(SAMPLES)), 3);
      run.train(4);
      awaitVersion(client, 4);
    }
  }

  /** Each client goes back and on again between its requests, while versions come. */
  @Test
  void itGoesBackUnderLoad() throws Exception {
    run.train(1);
    var done = new AtomicBoolean();
    var threads = Executors.newFixedThreadPool(2);
    try (FarsightServer server = run.follow()) {
      var client = new TestClient(server);
      Callable<List<HttpResponse<String>>> asking =
          () -> {
            List<HttpResponse<String>> answers = new ArrayList<>();
            while (!done.get()) {
              HttpResponse<String> answer = client.infer(run.request(SAMPLES));
              answers.add(answer);
              String to = answers.size() % 2 == 0 ? "latest" : "" + versionOf(answer);
              // It may be gone by now.
              assertThat(client.post("/v2/models/farsight/versions/" + to, "").statusCode())
                  .isIn(200, 404);
            }
            return answers;
          };
      var asked = List.of(threads.submit(asking), threads.submit(asking));
      for (int checkpoint = 2; checkpoint <= 5; checkpoint++) {
        run.train(checkpoint);
        String loaded = "/v2/models/farsight/versions/" + checkpoint * RunToFollow.STEPS;
        await(() -> client.get(loaded).statusCode() == 200);
      }
      done.set(true);
      for (Future<List<HttpResponse<String>>> answers : asked) {
        for (HttpResponse<String> answer : answers.get()) {
          assertThat(TestClient.output(answer.body(), "logit"))
              .isEqualTo(run.expected(versionOf(answer) / RunToFollow.STEPS, SAMPLES));
        }
      }
      client.post("/v2/models/farsight/versions/latest", "");
      requireLogits(client.infer(run.request(SAMPLES)), 5);
    } finally {
      done.set(true);
      threads.shutdownNow();
    }
  }

  private static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 5] ^= 1;
    Files.write(file, bytes);
  }

  /** Then the versions after it cannot be loaded either, until one has a base of its own. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aDeltaThatIsDamagedOrMissingIsToldOf(boolean missing) throws Exception {
    Path followed = folder.resolve("followed");
    run.train(1);
    run.copyTo(followed, 1, null);
    try (FarsightServer server = run.follow(followed)) {
      var client = new TestClient(server);
      run.train(2);
      Path file = run.delta(2);
      if (!missing) {
        Files.copy(file, followed.resolve("deltas").resolve(file.getFileName()));
        damage(followed.resolve("deltas").resolve(file.getFileName()));
      }
      run.copyTo(followed, 2, file);
      await(() -> attempts(client) > 1);
      assertThat(client.get("/metrics").body())
          .contains("farsight_serving_update_failures_total 1.0");
      requireLogits(client.infer(run.request(SAMPLES)), 1);
      assertThat(index(client))
          .contains("live; a later version could not be loaded: ")
          .contains("000000000006.rows: " + (missing ? "" : "is damaged"));
      int checkpoint = 2;
      while (client.get("/metrics").body().contains("farsight_model_version 3.0")) {
        assertThat(checkpoint).as("a new base comes").isLessThan(12);
        int attempts = attempts(client);
        run.train(++checkpoint);
        run.copyTo(followed, checkpoint, file);
        await(() -> attempts(client) > attempts);
      }
      requireLogits(client.infer(run.request(SAMPLES)), checkpoint);
      assertThat(index(client)).doesNotContain("could not be loaded");
      assertThat(client.get("/metrics").body()).contains("farsight_serving_full_loads_total 2.0");
    }
  }

  /** How often a new version was loaded or could not be. */
  private static int attempts(TestClient client) throws Exception {
    return Pattern.compile("(?m)^farsight_serving_update(?:s|_failures)_total (\\d+)")
        .matcher(client.get("/metrics").body())
        .results()
        .mapToInt(found -> Integer.parseInt(found.group(1)))
        .sum();
  }

  @Test
  void aRunThatRepeatsStepsIsGoneOnWith() throws Exception {
    run.train(3);
    try (FarsightServer server = run.follow()) {
      var client = new TestClient(server);
      awaitVersion(client, 3);
      damage(run.checkpoint(3).resolve("dense.bin"));
      run.train(4);
      awaitVersion(client, 4);
      requireLogits(client.infer(run.request(SAMPLES)), 4);
    }
  }

  @Test
  void anotherRunInItsPlaceIsLoadedInFull() throws Exception {
    run.train(1);
    try (FarsightServer server = run.follow()) {
      var client = new TestClient(server);
      requireLogits(client.infer(run.request(SAMPLES)), 1);
      DurableFiles.delete(run.checkpoints.getParent());
      run.train(2);
      awaitVersion(client, 2);
      requireLogits(client.infer(run.request(SAMPLES)), 2);
      assertThat(client.get("/metrics").body()).contains("farsight_serving_full_loads_total 2.0");
    }
  }

  @Test
  void theFilesOfTheRunAreNotNeededOnceLoaded() throws Exception {
    run.train(1);
    float[] expected = run.expected(1, SAMPLES);
    try (FarsightServer server = run.follow()) {
      DurableFiles.delete(run.checkpoints);
      var answer = new TestClient(server).infer(run.request(SAMPLES));
      assertThat(TestClient.output(answer.body(), "logit")).isEqualTo(expected);
    }
  }

  @Test
  void aDamagedCheckpointAtTheStartIsRefused() throws Exception {
    run.train(1);
    damage(run.delta(1));
    DurableFiles.delete(run.checkpoints.resolve("base"));
    assertThatThrownBy(() -> run.follow().close()).isInstanceOf(FarsightException.class);
  }
}

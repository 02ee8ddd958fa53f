package dev.farsight.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.ListenableFuture;
import dev.farsight.serving.protocol.InferParameter;
import dev.farsight.serving.protocol.ModelInferResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that wait in the queue: they get their own answers, are cancelled, and expire. */
class WaitingTest {

  /** How often the rows are in the request that others wait behind, scored one at a time. */
  private static final int TIMES = 75;

  private static final String[] SLOW = {
    "serving.batch.size=1", "serving.threads=1", "serving.queue=100000"
  };

  @TempDir static Path folder;

  private static TestModel model;
  private static EncodedRows many;
  private static EncodedRows some;

  @BeforeAll
  static void train() throws IOException {
    model = TestModel.train(folder);
    many = EncodedRows.first(model, TestModel.ROWS).times(TIMES);
    some = EncodedRows.first(model, 40);
  }

  @Test
  void callsThatWaitGetTheirOwnAnswers() throws Exception {
    List<EncodedRows> rows = EncodedRows.inPieces(model, 40);
    try (FarsightServer server =
            model.start("serving.batch.size=7", "serving.threads=1", "serving.queue=200");
        var grpc = new GrpcClient(server)) {
      List<Status> refused = new ArrayList<>();
      int answered = 0;
      for (int round = 0; round < 100 && refused.isEmpty(); round++) {
        List<ListenableFuture<ModelInferResponse>> calls = new ArrayList<>();
        for (int c = 0; c < 90; c++) {
          calls.add(grpc.later().modelInfer(GrpcClient.request(rows.get(c % rows.size()))));
        }
        for (int c = 0; c < calls.size(); c++) {
          int from = c % rows.size() * 40;
          try {
            assertThat(GrpcClient.logits(calls.get(c).get()))
                .isEqualTo(Arrays.copyOfRange(model.logits, from, from + 40));
            answered++;
          } catch (ExecutionException e) {
            refused.add(Status.fromThrowable(e));
          }
        }
      }
      assertThat(answered).isPositive();
      assertThat(refused)
          .isNotEmpty()
          .allSatisfy(
              status -> {
                assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
                assertThat(status.getDescription())
                    .matches("\\d+ samples wait already, of 200; try again later");
              });
      var counters = new Counters(new TestClient(server));
      assertThat(counters.answered("grpc", "OK")).isEqualTo(answered);
      assertThat(counters.answered("grpc", "RESOURCE_EXHAUSTED")).isEqualTo(refused.size());
      assertThat(counters.of("farsight_queue_samples")).isZero();
    }
  }

  private static ListenableFuture<ModelInferResponse> ahead(GrpcClient grpc, Counters counters)
      throws Exception {
    counters.of("farsight_queue_samples"); // the first time takes longer
    var ahead = grpc.later().modelInfer(GrpcClient.request(many));
    Counters.await(() -> counters.of("farsight_queue_samples") > 0);
    return ahead;
  }

  private static void requireLogits(ListenableFuture<ModelInferResponse> ahead) throws Exception {
    float[] logits = GrpcClient.logits(ahead.get());
    for (int i = 0; i < TIMES; i++) {
      int from = i * TestModel.ROWS;
      assertThat(Arrays.copyOfRange(logits, from, from + TestModel.ROWS)).isEqualTo(model.logits);
    }
  }

  /** It is answered, and nothing but its rows was looked up. */
  private static void requireAnswered(ListenableFuture<ModelInferResponse> ahead, Counters counters)
      throws Exception {
    requireLogits(ahead);
    Counters.await(() -> counters.of("farsight_requests_in_flight") == 0);
    assertThat(counters.of("farsight_lookups_total"))
        .isEqualTo(many.users.length + many.tags.length);
    assertThat(counters.of("farsight_queue_samples")).isZero();
    Counters.await(() -> counters.of("farsight_pending_bytes") == 0);
    assertThat(counters.answered("grpc", "OK")).isEqualTo(1);
  }

  @Test
  void aCallThatIsCancelledIsNotScored() throws Exception {
    try (FarsightServer server = model.start(SLOW);
        var grpc = new GrpcClient(server)) {
      var counters = new Counters(new TestClient(server));
      var ahead = ahead(grpc, counters);
      var cancelled = grpc.later().modelInfer(GrpcClient.request(some));
      Counters.await(() -> counters.of("farsight_requests_in_flight") == 2);
      assertThat(cancelled.cancel(true)).isTrue();
      Counters.await(() -> counters.answered("grpc", "CANCELLED") == 1);
      assertThat(counters.of("farsight_requests_in_flight")).isEqualTo(1);
      assertThat(ahead.isDone()).as("its place is free at once").isFalse();
      requireAnswered(ahead, counters);
    }
  }

  /** A request may take longer than a connection may be idle. */
  @Test
  void aConnectionIsNotIdleWhileItsRequestWaits() throws Exception {
    try (FarsightServer server =
            model.start(SLOW[0], SLOW[1], SLOW[2], "serving.idle-timeout=50 ms");
        var grpc = new GrpcClient(server)) {
      var client = new TestClient(server);
      var ahead = ahead(grpc, new Counters(client));
      var answer = client.infer(model.rawJson(0, 9, "\"outputs\":[{\"name\":\"logit\"}],"));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(TestClient.output(answer.body(), "logit"))
          .isEqualTo(Arrays.copyOf(model.logits, 9));
      requireLogits(ahead);
    }
  }

  @Test
  void requestsThatExpireAreNotScored() throws Exception {
    try (FarsightServer server = model.start(SLOW);
        var grpc = new GrpcClient(server)) {
      var client = new TestClient(server);
      var counters = new Counters(client);
      var ahead = ahead(grpc, counters);
      var byParameter = client.infer(some.json("\"parameters\":{\"timeout\":20000},"));
      var byHeader = client.infer(some.json(""), "x-envoy-expected-rq-timeout-ms", "20");
      var shorter =
          client.infer(
              some.json("\"parameters\":{\"timeout\":20000},"),
              "x-envoy-expected-rq-timeout-ms",
              "60000");
      for (var answer : List.of(byParameter, byHeader, shorter)) {
        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(answer.body())
            .isEqualTo("{\"error\":\"the deadline passed before it was scored\"}");
      }
      var timeout = InferParameter.newBuilder().setInt64Param(20_000).build();
      var request = GrpcClient.request(some).toBuilder().putParameters("timeout", timeout).build();
      assertThatThrownBy(() -> grpc.waiting().modelInfer(request))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessage("DEADLINE_EXCEEDED: the deadline passed before it was scored");
      assertThat(ahead.isDone()).as("the other still waits").isFalse();
      assertThat(counters.answered("http", "504")).isEqualTo(3);
      assertThat(counters.answered("grpc", "DEADLINE_EXCEEDED")).isEqualTo(1);
      requireAnswered(ahead, counters);
    }
  }

  @Test
  void aWrongHeaderIsRefused() throws Exception {
    try (FarsightServer server = model.start()) {
      var client = new TestClient(server);
      for (String wrong : List.of("1.5", "-1", "soon", "9".repeat(30))) {
        var answer = client.infer(some.json(""), "x-envoy-expected-rq-timeout-ms", wrong);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
            .isEqualTo(
                "{\"error\":\"x-envoy-expected-rq-timeout-ms: "
                    + wrong
                    + " is no number of milliseconds\"}");
      }
      assertThat(client.infer(some.json(""), "x-envoy-expected-rq-timeout-ms", "0").statusCode())
          .as("0 is no deadline, as Envoy has it")
          .isEqualTo(200);
    }
  }
}

package dev.farsight.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.config.ConfigException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies that are being read take no more than they may, whoever sends them slowly. */
class PendingBytesTest {

  private static final String INFER = "/v2/models/farsight/infer";
  private static final String PENDING = "farsight_pending_bytes";
  private static final String[] SMALL = {
    "serving.max-request-bytes=64 KiB", "serving.max-pending-bytes=100 KiB"
  };

  @TempDir static Path folder;

  private static TestModel model;

  @BeforeAll
  static void train() throws IOException {
    model = TestModel.train(folder);
  }

  private static FarsightServer start(String timeout) {
    return model.start(SMALL[0], SMALL[1], "serving.request-timeout=" + timeout);
  }

  private static RawSocket hold(FarsightServer server, int bytes) throws IOException {
    return new RawSocket(server).post(INFER, bytes + 1, "Host: a").send(" ".repeat(bytes));
  }

  @Test
  void whatDoesNotFitIsRefusedUntilOthersAreDone() throws Exception {
    try (FarsightServer server = start("60 s");
        var grpc = new GrpcClient(server)) {
      var client = new TestClient(server);
      var counters = new Counters(client);
      RawSocket first = hold(server, 50_000);
      RawSocket second = hold(server, 50_000);
      Counters.await(() -> counters.of(PENDING) == 100_000);
      try (RawSocket third = hold(server, 5_000)) {
        assertThat(third.answerToTheEnd())
            .startsWith("HTTP/1.1 429 ")
            .containsIgnoringCase("\r\nRetry-After: 1\r\n")
            .containsIgnoringCase("\r\nConnection: close\r\n")
            .endsWith(
                "{\"error\":\"100000 bytes of requests are being read or wait already, of 102400;"
                    + " try again later\"}");
      }
      assertThatThrownBy(() -> grpc.waiting().modelInfer(GrpcClient.ofBytes(5_000)))
          .hasMessageMatching(
              "RESOURCE_EXHAUSTED: \\d+ bytes of requests are being read or wait already, of"
                  + " 102400; try again later");
      assertThat(client.infer(model.rawJson(0, 1, "")).statusCode())
          .as("a small one still fits")
          .isEqualTo(200);
      first.close();
      second.close();
      Counters.await(() -> counters.of(PENDING) == 0);
      assertThatThrownBy(() -> grpc.waiting().modelInfer(GrpcClient.ofBytes(5_000)))
          .hasMessageStartingWith("INVALID_ARGUMENT: ");
      Counters.await(() -> counters.of(PENDING) == 0);
      assertThat(counters.answered("http", "429")).isEqualTo(1);
      assertThat(counters.answered("grpc", "RESOURCE_EXHAUSTED")).isEqualTo(1);
    }
  }

  /** Clients of both protocols take all there is and send no more: it is theirs for a while. */
  @Test
  void slowClientsLoseWhatTheyHold() throws Exception {
    try (FarsightServer server = start("5 s")) {
      var client = new TestClient(server);
      var counters = new Counters(client);
      assertThat(counters.of(PENDING)).isZero();
      var call = new SlowGrpcCall(server, 50_000);
      RawSocket slow = hold(server, 50_000);
      Counters.await(() -> counters.of(PENDING) == 100_000);
      assertThat(client.infer(" ".repeat(20_000)).statusCode()).isEqualTo(429);
      assertThat(slow.answerToTheEnd()).startsWith("HTTP/1.1 408 ");
      Counters.await(() -> counters.answered("grpc", "DEADLINE_EXCEEDED") == 1);
      Counters.await(() -> counters.of(PENDING) == 0);
      assertThat(client.infer(" ".repeat(20_000)).statusCode()).isEqualTo(400);
      call.close();
      slow.close();
    }
  }

  /** More is sent, by many at once, than the server may take: it says so, and counts to the end. */
  @Test
  void manyClientsAtOnce() throws Exception {
    try (FarsightServer server = start("60 s")) {
      List<RawSocket> sockets = new ArrayList<>();
      try {
        for (int c = 0; c < 40; c++) {
          sockets.add(hold(server, 30_000));
        }
        var client = new TestClient(server);
        var counters = new Counters(client);
        Counters.await(() -> counters.answered("http", "429") >= 37);
        assertThat(counters.of(PENDING)).isBetween(1.0, 102_400.0);
        assertThat(client.get("/v2/health/ready").statusCode()).isEqualTo(200);
      } finally {
        for (RawSocket socket : sockets) {
          socket.close();
        }
      }
      var counters = new Counters(new TestClient(server));
      Counters.await(() -> counters.of(PENDING) == 0);
    }
  }

  @Test
  void oneRequestFits() {
    assertThatThrownBy(() -> model.start("serving.max-pending-bytes=1 MiB"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "farsight.serving.max-pending-bytes: '1 MiB' is less than serving.max-request-bytes,"
                + " 16777216 bytes; one request needs that");
  }
}

package dev.farsight.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.serving.protocol.ServerLiveRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections beyond the limit: over HTTP they wait, over gRPC their calls are refused. */
class ConnectionLimitTest {

  private static final int MOST = 3;
  private static final String LIVE = "GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";

  @TempDir static Path folder;

  private static TestModel model;

  @BeforeAll
  static void train() throws IOException {
    model = TestModel.train(folder);
  }

  @Test
  void overHttpTheNextOneWaitsUntilAnotherEnds() throws Exception {
    List<RawSocket> sockets = new ArrayList<>();
    try (FarsightServer server = model.start("serving.max-connections=" + MOST)) {
      for (int c = 0; c < MOST; c++) {
        var socket = new RawSocket(server);
        sockets.add(socket);
        assertThat(socket.send(LIVE).status()).isEqualTo("HTTP/1.1 200 OK");
      }
      var next = new RawSocket(server);
      sockets.add(next);
      next.send(LIVE);
      Thread.sleep(500);
      assertThat(next.isAnswered()).isFalse();
      sockets.get(0).close();
      assertThat(next.status()).isEqualTo("HTTP/1.1 200 OK");
    } finally {
      for (RawSocket socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void overGrpcItsCallsAreRefusedUntilAnotherEnds() throws Exception {
    List<GrpcClient> clients = new ArrayList<>();
    try (FarsightServer server = model.start("serving.max-connections=" + MOST)) {
      for (int c = 0; c < MOST; c++) {
        clients.add(new GrpcClient(server));
        assertThat(isLive(clients.get(c))).isTrue();
      }
      try (var next = new GrpcClient(server)) {
        assertThatThrownBy(() -> isLive(next))
            .hasMessage("RESOURCE_EXHAUSTED: the server has too many connections; try again later");
      }
      clients.get(0).close();
      Counters.await(
          () -> {
            try (var next = new GrpcClient(server)) {
              return isLive(next);
            } catch (io.grpc.StatusRuntimeException e) {
              return false; // it has not ended yet
            }
          });
    } finally {
      clients.forEach(GrpcClient::close);
    }
  }

  private static boolean isLive(GrpcClient client) {
    return client.waiting().serverLive(ServerLiveRequest.getDefaultInstance()).getLive();
  }
}

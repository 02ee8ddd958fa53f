package dev.farsight.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.farsight.api.FarsightException;
import dev.farsight.api.collective.Collective;
import dev.farsight.api.collective.CollectiveContext.Rendezvous;
import dev.farsight.api.collective.CollectiveException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rank 0 of a group of three is in this process, the others are in their own. */
@Timeout(120)
class RankProcessesTest {

  private static final String SECRET = "a random run id";

  private final CompletableFuture<InetSocketAddress> meetingPoint = new CompletableFuture<>();
  private final CompletableFuture<Collective> connected = new CompletableFuture<>();

  @BeforeEach
  void connect() {
    var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var rendezvous = new Rendezvous(anyPort, SECRET, meetingPoint::complete);
    Threads.start(
        "rank 0",
        () -> {
          try {
            connected.complete(
                new SocketsFactory().connect(RankProcess.context(0, rendezvous)).get(0));
          } catch (Throwable t) {
            meetingPoint.completeExceptionally(t);
            connected.completeExceptionally(t);
          }
        });
  }

  @AfterEach
  void close() {
    if (connected.isDone() && !connected.isCompletedExceptionally()) {
      connected.join().close();
    }
  }

  @Test
  void aKilledProcessEndsTheOthersWithItsName() throws Exception {
    try (var one = new RankProcess(1, meetingPoint.join(), SECRET);
        var two = new RankProcess(2, meetingPoint.join(), SECRET)) {
      assertSums(one, two);
      two.kill();
      assertEnded(one, "rank 2 (c) is gone");
    }
  }

  @Test
  void aStoppedProcessEndsTheOthersWithItsName() throws Exception {
    try (var one = new RankProcess(1, meetingPoint.join(), SECRET);
        var two = new RankProcess(2, meetingPoint.join(), SECRET)) {
      assertSums(one, two);
      two.stop();
      assertEnded(one, "rank 2 (c)");
    }
  }

  @Test
  void strangersAreTurnedAway() throws Exception {
    for (String garbage : new String[] {"GET / HTTP/1.0\r\n\r\n", "", "x".repeat(100_000)}) {
      sendGarbage(garbage);
    }
    try (var silent = new Socket()) {
      silent.connect(meetingPoint.join());
      var wrong = new Rendezvous(meetingPoint.join(), "the run before", address -> {});
      assertThatThrownBy(() -> new SocketsFactory().connect(RankProcess.context(1, wrong)))
          .isInstanceOf(FarsightException.class)
          .hasMessageContainingAll("rank 1 (b)", "rank 0 (a)", "refused", "secret")
          .hasMessageNotContaining("the run before");
      var right = new Rendezvous(meetingPoint.join(), SECRET, address -> {});
      var one =
          CompletableFuture.supplyAsync(
              () -> new SocketsFactory().connect(RankProcess.context(1, right)).get(0));
      Collective two = new SocketsFactory().connect(RankProcess.context(2, right)).get(0);
      var ofOne = CompletableFuture.supplyAsync(() -> RankProcess.sum(one.join()));
      var ofTwo = CompletableFuture.supplyAsync(() -> RankProcess.sum(two));
      assertThat(RankProcess.sum(connected.join())).isEqualTo(sums());
      assertThat(ofOne.join()).isEqualTo(sums());
      assertThat(ofTwo.join()).isEqualTo(sums());
      one.join().close();
      two.close();
    }
  }

  private void sendGarbage(String text) throws IOException {
    try (var socket = new Socket()) {
      socket.connect(meetingPoint.join());
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe|closed|abort).*"); // turned away
    }
  }

  private void assertSums(RankProcess one, RankProcess two) throws IOException {
    assertThat(RankProcess.sum(connected.join())).isEqualTo(sums());
    assertThat(one.awaitLine(RankProcess.SUMMED)).isEqualTo(RankProcess.SUMMED + sums());
    assertThat(two.awaitLine(RankProcess.SUMMED)).isEqualTo(RankProcess.SUMMED + sums());
  }

  /** Both ends that live get the same failure, which blames rank 2. */
  private void assertEnded(RankProcess one, String message) throws IOException {
    var thrown =
        catchThrowableOfType(
            CollectiveException.class,
            () -> {
              while (true) {
                RankProcess.sum(connected.join());
              }
            });
    assertThat(thrown).hasMessageContaining(message);
    assertThat(thrown.rank()).isEqualTo(2);
    assertThat(one.awaitLine(RankProcess.ENDED))
        .startsWith(RankProcess.ENDED + "2 ")
        .contains(message);
  }

  private static int sums() {
    int digest = 0;
    for (int round = 0; round < RankProcess.ROUNDS; round++) {
      var sums = FloatBuffer.allocate(RankProcess.COUNT);
      for (int i = 0; i < RankProcess.COUNT; i++) {
        float sum = RankProcess.value(0, round, i);
        sum += RankProcess.value(1, round, i);
        sum += RankProcess.value(2, round, i);
        sums.put(i, sum);
      }
      digest = 31 * digest + sums.hashCode();
    }
    return digest;
  }
}

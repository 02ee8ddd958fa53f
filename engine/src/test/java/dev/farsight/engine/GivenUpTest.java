package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.collective.CollectiveContext.Rendezvous;
import dev.farsight.engine.process.Joining;
import dev.farsight.engine.process.ProcessPlace;
import dev.farsight.engine.process.Processes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that waits for others can be told that one will never come. */
class GivenUpTest {

  @TempDir Path folder;

  @Test
  void theRunIsNotOpenedAndLeavesNothing() throws Exception {
    var givenUp = new CompletableFuture<Void>();
    var never = new FarsightException("process 1 never came");
    var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var place =
        ProcessPlace.of(
            0,
            new Rendezvous(anyPort, "secret", address -> givenUp.completeExceptionally(never)),
            givenUp);
    // Longer than any test may take.
    TestRun run =
        new TestRun(folder)
            .set(
                "data.batch-size=36",
                "compute.backend=nd4j-native",
                "sharding.processes=2",
                "sharding.collective=sockets",
                "sharding.sockets.connect-timeout=1 h");
    assertThatThrownBy(() -> run.open(0, place)).isSameAs(never);
    try (var files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void givenUpBefore() {
    var never = new FarsightException("gone");
    assertThatThrownBy(
            () ->
                Joining.of(
                    () -> {
                      new CompletableFuture<Void>().join();
                      return Processes.one();
                    },
                    CompletableFuture.failedFuture(never)))
        .isSameAs(never);
  }

  @Test
  void otherwiseWhatJoinsDecides() {
    assertThat(Joining.of(Processes::one, new CompletableFuture<>()).isAlone()).isTrue();
    var refused = new FarsightException("refused");
    assertThatThrownBy(
            () ->
                Joining.of(
                    () -> {
                      throw refused;
                    },
                    new CompletableFuture<>()))
        .isSameAs(refused);
  }
}

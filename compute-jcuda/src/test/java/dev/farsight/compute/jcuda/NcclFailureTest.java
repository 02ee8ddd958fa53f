package dev.farsight.compute.jcuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.collective.Collective;
import dev.farsight.api.collective.CollectiveContext;
import dev.farsight.api.collective.CollectiveException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import java.net.InetSocketAddress;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the collective refuses, and errors of an NCCL without GPUs. */
@Timeout(60)
class NcclFailureTest {

  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(700);

  private final MemoryNccl nccl = new MemoryNccl();
  private final NcclFactory factory =
      new NcclFactory(() -> nccl, (gpu, rank, ranks) -> new MemoryStaging(nccl, gpu, rank, ranks));

  private static void sum(Collective end) {
    end.allReduce(FloatBuffer.allocate(100_000), 100_000);
  }

  private static void assertOneLine(Throwable thrown, String... words) {
    assertThat(thrown)
        .isInstanceOf(FarsightException.class)
        .hasMessageContainingAll(words)
        .hasMessageNotContaining("\n");
  }

  @Test
  void theCpuIsRefused() {
    var context = NcclRanks.context(List.of(OptionalInt.of(0), OptionalInt.empty()), LONG);
    assertThatThrownBy(() -> factory.connect(context))
        .satisfies(
            thrown ->
                assertOneLine(
                    thrown,
                    "sharding.collective = nccl",
                    "rank 1 (cpu) is none",
                    "choose threads, or compute.backend = jcuda"));
  }

  @Test
  void ranksThatShareAGpuAreRefused() {
    var context = NcclRanks.context(List.of(OptionalInt.of(3), OptionalInt.of(3)), LONG);
    assertThatThrownBy(() -> factory.connect(context))
        .satisfies(thrown -> assertOneLine(thrown, "rank 0 (gpu 3) and rank 1 (gpu 3)", "threads"));
  }

  @Test
  void severalProcessesAreRefused() {
    var meeting =
        new CollectiveContext.Rendezvous(new InetSocketAddress(0), "secret", address -> {});
    var context =
        new CollectiveContext(
            MemoryNcclTest.settings(""),
            "cars",
            List.of("gpu 0", "gpu 1"),
            List.of(OptionalInt.of(0), OptionalInt.of(1)),
            List.of(0),
            LONG,
            Optional.of(meeting));
    assertThatThrownBy(() -> factory.connect(context))
        .satisfies(thrown -> assertOneLine(thrown, "one process alone", "choose sockets"));
  }

  @Test
  void aLibraryThatIsTooOldIsNamed() {
    assertThat(InstalledNccl.text(22_703)).isEqualTo("2.27.3");
    assertThat(InstalledNccl.text(2_804)).isEqualTo("2.8.4");
    InstalledNccl.requireVersion(21_800, Path.of("/x/libnccl.so.2"));
    assertThatThrownBy(() -> InstalledNccl.requireVersion(21_605, Path.of("/x/libnccl.so.2")))
        .satisfies(
            thrown ->
                assertOneLine(
                    thrown, "/x/libnccl.so.2 is NCCL 2.16.5", "2.18.0 or later", "nvidia-nccl"));
  }

  @Test
  void waitingForAWrongTimeIsRefused() {
    var own =
        Settings.of("farsight.sharding.nccl", ConfigFactory.parseString("connect-timeout = 10 ms"));
    assertThatThrownBy(() -> factory.check(own))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("farsight.sharding.nccl.connect-timeout");
  }

  @Test
  void anErrorOfConnectingIsTold() {
    nccl.refusesId = MemoryNccl.REMOTE_ERROR;
    assertThatThrownBy(() -> NcclRanks.connect(factory, 2, LONG))
        .satisfies(
            thrown ->
                assertOneLine(thrown, "ncclGetUniqueId failed: remote process", "NCCL_DEBUG"));
    assertThat(nccl.closed).containsExactly(0, 1);
  }

  @Test
  void ranksThatAreNeverConnectedAreNamed() {
    nccl.neverConnects = true;
    var own =
        Settings.of("farsight.sharding.nccl", ConfigFactory.parseString("connect-timeout = 1 s"));
    var gpus = List.of(OptionalInt.of(0), OptionalInt.of(1));
    var context =
        new CollectiveContext(
            own, "cars", List.of("gpu 0", "gpu 1"), gpus, List.of(0, 1), LONG, Optional.empty());
    assertThatThrownBy(() -> factory.connect(context))
        .satisfies(
            thrown ->
                assertOneLine(
                    thrown, "group cars", "rank 0 (gpu 0) within 1 s", "sharding.nccl.connect"));
    assertThat(nccl.communicators()).allMatch(each -> each.freedBy.equals("abort"));
    assertThat(nccl.closed).containsExactly(0, 1);
  }

  @Test
  void anErrorThatComesUpLaterEndsTheGroupForAll() throws Exception {
    List<Collective> ends = NcclRanks.connect(factory, 3, LONG);
    assertThat(NcclRanks.run(ends, NcclFailureTest::sum)).containsOnlyNulls();
    nccl.losesTransfers = true;
    var error =
        new Thread(
            () -> {
              sleep(200);
              nccl.communicators().get(1).fail(MemoryNccl.REMOTE_ERROR);
            });
    error.start();
    List<Throwable> thrown = NcclRanks.run(ends, NcclFailureTest::sum);
    error.join();
    assertThat(thrown)
        .allSatisfy(
            each -> {
              assertThat(each)
                  .isInstanceOf(CollectiveException.class)
                  .hasMessageContainingAll("rank 1 (gpu 1) ended it: NCCL:", "remote process");
              assertThat(((CollectiveException) each).rank()).isEqualTo(1);
            });
    assertThat(nccl.communicators()).allMatch(each -> each.freedBy.equals("abort"));
    ends.forEach(Collective::close);
    assertThat(nccl.closed).containsExactly(0, 1, 2);
  }

  private static void sleep(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aTransferThatNeverEndsIsAborted() throws Exception {
    List<Collective> ends = NcclRanks.connect(factory, 2, SHORT);
    nccl.losesTransfers = true;
    List<Throwable> thrown = NcclRanks.run(ends, NcclFailureTest::sum);
    assertThat(thrown)
        .allSatisfy(
            each ->
                assertThat(each)
                    .isInstanceOf(CollectiveException.class)
                    .hasMessageContainingAll("allReduce of 100000 floats (operation 1)", "700 ms"));
    assertThat(nccl.communicators()).allMatch(each -> each.freedBy.equals("abort"));
    assertThat(NcclRanks.run(ends, Collective::barrier)).doesNotContainNull();
    ends.forEach(Collective::close);
  }

  @Test
  void everythingIsFreedInGoodOrderOnceAllHaveLeft() throws Exception {
    List<Collective> ends = NcclRanks.connect(factory, 2, LONG);
    assertThat(NcclRanks.run(ends, NcclFailureTest::sum)).containsOnlyNulls();
    ends.get(1).close();
    ends.get(1).close();
    assertThat(nccl.closed).isEmpty();
    assertThat(nccl.communicators()).allMatch(each -> each.freedBy.isEmpty());
    ends.get(0).close();
    assertThat(nccl.communicators()).allMatch(each -> each.freedBy.equals("destroy"));
    assertThat(nccl.closed).containsExactly(0, 1);
  }
}

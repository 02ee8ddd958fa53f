package dev.farsight.bench.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.farsight.api.collective.Collective;
import dev.farsight.api.collective.CollectiveContext;
import dev.farsight.testkit.config.Sections;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeasuredCollectiveTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"threads", "sockets"})
  void valuesArriveAndBytesOfOthersAreCounted(String over) throws Exception {
    List<Collective> steps = connect(over, "steps");
    List<Collective> asks = connect(over, "asks");
    try (var threads = new Threads()) {
      threads.run(steps, MeasuredCollectiveTest::step);
      threads.run(asks, MeasuredCollectiveTest::ask);
    }
    steps.forEach(Collective::close);
    asks.forEach(Collective::close);

    for (int rank = 0; rank < 2; rank++) {
      Config json = json("steps", rank);
      // To the other rank: rank + 1 floats forward, as many as it had sent back.
      assertThat(json.getDouble("rows.sent_bytes")).isEqualTo(4.0 * (rank + 1));
      assertThat(json.getDouble("rows.received_bytes")).isEqualTo(4.0 * (2 - rank));
      assertThat(json.getDouble("gradients.sent_bytes")).isEqualTo(4.0 * (2 - rank));
      assertThat(json.getDouble("dense.sent_bytes")).isEqualTo(4.0 * 6);
      assertThat(json("asks", rank).getDouble("ids.sent_bytes")).isEqualTo(8.0 + 3);
      assertThat(json.getDouble("rows.move_ms")).isPositive();
    }
  }

  private Config json(String group, int rank) {
    return ConfigFactory.parseFile(folder.resolve(group + "-" + rank + ".json").toFile());
  }

  private List<Collective> connect(String over, String group) {
    var factory = new MeasuredFactory();
    String own =
        "over = %s, folder = \"%s\", skip-steps = 0, host = 127.0.0.1, connect-timeout = 20 s"
            .formatted(over, folder);
    return factory.connect(
        new CollectiveContext(
            Sections.of("farsight.sharding.measured", own, factory),
            group,
            List.of("a", "b"),
            List.of(0, 1),
            Duration.ofSeconds(20),
            Optional.empty()));
  }

  /** Rank r sends r + 1 floats to each rank. */
  private static void step(Collective end) {
    int rank = end.rank();
    int own = rank + 1;
    int[] sent = {0, own, 2 * own};
    int[] received = {0, 1, 3};
    FloatBuffer out = FloatBuffer.allocate(2 * own);
    for (int i = 0; i < out.capacity(); i++) {
      out.put(i, 10 * rank + i);
    }
    FloatBuffer in = FloatBuffer.allocate(3);
    end.allToAllv(out, sent, in, received);
    assertThat(in.array())
        .containsExactly(rank == 0 ? new float[] {0, 10, 11} : new float[] {1, 12, 13});
    end.allToAllv(in, received, out, sent);
    FloatBuffer sum = FloatBuffer.wrap(new float[] {1, 2, 3, 4, 5, rank});
    end.allReduce(sum, 6);
    assertThat(sum.array()).containsExactly(2, 4, 6, 8, 10, 1);
  }

  /** A long and three bytes to each rank. */
  private static void ask(Collective end) {
    end.allToAllv(
        LongBuffer.allocate(2), new int[] {0, 1, 2}, LongBuffer.allocate(2), new int[] {0, 1, 2});
    end.allToAllv(
        ByteBuffer.allocate(6), new int[] {0, 3, 6}, ByteBuffer.allocate(6), new int[] {0, 3, 6});
  }

  @Test
  void bareSocketsHaveASpeed() throws Exception {
    assertThat(Loopback.bytesPerSecond(3, 8 << 20)).isBetween(1e6, 1e12);
    assertThat(Loopback.latencySeconds(100)).isBetween(1e-7, 1.0);
  }

  /** What ranks do, a thread each. */
  @FunctionalInterface
  private interface Work {
    void of(Collective end);
  }

  private static final class Threads implements AutoCloseable {

    private final ExecutorService pool = Executors.newCachedThreadPool();

    void run(List<Collective> ends, Work work) throws Exception {
      List<Future<?>> all =
          ends.stream().<Future<?>>map(end -> pool.submit(() -> work.of(end))).toList();
      for (Future<?> one : all) {
        one.get();
      }
    }

    @Override
    public void close() {
      pool.shutdownNow();
    }
  }
}

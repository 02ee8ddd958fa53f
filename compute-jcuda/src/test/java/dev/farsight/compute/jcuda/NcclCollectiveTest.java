package dev.farsight.compute.jcuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.collective.CollectiveException;
import dev.farsight.api.collective.CollectiveFactory;
import dev.farsight.api.config.Settings;
import dev.farsight.testkit.collective.CollectiveContract;
import dev.farsight.testkit.plugin.RegisteredFactories;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract on GPUs, a rank each; needs two GPUs and NCCL. */
class NcclCollectiveTest extends CollectiveContract {

  private static final int COUNT = 1_000_000;

  @BeforeEach
  void assumeInstalled() {
    NcclRanks.assumeInstalled();
  }

  @Override
  protected CollectiveFactory factory() {
    return RegisteredFactories.ofService(JcudaPlugin.class).collectives().get("nccl");
  }

  @Override
  protected Settings own() {
    return MemoryNcclTest.settings("");
  }

  @Override
  protected int mostRanks() {
    // Where there is one, the test above tells why it is skipped.
    return Math.max(2, JcudaBackends.gpus());
  }

  @Override
  protected OptionalInt gpu(int rank) {
    return OptionalInt.of(rank);
  }

  private static void sum(Collective end) {
    FloatBuffer values = FloatBuffer.allocate(COUNT);
    for (int i = 0; i < COUNT; i++) {
      values.put(i, end.rank() + 1);
    }
    end.allReduce(values, COUNT);
    assertThat(values.get(COUNT - 1)).isEqualTo(end.ranks() * (end.ranks() + 1) / 2f);
  }

  /** A rank whose device gets no work, so that the others' devices wait for it. */
  @Test
  void aDeviceThatWaitsInVainIsFreedAndCanBeUsedAgain() throws Exception {
    NcclLibrary installed = InstalledNccl.open(System.getenv());
    var lost = new AtomicLong();
    var lossy =
        (NcclLibrary)
            Proxy.newProxyInstance(
                NcclLibrary.class.getClassLoader(),
                new Class<?>[] {NcclLibrary.class},
                (proxy, method, arguments) -> {
                  boolean transfer =
                      method.getName().equals("send") || method.getName().equals("receive");
                  if (transfer && lost.compareAndSet(0, (long) arguments[3])) {
                    System.out.println("communicator " + lost + " gets no work");
                  }
                  if (transfer && arguments[3].equals(lost.get())) {
                    return NcclLibrary.SUCCESS;
                  }
                  try {
                    return method.invoke(installed, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    List<Collective> ends =
        NcclRanks.connect(
            new NcclFactory(() -> lossy, GpuStaging::new), 2, Duration.ofMillis(2500));
    List<Throwable> thrown = NcclRanks.run(ends, NcclCollectiveTest::sum);
    assertThat(thrown)
        .allSatisfy(
            each ->
                assertThat(each)
                    .isInstanceOf(CollectiveException.class)
                    .hasMessageContainingAll("allReduce of 1000000 floats", "2500 ms"));
    ends.forEach(Collective::close);

    List<Collective> others = NcclRanks.connect(factory(), 2, Duration.ofSeconds(30));
    assertThat(NcclRanks.run(others, NcclCollectiveTest::sum)).containsOnlyNulls();
    others.forEach(Collective::close);
  }
}

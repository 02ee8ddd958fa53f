package dev.farsight.compute.jcuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.collective.CollectiveException;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.HostBuffers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A rank that does not come or gives up, while the others wait on their GPUs; needs two GPUs. */
@Timeout(120)
class ExchangeFailureTest {

  private static final int PARAMETER = 0;

  private final ShardedInputs all = new ShardedInputs(2, 256, 2);
  private final List<ExecutorService> threads = new ArrayList<>();
  private List<Collective> ends;
  private List<Rank> ranks;

  private record Rank(
      JcudaBackend backend,
      HostBuffers memory,
      JcudaSlots slots,
      JcudaStep step,
      List<StepInput> inputs) {

    private float[] parameter() {
      var values = new float[step.dense().parameters().get(PARAMETER).size()];
      step.dense().read(PARAMETER, values);
      return values;
    }

    private void close() {
      step.close();
      slots.close();
      memory.close();
      backend.close();
    }
  }

  private void open(Duration timeout) throws Exception {
    Assumptions.assumeTrue(JcudaBackends.gpus() >= 2, "needs two GPUs");
    ends = all.connect(timeout);
    List<Future<Rank>> opened = new ArrayList<>();
    for (int r = 0; r < 2; r++) {
      int rank = r;
      threads.add(Executors.newSingleThreadExecutor());
      opened.add(on(rank, () -> open(rank)));
    }
    ranks = List.of(opened.get(0).get(), opened.get(1).get());
    List<Future<Ticket>> trained = List.of(train(0, 0), train(1, 0));
    for (Future<Ticket> ticket : trained) {
      ticket.get().await();
    }
  }

  private Rank open(int rank) {
    JcudaBackend backend = JcudaBackends.open(Precision.FP32, rank);
    HostBuffers memory = backend.buffers();
    JcudaSlots slots = all.slots(backend);
    JcudaStep step = all.compile(backend, slots, ends.get(rank));
    return new Rank(backend, memory, slots, step, all.of(rank, memory));
  }

  private <T> Future<T> on(int rank, Callable<T> call) {
    return threads.get(rank).submit(call);
  }

  private Future<Ticket> train(int rank, int input) {
    return on(rank, () -> ranks.get(rank).step.train(ranks.get(rank).inputs.get(input)));
  }

  @AfterEach
  void close() throws Exception {
    if (ranks != null) {
      List<Future<?>> closed = new ArrayList<>();
      for (int r = 0; r < 2; r++) {
        Rank rank = ranks.get(r);
        closed.add(threads.get(r).submit(rank::close));
      }
      for (Future<?> each : closed) {
        each.get();
      }
    }
    threads.forEach(ExecutorService::shutdownNow);
  }

  @Test
  void aRankThatDoesNotComeIsNamedAndNothingIsUpdated() throws Exception {
    open(Duration.ofSeconds(2));
    float[] before = on(0, ranks.get(0)::parameter).get();

    Ticket waiting = train(0, 1).get();

    assertThatThrownBy(waiting::await)
        .isInstanceOf(CollectiveException.class)
        .hasMessageContaining("rank 1 (gpu 1)")
        .hasMessageContaining("2 s");
    assertThat(ranks.get(0).inputs.get(1).loss().get(0)).isNaN();
    assertThat(on(0, ranks.get(0)::parameter).get()).isEqualTo(before);
    assertThatThrownBy(ends.get(1)::barrier).isInstanceOf(CollectiveException.class);
    assertThatThrownBy(() -> train(1, 1).get()).hasMessageContaining("rank 1 (gpu 1)");
  }

  @Test
  void aRankThatGivesUpEndsTheWaitOfTheOthers() throws Exception {
    open(Duration.ofMinutes(5));
    float[] before = on(0, ranks.get(0)::parameter).get();
    Ticket waiting = train(0, 1).get();

    ends.get(1).abort("no memory");

    assertThatThrownBy(waiting::await)
        .isInstanceOf(CollectiveException.class)
        .hasMessageContaining("rank 1 (gpu 1)")
        .hasMessageContaining("no memory");
    assertThat(on(0, ranks.get(0)::parameter).get()).isEqualTo(before);
  }
}

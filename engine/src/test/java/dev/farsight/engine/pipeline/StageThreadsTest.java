package dev.farsight.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.farsight.api.FarsightException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class StageThreadsTest {

  private static final long FIRST = 7;

  private final PhaseState state = new PhaseState(new NoPhase(), FIRST, 1);
  private final List<String> done = Collections.synchronizedList(new ArrayList<>());

  @Test
  void batchesGoThroughTheStagesInOrderUntilTheFirstStageEnds() {
    var threads = new StageThreads(state, () -> false);
    threads.run(List.of(reader(FIRST + 2, null), dedupe(null)));
    assertThatCode(threads::throwFailure).doesNotThrowAnyException();
    assertThat(done)
        .containsExactlyInAnyOrder(
            "reader 7 on farsight-reader",
            "reader 8 on farsight-reader",
            "dedupe 7 on farsight-dedupe",
            "dedupe 8 on farsight-dedupe");
    assertThat(state.dedupe().done()).isEqualTo(FIRST + 2);
  }

  @Test
  void theFirstFailureIsThrownAndLaterOnesAreSuppressed() {
    var first = new FarsightException("reader broke");
    var threads = new StageThreads(state, () -> false);
    threads.run(List.of(reader(FIRST, first), dedupe(null)));
    var later = new IllegalStateException("settling broke");
    threads.failed(later);
    var thrown = catchThrowableOfType(FarsightException.class, threads::throwFailure);
    assertThat(thrown).isSameAs(first);
    assertThat(thrown.getSuppressed()).containsExactly(later);
    assertThat(done).isEmpty();
  }

  @Test
  void anotherKindOfFailureIsWrapped() {
    var broken = new IllegalStateException("no room");
    var threads = new StageThreads(state, () -> false);
    threads.run(List.of(reader(FIRST + 1, null), dedupe(broken)));
    var thrown = catchThrowableOfType(FarsightException.class, threads::throwFailure);
    assertThat(thrown)
        .hasMessage("stopped by an error: java.lang.IllegalStateException: no room")
        .hasCause(broken);
  }

  @Test
  void aStopEndsOnlyTheStagesThatEndOnStop() {
    var threads = new StageThreads(state, () -> true);
    state.read().publish(FIRST + 3);
    threads.run(List.of(reader(FIRST + 9, null), dedupe(null)));
    assertThat(state.read().done()).isEqualTo(FIRST + 3);
    assertThat(state.dedupe().done()).isEqualTo(FIRST + 3);
  }

  @Test
  void anInterruptDoesNotEndTheWaitAndIsKept() {
    Thread.currentThread().interrupt();
    var threads = new StageThreads(state, () -> false);
    threads.run(List.of(reader(FIRST + 2, null), dedupe(null)));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(state.dedupe().done()).isEqualTo(FIRST + 2);
  }

  /** Does the batches below {@code end}, or fails at the first. */
  private Stage reader(long end, RuntimeException failure) {
    return new Stage("reader", null) {
      @Override
      StageProgress progress(PhaseState phase) {
        return phase.read();
      }

      @Override
      boolean awaitWork(PhaseState phase, long n) {
        return failure != null || n < end;
      }

      @Override
      boolean endsOnStop() {
        return true;
      }

      @Override
      Outcome run(PhaseState phase, long n) {
        return batch("reader", n, failure);
      }
    };
  }

  private Stage dedupe(RuntimeException failure) {
    return new Stage("dedupe", null) {
      @Override
      StageProgress progress(PhaseState phase) {
        return phase.dedupe();
      }

      @Override
      boolean awaitWork(PhaseState phase, long n) {
        return phase.read().await(n + 1);
      }

      @Override
      Outcome run(PhaseState phase, long n) {
        return batch("dedupe", n, failure);
      }
    };
  }

  private Stage.Outcome batch(String stage, long n, RuntimeException failure) {
    if (failure != null) {
      throw failure;
    }
    done.add(stage + " " + n + " on " + Thread.currentThread().getName());
    return Stage.Outcome.DONE;
  }
}

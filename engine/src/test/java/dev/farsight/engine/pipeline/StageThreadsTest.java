package dev.farsight.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.farsight.api.FarsightException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
    assertThat(state.lane(0).dedupe().done()).isEqualTo(FIRST + 2);
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
    assertThat(state.lane(0).dedupe().done()).isEqualTo(FIRST + 3);
  }

  @Test
  void anInterruptDoesNotEndTheWaitAndIsKept() {
    Thread.currentThread().interrupt();
    var threads = new StageThreads(state, () -> false);
    threads.run(List.of(reader(FIRST + 2, null), dedupe(null)));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(state.lane(0).dedupe().done()).isEqualTo(FIRST + 2);
  }

  /** As when the system allows no more threads. */
  @Test
  @Timeout(60)
  void ifAThreadCannotBeStartedTheOthersEndAndThatIsTheFailure() {
    for (int failing = 0; failing < 3; failing++) {
      var phase = new PhaseState(new NoPhase(), FIRST, 1);
      var error = new OutOfMemoryError("unable to create native thread");
      var started = new ArrayList<Thread>();
      int unable = failing;
      var threads =
          new StageThreads(
              phase,
              () -> false,
              task -> {
                if (started.size() == unable) {
                  started.add(null);
                  throw error;
                }
                var thread = new Thread(task);
                started.add(thread);
                return thread;
              },
              why -> {},
              why -> {},
              new CpuMeter());
      threads.run(
          List.of(
              endless(phase),
              following("a", phase.lane(0).dedupe(), phase.read()),
              following("b", phase.lane(0).plan(), phase.lane(0).dedupe())));
      assertThat(catchThrowableOfType(FarsightException.class, threads::throwFailure))
          .hasCause(error);
      assertThat(started).hasSize(3);
      assertThat(started).allMatch(thread -> thread == null || !thread.isAlive());
    }
  }

  /** Ends only because the last stage has. */
  private static Stage endless(PhaseState phase) {
    return new Stage("endless", null) {
      @Override
      StageProgress progress(PhaseState state) {
        return phase.read();
      }

      @Override
      boolean awaitWork(PhaseState state, long n) {
        return phase.lane(0).plan().await(n - 2);
      }

      @Override
      Outcome run(PhaseState state, long n) {
        return Outcome.DONE;
      }
    };
  }

  private static Stage following(String name, StageProgress own, StageProgress before) {
    return new Stage(name, null) {
      @Override
      StageProgress progress(PhaseState state) {
        return own;
      }

      @Override
      boolean awaitWork(PhaseState state, long n) {
        return before.await(n + 1);
      }

      @Override
      Outcome run(PhaseState state, long n) {
        return Outcome.DONE;
      }
    };
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
        return phase.lane(0).dedupe();
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

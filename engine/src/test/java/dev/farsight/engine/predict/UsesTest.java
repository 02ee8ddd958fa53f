package dev.farsight.engine.predict;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is retired is freed once, after the last use. */
class UsesTest {

  private final AtomicInteger freed = new AtomicInteger();
  private final Uses uses = new Uses(freed::incrementAndGet);

  @Test
  void aUseThatComesTooLateFreesNothingAgain() {
    uses.retire();
    assertThat(freed).hasValue(1);
    assertThat(uses.begin()).isFalse();
    assertThat(uses.begin()).isFalse();
    assertThat(freed).hasValue(1);
  }

  @Test
  void theLastUseFrees() {
    assertThat(uses.begin()).isTrue();
    assertThat(uses.begin()).isTrue();
    uses.retire();
    assertThat(uses.begin()).isFalse();
    uses.end();
    assertThat(freed).hasValue(0);
    uses.end();
    assertThat(freed).hasValue(1);
  }

  @Test
  void threadsThatBeginWhileItIsRetired() throws Exception {
    var threads = Executors.newFixedThreadPool(3);
    try {
      for (int round = 0; round < 2000; round++) {
        var freedHere = new AtomicInteger();
        var shared = new Uses(freedHere::incrementAndGet);
        var go = new CountDownLatch(1);
        var calls =
            IntStream.range(0, 3)
                .<Future<?>>mapToObj(
                    t ->
                        threads.submit(
                            () -> {
                              go.await();
                              while (shared.begin()) {
                                assertThat(freedHere).hasValue(0);
                                shared.end();
                              }
                              return null;
                            }))
                .toList();
        go.countDown();
        shared.retire();
        for (Future<?> call : calls) {
          call.get();
        }
        assertThat(freedHere).hasValue(1);
      }
    } finally {
      threads.shutdownNow();
    }
  }
}

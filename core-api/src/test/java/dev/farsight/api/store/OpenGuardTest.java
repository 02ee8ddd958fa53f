package dev.farsight.api.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OpenGuardTest {

  private final OpenGuard guard = new OpenGuard();
  private final AtomicInteger released = new AtomicInteger();

  @Test
  void closingWaitsForTheCallsUnderWayAndReleasesOnce() throws Exception {
    long firstCall = guard.begin();
    long secondCall = guard.begin();
    var closing = new CountDownLatch(1);
    var closer =
        new Thread(
            () -> {
              closing.countDown();
              guard.close(released::incrementAndGet);
            });
    closer.start();
    closing.await();
    guard.end(firstCall);
    closer.join(100);
    assertThat(closer.isAlive()).as("waits for the second call").isTrue();
    assertThat(released).hasValue(0);
    guard.end(secondCall);
    closer.join();
    assertThat(released).hasValue(1);
    guard.close(released::incrementAndGet);
    assertThat(released).hasValue(1);
  }

  @Test
  void aCallEndsOnceWithWhatItBeganWith() {
    String message = ": no such call is under way; pass what begin returned, once";
    assertThatThrownBy(() -> guard.end(0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("OpenGuard.end(0)" + message);
    long call = guard.begin();
    guard.end(call);
    assertThatThrownBy(() -> guard.end(call))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("OpenGuard.end(" + call + ")" + message);
    guard.close(released::incrementAndGet);
    assertThat(released).hasValue(1);
  }

  @Test
  void aClosedStoreRefusesCalls() {
    guard.close(released::incrementAndGet);
    assertThatThrownBy(guard::begin)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the row store is closed");
    guard.close(released::incrementAndGet);
    assertThat(released).hasValue(1);
  }
}

package dev.farsight.api.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.farsight.api.FarsightException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClosingTest {

  private final List<String> closed = new ArrayList<>();

  private AutoCloseable part(String name, Throwable failure) {
    return () -> {
      closed.add(name);
      if (failure instanceof Exception e) {
        throw e;
      }
      if (failure instanceof Error e) {
        throw e;
      }
    };
  }

  @Test
  void everyPartIsClosedInOrderAndTheFirstFailureIsThrown() {
    var first = new OutOfMemoryError("planted");
    var second = new IllegalStateException("later");
    Throwable thrown =
        catchThrowable(
            () ->
                Closing.all(part("a", null), part("b", first), part("c", second), part("d", null)));
    assertThat(thrown).isSameAs(first).hasSuppressedException(second);
    assertThat(closed).containsExactly("a", "b", "c", "d");
  }

  @Test
  void aCheckedFailureIsWrapped() {
    var first = new IOException("no space left on device");
    assertThatThrownBy(() -> Closing.all(part("a", first)))
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining("no space left on device")
        .hasCause(first);
  }

  @Test
  void afterAFailureClosingFailuresAreSuppressed() {
    var cause = new FarsightException("cause");
    var later = new IllegalStateException("later");
    Closing.after(cause, part("a", later), part("b", cause), part("c", null));
    assertThat(cause.getSuppressed()).containsExactly(later);
    assertThat(closed).containsExactly("a", "b", "c");
  }
}

package dev.farsight.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.farsight.api.FarsightException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResourcesTest {

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
  void anErrorKeepsNoPartOpen() {
    var error = new OutOfMemoryError("planted");
    var resources = new Resources();
    resources.own(part("data", null));
    resources.own(part("device", error));
    resources.own(part("store", null));
    assertThatThrownBy(resources::close).isInstanceOf(FarsightException.class).hasCause(error);
    assertThat(closed).containsExactly("store", "device", "data");
  }

  @Test
  void closesInReverseOrder() {
    var resources = new Resources();
    for (String name : List.of("data", "device", "store")) {
      resources.own(part(name, null));
    }
    resources.close();
    assertThat(closed).containsExactly("store", "device", "data");
  }

  @Test
  void theFirstFailureIsThrownAndLaterOnesAreSuppressed() {
    var first = new IOException("store broke");
    var second = new IllegalStateException("device broke");
    var resources = new Resources();
    resources.own(part("data", null));
    resources.own(part("device", second));
    resources.own(part("store", first));
    var thrown = catchThrowableOfType(FarsightException.class, resources::close);
    assertThat(thrown).hasMessage("could not be closed: store broke").hasCause(first);
    assertThat(thrown.getSuppressed()).containsExactly(second);
    assertThat(closed).containsExactly("store", "device", "data");
  }

  @Test
  void nothingIsClosedTwice() {
    var resources = new Resources();
    resources.own(part("data", new IOException("broke")));
    assertThatThrownBy(resources::close).isInstanceOf(FarsightException.class);
    assertThatCode(resources::close).doesNotThrowAnyException();
    assertThat(closed).containsExactly("data");
  }

  @Test
  void aFailureToCloseDoesNotReplaceAnEarlierFailure() {
    var failure = new FarsightException("cannot open the store");
    var broken = new IOException("device broke");
    var resources = new Resources();
    resources.own(part("device", broken));
    resources.closeAfter(failure);
    assertThat(failure.getSuppressed()).hasSize(1);
    assertThat(failure.getSuppressed()[0]).hasCause(broken);
  }
}

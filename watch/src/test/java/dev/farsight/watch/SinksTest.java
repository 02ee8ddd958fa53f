package dev.farsight.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.StepProgress;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SinksTest {

  private static StepProgress step(long number) {
    return new StepProgress(number, 0, 1, 1, 1, 1);
  }

  private static RunListener recording(List<String> calls) {
    return (RunListener)
        Proxy.newProxyInstance(
            RunListener.class.getClassLoader(),
            new Class<?>[] {RunListener.class},
            (proxy, method, arguments) -> {
              if (method.getDeclaringClass() == Object.class) {
                return method.getName().equals("hashCode") ? 1 : proxy == arguments[0];
              }
              calls.add(method.getName());
              return null;
            });
  }

  /** No event is forgotten when {@link RunListener} gets a new one. */
  @Test
  void everyEventReachesTheOwnListenerAndTheSinks() throws Exception {
    List<String> own = new ArrayList<>();
    List<String> sink = Collections.synchronizedList(new ArrayList<>());
    List<String> sent = new ArrayList<>();
    try (var sinks = new Sinks(recording(own), List.of(recording(sink)))) {
      for (Method method : RunListener.class.getMethods()) {
        if (method.getReturnType() != void.class) {
          continue;
        }
        Object[] nothing = Arrays.stream(method.getParameterTypes()).map(type -> null).toArray();
        method.invoke(sinks, nothing);
        sent.add(method.getName());
      }
    }
    assertThat(sent).hasSizeGreaterThan(15);
    assertThat(own).isEqualTo(sent);
    assertThat(sink).isEqualTo(sent);
  }

  @Test
  @Timeout(60)
  void aSinkThatHangsBlocksNothingAndDropsAreCounted() throws Exception {
    var go = new CountDownLatch(1);
    List<Long> seen = Collections.synchronizedList(new ArrayList<>());
    var slow =
        new RunListener() {
          @Override
          public void step(StepProgress progress) {
            try {
              go.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            seen.add(progress.step());
          }

          @Override
          public void phase(String what) {
            seen.add(-1L);
          }
        };
    var sinks = new Sinks(RunListener.NONE, List.of(slow));
    int sent = 20_000;
    for (int n = 0; n < sent; n++) {
      sinks.step(step(n));
    }
    sinks.phase("rare");
    long dropped = sinks.dropped();
    assertThat(dropped).isBetween(1L, (long) sent);
    go.countDown();
    sinks.close();
    assertThat(seen).as("what is rare has a place").contains(-1L);
    assertThat(seen.size() + dropped).isEqualTo(sent + 1);
  }

  @Test
  void aSinkThatFailsIsLeftOutAndTheOthersGoOn() throws Exception {
    List<String> failing = Collections.synchronizedList(new ArrayList<>());
    var broken =
        new RunListener() {
          @Override
          public void phase(String what) {
            failing.add(what);
            throw new IllegalStateException("no room");
          }
        };
    List<String> calls = Collections.synchronizedList(new ArrayList<>());
    try (var sinks = new Sinks(RunListener.NONE, List.of(broken, recording(calls)))) {
      sinks.phase("one");
      sinks.phase("two");
    }
    assertThat(failing).containsExactly("one");
    assertThat(calls).containsExactly("phase", "phase");
  }
}

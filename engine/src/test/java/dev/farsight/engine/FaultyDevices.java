package dev.farsight.engine;

import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.ComputeFactory;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.engine.plugin.Components;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Devices of the CPU, one of which fails, hangs or dawdles in one call. What it did before is what
 * the CPU does.
 */
final class FaultyDevices {

  /** All devices have the fault. */
  static final int ALL = -1;

  private static final String REPLACED = "nd4j-native";

  /** The calls in which a device can fail. */
  enum Call {
    MOVE("move"),
    TRAIN("train"),
    EVALUATE("evaluate"),
    /** The move is done, but its ticket fails, or is never done. */
    MOVE_TICKET("move"),
    /** The step is done, but its ticket fails, or is never done. */
    STEP_TICKET("train"),
    /** The fault is given the collective. */
    COMPILE("compile");

    private final String method;

    Call(String method) {
      this.method = method;
    }

    private boolean isTicket() {
      return this == MOVE_TICKET || this == STEP_TICKET;
    }
  }

  /** What a device does in the call. */
  @FunctionalInterface
  interface Fault {
    void occur(Object argument);
  }

  private final int rank;
  private final Call call;
  private final int nth;
  private final Fault fault;

  /**
   * @param rank of the device, or {@link #ALL}
   * @param nth of the calls of this kind, from 1
   */
  FaultyDevices(int rank, Call call, int nth, Fault fault) {
    this.rank = rank;
    this.call = call;
    this.nth = nth;
    this.fault = fault;
  }

  static Fault failing(String message) {
    return argument -> {
      throw new FarsightException(message);
    };
  }

  static Fault failing(Error error) {
    return argument -> {
      throw error;
    };
  }

  /** Hangs until the gate is opened. Does not react to interrupts. */
  static Fault hanging(CountDownLatch gate) {
    return argument -> {
      for (boolean open = false; !open; ) {
        try {
          gate.await();
          open = true;
        } catch (InterruptedException e) {
          // A device does not know of interrupts.
        }
      }
    };
  }

  /** Gives the device a dense value that is not finite. */
  static Fault poisoning() {
    return argument -> ((StepInput) argument).batch().dense().put(0, Float.POSITIVE_INFINITY);
  }

  /** The components, with these devices in place of the CPU. */
  Components in(Components components) {
    ComputeFactory cpu = components.computes().get(REPLACED);
    var opened = new AtomicInteger();
    ComputeFactory faulty =
        watched(
            ComputeFactory.class,
            (proxy, method, arguments) -> {
              Object result = method.invoke(cpu, arguments);
              return result instanceof ComputeBackend backend && isFaulty(opened.getAndIncrement())
                  ? watched(ComputeBackend.class, new Calls(backend))
                  : result;
            });
    var computes = new TreeMap<>(components.computes());
    computes.put(REPLACED, faulty);
    return new Components(
        components.policies(),
        components.stores(),
        computes,
        components.sources(),
        components.models(),
        components.collectives(),
        components.exportFormats(),
        components.offers());
  }

  private boolean isFaulty(int device) {
    return rank == ALL || rank == device;
  }

  /** Passes calls on: to the backend, its slots, or its step. */
  private final class Calls implements InvocationHandler {

    private final Object target;
    private final AtomicInteger calls;
    private final Map<Object, Object> originals;

    private Calls(Object backend) {
      this(backend, new AtomicInteger(), new IdentityHashMap<>());
    }

    private Calls(Object target, AtomicInteger calls, Map<Object, Object> originals) {
      this.target = target;
      this.calls = calls;
      this.originals = originals;
    }

    @Override
    public Object invoke(Object proxy, java.lang.reflect.Method method, Object[] arguments)
        throws Throwable {
      boolean now = method.getName().equals(call.method) && calls.incrementAndGet() == nth;
      if (now && !call.isTicket()) {
        fault.occur(arguments[call == Call.COMPILE ? arguments.length - 1 : 0]);
      }
      for (int a = 0; arguments != null && a < arguments.length; a++) {
        arguments[a] = originals.getOrDefault(arguments[a], arguments[a]);
      }
      Object result = method.invoke(target, arguments);
      if (now && call.isTicket()) {
        return (Ticket) () -> fault.occur(null);
      }
      return switch (method.getName()) {
        case "slots", "compile" ->
            result instanceof Number ? result : watchedPart(method.getReturnType(), result);
        default -> result;
      };
    }

    private Object watchedPart(Class<?> type, Object part) {
      Object proxy = watched(type, new Calls(part, calls, originals));
      originals.put(proxy, part);
      return proxy;
    }
  }

  private static <T> T watched(Class<T> type, InvocationHandler handler) {
    InvocationHandler unwrapping =
        (proxy, method, arguments) -> {
          try {
            return handler.invoke(proxy, method, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        };
    return type.cast(
        Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, unwrapping));
  }
}

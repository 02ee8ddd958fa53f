package dev.farsight.engine;

import dev.farsight.api.MemoryForecast;
import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.ComputeContext;
import dev.farsight.api.compute.ComputeFactory;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.engine.plugin.Components;
import dev.farsight.testkit.compute.NaiveBackend;
import dev.farsight.testkit.compute.QueuedDevice;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Replaces the configured device by one whose dense parameters stay readable after the run, so a
 * test can check them after a failure.
 */
final class KeptDevice implements ComputeFactory {

  private static final String REPLACED = "nd4j-native";

  enum Kind {
    NAIVE(false, true),
    NAIVE_QUEUED(true, true),
    CPU(false, false),
    CPU_QUEUED(true, false);

    /** Whether steps are under way while further ones are given. */
    private final boolean queued;

    private final boolean naive;

    Kind(boolean queued, boolean naive) {
      this.queued = queued;
      this.naive = naive;
    }
  }

  private final Kind kind;
  private final Map<String, float[]> dense = new LinkedHashMap<>();
  private ComputeFactory replaced;
  private int stepsGiven;

  /** The step whose batch has a value that is not finite, from 0; -1 if there is none. */
  private int poisonedStep = -1;

  private Availability availability = Availability.yes("for tests");

  KeptDevice(Kind kind) {
    this.kind = kind;
  }

  /** The same device, which gives one step a dense value that is not finite. */
  KeptDevice poisoned(int step) {
    poisonedStep = step;
    return this;
  }

  /** The same device, which cannot run here. */
  KeptDevice unavailable(String reason) {
    availability = Availability.no(reason);
    return this;
  }

  Components in(Components components) {
    replaced = components.computes().get(REPLACED);
    var computes = new TreeMap<>(components.computes());
    computes.put(REPLACED, this);
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

  /** Dense parameters and their optimizer state, by name, when the last run was closed. */
  Map<String, float[]> dense() {
    return dense;
  }

  /** How many training steps the device was given in the last run. */
  int stepsGiven() {
    return stepsGiven;
  }

  @Override
  public String name() {
    return REPLACED;
  }

  @Override
  public Availability probe() {
    return availability;
  }

  @Override
  public MemoryForecast forecast(StepSpec spec, int slots, int inRows, int outRows) {
    return MemoryForecast.none();
  }

  @Override
  public ComputeBackend open(ComputeContext context) {
    dense.clear();
    stepsGiven = 0;
    ComputeBackend backend = kind.naive ? new NaiveBackend() : replaced.open(context);
    ComputeBackend device = kind.queued ? new QueuedDevice(backend) : backend;
    return watched(
        ComputeBackend.class,
        (proxy, method, arguments) -> {
          Object result = method.invoke(device, arguments);
          return result instanceof CompiledStep step ? watched(step) : result;
        });
  }

  private CompiledStep watched(CompiledStep step) {
    return watched(
        CompiledStep.class,
        (proxy, method, arguments) -> {
          if (method.getName().equals("close")) {
            keep(step.dense());
          }
          if (method.getName().equals("train")) {
            if (stepsGiven++ == poisonedStep) {
              ((StepInput) arguments[0]).batch().dense().put(0, Float.POSITIVE_INFINITY);
            }
          }
          return method.invoke(step, arguments);
        });
  }

  private void keep(DenseState state) {
    for (int p = 0; p < state.parameters().size(); p++) {
      var values = new float[state.parameters().get(p).size()];
      state.read(p, values);
      dense.put(state.parameters().get(p).name(), values);
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

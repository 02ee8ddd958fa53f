package dev.farsight.testkit.compute;

import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.ComputeContext;
import dev.farsight.api.compute.ComputeFactory;
import dev.farsight.api.plugin.FarsightPlugin;
import dev.farsight.testkit.config.Sections;
import dev.farsight.testkit.plugin.RegisteredFactories;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;

/**
 * A backend that models are tested on.
 *
 * @param name for messages
 * @param tolerance error allowed per step, relative to 1 + the value's magnitude
 * @param opener opens the backend; a test that cannot run here is skipped by an assumption in it
 */
public record TestBackend(String name, double tolerance, Supplier<ComputeBackend> opener) {

  /** What float32 throughout reaches. */
  public static final double FLOAT32 = 1e-5;

  private static final int THREADS = 2;

  /** The backend in float64 that is in the testkit. */
  public static TestBackend naive() {
    return new TestBackend("naive", FLOAT32, NaiveBackend::new);
  }

  /**
   * A backend that computes in float32. Tests are skipped where it cannot run.
   *
   * @param settings of its own section in HOCON; all others have the values of its reference.conf
   */
  public static TestBackend of(ComputeFactory factory, String settings) {
    return new TestBackend(factory.name(), FLOAT32, () -> open(factory, settings));
  }

  private static ComputeBackend open(ComputeFactory factory, String settings) {
    var availability = factory.probe();
    Assumptions.assumeTrue(availability.available(), availability.detail());
    String path = "farsight.compute." + factory.name();
    return factory.open(new ComputeContext(Sections.of(path, settings, factory), THREADS));
  }

  /**
   * The naive backend, and those for the CPU that plugins on the class path register and that can
   * run on this host: with {@code farsight-compute-nd4j} in test scope, the one that trains.
   */
  public static List<TestBackend> onClassPath() {
    var backends = new ArrayList<>(List.of(naive()));
    for (FarsightPlugin plugin : ServiceLoader.load(FarsightPlugin.class)) {
      RegisteredFactories.of(plugin).computes().values().stream()
          .filter(factory -> factory.usesHostMemory() && factory.probe().available())
          .forEach(factory -> backends.add(of(factory, "")));
    }
    return List.copyOf(backends);
  }

  public ComputeBackend open() {
    return opener.get();
  }
}

package dev.farsight.engine;

import static dev.farsight.api.model.Op.Activation.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.farsight.api.FarsightException;
import dev.farsight.api.MemoryForecast;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.ComputeContext;
import dev.farsight.api.compute.ComputeFactory;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.model.Model;
import dev.farsight.api.model.ModelContext;
import dev.farsight.api.model.ModelFactory;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.RowStoreFactory;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.engine.attribution.PluginException;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.StepProgress;
import dev.farsight.engine.export.Export;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.plugin.JarBuilder;
import dev.farsight.engine.plugin.Plugins;
import dev.farsight.testkit.compute.NaiveBackend;
import dev.farsight.testkit.compute.QueuedDevice;
import dev.farsight.testkit.compute.StandInDevice;
import dev.farsight.testkit.store.DeferredRowStore;
import dev.farsight.testkit.store.NaiveRowStore;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A plugin in a jar offers one component of every kind. Whichever of their calls throws, one line
 * names the component, the plugin, the jar and the call.
 */
class PluginFailureTest {

  /**
   * Components that pass every call on to honest ones, which the test gives, until one call is to
   * throw.
   */
  private static final String ACME =
      """
      package acme;
      import dev.farsight.api.cache.*;
      import dev.farsight.api.compute.*;
      import dev.farsight.api.concurrent.*;
      import dev.farsight.api.data.*;
      import dev.farsight.api.export.*;
      import dev.farsight.api.memory.*;
      import dev.farsight.api.model.*;
      import dev.farsight.api.plugin.*;
      import dev.farsight.api.store.*;
      import java.lang.reflect.*;
      import java.util.*;
      public final class Acme extends FarsightPlugin {
        public static final Map<String, Object> HONEST = new HashMap<>();
        public static volatile String call = "";
        public static volatile int honestCalls;
        public static volatile Throwable thrown;
        static final List<Class<?>> TYPES = List.of(
            CachePolicy.class, RowStore.class, RowReader.class, ComputeBackend.class,
            SlotMemory.class, CompiledStep.class, RowFinder.class, DenseState.class,
            HostTrace.class, HostBuffers.class, Ticket.class, DataSource.class,
            BatchSource.class, Model.class);
        public Acme() { super("acme-parts", API_VERSION); }
        @Override public void register(Registry registry) {
          registry.policy(wrap(CachePolicyFactory.class, null));
          registry.store(wrap(RowStoreFactory.class, null));
          registry.compute(wrap(ComputeFactory.class, null));
          registry.dataSource(wrap(DataSourceFactory.class, null));
          registry.model(wrap(ModelFactory.class, null));
          registry.exportFormat(wrap(ExportFormat.class, null));
        }
        static <T> T wrap(Class<T> type, Object made) {
          return type.cast(Proxy.newProxyInstance(
              Acme.class.getClassLoader(), new Class<?>[] {type}, new Calls(type, made)));
        }
        record Calls(Class<?> type, Object made) implements InvocationHandler {
          @Override public Object invoke(Object proxy, Method method, Object[] arguments)
              throws Throwable {
            if (method.getDeclaringClass() == Object.class) {
              return method.invoke(this, arguments);
            }
            String name = type.getSimpleName() + "." + method.getName();
            if (made == null && method.getName().equals("name")) {
              return "acme";
            }
            if (name.equals(call) && --honestCalls == -1) {
              throw thrown;
            }
            Object honest = made == null ? HONEST.get(type.getSimpleName()) : made;
            for (int a = 0; arguments != null && a < arguments.length; a++) {
              // A component gets back what it made.
              if (arguments[a] != null && Proxy.isProxyClass(arguments[a].getClass())
                  && Proxy.getInvocationHandler(arguments[a]) instanceof Calls calls) {
                arguments[a] = calls.made();
              }
            }
            try {
              Object result = method.invoke(honest, arguments);
              Class<?> returned = method.getReturnType();
              return result != null && TYPES.contains(returned) ? wrap(returned, result) : result;
            } catch (InvocationTargetException e) {
              throw e.getCause();
            }
          }
        }
      }
      """;

  private static final String SETTINGS =
      """
      farsight {
        cache.acme {}
        storage.acme {}
        compute.acme {}
        data.acme {}
        model.acme {}
      }
      """;

  @TempDir static Path folder;

  private static Path jar;
  private static Plugins plugins;
  private static Class<?> acme;

  @BeforeAll
  static void load() throws Exception {
    Path jars = Files.createDirectories(folder.resolve("plugins"));
    jar =
        new JarBuilder()
            .source("acme.Acme", ACME)
            .service("acme.Acme")
            .file("reference.conf", SETTINGS)
            .build(jars.resolve("acme.jar"));
    plugins = Plugins.load(PluginFailureTest.class.getClassLoader(), Optional.of(jars));
    acme = Class.forName("acme.Acme", true, plugins.loaders().get(1));
    Components builtIn = TestRun.builtIn();
    honest(
        Map.of(
            "CachePolicyFactory",
            builtIn.policies().get("lru"),
            "RowStoreFactory",
            (RowStoreFactory) new DeferredStores(),
            "ComputeFactory",
            (ComputeFactory) new Devices(),
            "DataSourceFactory",
            (DataSourceFactory) new BagData(),
            "ModelFactory",
            (ModelFactory) new NamedModel()));
  }

  @AfterAll
  static void close() {
    plugins.close();
  }

  @SuppressWarnings("unchecked")
  private static void honest(Map<String, Object> factories) throws Exception {
    ((Map<String, Object>) acme.getField("HONEST").get(null)).putAll(factories);
  }

  /** From now on the call throws, after some honest ones. */
  private static void fail(String call, int honestCalls, Throwable thrown) throws Exception {
    acme.getField("thrown").set(null, thrown);
    acme.getField("honestCalls").set(null, honestCalls);
    acme.getField("call").set(null, call);
  }

  /** A run with the plugin's component of one kind. */
  private TestRun run(String key) {
    TestRun run =
        new TestRun(folder)
            .components(plugins.components())
            .loaders(plugins.loaders())
            .set(
                key + "=acme",
                "optimizer.type=rowwise-adagrad",
                "cache.size=\"10%\"",
                "train.max-steps=60",
                "data.synthetic.rows=2400");
    return key.equals("data.source") ? run.set("data.max-lookups=190") : run;
  }

  private static Throwable failureOf(TestRun run) {
    return catchThrowable(
        () -> {
          try (Trainer trainer = run.open(RunListener.NONE)) {
            trainer.train();
          }
        });
  }

  static Stream<Arguments> calls() {
    return Stream.of(
            calls(
                "cache.policy",
                "cache policy",
                "CachePolicyFactory.create",
                "CachePolicyFactory.heapBytes",
                "CachePolicyFactory.wantsFrequencies",
                "CachePolicyFactory.wantsNextUse",
                "CachePolicy.hit",
                "CachePolicy.admit",
                "CachePolicy.victims",
                "CachePolicy.evicted",
                "CachePolicy.save"),
            calls(
                "storage.backend",
                "row store",
                "RowStoreFactory.forecast",
                "RowStoreFactory.open",
                "RowStore.spec",
                "RowStore.expect",
                "RowStore.expectWrites",
                "RowStore.read",
                "RowStore.write",
                "RowStore.written",
                "RowStore.rowsHeld",
                "RowStore.flush",
                "RowStore.identity",
                "RowStore.stats",
                "RowStore.close",
                "Ticket.await"),
            calls(
                "compute.backend",
                "compute backend",
                "ComputeFactory.forecast",
                "ComputeFactory.arithmetic",
                "ComputeFactory.usesHostMemory",
                "ComputeFactory.open",
                "ComputeBackend.buffers",
                "ComputeBackend.slots",
                "ComputeBackend.compile",
                "ComputeBackend.gpu",
                "ComputeBackend.trace",
                "ComputeBackend.close",
                "HostTrace.worked",
                "HostBuffers.floats",
                "HostBuffers.close",
                "SlotMemory.in",
                "SlotMemory.out",
                "SlotMemory.stage",
                "SlotMemory.move",
                "SlotMemory.deviceBytes",
                "SlotMemory.close",
                "CompiledStep.train",
                "CompiledStep.evaluate",
                "CompiledStep.resume",
                "CompiledStep.ordersLookups",
                "CompiledStep.rowFinder",
                "CompiledStep.dense",
                "CompiledStep.deviceBytes",
                "CompiledStep.close",
                "RowFinder.room",
                "RowFinder.find",
                "RowFinder.close",
                "DenseState.parameters",
                "DenseState.read",
                "DenseState.write",
                "Ticket.await"),
            calls(
                "data.source",
                "data source",
                "DataSourceFactory.open",
                "DataSource.schema",
                "DataSource.trainSamples",
                "DataSource.evalSamples",
                "DataSource.contentIdentity",
                "DataSource.train",
                "DataSource.eval",
                "DataSource.saveFitted",
                "DataSource.close",
                "BatchSource.schema",
                "BatchSource.next",
                "BatchSource.badRows",
                "BatchSource.truncatedBags",
                "BatchSource.close"),
            calls("model.type", "model", "ModelFactory.create", "Model.logits"))
        .flatMap(calls -> calls);
  }

  private static Stream<Arguments> calls(String key, String kind, String... names) {
    return Stream.of(names).map(name -> Arguments.of(key, kind, name));
  }

  @ParameterizedTest
  @MethodSource("calls")
  void whicheverCallThrowsIsNamedInOneLine(String key, String kind, String call) throws Exception {
    TestRun run =
        run(key)
            .set(
                "train.eval-every=20",
                "checkpoint.every=30 steps",
                "checkpoint.directory=\"" + folder.resolve("checkpoints-" + call + key) + "\"");
    var thrown = new IllegalStateException("no");
    fail(call, 0, thrown);
    Throwable failure = failureOf(run);
    assertThat(failure)
        .isInstanceOf(FarsightException.class)
        .hasStackTraceContaining("java.lang.IllegalStateException: no")
        .message()
        .contains(kind + " acme (plugin acme-parts, " + jar + ") failed in ")
        .contains("failed in " + call)
        .doesNotContain("\n");
  }

  /** Failures in the middle of training: what was trained is in the store. */
  @ParameterizedTest
  @CsvSource({
    "data.source, BatchSource.next, 30, ' at batch 31 of the training part in epoch 1'",
    "cache.policy, CachePolicy.victims, 30, ' at batch \\d+'",
    "cache.policy, CachePolicy.admit, 30, ' at batch \\d+'",
    "compute.backend, CompiledStep.train, 30, ''",
    "compute.backend, SlotMemory.move, 30, ''",
    "compute.backend, SlotMemory.stage, 30, ''"
  })
  void nothingTrainedBeforeIsLost(String key, String call, int honestCalls, String where)
      throws Exception {
    var stores = new KeptStores(UnaryOperator.identity());
    Components parts = stores.in(plugins.components());
    long[] steps = {0};
    RunListener counting =
        new RunListener() {
          @Override
          public void step(StepProgress progress) {
            steps[0] = progress.step();
          }
        };
    fail(call, honestCalls, new IllegalStateException("no"));
    try (Trainer trainer = run(key).components(parts).open(counting)) {
      assertThat(catchThrowable(trainer::train))
          .isInstanceOf(PluginException.class)
          .message()
          .matches(".* failed in " + call + where + ": java.lang.IllegalStateException: no");
    }
    String rows = stores.rowsSha256();
    assertThat(steps[0]).isPositive();
    fail("", 0, null);
    run(key).components(parts).set("train.max-steps=" + steps[0]).train();
    assertThat(rows).as("after %d steps", steps[0]).isEqualTo(stores.rowsSha256());
  }

  static Stream<Arguments> kindsOfThrowables() {
    return Stream.of(
        Arguments.of(new NullPointerException("x\ny"), "java.lang.NullPointerException: x y"),
        Arguments.of(new AssertionError("odd"), "java.lang.AssertionError: odd"),
        Arguments.of(new StackOverflowError(), "java.lang.StackOverflowError"),
        Arguments.of(
            new OutOfMemoryError("Java heap space"), "java.lang.OutOfMemoryError: Java heap space"),
        Arguments.of(
            new NoSuchMethodError("'void a.B.c()'"),
            "java.lang.NoSuchMethodError: 'void a.B.c()' (the plugin may be compiled for another version of Farsight or of a library)"),
        Arguments.of(
            new NoClassDefFoundError("a/B"),
            "class a.B is missing; a plugin's jar must contain the libraries that the plugin needs"),
        Arguments.of(
            new UncheckedIOException(new NoSuchFileException("/x/rows.bin")),
            "/x/rows.bin: no such file or directory; check the path"));
  }

  @ParameterizedTest
  @MethodSource("kindsOfThrowables")
  void errorsAreToldToo(Throwable thrown, String line) throws Exception {
    fail("RowStore.write", 0, thrown);
    assertThat(failureOf(run("storage.backend")))
        .isInstanceOf(PluginException.class)
        .hasMessageContaining("failed in RowStore.write: ")
        .message()
        .endsWithIgnoringCase(line);
  }

  @Test
  void whatAPluginSaysToTheUserStaysAsItIs() throws Exception {
    fail("DataSourceFactory.open", 0, new ConfigException("data.acme.depth: is missing"));
    assertThat(failureOf(run("data.source")))
        .isInstanceOf(ConfigException.class)
        .hasMessage("data.acme.depth: is missing");
    fail("BatchSource.next", 3, new FarsightException("rows.jsonl:17: no number"));
    assertThat(failureOf(run("data.source")))
        .isInstanceOf(FarsightException.class)
        .hasMessage("rows.jsonl:17: no number");
  }

  @Test
  void anExportFormatThatThrowsIsNamed() throws Exception {
    fail("", 0, null);
    TestRun run = run("model.type").set("model.save=true");
    run.train();
    fail("ExportFormat.write", 0, new IllegalStateException("no"));
    Components components = plugins.components();
    var export = new Export(run.config(), components);
    Path target = folder.resolve("exported");
    Path model = run.directory().resolve("model");
    assertThat(
            catchThrowable(
                () ->
                    export.write(
                        model, Optional.empty(), target, components.exportFormats().get("acme"))))
        .isInstanceOf(PluginException.class)
        .hasMessage(
            "export format acme (plugin acme-parts, %s) failed in ExportFormat.write: java.lang.IllegalStateException: no"
                .formatted(jar));
    assertThat(target).doesNotExist();
  }

  @Test
  void aRunWithoutAFailureUsesEveryKind() throws Exception {
    fail("", 0, null);
    for (String key : new String[] {"cache.policy", "storage.backend", "compute.backend"}) {
      run(key).train();
    }
    run("data.source").train();
    run("model.type").train();
  }

  /** A store whose tickets are done late. */
  private static final class DeferredStores implements RowStoreFactory {

    @Override
    public String name() {
      return "acme";
    }

    @Override
    public MemoryForecast forecast(StoreSpec spec) {
      return MemoryForecast.none();
    }

    @Override
    public RowStore open(StoreSpec spec) {
      return new DeferredRowStore(new NaiveRowStore(spec));
    }
  }

  /** A device that does all that a device can do. */
  private static final class Devices implements ComputeFactory {

    @Override
    public String name() {
      return "acme";
    }

    @Override
    public Availability probe() {
      return Availability.yes("for tests");
    }

    @Override
    public MemoryForecast forecast(StepSpec spec, int slots, int inRows, int outRows) {
      return MemoryForecast.none();
    }

    @Override
    public ComputeBackend open(ComputeContext context) {
      return new StandInDevice(new QueuedDevice(new NaiveBackend()));
    }
  }

  private static final class NamedModel implements ModelFactory {

    @Override
    public String name() {
      return "acme";
    }

    @Override
    public Model create(ModelContext context) {
      return tape -> tape.linear("top", tape.embeddingBag(), 1, NONE);
    }
  }
}

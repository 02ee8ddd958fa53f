package dev.farsight.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;

/** Jars of plugins, compiled and packed as their authors would. */
final class PluginJars {

  private static final String SERVICE = "META-INF/services/dev.farsight.api.plugin.FarsightPlugin";

  /** The example of docs/writing-a-plugin.md. */
  private static final Path SIEVE =
      Distribution.ROOT.resolve("docs/examples/policy-plugin/src/main");

  private static final String CRASHING =
      """
      package crashing;

      import dev.farsight.api.cache.CachePolicy;
      import dev.farsight.api.cache.CachePolicyFactory;
      import dev.farsight.api.cache.PolicyContext;
      import dev.farsight.api.plugin.FarsightPlugin;
      import java.lang.reflect.Proxy;

      /** A policy that takes its JVM down as soon as it is asked for victims. */
      public final class CrashingPlugin extends FarsightPlugin {

        public CrashingPlugin() {
          super("crashing", FarsightPlugin.API_VERSION);
        }

        @Override
        public void register(dev.farsight.api.plugin.Registry registry) {
          registry.policy(new Factory());
        }

        static final class Factory implements CachePolicyFactory {

          @Override
          public String name() {
            return "crashing";
          }

          @Override
          public CachePolicy create(PolicyContext context) {
            return (CachePolicy)
                Proxy.newProxyInstance(
                    CachePolicy.class.getClassLoader(),
                    new Class<?>[] {CachePolicy.class},
                    (proxy, method, arguments) -> {
                      if (method.getName().equals("victims")) {
                        Runtime.getRuntime().halt(77);
                      }
                      return null;
                    });
          }
        }
      }
      """;

  private static final String BLOCKING =
      """
      package blocking;

      import dev.farsight.api.data.*;
      import dev.farsight.api.plugin.FarsightPlugin;
      import dev.farsight.api.table.*;
      import java.util.List;
      import java.util.concurrent.Semaphore;

      public final class BlockingPlugin extends FarsightPlugin {

        public BlockingPlugin() {
          super("blocking", FarsightPlugin.API_VERSION);
        }

        @Override
        public void register(dev.farsight.api.plugin.Registry registry) {
          registry.dataSource(new Factory());
        }

        static final class Factory implements DataSourceFactory {
          public String name() {
            return "blocking";
          }

          public DataSource open(DataContext context) {
            return new Source();
          }
        }

        static final class Source implements DataSource {
          private final BatchSchema schema =
              new BatchSchema(2, new TableSet(List.of(new Table("t", 100))), true, false);

          public BatchSchema schema() {
            return schema;
          }

          public long trainSamples() {
            return 1_000_000;
          }

          public long evalSamples() {
            return 0;
          }

          public BatchSource train(int epoch) {
            return new BatchSource() {
              private int batches;

              public BatchSchema schema() {
                return schema;
              }

              public boolean next(Batch batch) {
                if (++batches == 3) {
                  System.out.println("blocked");
                  new Semaphore(0).acquireUninterruptibly();
                }
                for (int s = 0; s < batch.capacity(); s++) {
                  batch.indices(0)[s] = s % 100;
                  batch.labels().put(s, s % 2);
                }
                batch.samples(batch.capacity());
                return true;
              }

              public void close() {}
            };
          }

          public BatchSource eval() {
            throw new UnsupportedOperationException();
          }

          public void close() {}
        }
      }
      """;

  private static final String BROKEN =
      """
      package broken;

      import dev.farsight.api.data.*;
      import dev.farsight.api.plugin.FarsightPlugin;

      public final class BrokenPlugin extends FarsightPlugin {

        IN_CLASS

        static int deeper(int depth) {
          return deeper(depth + 1) + 1;
        }

        public BrokenPlugin() {
          super("broken", FarsightPlugin.API_VERSION);
        }

        @Override
        public void register(dev.farsight.api.plugin.Registry registry) {
          IN_REGISTER
          registry.dataSource(new Factory());
        }

        static final class Factory implements DataSourceFactory {
          public String name() {
            return "broken";
          }

          public DataSource open(DataContext context) {
            IN_OPEN
          }
        }
      }
      """;

  private PluginJars() {}

  /** Offers the policy {@code sieve}. */
  static Path sieve(Path jar) throws IOException {
    Map<String, String> sources = new TreeMap<>();
    try (var files = Files.walk(SIEVE.resolve("java"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        sources.put(SIEVE.resolve("java").relativize(file).toString(), Files.readString(file));
      }
    }
    return build(
        jar,
        sources,
        Files.readString(SIEVE.resolve("resources").resolve(SERVICE)),
        Files.readString(SIEVE.resolve("resources/reference.conf")));
  }

  /** Offers the policy {@code crashing}. */
  static Path crashing(Path jar) throws IOException {
    return build(
        jar,
        Map.of("crashing/CrashingPlugin.java", CRASHING),
        "crashing.CrashingPlugin\n",
        "farsight.cache.crashing {}\n");
  }

  /** Offers the data source {@code blocking}, whose reads never return from the third batch on. */
  static Path blocking(Path jar) throws IOException {
    return build(
        jar,
        Map.of("blocking/BlockingPlugin.java", BLOCKING),
        "blocking.BlockingPlugin\n",
        "farsight.data.blocking {}\n");
  }

  /**
   * Offers the data source {@code broken}.
   *
   * @param inClass members of the plugin's class
   * @param inRegister statements of its method register
   * @param inOpen what opening the source does
   */
  static Path broken(Path jar, String inClass, String inRegister, String inOpen)
      throws IOException {
    return build(
        jar,
        Map.of(
            "broken/BrokenPlugin.java",
            BROKEN
                .replace("IN_CLASS", inClass)
                .replace("IN_REGISTER", inRegister)
                .replace("IN_OPEN", inOpen)),
        "broken.BrokenPlugin\n",
        "farsight.data.broken {}\n");
  }

  private static Path build(Path jar, Map<String, String> sources, String service, String reference)
      throws IOException {
    Files.createDirectories(jar.getParent());
    Path work = Files.createTempDirectory("farsight-plugin");
    Path classes = Files.createDirectory(work.resolve("classes"));
    compile(work, classes, sources);
    try (var out = new JarOutputStream(Files.newOutputStream(jar));
        var files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        put(out, classes.relativize(file).toString(), Files.readAllBytes(file));
      }
      put(out, SERVICE, service.getBytes(UTF_8));
      put(out, "reference.conf", reference.getBytes(UTF_8));
    }
    return jar;
  }

  private static void compile(Path work, Path classes, Map<String, String> sources)
      throws IOException {
    for (var source : sources.entrySet()) {
      Path file = work.resolve("sources").resolve(source.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, source.getValue());
    }
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var manager = compiler.getStandardFileManager(null, null, UTF_8)) {
      var messages = new StringWriter();
      var files =
          sources.keySet().stream().map(name -> work.resolve("sources").resolve(name)).toList();
      var options =
          List.of(
              "-d",
              classes.toString(),
              "-classpath",
              System.getProperty(
                  "surefire.test.class.path", System.getProperty("java.class.path")));
      var units = manager.getJavaFileObjectsFromPaths(files);
      if (!compiler.getTask(messages, manager, null, options, null, units).call()) {
        throw new AssertionError(messages.toString());
      }
    }
  }

  private static void put(JarOutputStream out, String name, byte[] content) throws IOException {
    out.putNextEntry(new JarEntry(name));
    out.write(content);
    out.closeEntry();
  }
}

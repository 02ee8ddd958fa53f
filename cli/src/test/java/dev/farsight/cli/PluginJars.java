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
        protected void configure() {
          policy(new Factory());
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

package dev.farsight.engine.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.inject.Injector;
import com.typesafe.config.Config;
import dev.farsight.api.FarsightException;
import dev.farsight.api.export.ExportFormat;
import dev.farsight.api.plugin.FarsightPlugin;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

/**
 * Whose classes and resources a plugin sees. Real jars, with classes of the names of libraries that
 * are on the class path of the application, in other versions.
 */
class PluginClassLoaderTest {

  private static final ClassLoader APPLICATION = PluginClassLoaderTest.class.getClassLoader();
  private static final String SERVICES = "META-INF/services/";

  @TempDir Path folder;

  /** A plugin whose export format is named after what the expression gives when it registers. */
  private static JarBuilder telling(String expression) {
    return new JarBuilder()
        .source(
            "acme.Acme",
            """
            package acme;
            import dev.farsight.api.export.*;
            public final class Acme extends dev.farsight.api.plugin.FarsightPlugin {
              public Acme() { super("acme", API_VERSION); }
              @Override public void register(dev.farsight.api.plugin.Registry registry) {
                registry.exportFormat(new Format("" + told()));
              }
              static Object told() { return EXPRESSION; }
              private static final class Format implements ExportFormat {
                private final String name;
                Format(String name) { this.name = name; }
                @Override public String name() { return name; }
                @Override public void write(ExportedModel model, java.nio.file.Path out) {
                  model.rows(0);
                }
              }
            }
            """
                .replace("EXPRESSION", expression))
        .service("acme.Acme");
  }

  private Plugins load() {
    return Plugins.load(APPLICATION, Optional.of(folder));
  }

  /** What the one plugin of the folder told. */
  private String told() {
    try (Plugins plugins = load()) {
      return plugins.components().offers().stream()
          .filter(offer -> offer.plugin().equals("acme"))
          .map(Offer::name)
          .collect(Collectors.joining());
    }
  }

  @Test
  void aLibraryOfThePluginWinsOverTheApplications() throws IOException {
    telling(
            "com.google.common.collect.ImmutableList.whose()"
                + " + \" \" + new com.google.inject.Injector().whose()")
        .source(
            "com.google.common.collect.ImmutableList",
            "package com.google.common.collect;"
                + " public final class ImmutableList { public static String whose() { return \"own Guava\"; } }")
        .source(
            "com.google.inject.Injector",
            "package com.google.inject;"
                + " public final class Injector { public String whose() { return \"own Guice\"; } }")
        .build(folder.resolve("acme.jar"));
    assertThat(told()).isEqualTo("own Guava own Guice");
    assertThat(ImmutableList.of("the application's")).hasSize(1);
    assertThat(Injector.class).isInterface();
  }

  @Test
  void whatTheJarLacksComesFromTheApplication() throws IOException {
    telling("com.google.common.collect.ImmutableList.of(1, 2)").build(folder.resolve("acme.jar"));
    assertThat(told()).isEqualTo("[1, 2]");
  }

  @Test
  void twoPluginsHaveTwoVersions() throws IOException {
    for (String version : new String[] {"one", "two"}) {
      telling("lib.Lib.VERSION()")
          .source(
              "lib.Lib",
              "package lib; public class Lib { public static String VERSION() { return \""
                  + version
                  + "\"; } }")
          .build(folder.resolve(version + ".jar"));
    }
    try (Plugins plugins = load()) {
      assertThat(plugins.components().exportFormats()).containsKeys("one", "two");
    }
  }

  /** Each copy, if it were used, would fail: none has a member. */
  @Test
  void copiesOfTheApiInTheJarAreIgnored() throws IOException {
    Path api = folder.resolve("api-copies");
    Files.createDirectories(api);
    Path copies =
        new JarBuilder()
            .source(FarsightPlugin.class.getName(), empty(FarsightPlugin.class))
            .source(ExportFormat.class.getName(), empty(ExportFormat.class))
            .source(Config.class.getName(), empty(Config.class))
            .source(Logger.class.getName(), empty(Logger.class))
            .build(api.resolve("copies.jar"));
    Path jar =
        telling("com.typesafe.config.ConfigFactory.parseString(\"a = b\").getString(\"a\")")
            .build(folder.resolve("acme.jar"));
    JarBuilder.addAll(copies, jar);
    assertThat(told()).isEqualTo("b");
    try (var loader = new PluginClassLoader("acme", jar.toUri().toURL(), APPLICATION)) {
      for (Class<?> shared :
          new Class<?>[] {
            FarsightPlugin.class, ExportFormat.class, Config.class, Logger.class, String.class
          }) {
        assertThat(loadedBy(loader, shared.getName())).isSameAs(shared);
      }
    }
  }

  private static String empty(Class<?> type) {
    return "package %s; public interface %s {}"
        .formatted(type.getPackageName(), type.getSimpleName());
  }

  private static Class<?> loadedBy(ClassLoader loader, String name) {
    try {
      return loader.loadClass(name);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void resourcesOfTheJarComeFirst() throws IOException {
    String resource = getClass().getName().replace('.', '/') + ".class";
    Path jar =
        new JarBuilder().file(resource, "own").file("mine", "1").build(folder.resolve("r.jar"));
    try (var loader = new PluginClassLoader("r", jar.toUri().toURL(), APPLICATION)) {
      try (var own = loader.getResourceAsStream(resource)) {
        assertThat(own).hasContent("own");
      }
      assertThat(Collections.list(loader.getResources(resource)))
          .containsExactly(loader.findResource(resource), APPLICATION.getResource(resource));
      assertThat(loader.getResource("mine")).isEqualTo(loader.findResource("mine"));
      assertThat(loader.getResource("reference.conf")).isNotNull();
      assertThat(loader.getResource("nowhere")).isNull();
    }
  }

  @Test
  void pluginsOfTheApplicationAreNotTheJars() throws IOException {
    Path jar = telling("1").build(folder.resolve("acme.jar"));
    try (var loader = new PluginClassLoader("acme", jar.toUri().toURL(), APPLICATION)) {
      assertThat(ServiceLoader.load(FarsightPlugin.class, APPLICATION)).isNotEmpty();
      assertThat(ServiceLoader.load(FarsightPlugin.class, loader))
          .singleElement()
          .satisfies(plugin -> assertThat(plugin.name()).isEqualTo("acme"));
    }
    Path none = new JarBuilder().file("x", "").build(folder.resolve("none.jar"));
    try (var loader = new PluginClassLoader("none", none.toUri().toURL(), APPLICATION)) {
      String service = SERVICES + FarsightPlugin.SERVICE;
      assertThat(loader.getResource(service)).isNull();
      assertThat(Collections.list(loader.getResources(service))).isEmpty();
    }
  }

  /** The application has the same library with a provider that is not of the plugin's type. */
  @Test
  void aLibraryOfThePluginFindsItsOwnServicesAlone() throws IOException {
    Path library = Files.createDirectories(folder.resolve("application"));
    Path applications = lib("of the application").build(library.resolve("lib.jar"));
    Path plugins = Files.createDirectories(folder.resolve("plugins"));
    Path jar = telling("lib.Lib.find()").build(plugins.resolve("acme.jar"), applications);
    JarBuilder.addAll(lib("of the plugin").build(library.resolve("other.jar")), jar);
    try (var application =
            new URLClassLoader(new URL[] {applications.toUri().toURL()}, APPLICATION);
        Plugins loaded = Plugins.load(application, Optional.of(plugins))) {
      assertThat(loaded.components().exportFormats()).containsKey("[of the plugin]");
    }
  }

  /** A library that finds its providers by the context class loader of the thread. */
  private static JarBuilder lib(String provider) {
    return new JarBuilder()
        .source(
            "lib.Lib",
            """
            package lib;
            public interface Lib {
              static String find() {
                var found = new java.util.ArrayList<String>();
                java.util.ServiceLoader.load(Lib.class).forEach(lib -> found.add(lib.toString()));
                return found.toString();
              }
            }
            """)
        .source(
            "lib.Provider",
            "package lib; public class Provider implements Lib { @Override public String toString() { return \""
                + provider
                + "\"; } }")
        .file(SERVICES + "lib.Lib", "lib.Provider\n");
  }

  /** Its services are those of the application, as the library is. */
  @Test
  void aLibraryOfTheApplicationFindsTheApplicationsServices() throws IOException {
    Path library = Files.createDirectories(folder.resolve("application"));
    Path applications = lib("of the application").build(library.resolve("lib.jar"));
    Path plugins = Files.createDirectories(folder.resolve("plugins"));
    telling("lib.Lib.find()").build(plugins.resolve("acme.jar"), applications);
    try (var application =
            new URLClassLoader(new URL[] {applications.toUri().toURL()}, APPLICATION);
        Plugins loaded = Plugins.load(application, Optional.of(plugins))) {
      assertThat(loaded.components().exportFormats()).containsKey("[of the application]");
    }
  }

  @Test
  void factoriesAndSourcesAreCalledWithTheJarsContextClassLoader() throws IOException {
    new JarBuilder()
        .source(
            "acme.Acme",
            """
            package acme;
            import dev.farsight.api.cache.*;
            import dev.farsight.api.data.*;
            public final class Acme extends dev.farsight.api.plugin.FarsightPlugin {
              public Acme() { super("acme", API_VERSION); inContext(); }
              @Override public void register(dev.farsight.api.plugin.Registry registry) {
                inContext();
                registry.policy(new Policies());
                registry.dataSource(new Sources());
              }
              static void inContext() {
                ClassLoader context = Thread.currentThread().getContextClassLoader();
                if (context != Acme.class.getClassLoader()) {
                  throw new IllegalStateException("called in the context of " + context);
                }
              }
              static final class Policies implements CachePolicyFactory {
                @Override public String name() { inContext(); return "acme"; }
                @Override public void check(dev.farsight.api.config.Settings own) { inContext(); }
                @Override public CachePolicy create(PolicyContext context) {
                  inContext();
                  throw new dev.farsight.api.FarsightException("checked");
                }
              }
              static final class Sources implements DataSourceFactory {
                @Override public String name() { inContext(); return "acme"; }
                @Override public DataSource open(DataContext context) { inContext(); return new Source(); }
              }
              static final class Source implements DataSource {
                @Override public BatchSchema schema() { inContext(); return null; }
                @Override public long trainSamples() { inContext(); return 3; }
                @Override public long evalSamples() { inContext(); return 0; }
                @Override public BatchSource train(int epoch) { inContext(); return null; }
                @Override public BatchSource eval() { inContext(); return null; }
                @Override public void close() { inContext(); }
              }
            }
            """)
        .service("acme.Acme")
        .file("reference.conf", "farsight { cache.acme {}, data.acme {} }")
        .build(folder.resolve("acme.jar"));
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (Plugins plugins = load()) {
      var policies = plugins.components().policies().get("acme");
      assertThat(policies.name()).isEqualTo("acme");
      assertThat(List.of(policies)).contains(policies);
      assertThat(policies).isNotEqualTo("acme");
      assertThat(policies.wantsNextUse()).isFalse();
      policies.check(null);
      assertThatThrownBy(() -> policies.create(null))
          .isInstanceOf(FarsightException.class)
          .hasMessage("checked");
      try (var source = plugins.components().sources().get("acme").open(null)) {
        assertThat(source.trainSamples()).isEqualTo(3);
        assertThat(source.train(0)).isNull();
        assertThat(source.contentIdentity()).isEmpty();
      }
      assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
    }
  }
}

package dev.farsight.engine.plugin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.cache.PolicyContext;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.plugin.FarsightPlugin;
import dev.farsight.api.plugin.Registry;
import dev.farsight.engine.config.FarsightConfig;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests with real jars, which are compiled here. */
class PluginsTest {

  private static final ClassLoader APPLICATION = PluginsTest.class.getClassLoader();

  @TempDir Path folder;

  private static JarBuilder plugin(String policy) {
    return plugin(policy, "API_VERSION", "");
  }

  /** A plugin that offers one policy. {@code extra} is code for its {@code register}. */
  private static JarBuilder plugin(String policy, String version, String extra) {
    String source =
        """
        package acme;
        import dev.farsight.api.cache.*;
        public final class Acme extends dev.farsight.api.plugin.FarsightPlugin {
          public Acme() { super("acme-%1$s", %2$s); }
          @Override public void register(dev.farsight.api.plugin.Registry registry) { registry.policy(new Factory()); %3$s }
          static final class Factory implements CachePolicyFactory {
            @Override public String name() { return "%1$s"; }
            @Override public CachePolicy create(PolicyContext context) { return null; }
          }
        }
        """;
    return new JarBuilder()
        .source("acme.Acme", source.formatted(policy, version, extra))
        .service("acme.Acme")
        .file("reference.conf", "farsight.cache." + policy + " { depth = 4 }");
  }

  /** A library, one version of which has the method {@code gone}. */
  private static JarBuilder library(String method) {
    return new JarBuilder().source("lib.Lib", "package lib; public class Lib { " + method + " }");
  }

  /** A plugin that calls {@code lib.Lib.gone}, which its library does not have. */
  private Path outdated() throws IOException {
    Path work = Files.createDirectories(folder.resolve("libraries"));
    Path compiledFor = library("public static void gone() {}").build(work.resolve("old.jar"));
    return plugin("one", "API_VERSION", "lib.Lib.gone();")
        .build(folder.resolve("one.jar"), compiledFor);
  }

  private Plugins load() {
    return Plugins.load(APPLICATION, Optional.of(folder));
  }

  private void fails(String message) {
    assertThatThrownBy(this::load).isInstanceOf(ConfigException.class).hasMessage(message);
  }

  @Test
  void eachJarAddsItsFactoriesAndItsSettings() throws IOException {
    Path one = plugin("one").build(folder.resolve("one.jar"));
    plugin("two").build(folder.resolve("two.jar"));
    Files.writeString(folder.resolve("notes.txt"), "no jar");
    try (var plugins = load()) {
      var components = plugins.components();
      assertThat(components.policies()).containsKeys("one", "two");
      assertThat(components.offers())
          .contains(new Offer(Kind.POLICY, "one", "acme-one", one.toString()));
      // The same class name in two jars.
      for (String name : List.of("one", "two")) {
        assertThatThrownBy(() -> components.policies().get(name).create(null))
            .hasMessage(
                "cache policy %1$s (plugin acme-%1$s, %2$s) is broken: CachePolicyFactory.create returned null"
                    .formatted(name, folder.resolve(name + ".jar")));
      }
      var config = FarsightConfig.defaults().set("cache.one.depth=5").resolve(plugins.loaders());
      assertThat(config.getInt("cache.one.depth")).isEqualTo(5);
      assertThat(config.getInt("cache.two.depth")).isEqualTo(4);
    }
  }

  @Test
  void noFolderAndNoJarsAreNoError() {
    try (var plugins = load();
        var none = Plugins.load(APPLICATION)) {
      assertThat(plugins.components().offers()).isEqualTo(none.components().offers());
      assertThat(none.components().offers()).allMatch(offer -> offer.from().equals("class path"));
    }
  }

  @Test
  void aMissingFolderIsNamed() {
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> Plugins.load(APPLICATION, Optional.of(missing)))
        .hasMessageContainingAll("plugins.path: " + missing, "cannot be listed: no such file");
  }

  @Test
  void aJarWithoutTheServiceLineIsNamed() throws IOException {
    Path jar =
        new JarBuilder()
            .source("acme.Plain", "package acme; public class Plain {}")
            .build(folder.resolve("plain.jar"));
    fails(
        jar
            + ": not a plugin: it has no META-INF/services/dev.farsight.api.plugin.FarsightPlugin"
            + " that names a class");
  }

  @Test
  void aFileThatIsNoJarIsSaidToBeNone() throws IOException {
    Path file = Files.writeString(folder.resolve("text.jar"), "no jar");
    fails(file + ": is no jar");
    Files.writeString(file, "");
    fails(file + ": is no jar");
    Files.delete(file);
    Files.createDirectory(file);
    fails(file + ": is a folder, not a jar");
  }

  @Test
  void aDamagedJarIsSaidToBeDamaged() throws IOException {
    Path jar = plugin("one").build(folder.resolve("one.jar"));
    byte[] whole = Files.readAllBytes(jar);
    Files.write(jar, Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(this::load)
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(jar + ": is a damaged jar: ")
        .hasMessageEndingWith("; copy it again");
    // Behind the head of the first entry, which is that of a class.
    int entry = new String(whole, ISO_8859_1).indexOf("acme/Acme");
    for (int at = entry + 60; at < entry + 120; at++) {
      whole[at] ^= 0x55;
    }
    Files.write(jar, whole);
    assertThatThrownBy(this::load)
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(jar + ": is a damaged jar: acme/Acme")
        .hasMessageEndingWith("; copy it again");
  }

  /** Otherwise its settings would be missing, and unknown if the user set them. */
  @Test
  void aFactoryWithoutItsSectionIsNamed() throws IOException {
    String complaint =
        "cache policy one (plugin acme-one, %s): no reference.conf has the section"
            + " farsight.cache.one; add it to that of the plugin, with every key and its default,"
            + " or empty: farsight.cache.one {}";
    Path jar = folder.resolve("one.jar");
    for (String wrong :
        List.of("", "farsight.policy.one {}", "cache.one {}", "farsight.cache.one = 1")) {
      plugin("one").file("reference.conf", wrong).build(jar);
      fails(complaint.formatted(jar));
    }
    plugin("one").without("reference.conf").build(jar);
    fails(complaint.formatted(jar));
    plugin("one").file("reference.conf", "farsight.cache.one {}").build(jar);
    load().close();
  }

  @Test
  void theJarOfAClassOfAnotherVersionIsNamed() throws IOException {
    Path jar = outdated();
    Path ofPlugin = library("").build(folder.resolve("libraries/new.jar"));
    JarBuilder.addAll(ofPlugin, jar);
    String complaint =
        "plugin acme-one (%s): java.lang.NoSuchMethodError: 'void lib.Lib.gone()' (class lib.Lib"
            + " is from %s; the plugin is compiled for another version of it)";
    fails(complaint.formatted(jar, jar));
  }

  @Test
  void theJarOfAClassOfTheApplicationIsNamed() throws IOException {
    Path jar = outdated();
    Path ofApplication = library("").build(folder.resolve("libraries/new.jar"));
    try (var application =
        new URLClassLoader(new URL[] {ofApplication.toUri().toURL()}, APPLICATION)) {
      assertThatThrownBy(() -> Plugins.load(application, Optional.of(folder)))
          .isInstanceOf(ConfigException.class)
          .hasMessage(
              "plugin acme-one (%s): java.lang.NoSuchMethodError: 'void lib.Lib.gone()' (class"
                      .formatted(jar)
                  + " lib.Lib is from %s; the plugin is compiled for another version of it)"
                      .formatted(ofApplication));
    }
  }

  @Test
  void aClassThatCannotBeInitializedIsNamedWithItsReason() throws IOException {
    Path jar = outdated();
    Path ofPlugin =
        library("static final int N = Integer.parseInt(\"x\"); public static void gone() {}")
            .build(folder.resolve("libraries/new.jar"));
    JarBuilder.addAll(ofPlugin, jar);
    fails(
        "plugin acme-one (%s): java.lang.ExceptionInInitializerError: java.lang.NumberFormatException: For input string: \"x\""
            .formatted(jar));
  }

  @Test
  void aClassThatIsNotInTheJarIsNamed() throws IOException {
    Path jar = new JarBuilder().service("acme.Gone").build(folder.resolve("gone.jar"));
    fails(jar + ": Provider acme.Gone not found");
  }

  @Test
  void aClassThatIsNoPluginIsNamed() throws IOException {
    Path jar =
        new JarBuilder()
            .source("acme.Plain", "package acme; public class Plain {}")
            .service("acme.Plain")
            .build(folder.resolve("plain.jar"));
    fails(jar + ": acme.Plain not a subtype");
  }

  @Test
  void aMissingLibraryIsNamed() throws IOException {
    Path jar = plugin("one").leaveOut("acme.Acme$Factory").build(folder.resolve("one.jar"));
    assertThatThrownBy(this::load)
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "plugin acme-one (%s): class acme.Acme$Factory is missing; a plugin's jar must contain the libraries that the plugin needs"
                .formatted(jar));
  }

  @Test
  void aMissingSuperclassIsNamed() throws IOException {
    Path jar =
        new JarBuilder()
            .source(
                "acme.Base",
                "package acme; public abstract class Base extends"
                    + " dev.farsight.api.plugin.FarsightPlugin { Base() { super(\"a\", 1); }"
                    + " @Override public void register(dev.farsight.api.plugin.Registry r) {} }")
            .source(
                "acme.Acme", "package acme; public class Acme extends Base { public Acme() {} }")
            .leaveOut("acme.Base")
            .service("acme.Acme")
            .build(folder.resolve("acme.jar"));
    fails(
        jar
            + ": class acme.Base is missing; a plugin's jar must contain the libraries that the plugin needs");
  }

  @Test
  void aConstructorThatFailsIsReported() throws IOException {
    Path jar =
        new JarBuilder()
            .source(
                "acme.Acme",
                "package acme; public class Acme extends dev.farsight.api.plugin.FarsightPlugin {"
                    + " public Acme() { super(\"a\", 1); throw new IllegalStateException(\"no\"); }"
                    + " @Override public void register(dev.farsight.api.plugin.Registry r) {} }")
            .service("acme.Acme")
            .build(folder.resolve("acme.jar"));
    fails(
        jar
            + ": Provider acme.Acme could not be instantiated:"
            + " java.lang.IllegalStateException: no");
  }

  @Test
  void anotherApiVersionIsReportedWithBothVersions() throws IOException {
    Path jar = plugin("one", "7", "").build(folder.resolve("one.jar"));
    fails(
        "plugin acme-one ("
            + jar
            + ") is built for plugin API version 7, this is version 2; use a version of the plugin that is"
            + " built for it");
  }

  @Test
  void aRegisterThatFailsIsReported() throws IOException {
    Path jar =
        plugin("one", "API_VERSION", "if (true) throw new IllegalStateException(\"no\\nno\");")
            .build(folder.resolve("one.jar"));
    assertThatThrownBy(this::load)
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("plugin acme-one (" + jar + "): ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void twoPluginsWithOneNameAreBothNamed() throws IOException {
    Path one = plugin("one").build(folder.resolve("one.jar"));
    Path copy = plugin("one").build(folder.resolve("other.jar"));
    fails(
        "two plugins offer the cache policy one: acme-one (%s) and acme-one (%s); remove one"
            .formatted(one, copy));
  }

  @Test
  void aJarWhosePluginIsOnTheClassPathIsReported() throws IOException {
    Path jar = new JarBuilder().service(Given.class.getName()).build(folder.resolve("given.jar"));
    fails(jar + ": its plugin is already on the class path; remove the jar from the folder");
  }

  @Test
  void aFactoryThatIsNullOrHasNoNameIsRefused() {
    assertThatThrownBy(
            () ->
                Plugins.of(
                    new Given() {
                      @Override
                      public void register(Registry registry) {
                        registry.policy(null);
                      }
                    }))
        .isInstanceOf(ConfigException.class)
        .hasMessage("plugin given (given): registers null as a cache policy");
    assertThatThrownBy(
            () ->
                Plugins.of(
                    new Given() {
                      @Override
                      public void register(Registry registry) {
                        registry.exportFormat(null);
                      }
                    }))
        .hasMessage("plugin given (given): registers null as an export format");
    assertThatThrownBy(
            () ->
                Plugins.of(
                    new Given() {
                      @Override
                      public void register(Registry registry) {
                        registry.policy(new Nameless());
                      }
                    }))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "plugin given (given): registers a cache policy without a name: "
                + Nameless.class.getName());
  }

  @Test
  void anUnknownNameIsReportedWithTheAvailableOnes() throws IOException {
    plugin("sieve").build(folder.resolve("sieve.jar"));
    try (var plugins = load()) {
      var text = "cache.policy = seive\nmodel.type = dlrmm";
      var farsight = Settings.of("farsight", ConfigFactory.parseString(text));
      assertThatThrownBy(() -> Plugins.of().policy(farsight))
          .isInstanceOf(ConfigException.class)
          .hasMessage(
              "String: 1: farsight.cache.policy: 'seive' is not a known cache policy (available: none)");
      var missing = Settings.of("farsight", ConfigFactory.parseString("cache.policy = lru"));
      assertThatThrownBy(() -> Plugins.of().policy(missing))
          .isInstanceOf(ConfigException.class)
          .hasMessage(
              "String: 1: farsight.cache.policy: 'lru' is not a known cache policy here: it is in the artifact farsight-cache-lru, which is missing (available: none)");
      assertThatThrownBy(() -> plugins.components().policy(farsight))
          .hasMessageStartingWith(
              "String: 1: farsight.cache.policy: 'seive' is not a known cache policy; did you mean"
                  + " sieve? (available: ")
          .hasMessageContaining("sieve");
    }
  }

  /** A plugin whose class is on the class path, but is not registered as a service there. */
  public static class Given extends FarsightPlugin {
    public Given() {
      super("given", FarsightPlugin.API_VERSION);
    }

    @Override
    public void register(Registry registry) {}
  }

  private static final class Nameless implements CachePolicyFactory {

    @Override
    public String name() {
      return " ";
    }

    @Override
    public CachePolicy create(PolicyContext context) {
      throw new UnsupportedOperationException();
    }
  }
}
